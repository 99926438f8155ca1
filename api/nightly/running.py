"""Running a night: one at a time, every task whatever came of the others, and what came of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import TYPE_CHECKING, Any

from api.nightly.schedule import Schedule
from api.nightly.tasks import TASKS
from api.nightly.work import Say, Task, Work
from catalog.errors import BoleError, StoreUnavailable
from catalog.nights import OVER, Night, NightState, TaskOutcome
from catalog.store.locks import NIGHT

if TYPE_CHECKING:
    from api.workplace import Workplace

Clock = Callable[[], datetime]
Report = dict[str, dict[str, Any]]


class CutShort(KeyboardInterrupt):
    """The night has to end now. Whatever treats Ctrl-C well treats this well."""


def now_in_utc() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class NightShift:
    """Who runs the nights of one place.

    A night ends early where `stop` is set, or where Ctrl-C or `CutShort` is raised: what was done
    is kept, the night is recorded as cut short, and the exception goes on to the caller.
    """

    place: Workplace
    tasks: Sequence[Task] = TASKS
    clock: Clock = now_in_utc
    say: Say = lambda stage, done, of: None
    stop: Event = field(default_factory=Event)

    @property
    def schedule(self) -> Schedule:
        """When nights are due here."""
        return Schedule(self.place.settings.night_at)

    def run(self) -> Night:
        """Run everything that is due. Errors: Conflict while another one runs the night."""
        with self.place.catalog.lock(NIGHT):
            return self._run(self.schedule.last_due(self.clock()))

    def run_if_due(self) -> Night | None:
        """Run the last night that was due; None where it is over already.

        However many nights were missed, one makes up for all: each works off whatever is due.
        Errors: Conflict while another one runs the night.
        """
        if self.is_over():
            return None
        with self.place.catalog.lock(NIGHT):
            if self.is_over():  # whoever held the lock before has run it
                return None
            return self._run(self.schedule.last_due(self.clock()))

    def is_over(self) -> bool:
        """Whether the last night that was due has run to its end."""
        now = self.clock()
        with self.place.catalog.reading() as reading:
            return reading.nights.is_over(self.schedule.last_due(now), now)

    def _run(self, due_on: date) -> Night:
        catalog, began = self.place.catalog, self.clock()
        with catalog.writing() as writing:
            before = next((n for n in writing.nights.newest(50) if n.state in OVER), None)
            night = writing.nights.begin(due_on, began)
            writing.nights.forget_all_but(self.place.settings.night_keep)
        report: Report = {task.name: {"outcome": TaskOutcome.NOT_REACHED} for task in self.tasks}
        work = Work(self.place, began, self._say_until_stopped, before)
        try:
            for task in self.tasks:
                self._look_whether_to_stop()
                self._attempt(task, work, report)
                with suppress(StoreUnavailable):  # the night goes on; its end has to be noted
                    self._note(night, report)
            failed = any(came["outcome"] == TaskOutcome.FAILED for came in report.values())
            return self._finish(night, NightState.FAILED if failed else NightState.DONE, report)
        except KeyboardInterrupt:
            self._finish(night, NightState.CUT_SHORT, report)
            raise

    def _attempt(self, task: Task, work: Work, report: Report) -> None:
        began = perf_counter()
        told: dict[str, Any] = {}
        try:
            came = task.run(work)
            told = {"outcome": came.outcome, **came.facts}
        except KeyboardInterrupt:
            told = {"outcome": TaskOutcome.CUT_SHORT}
            raise
        except Exception as error:  # one task must not take the others with it
            told = {"outcome": TaskOutcome.FAILED, **_describe(error, task.says)}
        finally:
            if told.get("outcome") is TaskOutcome.FAILED:
                told["by_hand"] = task.by_hand
            report[task.name] = {**told, "seconds": round(perf_counter() - began, 3)}

    def _note(self, night: int, report: Report) -> None:
        with self.place.catalog.writing() as writing:
            writing.nights.note(night, report)

    def _finish(self, night: int, state: NightState, report: Report) -> Night:
        with self.place.catalog.writing() as writing:
            writing.nights.finish(night, state, report, self.clock())
            return writing.nights.get(night)

    def _say_until_stopped(self, stage: str, done: int, of: int) -> None:
        self._look_whether_to_stop()
        self.say(stage, done, of)

    def _look_whether_to_stop(self) -> None:
        if self.stop.is_set():
            raise CutShort


def _describe(error: Exception, says: tuple[type[BoleError], ...]) -> dict[str, Any]:
    """What may be kept of an error: its kind, our own words, and where a fault of ours was seen."""
    told = {"error": type(error).__name__}
    if isinstance(error, says):
        told["message"] = str(error)
    elif not isinstance(error, BoleError):
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told["where"] = f"{Path(frame.filename).name}:{frame.lineno}"
    return told
