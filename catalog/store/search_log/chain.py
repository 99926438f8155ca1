"""The chain under the search log: a link for all that is logged, so that whoever changes, drops or
reorders an entry is found out.

A link is the SHA-256 of the link before it and of *commitments* to what is logged with it. A
commitment is the SHA-256 of a random salt and the payload. The salt lies beside its payload and is
erased with it: what stays in the chain then says nothing about anybody, and the chain still holds.

An erasure adds a link of its own, which says how many entries it removed and not which: naming them
would tie the erased person to the searches that showed them (docs/decisions/0007).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog.store.tables import SearchChainRow, SearchRow
from catalog.store.unit import Unit

ERASURE: Final = "~erasure"
"""What an erasure's link has in place of a search's id."""

REQUESTS, IMPRESSIONS = "requests", "impressions"

FACTS = (
    "id",
    "at",
    "job_key",
    "job_id",
    "sequence",
    "generation_id",
    "as_of",
    "fingerprints",
    "timings",
    "source",
)
"""What is kept of a search after its request was erased: covered by the link itself."""

SHOWN = ("search_id", "rank", "person_id", "score", "parts", "propensity", "shown_by")
"""All that an impression says: covered by its commitment."""

_SALT_BYTES = 16
_LOCK = int.from_bytes(hashlib.sha256(b"bole/search log").digest()[:8], signed=True)
_TAKE_TURN = sa.select(sa.func.pg_advisory_xact_lock(_LOCK))
_NEWEST = sa.select(SearchChainRow.link).order_by(SearchChainRow.id.desc()).limit(1)
_write = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


class Chain:
    """The chain as one transaction sees and extends it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def wait_for_turn(self) -> None:
        """Keep others from adding links until this transaction ends: a chain has one end.

        SQLite's writers are alone already. On PostgreSQL this is the last lock to take: whoever
        needs the catalog's sequence takes that before.
        """
        if self._unit.connection.dialect.name == "postgresql":
            self._unit.connection.execute(_TAKE_TURN)

    def add(
        self,
        search_id: str,
        request: str | None,
        impressions: Sequence[Sequence[Any]],
        facts: Mapping[str, Any] | None,
    ) -> str:
        """Add a link and return it. `facts` (with a request): what a search's row keeps."""
        self.wait_for_turn()
        row = {
            "search_id": search_id,
            "at": self._unit.now,
            "request": request,
            "impressions": [list(each) for each in impressions],
            "previous": self.head() or self.origin(),
        }
        link = link_of(row, facts)
        self._unit.insert(SearchChainRow, {**row, "link": link})
        return link

    def add_erasure(self, *, impressions: int, requests: int) -> str:
        """Add the link of an erasure that removed so many entries of the chain."""
        removed = [[IMPRESSIONS, impressions], [REQUESTS, requests]]
        return self.add(ERASURE, None, removed, None)

    def head(self) -> str | None:
        """The newest link; None before the first."""
        return self._unit.connection.scalar(_NEWEST)

    def origin(self) -> str:
        """What the first link follows: a hash over the ids of the searches logged before it.

        (Logs from before schema 0003 have searches without links.)
        """
        linked = sa.select(SearchChainRow.search_id).where(SearchChainRow.request.is_not(None))
        old = sa.select(SearchRow.id).where(SearchRow.salt.is_(None), SearchRow.id.not_in(linked))
        return digest("origin", "", sorted(self._unit.connection.scalars(old)))


def new_salt() -> str:
    """128 random bits, in hex: nobody finds a payload by trying out what it may have been."""
    return secrets.token_hex(_SALT_BYTES)


def commit_request(salt: str, row: Mapping[str, Any]) -> str:
    """The commitment to a search: its request and all that is logged beside it."""
    return digest("request", salt, [_as_stored(row["request"]), _facts(row)])


def commit_impression(salt: str, row: Mapping[str, Any]) -> str:
    """The commitment to one candidate as shown: every field, floats to the last bit."""
    return digest("impression", salt, [_plain(row[name]) for name in SHOWN])


def link_of(row: Mapping[str, Any], facts: Mapping[str, Any] | None) -> str:
    """The link of a chain's row, computed from what it covers."""
    named = [row["search_id"], _plain(row["at"]), row["request"], row["impressions"]]
    return digest("link", "", [row["previous"], *named, facts and _facts(facts)])


def digest(purpose: str, salt: str, value: Any) -> str:
    """SHA-256, in hex, of a purpose, a salt and the one way in which JSON can say a value.

    Python writes a float with the fewest digits that give its bits back.
    """
    said = f"bole search log 1\n{purpose}\n{salt}\n{_write(value)}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _facts(row: Mapping[str, Any]) -> list[Any]:
    listed: list[Any] = _as_stored([_plain(row[name]) for name in FACTS])
    return listed


def _as_stored(value: Any) -> Any:
    """What a database gives back: keys become text, which sorts otherwise than numbers."""
    return json.loads(_write(value))


def _plain(value: Any) -> Any:
    """The same for both databases, before storing and after: SQLite knows no negative zero."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value + 0.0 if isinstance(value, float) else value
