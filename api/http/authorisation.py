"""Who is asking, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.http.refusals import NotAllowed, NotAuthenticated
from api.http.request_ids import request_id_of
from api.http.state import Served, served_by
from catalog.access import Action
from catalog.errors import StoreUnavailable
from catalog.keys import Key, Role, Scope
from catalog.store import Catalog

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    bearerFormat="bole_…",
    description="A key from `bole keys add`, sent as `Authorization: Bearer KEY`.",
)
_STATE = "bole.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is."""

    key_id: int
    name: str
    role: Role
    scopes: frozenset[Scope]


def identify(request: Request) -> Caller:
    """The caller, found and counted once a request. Reads the catalog: for threads only.

    Raises:
        NotAuthenticated: no key, or none that opens anything.
        TooManyRequests: this key asks too often.
    """
    known: Caller | None = request.scope["state"].get(_STATE)
    if known is not None:
        return known
    secret = _secret_of(request)
    served = served_by(request)
    catalog = served.place.catalog
    with catalog.reading() as reading:
        key = reading.keys.open(secret)
    if key is None:
        raise NotAuthenticated("this key opens nothing: it is unknown, expired or revoked")
    served.rates.count(key.id)
    _note_use(catalog, key)
    caller = Caller(key.id, key.name, key.role, key.scopes)
    request.scope["state"][_STATE] = caller
    return caller


def needs(scope: Scope) -> Callable[..., Caller]:
    """A dependency that gives the caller, and refuses who lacks the scope.

    `caller: Annotated[Caller, Depends(needs(Scope.SEARCH))]`. Errors: NotAuthenticated, NotAllowed.
    """

    def allowed(
        request: Request,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Caller:
        caller = identify(request)
        if scope not in caller.scopes:
            raise NotAllowed(f"this needs the scope {scope.value!r}, which the key does not have")
        return caller

    allowed.scope = scope  # type: ignore[attr-defined]  # what a test of all routes reads
    return allowed


def record_access(request: Request, action: Action, *people: int) -> None:
    """Note that the request's caller accessed these people's data. Errors: NotFound.

    A transaction of its own, before the answer is sent: what is not on record is not shown. Inside
    a writing transaction use `writing.accesses.record`.
    """
    if not people:
        return
    caller = identify(request)
    with served_by(request).place.catalog.writing() as writing:
        writing.accesses.record(
            caller.key_id, caller.name, action, people, request_id_of(request.scope)
        )


def _secret_of(request: Request) -> str:
    sent = request.headers.getlist("authorization")
    if not sent:
        raise NotAuthenticated
    kind, _, secret = sent[0].partition(" ")
    if len(sent) > 1 or kind.lower() != "bearer":
        raise NotAuthenticated
    return secret.strip()


def _note_use(catalog: Catalog, key: Key) -> None:
    """Once a day and key; not at the price of the request where the catalog is busy."""
    if key.last_used_on == datetime.now(UTC).date():
        return
    try:
        with catalog.writing() as writing:
            writing.keys.note_use(key.id)
    except StoreUnavailable:
        pass


AnyServed = Annotated[Served, Depends(served_by)]
