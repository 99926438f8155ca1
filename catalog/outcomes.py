"""What came of an application: events, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class OutcomeKind(StrEnum):
    """What happened. A withdrawal is the person's own doing, not a rejection.

    `unhired` takes back that somebody was hired, `unrejected` that they were rejected.
    """

    APPLIED = "applied"
    VIEWED = "viewed"
    SCREENED = "screened"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDREW = "withdrew"
    UNHIRED = "unhired"
    UNREJECTED = "unrejected"


class ReasonClass(StrEnum):
    """Why somebody was rejected. Only the first two judge the person's fit."""

    NOT_QUALIFIED = "not_qualified"
    OTHERS_BETTER = "others_better"
    POSITION_FILLED = "position_filled"
    TERMS = "terms"  # salary, hours, start date
    LOCATION = "location"
    WORK_PERMISSION = "work_permission"
    UNRESPONSIVE = "unresponsive"
    DUPLICATE = "duplicate"  # the same candidacy came twice
    HEADCOUNT = "headcount"  # the position went away
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """An event to record. A source knows the moment (`at`) or only the date (`on`).

    `external_id` is the event's id in its source; the same one again changes nothing.
    """

    application_id: int
    kind: OutcomeKind
    source: str
    at: datetime | None = None
    on: date | None = None
    reason: ReasonClass | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A recorded event, with whom and which job it concerns."""

    id: int
    application_id: int
    person_id: int
    job_id: int
    kind: OutcomeKind
    reason: ReasonClass | None
    at: datetime | None
    on: date | None
    source: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Application:
    """One person's candidacy for one job."""

    id: int
    person_id: int
    job_id: int
    source: str
    external_id: str | None
