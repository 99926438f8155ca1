"""The id of a request: the caller's own if it is harmless, else a new one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

HEADER = "X-Request-Id"
_KEY = "bole.request_id"
_HARMLESS = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")


def give_id(scope: Mapping[str, Any]) -> str:
    """A request's id, which stays with it in `scope`; of several that came in, none is taken."""
    sent = [value for name, value in scope["headers"] if name == HEADER.lower().encode()]
    fine = len(sent) == 1 and _HARMLESS.fullmatch(sent[0])
    given: str = sent[0].decode("ascii") if fine else secrets.token_hex(16)
    scope["state"][_KEY] = given
    return given


def request_id_of(scope: Mapping[str, Any]) -> str:
    """The id that `give_id` gave."""
    given: str = scope["state"][_KEY]
    return given
