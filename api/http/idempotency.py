"""Writes with an Idempotency-Key are done once, however often and however nearly at once they come.

The first with a key is done, and its answer kept for a day if it succeeded; whoever sends the same
again gets that answer. A refusal or a failure is not kept: nothing was done, and the client may
correct it or try again. The key belongs to the caller: two callers' equal keys do not meet.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import anyio
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.authorisation import identify
from api.http.errors import answer_error
from api.http.refusals import KeyReused, StillRunning
from api.http.request_ids import request_id_of
from api.http.state import served_by
from catalog.answers import Answer, Standing
from catalog.errors import BoleError, InvalidRequest, StoreUnavailable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("bole.http")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_IN_MEMORY = 1_000_000  # bytes of a body; the rest goes to a file without a name
_PIECE = 65_536
_KEPT_HEADERS = frozenset({"content-type", "location", "etag", "link", "retry-after"})
_MOST_KEPT = 1_000_000  # bytes of an answer; a longer one is not kept, and its write done again


class Once:
    """The middleware. It stands below the door, for it needs ids and the body's limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WRITES:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        sent = request.headers.getlist(HEADER)
        if not sent:
            await self._app(scope, receive, send)
            return
        try:
            if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
                raise InvalidRequest(f"{HEADER}: 1 to 255 visible ASCII characters, once")
            caller = await run_in_threadpool(identify, request)
            with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
                fingerprint = await _read(request, body)
                body.seek(0)
                await self._once(
                    request, caller.key_id, sent[0], fingerprint, _receive_from(body, receive), send
                )
        except BoleError as error:
            await answer_error(error, request_id_of(scope))(scope, receive, send)

    async def _once(
        self,
        request: Request,
        key_id: int,
        key: str,
        fingerprint: str,
        receive: Receive,
        send: Send,
    ) -> None:
        catalog = served_by(request).place.catalog

        def begin() -> tuple[Standing, int | None, Answer | None]:
            with catalog.writing() as writing:
                begun = writing.answers.begin(key_id, key, fingerprint)
            return begun.standing, begun.number, begun.answer

        standing, number, kept = await run_in_threadpool(begin)
        if standing is Standing.OTHER:
            raise KeyReused(f"this {HEADER} came with another request before")
        if standing is Standing.RUNNING:
            raise StillRunning(
                f"the first request with this {HEADER} is not done yet", {"Retry-After": "1"}
            )
        if kept is not None:
            again = Response(kept.body, kept.status, headers={**kept.headers, REPLAYED: "true"})
            await again(request.scope, receive, send)
            return
        assert number is not None
        held = _HeldBack(send, lambda answer: _close(request, number, answer))
        try:
            await self._app(request.scope, receive, held)
        finally:
            await held.end()


class _HeldBack:
    """A `send` that keeps the answer before it sends it: who has it may ask again at once."""

    def __init__(self, send: Send, close: Callable[[Answer | None], None]) -> None:
        self._send = send
        self._close = close
        self._held: list[Message] = []
        self._size = 0
        self._closed = False

    async def __call__(self, message: Message) -> None:
        if self._closed:
            await self._send(message)
            return
        self._held.append(message)
        self._size += len(message.get("body", b""))
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if is_last or self._size > _MOST_KEPT:
            await self.end(self._answer() if is_last else None)
            for each in self._held:
                await self._send(each)
            self._held.clear()

    async def end(self, answer: Answer | None = None) -> None:
        """Keep the answer, or give the key back; once, and even if the request is cancelled."""
        if self._closed:
            return
        self._closed = True
        with anyio.CancelScope(shield=True):
            try:
                await run_in_threadpool(self._close, answer)
            except StoreUnavailable:  # the write has been done, or refused, whatever comes of this
                _log.warning("an answer could not be kept: its Idempotency-Key stays taken")

    def _answer(self) -> Answer | None:
        """The answer to keep: a success, and no longer than is kept."""
        start, *rest = self._held
        if not 200 <= start["status"] < 300 or self._size > _MOST_KEPT:
            return None
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in start["headers"]
            if name.decode("latin-1").lower() in _KEPT_HEADERS
        }
        try:
            body = b"".join(message.get("body", b"") for message in rest).decode()
        except UnicodeDecodeError:
            return None
        return Answer(start["status"], headers, body)


def _close(request: Request, number: int, answer: Answer | None) -> None:
    with served_by(request).place.catalog.writing() as writing:
        if answer is None:
            writing.answers.give_up(number)
        else:
            writing.answers.settle(number, answer)


async def _read(request: Request, body: SpooledTemporaryFile[bytes]) -> str:
    """Read the body into a file, and give the request's fingerprint.

    A form's boundary is the client's dice: it is left out, so that a form sent again is the same.
    """
    digest = hashlib.sha256()
    kind = request.headers.get("content-type", "")
    media, _, parameters = kind.partition(";")
    found = re.search(r'boundary="?([^";]{1,200})"?', parameters)
    is_form = found is not None and media.strip().lower() == "multipart/form-data"
    boundary = found[1].encode("latin-1") if found is not None and is_form else b""
    query = request.url.query
    for part in (request.method, request.url.path, query, media if is_form else kind):
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogateescape"))
    held = b""
    async for piece in request.stream():
        body.write(piece)
        held += piece
        if len(held) > _PIECE:
            held = _digest_all_but(digest.update, held, boundary, keep=len(boundary))
    _digest_all_but(digest.update, held, boundary, keep=0)
    return digest.hexdigest()


def _digest_all_but(
    update: Callable[[bytes], None], held: bytes, boundary: bytes, keep: int
) -> bytes:
    """Feed on what is held without the boundary; what may be the beginning of one is kept back."""
    if not boundary:
        update(held)
        return b""
    *whole, rest = held.split(boundary)
    for piece in whole:
        update(piece + b"\n--\n")
    certain = max(0, len(rest) - keep)
    update(rest[:certain])
    return rest[certain:]


def _receive_from(body: SpooledTemporaryFile[bytes], receive: Receive) -> Receive:
    """The body again, for who parses it; afterwards whatever the server has to say."""
    done = False

    async def receive_again() -> Message:
        nonlocal done
        if done:
            return await receive()
        piece = await run_in_threadpool(body.read, _PIECE)
        done = len(piece) < _PIECE
        return {"type": "http.request", "body": piece, "more_body": not done}

    return receive_again
