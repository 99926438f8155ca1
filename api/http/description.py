"""The OpenAPI document: what FastAPI finds in the routes, and what it cannot know.

That is how refusals look (one schema, problem+json), which a route can give, and the headers that
every request may carry.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.errors import MALFORMED, PROBLEM, PROBLEMS, Problem
from api.http.idempotency import HEADER as IDEMPOTENCY_KEY
from api.http.refusals import (
    KeyReused,
    NotAllowed,
    NotAuthenticated,
    TooLarge,
    TooManyRequests,
)
from api.http.request_ids import HEADER as REQUEST_ID
from catalog.errors import BoleError, InvalidRequest, NotFound, NotReady

_ABOUT = """\
Semantic search over résumés: the right people first, with the reasons.

* **Keys.** Every call under `/v1` needs `Authorization: Bearer KEY`; whoever runs the server makes
  keys with `bole keys add`.
* **Errors** are `application/problem+json` (RFC 9457). `type` leads to what it means and what to
  do; the list is at [/problems](problems). `request_id` is what to tell the people who run the
  server.
* **Writes** take `Idempotency-Key`: the same request again with the same key is done once, and
  answered as the first time, for a day. The same key with another request is refused (422).
* **Lists** come in pages: `Link: <…>; rel="next"`, and `next` in the body.
* **Edits** need `If-Match` with the `ETag` that came with what is edited.
* **Times** are UTC, texts UTF-8. `X-Request-Id` may be sent, and always comes back.
* **429** and **503** say in `Retry-After` how many seconds to wait.
"""
_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reason": {"type": "string", "description": "Why a document cannot be read: one word."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
_EVERY = (PROBLEMS[BoleError], PROBLEMS[InvalidRequest])
_WITH_KEY = tuple(
    PROBLEMS[kind] for kind in (NotAuthenticated, NotAllowed, TooManyRequests, NotReady)
)
_WRITES = frozenset({"post", "put", "patch", "delete"})


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole document; made once, then kept by the application."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=_ABOUT,
            routes=app.routes,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _SCHEMA
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for problem in _problems_of(path, method, operation):
        responses.setdefault(str(problem.status), _response(problem))
    parameters = operation.setdefault("parameters", [])
    parameters.append(_header(REQUEST_ID, "Yours, for both logs.", "8f14e45fceea167a"))
    if method in _WRITES:
        parameters.append(
            _header(IDEMPOTENCY_KEY, "Makes repeating the request harmless.", "import-2026-11-24/7")
        )


def _problems_of(path: str, method: str, operation: dict[str, Any]) -> list[Problem]:
    problems = list(_EVERY)
    if "security" in operation:
        problems += _WITH_KEY
    if "{" in path:
        problems.append(PROBLEMS[NotFound])
    if operation.get("parameters") or "requestBody" in operation:
        problems.append(MALFORMED)
    if method in _WRITES:
        problems += [PROBLEMS[TooLarge], PROBLEMS[KeyReused]]
    return problems


def _response(problem: Problem) -> dict[str, Any]:
    example = {
        "type": f"/problems/{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "request_id": "8f14e45fceea167a",
    }
    return {
        "description": problem.title,
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


def _header(name: str, what: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": what,
        "schema": {"type": "string"},
        "example": example,
    }
