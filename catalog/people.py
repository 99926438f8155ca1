"""Who a candidate is: claims of identity, merges, and what may be done with their data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PersonStatus(StrEnum):
    """Whether a person may be put forward."""

    ACTIVE = "active"
    PAUSED = "paused"
    PLACED = "placed"
    DO_NOT_CONTACT = "do_not_contact"


class ClaimKind(StrEnum):
    """What identifies a person; beside these, `ats:<vendor>` for an id in a named system."""

    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"


class MergeKind(StrEnum):
    """Two records became one, or became two again."""

    MERGE = "merge"
    UNMERGE = "unmerge"


class SuggestionState(StrEnum):
    """What a person made of a suggested merge."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Claim:
    """`kind` is a ClaimKind's word or "ats:<vendor>"; the value is normalised by `normalised`."""

    kind: str
    value: str

    def normalised(self) -> Claim:
        """The form in which equal claims are equal: e-mails fold case, ids keep theirs."""
        value = self.value.strip()
        return Claim(self.kind, value.casefold() if self.kind == ClaimKind.EMAIL else value)


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as now known. `retention_until` is the last day their data may be kept."""

    id: int
    name: str | None
    status: PersonStatus
    consent_basis: str | None
    purpose: str | None
    retention_until: date | None
    created_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergeSuggestion:
    """Two people who share a claim of the kind `reason` and may be one; the lower id first."""

    id: int
    person_id: int
    other_id: int
    reason: str
    at: datetime
