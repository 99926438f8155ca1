"""Nights beside a server: `bole serve --nights`, for shops without a scheduler of their own.

The night is a process of its own. Its models, its memory and its hours of computing are not the
server's: a search waits for nothing that a night does, and what the night took is given back when
it ends. It computes with one thread (BOLE_NIGHT_THREADS) and gives way to whoever searches.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Event, Thread
from typing import TYPE_CHECKING

from api.nightly.report import night_lines
from api.nightly.running import CutShort, NightShift
from api.nightly.schedule import Schedule
from api.nightly.watchman import Watchman
from catalog.errors import BoleError, Conflict
from catalog.nights import Night, NightState

if TYPE_CHECKING:
    from api.http.state import Served
    from api.workplace import Workplace

_log = logging.getLogger("bole.nights")
_NICE = 15
_LOOK = 0.2  # seconds from one look at the process to the next
_GRACE = 30.0  # seconds that a night has to end in good order
_PAUSE = 3600.0  # seconds until a night is tried again whose process died
_BOLE = (sys.executable, "-c", "from api.cli import main; main()")


class DeadProcessError(Exception):
    """The night's process ended without a report: killed, out of memory, or it could not start."""


@dataclass(slots=True)
class NightProcess:
    """A `Watchman`'s shift: each night is `bole nightly --if-due`, in a process of its own.

    A server that is killed leaves the night running: it holds the lock, ends by itself, and the
    next server leaves it alone.
    """

    place: Workplace
    stop: Event
    command: Sequence[str] = _BOLE
    seconds: Callable[[], float] = time.monotonic
    _shift: NightShift = field(init=False)
    _not_before: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self._shift = NightShift(self.place, stop=self.stop)

    @property
    def schedule(self) -> Schedule:
        """When nights are due here."""
        return self._shift.schedule

    def clock(self) -> datetime:
        """The time by this machine's clock."""
        return self._shift.clock()

    def run_if_due(self) -> Night | None:
        """Run the last night that was due; None where it is over.

        Errors: Conflict while another one runs it, and while a night whose process died has to
        wait; CutShort where `stop` was set meanwhile; DeadProcessError.
        """
        if self._shift.is_over():
            return None
        if self.seconds() < self._not_before:
            raise Conflict("the night's process died: it is tried again within the hour")
        told, status = self._run()
        if self.stop.is_set():
            raise CutShort
        match told:
            case {"night": int(number)}:
                with self.place.catalog.reading() as reading:
                    return reading.nights.get(number)
            case {"state": "stepped_aside"}:
                raise Conflict("another bole nightly is running")
            case {"state": "not_due"}:
                return None
        self._not_before = self.seconds() + _PAUSE
        raise DeadProcessError(f"its process ended with status {status}")

    def _run(self) -> tuple[object, int]:
        """What the process said, as JSON (None: nothing), and its exit status."""
        settings = self.place.settings
        threads = {"OMP_NUM_THREADS": str(settings.night_threads)}
        # A session of its own: Ctrl-C in the server's terminal is the server's to pass on.
        with Popen(
            [*self.command, "--data", str(settings.data), "nightly", "--if-due", "--json"],
            stdout=PIPE,
            env={**os.environ, **threads},
            start_new_session=True,
        ) as process:
            with suppress(OSError):  # it has ended already, or gives way more than that
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
            said = self._wait(process)
        try:
            return json.loads(said), process.returncode
        except ValueError:
            return None, process.returncode

    def _wait(self, process: Popen[bytes]) -> bytes:
        while True:
            try:
                return process.communicate(timeout=_LOOK)[0]
            except TimeoutExpired:
                if self.stop.is_set():
                    return _end(process)


def _end(process: Popen[bytes]) -> bytes:
    process.terminate()
    try:
        return process.communicate(timeout=_GRACE)[0]
    except TimeoutExpired:  # what it has done is kept all the same
        process.kill()
        return process.communicate()[0]


@contextmanager
def nights_beside(served: Served) -> Iterator[None]:
    """Runs the nights for as long as the block lasts, where BOLE_SERVE_NIGHTS says so."""
    if not served.place.settings.serve_nights:
        yield
        return
    _log.info("every night at %s", f"{served.place.settings.night_at:%H:%M}")
    watchman = Watchman(NightProcess(served.place, served.stopping), _tell)
    thread = Thread(target=watchman.stay, name="bole-nights", daemon=True)
    thread.start()
    try:
        yield
    finally:
        served.stopping.set()
        thread.join(_GRACE + 5)


def _tell(what: Night | Exception) -> None:
    """A report into the log; errors that are not ours without their message."""
    if isinstance(what, Exception):
        ours = isinstance(what, BoleError | DeadProcessError)
        _log.error("the night has to wait: %s", what if ours else type(what).__name__)
        return
    level = logging.INFO if what.state is NightState.DONE else logging.ERROR
    for line in night_lines(what):
        _log.log(level, "%s", line)
