"""The one table from errors to HTTP, and the answers made from it (RFC 9457, problem+json).

An answer of status 500 carries the request's id and nothing else: not the message, not the type.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.http import refusals
from api.http.request_ids import request_id_of
from catalog import errors
from indexer.changes import ErasedMeanwhile

PROBLEM = "application/problem+json"
_log = logging.getLogger("bole.http")


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: its status, the last part of its type's URI, and what to do about it."""

    status: int
    name: str
    title: str
    advice: str


_UNEXPECTED = Problem(
    500,
    "unexpected",
    "Something went wrong here",
    "Tell the people who run this server the request's id; their log says more.",
)
_DAMAGED = Problem(
    500, "damaged", "Something went wrong here", "Tell the people who run this server the id."
)
MALFORMED = Problem(
    422,
    "malformed",
    "The request is not as documented",
    "`errors` says where, as in the OpenAPI document.",
)

PROBLEMS: Mapping[type[errors.BoleError], Problem] = {
    errors.BoleError: _UNEXPECTED,
    errors.NotFound: Problem(
        404, "not-found", "There is no such thing", "Look at the id; erased people have none."
    ),
    errors.Conflict: Problem(
        409, "conflict", "This contradicts what is stored", "Read the present state, then decide."
    ),
    errors.Erased: Problem(
        409,
        "erased",
        "They were erased and are not taken in again",
        "Do not send it again: somebody asked to be forgotten.",
    ),
    ErasedMeanwhile: Problem(
        409,
        "erased-meanwhile",
        "Somebody was erased while this was done",
        "Ask for it again: it would have brought them back.",
    ),
    errors.InvalidRequest: Problem(
        400, "invalid-request", "This cannot be understood", "`detail` says what is wrong."
    ),
    errors.NotReady: Problem(
        503,
        "not-ready",
        "Something has to be done first",
        "`detail` names it; if models are being loaded, ask again in a few seconds.",
    ),
    errors.Unreadable: Problem(
        422, "unreadable", "The document yields nothing usable", "Send another version of the file."
    ),
    errors.Damaged: _DAMAGED,
    errors.StoreUnavailable: Problem(
        503, "store-unavailable", "The store cannot be used now", "Ask again in a moment."
    ),
    refusals.Refusal: _UNEXPECTED,
    refusals.NotAuthenticated: Problem(
        401,
        "not-authenticated",
        "A key is needed",
        "Send `Authorization: Bearer KEY` with a key that is neither expired nor revoked.",
    ),
    refusals.NotAllowed: Problem(
        403, "not-allowed", "This key is not allowed that", "Ask an administrator for the scope."
    ),
    refusals.TooManyRequests: Problem(
        429, "too-many-requests", "Too much at once", "Wait as long as `Retry-After` says."
    ),
    refusals.TooLarge: Problem(
        413, "too-large", "The body is too large", "Send fewer or smaller files in one request."
    ),
    refusals.TooSlow: Problem(
        408, "too-slow", "The body stopped coming", "Send it again, over a better line."
    ),
    refusals.WrongMediaType: Problem(
        415, "wrong-media-type", "This kind of body is not taken", "Look at Content-Type."
    ),
    refusals.KeyReused: Problem(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key came with another request",
        "Use a new key for every new write, and the same one only to repeat it.",
    ),
    refusals.StillRunning: Problem(
        409,
        "still-running",
        "The first request with this Idempotency-Key is not done",
        "Repeat it as soon as `Retry-After` says.",
    ),
    refusals.ChangedMeanwhile: Problem(
        412,
        "changed-meanwhile",
        "Somebody changed it meanwhile",
        "Read it again, and edit what it is now.",
    ),
    refusals.MatchRequired: Problem(
        428,
        "match-required",
        "An edit needs If-Match",
        "Send the ETag that came with what you edit as `If-Match`.",
    ),
    refusals.TakesTooLong: Problem(
        503, "takes-too-long", "This takes too long", "Ask for less, or ask again later."
    ),
}

