"""Who may use the API: keys, what each may do, and who stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Scope(StrEnum):
    """One thing that a key may be allowed to do."""

    SEARCH = "search"  # search, read candidates and documents, keep jobs
    INGEST = "ingest"  # send résumés, and ask what became of them
    OUTCOMES = "outcomes"  # report what came of applications
    ADMIN = "admin"  # erase people, publish and roll back, promote models
    AUDIT = "audit"  # see who accessed whom; the metrics


class Role(StrEnum):
    """What somebody does at the company: which scopes their key has unless others are named."""

    RECRUITER = "recruiter"
    INTEGRATOR = "integrator"  # a feed: it sends, and sees nobody
    AUDITOR = "auditor"
    ADMIN = "admin"


SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.RECRUITER: frozenset({Scope.SEARCH, Scope.INGEST, Scope.OUTCOMES}),
    Role.INTEGRATOR: frozenset({Scope.INGEST, Scope.OUTCOMES}),
    Role.AUDITOR: frozenset({Scope.AUDIT}),
    Role.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: never its secret, of which only the SHA-256 is stored.

    After a rotation the secret before it is good until `former_until`.
    """

    id: int
    name: str
    role: Role
    scopes: frozenset[Scope]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    former_until: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_on: date | None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Issued:
    """A key with its secret, which nobody can ever be told again."""

    key: Key
    secret: str
