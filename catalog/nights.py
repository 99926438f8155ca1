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


@dataclass(frozen=True, slots=True)
class Night:
    """One run of what is due each night. `report` maps a task's name to what came of it."""

    id: int
    due_on: date
    state: NightState
    started_at: datetime
    finished_at: datetime | None
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A job whose shortlist is looked at after each night; `request` as in the search log."""

    id: int
    job_id: int
    request: Mapping[str, Any]
    by: str
    since_at: datetime
    ended_at: datetime | None


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
