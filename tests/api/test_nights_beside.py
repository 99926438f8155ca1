"""Nights beside a server: a process of their own, on time, out of the way, and ended with it."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http.state import Served
from api.nightly import beside
from api.nightly.beside import DeadProcessError, NightProcess, nights_beside
from api.nightly.running import CutShort, NightShift
from api.nightly.watchman import Watchman
from api.nightly.work import Came, Task
from api.settings import Settings
from api.workplace import Workplace
from catalog.errors import Conflict
from catalog.nights import Night, NightState
from catalog.store import Catalog
from tests.api.conftest import run_bole

SECRET = "Orsolya Fenwick-Tamm"


@pytest.fixture
def place(sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    monkeypatch.setattr(beside, "_LOOK", 0.02)
    place = Workplace(Settings(data=sqlite_catalog.folder, serve_nights=True))
    yield place
    place.catalog.close()


def script(*lines: str) -> tuple[str, ...]:
    """A command that runs these lines instead of a night."""
    return (sys.executable, "-c", "\n".join(lines))


def shift(place: Workplace, *lines: str) -> NightProcess:
    return NightProcess(place, threading.Event(), script(*lines))


def newest(place: Workplace) -> Night | None:
    with place.catalog.reading() as reading:
        return next(iter(reading.nights.newest(1)), None)


def stop_when(exists: Path, stop: threading.Event) -> threading.Thread:
    def wait() -> None:
        deadline = time.monotonic() + 30
        while not exists.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_night_that_is_due_is_run_by_a_process_and_reported_and_not_run_again(
    place: Workplace,
) -> None:
    told: list[Night | Exception] = []
    watchman = Watchman(NightProcess(place, threading.Event()), told.append)
    watchman.look()
    (night,) = told
    assert isinstance(night, Night)
    assert night.state is NightState.DONE
    assert night == newest(place)
    assert night.report["index"]["why"] == "there is no résumé yet"
    watchman.look()
    assert NightProcess(place, threading.Event(), ("/no/such/program",)).run_if_due() is None
    assert told == [night]


def test_whoever_comes_second_steps_aside_and_makes_sure_later(place: Workplace) -> None:
    told: list[Night | Exception] = []
    watchman = Watchman(NightProcess(place, threading.Event()), told.append)
    with place.catalog.lock("night"):
        watchman.look()
        assert told == []
        assert newest(place) is None
    watchman.look()
    assert [isinstance(each, Night) for each in told] == [True]


def test_a_night_gives_way_and_computes_with_one_thread(place: Workplace, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    night = shift(
        place,
        "import os, sys, time",
        "time.sleep(0.3)",
        f"open({str(seen)!r}, 'w').write(repr((os.nice(0), os.environ['OMP_NUM_THREADS'],"
        " sys.argv[1:])))",
        'print(\'{"state": "not_due"}\')',
    )
    assert night.run_if_due() is None
    data = str(place.settings.data)
    nice = max(os.nice(0), 15)
    assert seen.read_text() == repr((nice, "1", ["--data", data, "nightly", "--if-due", "--json"]))


def test_when_the_server_stops_the_night_ends_in_good_order(
    place: Workplace, tmp_path: Path
) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    night = shift(
        place,
        "import pathlib, signal, sys, time",
        f"end = lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit(143))",
        "signal.signal(signal.SIGTERM, end)",
        f"pathlib.Path({str(begun)!r}).touch()",
        "time.sleep(60)",
    )
    thread = stop_when(begun, night.stop)
    with pytest.raises(CutShort):
        night.run_if_due()
    thread.join()
    assert ended.exists()


def test_a_night_that_does_not_end_is_killed_after_its_time(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_GRACE", 0.2)
    begun = tmp_path / "begun"
    night = shift(
        place,
        "import os, pathlib, signal, time",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        f"pathlib.Path({str(begun)!r}).write_text(str(os.getpid()))",
        "time.sleep(60)",
    )
    thread = stop_when(begun, night.stop)
    began = time.monotonic()
    with pytest.raises(CutShort):
        night.run_if_due()
    thread.join()
    assert time.monotonic() - began < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


@pytest.mark.parametrize(
    "lines",
    [
        ("import os; os.kill(os.getpid(), 9)",),
        (f"print({SECRET!r}); raise SystemExit(3)",),
        ("print('[1, 2]')",),
        ('print(\'{"night": "seven"}\')',),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')",),
    ],
)
def test_a_night_whose_process_dies_is_told_and_tried_again_within_the_hour(
    place: Workplace, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    now, tries = [0.0], tmp_path / "tries"
    command = script(f"open({str(tries)!r}, 'a').write('.')", *lines)
    night = NightProcess(place, threading.Event(), command, lambda: now[0])
    told: list[Night | Exception] = []
    watchman = Watchman(night, told.append)
    for now[0] in (0.0, 60.0, 3599.0):
        watchman.look()
    assert tries.read_text() == "."
    (trouble,) = told
    assert isinstance(trouble, DeadProcessError)
    assert SECRET not in str(trouble)
    now[0] = 3600.0
    watchman.look()
    assert tries.read_text() == ".."
    with pytest.raises(Conflict):
        night.run_if_due()


def test_a_server_runs_nights_only_where_it_was_told_to(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stayed: list[Any] = []
    monkeypatch.setattr(Watchman, "stay", lambda self: stayed.append(self.shift))
    with nights_beside(Served(Workplace(Settings(data=place.settings.data)))):
        assert not [each for each in threading.enumerate() if each.name == "bole-nights"]
    assert stayed == []
    served = Served(place)
    with nights_beside(served):
        pass
    assert [each.place for each in stayed] == [place]
    assert served.stopping.is_set()


def test_the_log_has_the_report_and_no_message_that_is_not_ours(
    place: Workplace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("bole"), "propagate", True)
    failed = NightShift(place, [Task("index", lambda _: Came(), "bole reindex")]).run()
    with caplog.at_level(logging.INFO, "bole.nights"):
        beside._tell(failed)
        beside._tell(ValueError(SECRET))
        beside._tell(DeadProcessError("its process ended with status -9"))
    assert "is done" in caplog.text
    assert "index" in caplog.text
    assert "the night has to wait: ValueError" in caplog.text
    assert "status -9" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.slow
def test_a_real_server_makes_up_for_the_night_it_missed_and_ends_when_told_to(
    tmp_path: Path,
) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    code = "from api.cli import main; main()"
    command = [sys.executable, "-u", "-c", code, "--data", str(data), "serve", "--port", "0"]
    environment = {**os.environ, "BOLE_SERVE_NIGHTS": "true", "BOLE_NIGHT_AT": "03:30"}
    with (
        log.open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said, env=environment) as server,
    ):
        try:
            deadline = time.monotonic() + 300  # the night gives way to whatever else runs here
            while "is done" not in log.read_text() and time.monotonic() < deadline:
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
        finally:
            server.kill()
    reported = r"INFO bole\.nights The night of [\d-]{10} is done .*\n.*retention"
    assert re.search(reported, log.read_text()), log.read_text()
