"""The door that every request passes: its id, its size, its time, and headers that keep it safe.

Outermost, below it nothing escapes: an error that no handler knows becomes a 500 here, with the
request's id and nothing else. Plain ASGI, for Starlette's own wrapper would buffer and copy.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from api.http.errors import answer_error
from api.http.refusals import TooLarge
from api.http.request_ids import HEADER, give_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("bole.http")

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

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

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
                raise
            await answer_error(error, given)(scope, receive, send_safely)
        finally:
            _note(scope, given, status, time.monotonic() - begun)


def _limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """`receive`, refusing a body with more bytes than `most`, whether it says so before or not."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    come = 0

    async def receive_some() -> Message:
        nonlocal come
        if not announced.isdigit() or int(announced[:20]) > most:
            raise TooLarge(f"a request may have {most:,} bytes")
        message = await receive()
        if message["type"] == "http.request":
            come += len(message.get("body", b""))
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


def _note(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    """One line a request: the route's pattern, never the path, which may hold an id or worse."""
    route = getattr(scope.get("route"), "path", "-")
    _log.info(
        "request %s: %s %s -> %d in %.0f ms",
        request_id,
        scope["method"] if scope["method"].isalpha() else "-",
        route,
        status,
        seconds * 1000,
    )
