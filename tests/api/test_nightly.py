"""Nights: what they run and say, and how they get on with failures, clocks and each other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.nightly.running import CutShort, NightShift
from api.nightly.tasks import TASKS
from api.nightly.watchman import Watchman
from api.nightly.work import Came, Task, Work
from api.settings import Settings, read_settings
from api.workplace import Workplace
from catalog.errors import Conflict, InvalidRequest, NotFound, StoreUnavailable
from catalog.nights import Night, NightState, TaskOutcome
from catalog.store import Catalog
from catalog.store.nights import Nights
from tests.api.conftest import run_bole

SECRET = "Orsolya Fenwick-Tamm"


class Clock:
    """A clock that is set by hand."""

    def __init__(self, *now: int) -> None:
        self.now = datetime(*now, tzinfo=UTC)  # type: ignore[arg-type]

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setenv("TZ", "UTC")
    return Clock(2026, 11, 24, 12)


@pytest.fixture
def place(sqlite_catalog: Catalog) -> Iterator[Workplace]:
    place = Workplace(Settings(data=sqlite_catalog.folder))
    yield place
    place.catalog.close()


class Ran:
    """Tasks that note that they ran."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def task(self, name: str, then: Callable[[Work], Came] = lambda work: Came()) -> Task:
        def run(work: Work) -> Came:
            self.names.append(name)
            return then(work)

        return Task(name, run, f"bole {name}")


@pytest.fixture
def ran() -> Ran:
    return Ran()


def fail(error: BaseException) -> Callable[[Work], Came]:
    def then(work: Work) -> Came:
        raise error

    return then


def nights(place: Workplace) -> list[Night]:
    with place.catalog.reading() as reading:
        return reading.nights.newest(100)


