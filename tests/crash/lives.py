"""The life of one data folder: deeds, a kill, a look, again and again."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL

from catalog.store import create_catalog
from tests.crash import cast
from tests.crash.account import Story, read_account
from tests.crash.expected import Deed, Expected
from tests.crash.plans import TARGETS, Planner
from tests.crash.recovering import Report, recover_and_report
from tests.crash.worker import Task, work

_LONGEST = 120.0  # seconds until a process counts as hanging
_CLOCKS = (0, 0, 0, 0, -400, -1, 1, 400)  # days by which a worker's clock is wrong


@dataclass(slots=True)
class Tally:
    """What was tried: kills, and at which boundaries; and all that was found."""

    kills: int = 0
    rounds: int = 0
    recoveries_killed: int = 0
    points: Counter[str] = field(default_factory=Counter)
    boundaries: dict[str, int] = field(default_factory=dict)  # of each deed, as last counted
    untried: dict[str, list[int]] = field(default_factory=dict)
    under_way: Counter[str] = field(default_factory=Counter)  # deeds that kills cut short
    found: list[str] = field(default_factory=list)


def fork_server() -> ForkServerContext:
    """Processes of their own that start in milliseconds."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.warm"])
    return context


class Life:
    """One data folder with its database, and what has to be true of it."""

    def __init__(self, seed: str, url: str, folder: Path, beside: Path, tally: Tally) -> None:
        self.seed = seed
        self.expected = Expected()
        self.tally = tally
        self._dice = random.Random(seed)
        self._planner = Planner(self._dice)
        self._url, self._folder, self._beside = url, folder, beside
        self._context = fork_server()
        self._seconds = 0.15  # a deed takes about
        create_catalog(url, folder).close()

    def live(self, kills: int) -> None:
        """Until so many kills were survived, or something was found."""
        last = self.tally.kills + kills
        while self.tally.kills < last and not self.tally.found:
            self.tally.rounds += 1
            where = f"seed {self.seed}, round {self.tally.rounds}"
            how = self._round()
            self.tally.found += [f"{where}, {how}: {each}" for each in self._look()]

    def _round(self) -> str:
        """Some deeds and a kill; says how."""
        chance = self._dice.random()
        if chance < 0.55:
            return self._die_between_two_steps()
        return self._kill_at_any_time(lanes=2 if chance > 0.85 else 1)

    def _die_between_two_steps(self) -> str:
        target = self._dice.choices(list(TARGETS), list(TARGETS.values()))[0]
        deeds, place = self._planner.around(target, self.expected)
        if not deeds or deeds[place][0] != target:  # nobody is there to do it to
            return self._kill_at_any_time(lanes=1)
        die_at = self._next_boundary(target)
        with self._running(deeds, 0, place, die_at) as worker:
            worker.join(_LONGEST)
            self._note_kill(worker)
        story = self._take(deeds, 0)
        if story.passed is not None:
            self.tally.boundaries[target] = story.passed
        if story.died is None:
            return f"{target} with {story.passed} boundaries, not killed"
        self.tally.points[f"{target}: {story.died}"] += 1
        return f"{target} killed {story.died} ({die_at})"

    def _next_boundary(self, target: str) -> int | None:
        """One that was not tried yet, as long as there are; None to learn how many there are."""
        boundaries = self.tally.boundaries.get(target)
        if not boundaries:
            return None
        left = self.tally.untried.setdefault(target, [])
        if not left:
            left += self._dice.sample(range(1, boundaries + 1), boundaries)
        return left.pop()

    def _kill_at_any_time(self, lanes: int) -> str:
        count = self._dice.randint(3, 12)
        plans = [self._planner.mixed(self.expected, count, n, lanes) for n in range(lanes)]
        self.expected.alone = lanes == 1
        begun = time.monotonic()
        with self._running(plans[0], 0) as first:
            workers = [first]
            with self._running(plans[1], 1) if lanes > 1 else _nobody() as second:
                workers += [second] if second else []
                for worker in self._dice.sample(workers, len(workers)):
                    worker.join(self._dice.uniform(0.05, count * self._seconds))
                    _kill(worker)
                    self._note_kill(worker)
        stories = [self._take(deeds, lane) for lane, deeds in enumerate(plans)]
        done = sum(len(story.deeds) for story in stories)
        if done > lanes:
            passed = (time.monotonic() - begun) / done
            self._seconds = 0.8 * self._seconds + 0.2 * passed
        if lanes > 1:
            self.expected.share_service()
        last = [
            plan[story.deeds[-1].place] if story.deeds else None
            for plan, story in zip(plans, stories, strict=True)
        ]
        return f"killed in {last}"

    @contextmanager
    def _running(
        self, deeds: Sequence[Deed], lane: int, target: int | None = None, die_at: int | None = None
    ) -> Iterator[BaseProcess]:
        account = self._account(lane)
        account.unlink(missing_ok=True)
        clock = timedelta(days=self._dice.choice(_CLOCKS))
        task = Task(self._url, self._folder, account, deeds, target, die_at, clock)
        for name, given in deeds:
            if name in ("store", "come_back"):
                for number, version in given.get(
                    "people", [[given.get("number"), given.get("version")]]
                ):
                    cast.resume_of(number, version)
        worker = self._context.Process(target=work, args=(task, dict(cast.READ)))
        worker.start()
        try:
            yield worker
        finally:
            _kill(worker)

    def _note_kill(self, worker: BaseProcess) -> None:
        if worker.exitcode is None:
            self.tally.found.append(f"seed {self.seed}: a worker hangs")
        elif worker.exitcode == -SIGKILL:
            self.tally.kills += 1
        elif worker.exitcode != 0:
            self.tally.found.append(f"seed {self.seed}: a worker ended with {worker.exitcode}")

    def _take(self, deeds: Sequence[Deed], lane: int) -> Story:
        story = read_account(self._account(lane))
        for told in story.deeds:
            self.expected.take(deeds[told.place], told)
            if told.outcome == "begun":
                self.tally.under_way[deeds[told.place][0]] += 1
        return story

    def _look(self) -> list[str]:
        """A fresh process recovers and looks; now and then the first one is killed at it."""
        if self._dice.random() < 0.15:
            with self._recovering() as (process, _):
                process.join(self._dice.uniform(0.05, 1.5))
                _kill(process)
                self.tally.recoveries_killed += process.exitcode == -SIGKILL
            self.expected.generations = None  # it may have come as far as publishing one
        with self._recovering() as (process, answer):
            report = _receive(process, answer)
        surprises, self.expected.surprises = self.expected.surprises, []
        if report.seen is not None:
            self.expected.settle(report.seen)
        self.expected.alone = True
        return surprises + list(report.found)

    @contextmanager
    def _recovering(self) -> Iterator[tuple[BaseProcess, object]]:
        answer, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=recover_and_report,
            args=(self._url, self._folder, self.expected, dict(cast.READ), theirs),
        )
        process.start()
        theirs.close()
        try:
            yield process, answer
        finally:
            _kill(process)
            answer.close()

    def _account(self, lane: int) -> Path:
        return self._beside / f"account-{lane}.jsonl"


def _receive(process: BaseProcess, answer: object) -> Report:
    assert hasattr(answer, "poll")
    try:
        if answer.poll(_LONGEST):
            report: Report = answer.recv()  # type: ignore[attr-defined]
            process.join(_LONGEST)
            return report
    except EOFError:
        return Report((f"the recovering process ended with {process.exitcode}",), None)
    return Report(("the recovering process hangs",), None)


def _kill(process: BaseProcess) -> None:
    if process.is_alive():
        process.kill()
    process.join()


@contextmanager
def _nobody() -> Iterator[None]:
    yield None
