"""Which version of a thing somebody has read, so that no edit overwrites another unseen."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from fastapi import Request, Response

from api.http.refusals import ChangedMeanwhile, MatchRequired

_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')


def tag_of(value: Any) -> str:
    """The ETag of a JSON value: equal values have equal tags."""
    packed = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()
    return f'"{digest[:32]}"'


def set_tag(response: Response, value: Any) -> None:
    """Send a value's ETag along."""
    response.headers["ETag"] = tag_of(value)


def check_match(request: Request, present: Any) -> None:
    """Let an edit of `present` go on only where its If-Match names just this version.

    Compared strongly (RFC 9110, 13.1.1): a weak tag never matches.

    Raises:
        MatchRequired: there is no If-Match.
        ChangedMeanwhile: it names another version.
    """
    sent = request.headers.getlist("if-match")
    if not sent:
        raise MatchRequired("send the ETag of what you edit as If-Match")
    if [one.strip() for one in sent] == ["*"]:
        return
    named = {found[0] for one in sent for found in _TAG.finditer(one)}
    if tag_of(present) not in named:
        raise ChangedMeanwhile("If-Match names another version than the present one")
