"""Pages of a list: an opaque cursor in, the next page's link out (RFC 8288).

A cursor holds where in which list the next page begins, and nothing that could be asked for
otherwise; a made-up one gives nothing that its caller may not see.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from catalog.errors import InvalidRequest

Cursor = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Where to go on: from the page before (`next`, or its `Link` header).",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most on one page.")]

_MOST = 2**63 - 1


def write_cursor(listed: str, *position: int | str) -> str:
    """A cursor into the list called `listed` (with all that makes it the list it is)."""
    packed = json.dumps([listed, *position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(cursor: str | None, listed: str, *kinds: type[int] | type[str]) -> list[int | str]:
    """The position in a cursor; empty where there is none: the first page.

    Raises:
        InvalidRequest: not one of ours, or of another list.
    """
    if cursor is None:
        return []
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        held = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError, binascii.Error):
        held = None
    fits = (
        isinstance(held, list)
        and len(held) == len(kinds) + 1
        and held[0] == listed
        and all(type(value) is kind for value, kind in zip(held[1:], kinds, strict=True))
        and all(abs(value) <= _MOST for value in held[1:] if isinstance(value, int))
    )
    if not fits:
        raise InvalidRequest("this cursor is not of this list: take `next` from the page before")
    position: list[int | str] = held[1:]
    return position


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Say in `Link` where the next page is; nothing on the last one.

    Relative to this server: what came as Host is not repeated.
    """
    if cursor is None:
        return
    asked = [
        (name, value) for name, value in request.query_params.multi_items() if name != "cursor"
    ]
    query = urlencode([*asked, ("cursor", cursor)], errors="backslashreplace")
    response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
