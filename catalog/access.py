"""Who has looked at whom: the record of every access to a person's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What was done with a person's data."""

    SHOWN = "shown"  # in a shortlist
    READ = "read"  # their record
    RESUME = "resume"  # their résumé
    DOCUMENT = "document"  # the original
    STORED = "stored"  # a document of theirs was taken in
    CHANGED = "changed"
    OUTCOME = "outcome"  # something was noted about an application of theirs
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Access:
    """One access. `by` is the key's name at that moment, `key_id` None outside the API."""

    id: int
    at: datetime
    key_id: int | None
    by: str
    action: Action
    person_id: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Accesses:
    """What is asked of the record; None: whatever it be."""

    person_id: int | None = None  # under all their ids
    key_id: int | None = None
    since: datetime | None = None  # at or after
    until: datetime | None = None  # before
