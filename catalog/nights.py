"""What runs by itself at night, and what it watches for recruiters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class NightState(StrEnum):
    """How a night went; one that was killed stays `running` until the next begins."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CUT_SHORT = "cut_short"


OVER = (NightState.DONE, NightState.FAILED)  # it ran to its end, well or not


class TaskOutcome(StrEnum):
    """What came of one task of a night."""

    DONE = "done"
    NOT_DUE = "not_due"  # there was nothing to do, or it is switched off
    FAILED = "failed"
    CUT_SHORT = "cut_short"  # it was under way when the night was ended
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Night:
    """One run of what is due each night.

    `due_on` is the local day on which it was due. `report` maps a task's name to {"outcome",
    "seconds", …}: numbers and fixed words only, never a name or a text. The night of a process that
    was killed has no `finished_at`.
    """

    id: int
    due_on: date
    state: NightState
    started_at: datetime
    finished_at: datetime | None
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A job whose shortlist is looked at after each night; `request` as in the search log.

    Whoever stood on the shortlist at `since_at` is its starting point, and no match.
    """

    id: int
    job_id: int
    request: Mapping[str, Any]
    by: str
    since_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on a shortlist."""

    person_id: int
    rank: int  # from 1
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who entered a watched job's shortlist; `seen_at` is None until somebody looked."""

    watch_id: int
    person_id: int
    rank: int  # from 1
    score: float
    search_id: str | None
    at: datetime
    seen_at: datetime | None