# What the framework itself refuses, by its status.
_OF_STATUS = {
    problem.status: problem
    for problem in (
        PROBLEMS[errors.InvalidRequest],
        PROBLEMS[errors.NotFound],
        PROBLEMS[refusals.TooLarge],
        PROBLEMS[refusals.WrongMediaType],
        Problem(405, "wrong-method", "Not with this method", "`Allow` says which there are."),
        Problem(406, "not-acceptable", "Not in this form", "Look at Accept."),
    )
}


def problem_of(error: BaseException) -> Problem:
    """The kind of an error: its class's own, else its nearest ancestor's."""
    for kind in type(error).__mro__:
        if issubclass(kind, errors.BoleError) and kind in PROBLEMS:
            return PROBLEMS[kind]
    return _UNEXPECTED


def answer(
    problem: Problem,
    request_id: str,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A problem as an HTTP response; where the status is 500, with the request's id only."""
    said: dict[str, Any] = {"type": f"/problems/{problem.name}", "title": problem.title}
    said |= {"status": problem.status, "request_id": request_id}
    if problem.status == 500:
        said = {
            "type": "/problems/unexpected",
            "title": _UNEXPECTED.title,
            "status": 500,
            "request_id": request_id,
        }
    elif detail is not None:
        said |= {"detail": detail, **(more or {})}
    return Response(
        json.dumps(said, ensure_ascii=False).encode("utf-8", "backslashreplace"),
        problem.status,
        headers=dict(headers or {}) | {"Cache-Control": "no-store"},
        media_type=PROBLEM,
    )


def answer_error(error: BaseException, request_id: str) -> Response:
    """Any error as a response; what is not one of ours is noted in the log, and not told."""
    problem = problem_of(error)
    if problem.status == 500:
        note(error, request_id)
    headers = error.headers if isinstance(error, refusals.Refusal) else {}
    if problem.status == 503 and "Retry-After" not in headers:
        headers = {**headers, "Retry-After": "5"}
    more = {"reason": error.reason} if isinstance(error, errors.Unreadable) else None
    return answer(problem, request_id, str(error), headers, more)


def note(error: BaseException, request_id: str) -> None:
    """What went wrong and where, without its message: that may quote a résumé."""
    met = traceback.extract_tb(error.__traceback__)[::-1]
    frames = [*met[:1], *(each for each in met[1:] if "site-packages" not in each.filename)][:12]
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    _log.error("request %s: %s at %s", request_id, type(error).__qualname__, where)


def add_handlers(app: FastAPI) -> None:
    """Make every error of a route an answer from the table."""
    app.add_exception_handler(errors.BoleError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_refused)


async def _on_error(request: Request, error: Exception) -> Response:
    return answer_error(error, request_id_of(request.scope))


async def _on_malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [_place(found) for found in error.errors()[:50]]
    detail = "; ".join(f"{each['where']}: {each['what']}" for each in wrong[:5])
    return answer(MALFORMED, request_id_of(request.scope), detail, more={"errors": wrong})


def _place(found: Mapping[str, Any]) -> dict[str, str]:
    """Where and what; never the value, which the sender has and a log must not get."""
    where: Sequence[Any] = found["loc"]
    return {"where": ".".join(map(str, where))[:200], "what": str(found["msg"])[:300]}


async def _on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, errors.BoleError):  # raised while FastAPI read the body
        return answer_error(error.__cause__, request_id_of(request.scope))
    problem = _OF_STATUS.get(error.status_code)
    if problem is None:
        if error.status_code >= 500:
            note(error, request_id_of(request.scope))
            problem = _UNEXPECTED
        else:
            problem = Problem(error.status_code, "refused", "The request was refused", "")
    detail = None if error.status_code == 404 else str(error.detail)
    return answer(problem, request_id_of(request.scope), detail or problem.title, error.headers)