def test_every_task_runs_in_its_order_and_is_reported(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    def took_a_while(work: Work) -> Came:
        clock.move(minutes=3)
        return Came(facts={"people": 7})

    tasks = [
        ran.task("one", took_a_while),
        ran.task("two", lambda work: Came.nothing("nothing to do")),
    ]
    night = NightShift(place, tasks, clock).run()
    assert ran.names == ["one", "two"]
    assert (night.state, night.due_on) == (NightState.DONE, date(2026, 11, 24))
    assert night.finished_at == night.started_at + timedelta(minutes=3)
    assert night.report["one"]["outcome"] == TaskOutcome.DONE
    assert night.report["one"]["people"] == 7
    assert night.report["one"]["seconds"] >= 0
    assert night.report["two"]["outcome"] == TaskOutcome.NOT_DUE
    assert night.report["two"]["why"] == "nothing to do"
    assert nights(place) == [night]


@pytest.mark.parametrize(
    "error",
    [NotFound(f"there is no candidate {SECRET}"), ValueError(SECRET), MemoryError(), SystemError()],
)
def test_a_task_that_fails_keeps_no_other_from_running_and_says_no_name(
    place: Workplace, ran: Ran, clock: Clock, error: Exception
) -> None:
    tasks = [ran.task("one", fail(error)), ran.task("two")]
    night = NightShift(place, tasks, clock).run()
    assert ran.names == ["one", "two"]
    assert night.state is NightState.FAILED
    assert night.report["one"]["outcome"] == TaskOutcome.FAILED
    assert night.report["one"]["error"] == type(error).__name__
    assert night.report["one"]["by_hand"] == "bole one"
    assert night.report["two"]["outcome"] == TaskOutcome.DONE
    assert SECRET not in json.dumps(night.report)


def test_what_the_store_says_is_kept_and_where_a_fault_of_ours_lies(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    tasks = [
        ran.task("full", fail(StoreUnavailable("the disk is full; nothing was stored"))),
        ran.task("wrong", fail(KeyError(SECRET))),
    ]
    report = NightShift(place, tasks, clock).run().report
    assert report["full"]["message"] == "the disk is full; nothing was stored"
    assert report["wrong"]["where"].startswith("test_nightly.py:")


def test_an_index_that_was_refused_says_why_and_a_retention_that_was_does_not(
    place: Workplace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Conflict("relevance fell: nDCG@10 0.700 → 0.500 on 30 jobs")
    broken = [replace(task, run=fail(refused)) for task in TASKS]
    report = NightShift(place, broken, clock).run().report
    assert report["index"]["message"] == str(refused)
    assert "message" not in report["retention"]  # there a Conflict may quote why somebody is held


def test_a_task_may_say_itself_that_it_failed(place: Workplace, ran: Ran, clock: Clock) -> None:
    tasks = [ran.task("one", lambda work: Came(TaskOutcome.FAILED, {"failed": 2})), ran.task("two")]
    night = NightShift(place, tasks, clock).run()
    assert night.state is NightState.FAILED
    assert night.report["one"]["failed"] == 2
    assert ran.names == ["one", "two"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), CutShort()])
def test_a_night_that_is_stopped_is_recorded_as_cut_short_and_run_again(
    place: Workplace, ran: Ran, clock: Clock, interruption: BaseException
) -> None:
    tasks = [ran.task("one"), ran.task("two", fail(interruption)), ran.task("three")]
    with pytest.raises(KeyboardInterrupt):
        NightShift(place, tasks, clock).run_if_due()
    (night,) = nights(place)
    assert ran.names == ["one", "two"]
    assert night.state is NightState.CUT_SHORT
    assert night.finished_at is not None
    assert {name: came["outcome"] for name, came in night.report.items()} == {
        "one": TaskOutcome.DONE,
        "two": TaskOutcome.CUT_SHORT,
        "three": TaskOutcome.NOT_REACHED,
    }
    ran.names.clear()
    again = NightShift(place, [ran.task("one")], clock).run_if_due()
    assert again is not None
    assert ran.names == ["one"]


def test_a_server_that_closes_ends_the_night_at_the_next_step(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    stop = threading.Event()

    def long_work(work: Work) -> Came:
        for step in range(10):
            if step == 3:
                stop.set()
            work.say("Embedding", step, 10)
        raise AssertionError("went on although it was told to stop")

    with pytest.raises(CutShort):
        NightShift(place, [ran.task("one", long_work), ran.task("two")], clock, stop=stop).run()
    assert nights(place)[0].state is NightState.CUT_SHORT
    assert ran.names == ["one"]


def test_a_killed_night_is_found_with_what_it_had_done_and_made_up_for(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    seen: list[Night] = []

    def look(work: Work) -> Came:
        seen.extend(nights(place))  # what would be there if we were killed now
        return Came()

    NightShift(place, [ran.task("one"), ran.task("two", look)], clock).run()
    assert seen[0].state is NightState.RUNNING
    assert seen[0].report["one"]["outcome"] == TaskOutcome.DONE
    assert seen[0].report["two"]["outcome"] == TaskOutcome.NOT_REACHED


ENDLESS = """
import sys, time
from pathlib import Path
from api.nightly.running import NightShift
from api.nightly.work import Came, Task
from api.settings import Settings
from api.workplace import Workplace

def wait(work):
    print("under way", flush=True)
    time.sleep(600)

tasks = [Task("one", lambda work: Came(), ""), Task("two", wait, "")]
NightShift(Workplace(Settings(data=Path(sys.argv[1]))), tasks).run()
"""


def test_after_kill_9_the_next_night_runs_at_once_and_marks_the_killed_one(
    place: Workplace, ran: Ran
) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(place.settings.data)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "under way\n"
        with pytest.raises(Conflict):  # what we kill really holds the lock
            NightShift(place, [ran.task("one")]).run()
    finally:
        killed.kill()
        killed.communicate()
    assert NightShift(place, [ran.task("one")]).run_if_due() is not None
    done, cut_short = nights(place)
    assert (done.state, cut_short.state) == (NightState.DONE, NightState.CUT_SHORT)
    assert cut_short.finished_at is None
    assert cut_short.report["one"]["outcome"] == TaskOutcome.DONE
    assert ran.names == ["one"]


def test_a_second_runner_steps_aside(place: Workplace, ran: Ran, clock: Clock) -> None:
    def second(work: Work) -> Came:
        with pytest.raises(Conflict, match="nightly"):
            NightShift(place, [ran.task("again")], clock).run()
        with pytest.raises(Conflict, match="nightly"):
            NightShift(place, [ran.task("again")], clock).run_if_due()
        return Came()

    night = NightShift(place, [ran.task("one", second)], clock).run()
    assert night.state is NightState.DONE
    assert ran.names == ["one"]
    assert len(nights(place)) == 1


@pytest.mark.postgres
def test_two_runners_on_one_postgresql_run_one_night(
    postgres_catalog: Catalog, ran: Ran, clock: Clock, tmp_path: Path
) -> None:
    url = postgres_catalog.engine.url.render_as_string(hide_password=False)
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    one = Workplace(Settings(data=postgres_catalog.folder, database_url=url))
    other = Workplace(Settings(data=other_folder, database_url=url))

    def second(work: Work) -> Came:
        with pytest.raises(Conflict):
            NightShift(other, [ran.task("again")], clock).run()
        return Came()

    NightShift(one, [ran.task("one", second)], clock).run()
    assert NightShift(other, [ran.task("again")], clock).run_if_due() is None
    assert ran.names == ["one"]
    one.catalog.close()
    other.catalog.close()


def test_whoever_waited_for_a_night_that_is_over_does_not_run_it_again(
    place: Workplace, ran: Ran, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = NightShift(place, [ran.task("one")], clock)
    real_lock = Catalog.lock

    def lock(catalog: Catalog, name: str, *more: Any, **and_more: Any) -> Any:
        monkeypatch.setattr(Catalog, "lock", real_lock)
        shift.run()  # somebody else's whole night, between our look and our lock
        return real_lock(catalog, name, *more, **and_more)

    monkeypatch.setattr(Catalog, "lock", lock)
    assert shift.run_if_due() is None
    assert ran.names == ["one"]


# Clocks.


def run_often(shift: NightShift, clock: Clock, *, hours: float, every: float = 0.5) -> list[date]:
    """Call as a scheduler would, for so many hours; the days whose nights ran."""
    over = clock.now + timedelta(hours=hours)
    ran = []
    while clock.now < over:
        if (night := shift.run_if_due()) is not None:
            ran.append(night.due_on)
        clock.move(hours=every)
    return ran


def test_each_night_runs_once_however_often_it_is_called(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    shift = NightShift(place, [ran.task("one")], clock)
    assert run_often(shift, clock, hours=72) == [
        date(2026, 11, 24),
        date(2026, 11, 25),
        date(2026, 11, 26),
        date(2026, 11, 27),
    ]
    assert len(ran.names) == 4


def test_missed_nights_are_made_up_for_once(place: Workplace, ran: Ran, clock: Clock) -> None:
    shift = NightShift(place, [ran.task("one")], clock)
    run_often(shift, clock, hours=1)
    clock.move(days=9)
    assert run_often(shift, clock, hours=12) == [date(2026, 12, 3)]


def test_a_night_that_failed_is_tried_again_the_next_night(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    shift = NightShift(place, [ran.task("one", fail(ValueError()))], clock)
    assert run_often(shift, clock, hours=24) == [date(2026, 11, 24), date(2026, 11, 25)]


@pytest.mark.parametrize("years", [-56, -1, 4])
def test_a_clock_that_was_wrong_for_a_while_makes_no_night_run_twice_and_none_stay_away(
    place: Workplace, ran: Ran, clock: Clock, years: int
) -> None:
    shift = NightShift(place, [ran.task("one")], clock)
    right = run_often(shift, clock, hours=24)
    clock.move(days=365 * years)
    wrong = run_often(shift, clock, hours=48)
    clock.move(days=-365 * years)
    right += run_often(shift, clock, hours=72)
    assert [day.day for day in right] == [24, 25, 27, 28, 29, 30]  # the 26th passed elsewhere
    assert len(set(wrong)) == len(wrong) == 3  # under the wrong clock once a day too


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(hours=1), timedelta(hours=20)])
def test_a_clock_that_is_put_back_does_not_have_the_night_run_again(
    place: Workplace, ran: Ran, clock: Clock, back: timedelta
) -> None:
    shift = NightShift(place, [ran.task("one")], clock)
    clock.now = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    assert shift.run_if_due() is not None
    clock.now -= back
    again = run_often(shift, clock, hours=24, every=0.1)
    # The night before was never run: it may be made up for. The one that was is not run again.
    assert date(2026, 11, 25) not in again
    assert len(again) == len(set(again)) <= 2


# Staying awake.


def test_a_watchman_runs_each_night_on_time_and_ends_when_told(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    stop = threading.Event()
    began: list[datetime] = []

    def note(work: Work) -> Came:
        began.append(work.now)
        if len(began) == 4:
            stop.set()
        return Came()

    def wait(seconds: float) -> None:
        assert 0 <= seconds <= 60
        clock.move(seconds=max(seconds, 0.001))

    told: list[Night | Exception] = []
    clock.now = datetime(2026, 11, 24, 12, 0, 17, tzinfo=UTC)
    shift = NightShift(place, [ran.task("one", note)], clock, stop=stop)
    Watchman(shift, told.append, wait).stay()
    assert began[0] == datetime(2026, 11, 24, 12, 0, 17, tzinfo=UTC)  # missed, made up for at once
    for day, moment in enumerate(began[1:], 25):
        late = moment - datetime(2026, 11, day, 3, 30, tzinfo=UTC)
        assert timedelta(0) <= late < timedelta(seconds=1)
    assert [night.state for night in told if isinstance(night, Night)] == [NightState.DONE] * 4


def test_a_watchman_survives_a_database_that_is_away_and_says_so_once(
    place: Workplace, ran: Ran, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Night | Exception] = []
    watchman = Watchman(NightShift(place, [ran.task("one")], clock), told.append)
    real = Catalog.reading

    def away(catalog: Catalog) -> Any:
        raise StoreUnavailable("the database cannot be reached")

    monkeypatch.setattr(Catalog, "reading", away)
    for _ in range(5):
        watchman.look()
    assert [str(trouble) for trouble in told] == ["the database cannot be reached"]
    monkeypatch.setattr(Catalog, "reading", real)
    watchman.look()
    assert ran.names == ["one"]
    assert isinstance(told[-1], Night)


def test_a_watchman_leaves_a_night_to_whoever_runs_it_and_looks_again(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    told: list[Night | Exception] = []
    watchman = Watchman(NightShift(place, [ran.task("one")], clock), told.append)
    with place.catalog.lock("night"):
        watchman.look()
    assert (ran.names, told) == ([], [])
    watchman.look()
    assert ran.names == ["one"]
    watchman.look()
    assert ran.names == ["one"]


def test_a_watchman_in_a_thread_is_stopped_at_once_even_in_the_middle_of_a_night(
    place: Workplace, ran: Ran
) -> None:
    stop, under_way, ended = threading.Event(), threading.Event(), threading.Event()

    def endless(work: Work) -> Came:
        under_way.set()
        while True:
            work.say("Embedding", 1, 2)
            stop.wait(0.01)

    def stay() -> None:
        Watchman(NightShift(place, [ran.task("one", endless)], stop=stop), print).stay()
        ended.set()

    thread = threading.Thread(target=stay)
    thread.start()
    assert under_way.wait(30)
    stop.set()
    thread.join(30)
    assert ended.is_set()
    assert nights(place)[0].state is NightState.CUT_SHORT


# What a night does, and the command.


def test_before_anything_is_there_a_night_finds_nothing_to_do(place: Workplace) -> None:
    night = NightShift(place).run()
    assert night.state is NightState.DONE, night.report
    assert list(night.report) == sorted(task.name for task in TASKS)


def test_the_tasks_are_those_that_the_page_describes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.split("## Nights")[1].split("\n## ")[0]
    named = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert [name for name in named if name.islower()] == [task.name for task in TASKS]
    settings = {name.lower().removeprefix("bole_") for name in named if not name.islower()}
    assert settings <= set(Settings.model_fields)
    assert {name for name in Settings.model_fields if name.startswith("night")} <= settings


@pytest.mark.parametrize("task", [task for task in TASKS if task.by_hand], ids=lambda t: t.name)
def test_what_can_be_done_by_hand_is_a_command_that_there_is(task: Task, tmp_path: Path) -> None:
    words = [word for word in task.by_hand.split()[1:] if not word.startswith("-")]
    said = run_bole(tmp_path, *words, "--help")
    assert said.code == 0, task.by_hand


@pytest.fixture
def data(sqlite_catalog: Catalog) -> Path:
    return sqlite_catalog.folder


@pytest.fixture
def only_task(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Work], Came]], None]:
    """Has the command run one task of the test's own."""

    def use(run: Callable[[Work], Came]) -> None:
        import api.nightly.running as running

        shift = running.NightShift
        monkeypatch.setattr(
            running,
            "NightShift",
            lambda place, **more: shift(place, [Task("one", run, "bole status")], **more),
        )

    return use


def test_the_command_reports_each_task_to_people_and_to_machines(data: Path) -> None:
    told = run_bole(data, "nightly", "--json").json
    assert told["state"] == "done"
    assert list(told["tasks"]) == [task.name for task in TASKS]  # as they ran
    said = run_bole(data, "nightly")
    assert said.code == 0
    assert all(task.name in said.out for task in TASKS)
    assert [night["night"] for night in run_bole(data, "nights", "--json").json] == [2, 1]
    assert len(run_bole(data, "nights", "--limit", "1").out.split("The night of")) == 2


def test_the_status_says_how_the_last_night_went(data: Path, only_task: Any) -> None:
    assert "last_night" not in run_bole(data, "status", "--json").json
    only_task(fail(ValueError()))
    run_bole(data, "nightly")
    assert run_bole(data, "status", "--json").json["last_night"].endswith("failed")


def test_where_a_task_failed_the_command_says_which_and_ends_with_1(
    data: Path, only_task: Any
) -> None:
    only_task(fail(ValueError(SECRET)))
    said = run_bole(data, "nightly")
    assert said.code == 1
    assert "ValueError" in said.out
    assert "bole status" in said.out
    assert SECRET not in said.out + said.err


def test_with_if_due_a_night_that_has_run_is_not_run_again(data: Path) -> None:
    assert run_bole(data, "nightly", "--if-due", "--json").json["state"] == "done"
    assert run_bole(data, "nightly", "--if-due", "--json").json == {"state": "not_due"}
    said = run_bole(data, "nightly", "--if-due")
    assert (said.code, "Nothing is due" in said.out) == (0, True)
    assert run_bole(data, "nightly", "--json").json["state"] == "done"  # asked for: runs


def test_while_another_runs_the_command_steps_aside_and_that_is_no_failure(
    data: Path, sqlite_catalog: Catalog
) -> None:
    with sqlite_catalog.lock("night"):
        said = run_bole(data, "nightly")
        assert run_bole(data, "nightly", "--json").json == {"state": "stepped_aside"}
        assert run_bole(data, "nightly", "--if-due", "--json").json == {"state": "stepped_aside"}
    assert said.code == 0
    assert "another" in said.out
    assert said.err == ""
    with sqlite_catalog.reading() as reading:
        assert reading.nights.newest() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_night_in_good_order(
    data: Path,
    only_task: Any,
    number: signal.Signals,
    sqlite_catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = signal.getsignal(number)
    finish = Nights.finish

    def finish_under_fire(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)  # somebody is impatient
        os.kill(os.getpid(), signal.SIGINT)
        finish(*arguments)

    monkeypatch.setattr(Nights, "finish", finish_under_fire)
    only_task(lambda work: os.kill(os.getpid(), number) or Came())
    said = run_bole(data, "nightly")
    assert said.code == 128 + number
    assert "Traceback" not in said.err
    with sqlite_catalog.reading() as reading:
        (night,) = reading.nights.newest()
    assert night.state is NightState.CUT_SHORT
    assert night.report["one"]["outcome"] == TaskOutcome.CUT_SHORT
    assert signal.getsignal(number) is before


def test_the_command_in_the_foreground_runs_what_was_missed_waits_and_ends_when_told(
    data: Path, sqlite_catalog: Catalog
) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()"]
    running = subprocess.Popen(
        [*command, "--data", str(data), "nightly", "--at", "00:00"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert running.stdout is not None
    lines = [running.stdout.readline() for _ in range(2 + len(TASKS))]
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=30)
    assert "00:00" in lines[0]
    assert "is done" in lines[1]
    assert running.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in err, err
    with sqlite_catalog.reading() as reading:
        assert [night.state for night in reading.nights.newest()] == [NightState.DONE]


def test_at_takes_a_time_of_day_and_no_if_due(data: Path) -> None:
    for arguments in (["--at", "25:00"], ["--at", "3pm"], ["--at", "03:30", "--if-due"]):
        said = run_bole(data, "nightly", *arguments)
        assert said.code == 1
        assert said.err.startswith("bole: ")


@pytest.mark.parametrize("command", ["nightly", "nights"])
def test_before_init_the_command_says_to_run_init(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path / "nowhere", command)
    assert said.code == 1
    assert "bole init" in said.err
    assert run_bole(tmp_path, command, "--help").code == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BOLE_NIGHT_AT", "25:00"),
        ("BOLE_NIGHT_AT", ""),
        ("BOLE_NIGHT_RETRAIN", "-1"),
        ("BOLE_NIGHT_RETRAIN", "often"),
        ("BOLE_NIGHT_KEEP", "0"),
    ],
)
def test_settings_of_the_night_that_make_no_sense_are_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidRequest, match=variable):
        read_settings(tmp_path)


def test_only_so_many_reports_are_kept(place: Workplace, ran: Ran, clock: Clock) -> None:
    kept = Workplace(place.settings.model_copy(update={"night_keep": 2}))
    for _ in range(4):
        NightShift(kept, [ran.task("one")], clock).run()
    assert [night.id for night in nights(place)] == [4, 3]
    kept.catalog.close()


def test_a_night_that_was_cut_short_is_not_the_night_before(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    NightShift(place, [ran.task("one")], clock).run()
    clock.move(days=365)
    with pytest.raises(CutShort):
        NightShift(place, [ran.task("one", fail(CutShort()))], clock).run()
    seen: list[Night | None] = []
    look = ran.task("one", lambda work: seen.append(work.before) or Came())
    NightShift(place, [look], clock).run()
    assert seen[0] is not None
    assert clock.now - seen[0].started_at == timedelta(days=365)


def test_the_work_of_a_night_knows_the_night_before(
    place: Workplace, ran: Ran, clock: Clock
) -> None:
    seen: list[Night | None] = []

    def look(work: Work) -> Came:
        seen.append(work.before)
        return Came()

    for _ in range(2):
        NightShift(place, [ran.task("one", look)], clock).run()
        clock.move(days=1)
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[1].started_at == clock.now - timedelta(days=2)
