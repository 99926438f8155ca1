"""The door that every request passes: its id, its size, its time, and headers that keep it safe.

Outermost, below it nothing escapes: an error that no handler knows becomes a 500 here, with the
request's id and nothing else. Plain ASGI, for Starlette's own wrapper would buffer and copy.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio

from api.http.errors import answer_error, note
from api.http.refusals import TooLarge, TooSlow
from api.http.request_ids import HEADER, give_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("bole.http")

_PROBES = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds
NEXT_PIECE = 30.0  # seconds in which more of a body has to come

Note = Callable[[str, str, int, float], None]
"""Called with method, route, status and seconds of each request."""

# Nothing here is a page but the documentation, which sets its own policy.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Door:
    """Gives ids, refuses bodies that are too large, adds headers, and answers what went wrong."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, note: Note) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        given = give_id(scope)
        begun = time.monotonic()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, given)
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive, self._most_bytes), send_safely)
        except Exception as error:
            if status:  # half an answer is out: the connection has to break
                note(error, given)
                raise ConnectionAbortedError("an answer could not be finished") from None
            await answer_error(error, given)(scope, receive, send_safely)
        finally:
            self._tell(scope, given, status, time.monotonic() - begun)

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        """One line a request: the route's pattern, never the path, which may hold whose it is."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"].isalpha() else "other"
        self._note(method, route, status, seconds)
        _log.log(
            logging.DEBUG if route in _PROBES else logging.INFO,
            "request %s: %s %s -> %d in %.0f ms",
            request_id,
            method[:10],
            route,
            status,
            seconds * 1000,
        )


def _limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """`receive`, refusing a body that is too large, announced or not, or that stops coming."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    come, whole = 0, False

    async def receive_some() -> Message:
        nonlocal come, whole
        if not announced.isdigit() or int(announced[:20]) > most:
            raise TooLarge(f"a request may have {most:,} bytes")
        if whole:  # who asks now waits for the client to go
            return await receive()
        try:
            with anyio.fail_after(NEXT_PIECE):
                message = await receive()
        except TimeoutError:
            raise TooSlow("the rest of the body did not come") from None
        come += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if come > most:
            raise TooLarge(f"a request may have {most:,} bytes")
        return message

    return receive_some


def _add_headers(message: Message, request_id: str) -> None:
    headers: list[tuple[bytes, bytes]] = message["headers"]
    there = {name.lower() for name, _ in headers}
    for name, value in {**_SAFE, HEADER: request_id}.items():
        if name.lower().encode() not in there:
            headers.append((name.lower().encode(), value.encode("ascii")))
