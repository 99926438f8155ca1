"""What a night consists of. Each task says what came of it in numbers and fixed words.

A night's report is kept and may be sent around, so no task may put a name, a text or a recruiter's
own words into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from catalog.nights import Night, TaskOutcome

if TYPE_CHECKING:
    from api.workplace import Workplace

BY = "night"  # who decides, erases and promotes at night, for the record
# A clock that is further from the last night than this is not believed at once.
BELIEVED = timedelta(days=8)

Say = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a task works with; `before` is the night before this one, if there was one."""

    place: Workplace
    now: datetime
    say: Say = lambda stage, done, of: None
    before: Night | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a task."""

    outcome: TaskOutcome = TaskOutcome.DONE
    facts: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def nothing(why: str) -> Came:
        """There was nothing to do; `why` is one of our own sentences."""
        return Came(TaskOutcome.NOT_DUE, {"why": why})


@dataclass(frozen=True, slots=True)
class Task:
    """`by_hand` is the command that does the same, or shows what is wrong."""

    name: str
    run: Callable[[Work], Came]
    by_hand: str


def _index(work: Work) -> Came:
    from indexer.build import index

    place = work.place
    with place.catalog.reading() as reading:
        if not reading.counts().resumes and reading.generations.pointer() is None:
            return Came.nothing("there is no résumé yet")
    done = index(place.catalog, place.encoder, work.say)
    facts = {"generation": done.generation, "people": done.people, "passages": done.passages}
    if done.nothing_new:
        return Came(TaskOutcome.NOT_DUE, {"why": "nothing has changed", **facts})
    return Came(facts={**facts, "embedded": done.embedded})


def _watches(work: Work) -> Came:
    from api.watching import look_if_watched

    looked = look_if_watched(work.place, work.now, work.say)
    if looked is None:
        return Came.nothing("nobody watches a job")
    facts = {"watches": looked.watches, "entered": looked.entered, "failed": looked.failed}
    return Came(TaskOutcome.FAILED if looked.failed else TaskOutcome.DONE, facts)


def _retrain(work: Work) -> Came:
    from api.nightly.retraining import retrain

    return retrain(work)


def _monitor(work: Work) -> Came:
    from indexer.learning.deciding.monitor import check_drift

    checked = check_drift(work.place.catalog, now=work.now)
    if checked.model is None or checked.drift is None:
        return Came.nothing("no reranker is in service")
    return Came(
        facts={
            "model": checked.model.name,
            "predictions": checked.drift.predictions,
            "enough": checked.drift.enough,
            "switched_off": checked.decision is not None,
        }
    )


TASKS = (
    Task("index", _index, "bole index"),
    Task("watches", _watches, "bole watch matches --new"),
    Task("retrain", _retrain, "bole train reranker"),
    Task("monitor", _monitor, "bole monitor"),
)
