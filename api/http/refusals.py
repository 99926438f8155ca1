"""What the HTTP door itself says no to; below it these do not exist.

BoleError
└── Refusal
    ├── NotAuthenticated    no key, or none that opens anything
    ├── NotAllowed          the key lacks a scope
    ├── TooManyRequests     one caller asks too often, or all together too much: later
    ├── TooLarge            the body
    ├── TooSlow             the body stopped coming
    ├── WrongMediaType      the body is of a kind that this resource does not take
    ├── KeyReused           an Idempotency-Key that came with another request before
    ├── StillRunning        an Idempotency-Key whose first request is not done yet
    ├── ChangedMeanwhile    If-Match names another version than the present one
    ├── MatchRequired       an edit without If-Match
    └── TakesTooLong        a request that was given up
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.errors import BoleError


class Refusal(BoleError):
    """Something that the door says no to, with the headers that go with the answer."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})


class NotAuthenticated(Refusal):
    """No key, or none that opens anything; which of the two is not told."""

    def __init__(self, message: str = "send a key: Authorization: Bearer bole_…") -> None:
        super().__init__(message, {"WWW-Authenticate": 'Bearer realm="bole"'})


class NotAllowed(Refusal):
    """The key is good, and is not allowed this."""


class TooManyRequests(Refusal):
    """Come back in `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, {"Retry-After": str(max(1, retry_after))})


class TooLarge(Refusal):
    """The body has more bytes than are taken."""


class TooSlow(Refusal):
    """The body stopped coming."""


class WrongMediaType(Refusal):
    """The body is of a kind that this resource does not take."""


class KeyReused(Refusal):
    """The Idempotency-Key came with another request before."""


class StillRunning(Refusal):
    """The first request with this Idempotency-Key is not done yet."""


class ChangedMeanwhile(Refusal):
    """If-Match names another version than the present one."""


class MatchRequired(Refusal):
    """An edit has to say which version it edits."""


class TakesTooLong(Refusal):
    """The request was given up, and nothing goes on in the background."""
