"""Erasing people: what is asked, what stays as a tombstone, and what the receipt says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. The person is unfindable from `at`; their bytes are gone by `due_at`.

    `removed` maps a table or folder to how many rows or files went; `models` names the fingerprints
    of the models whose training had seen the person. `done_at` is None while bytes may remain.
    """

    id: int
    person_id: int
    at: datetime
    by: str
    due_at: datetime
    done_at: datetime | None
    removed: Mapping[str, int]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: while `lifted_at` is None, the person cannot be erased."""

    id: int
    person_id: int
    reason: str
    by: str
    at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a claim belonged to somebody erased: a keyed hash, from which nobody reads the claim."""

    kind: str
    digest: str  # HMAC-SHA-256 of kind and value, hex
    person_id: int


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """What one erasure leaves for backups and restores: enough to repeat it, and no more."""

    person_id: int
    at: datetime
    tombstones: tuple[Tombstone, ...]
    details: Mapping[str, Any]
