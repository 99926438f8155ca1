"""The pages for those who integrate: the documentation, from this server only, and the problems.

Swagger UI's files come from a package: nothing is loaded from elsewhere, and the page's policy
forbids it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.http.errors import MALFORMED, PROBLEMS
from catalog.errors import NotFound

router = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bole</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/begin.js"></script>
</body>
</html>
"""
_BEGIN = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#api", deepLinking: true, displayRequestDuration: true,
  persistAuthorization: false, tryItOutEnabled: true, validatorUrl: null
});
"""
_KINDS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_A_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
def docs() -> HTMLResponse:
    """All calls, to read and to try."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/begin.js")
def begin() -> Response:
    """What starts Swagger UI; a file, for the page may run no script of its own."""
    return Response(_BEGIN, media_type="text/javascript")


@router.get("/docs/{name}")
def swagger(name: str) -> Response:
    """Swagger UI's own files."""
    if name not in _KINDS:
        raise NotFound("there is no such file")
    return Response(_file(name), media_type=_KINDS[name], headers=_A_DAY)


@router.get("/problems")
def problems() -> list[dict[str, Any]]:
    """Every type of problem that an answer may name."""
    known = {problem.name: problem for problem in (*PROBLEMS.values(), MALFORMED)}
    return [
        {
            "type": f"/problems/{problem.name}",
            "title": problem.title,
            "status": problem.status,
            "what_to_do": problem.advice,
        }
        for problem in sorted(known.values(), key=lambda problem: (problem.status, problem.name))
        if problem.name != "damaged"  # told as unexpected
    ]


@router.get("/problems/{name}")
def problem(name: str) -> dict[str, Any]:
    """One type of problem: where its `type` leads."""
    for each in problems():
        if each["type"] == f"/problems/{name}":
            return each
    raise NotFound("there is no such type of problem")


@cache
def _file(name: str) -> bytes:
    assert re.fullmatch(r"[\w.-]+", name)
    return (files("fastapi_offline") / "static" / name).read_bytes()
