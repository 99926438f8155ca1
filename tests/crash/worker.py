"""The program that is killed: it does one deed after another and says so."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from catalog.errors import BoleError
from catalog.resumes import NewResume
from catalog.store import open_catalog
from tests.crash import cast
from tests.crash.account import BEGUN, DIED, DONE, FAILED, PASSED, REFUSED, Account
from tests.crash.clock import set_clock
from tests.crash.deeds import DEEDS, Place
from tests.crash.expected import Deed
from tests.crash.points import Points


@dataclass(frozen=True, slots=True)
class Task:
    """The deeds of one worker. It dies by itself at boundary `die_at` of the deed at `target`."""

    url: str
    folder: Path
    account: Path
    deeds: Sequence[Deed]
    target: int | None = None
    die_at: int | None = None
    clock: timedelta = timedelta(0)  # by how much this worker's clock is wrong


def work(task: Task, read: Mapping[tuple[int, int], NewResume]) -> None:
    """Does all deeds, or as many as it lives to do."""
    cast.READ.update(read)
    account = Account(task.account)
    set_clock(task.clock)
    catalog = open_catalog(task.url, task.folder)
    place = Place(catalog)
    for at, (name, given) in enumerate(task.deeds):
        points = None
        account.say(at, BEGUN)
        with ExitStack() as stack:
            if at == task.target:

                def meet(number: int, label: str, at: int = at) -> None:
                    if number == task.die_at:
                        account.say(at, DIED, label)
                        os.kill(os.getpid(), signal.SIGKILL)

                points = Points(task.folder, meet)
                stack.enter_context(points.armed())
            try:
                told = DEEDS[name](place, **given)
            except BoleError as error:
                account.say(at, REFUSED, f"{type(error).__name__}: {error}")
            except Exception:
                account.say(at, FAILED, traceback.format_exc())
            else:
                account.say(at, DONE, told)
        if points is not None:
            account.say(at, PASSED, points.passed)
