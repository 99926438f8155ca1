"""Staying awake: each night is run when it is due, until somebody says that it is enough.

For shops without a scheduler of their own: in the foreground (`bole nightly --at`), or in a thread
of a server. The clock is looked at again every minute, so one that is put right, a machine that
slept and a database that was away for a while are noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event
from typing import Protocol

from api.nightly.running import CutShort
from api.nightly.schedule import Schedule
from catalog.errors import Conflict
from catalog.nights import Night

LOOK_AGAIN = 60.0  # seconds


class Shift(Protocol):
    """Who runs the nights: a `NightShift` itself, or a process beside this one."""

    @property
    def stop(self) -> Event:
        """Set when it is enough."""

    @property
    def schedule(self) -> Schedule:
        """When nights are due."""

    def clock(self) -> datetime:
        """The present moment, in UTC."""

    def run_if_due(self) -> Night | None:
        """Run the last night that was due; None where it is over. Errors: Conflict, CutShort."""


@dataclass(slots=True)
class Watchman:
    """Runs the nights of a shift as they come due.

    `tell` is called with each night that was run, and with what kept one from being run; the same
    trouble is told once, not every minute. `wait` waits for so many seconds, or until `shift.stop`.
    """

    shift: Shift
    tell: Callable[[Night | Exception], None]
    wait: Callable[[float], object] | None = None
    _over: date | None = field(default=None, init=False)
    _trouble: str | None = field(default=None, init=False)

    def stay(self) -> None:
        """Run nights until `shift.stop` is set; a night that is under way then is cut short."""
        stop = self.shift.stop
        wait = self.wait or stop.wait
        while not stop.is_set():
            try:
                self.look()
            except CutShort:
                if not stop.is_set():  # a signal, and not us
                    raise
            wait(self._seconds())

    def look(self) -> None:
        """Run the last night that was due, unless it is over or somebody else is at it."""
        day = self.shift.schedule.last_due(self.shift.clock())
        if day == self._over:
            return
        try:
            night = self.shift.run_if_due()
        except Conflict:  # another one runs it: whether it gets to its end is seen in a minute
            return
        except Exception as error:  # whatever it is, there is a night tomorrow
            self._report(error)
            return
        self._over, self._trouble = day, None
        if night is not None:
            self.tell(night)

    def _report(self, error: Exception) -> None:
        trouble = f"{type(error).__name__}: {error}"
        if trouble != self._trouble:
            self._trouble = trouble
            self.tell(error)

    def _seconds(self) -> float:
        now = self.shift.clock()
        left = (self.shift.schedule.next_moment(now) - now).total_seconds()
        return min(LOOK_AGAIN, max(left, 0.0))
