"""A disk that is full or may not be written, and a clock that jumps: refused clearly, nothing lost.

At every boundary of a deed the disk begins to fail and goes on failing. The deed ends with an error
that a person understands, or well; what was there is there, what is served is served; once the disk
works again the same deed works.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from catalog.errors import StoreUnavailable
from catalog.store import unit
from search import past, pipeline
from search.replay import replay_search
from tests.crash.account import DONE, Told
from tests.crash.clock import set_clock
from tests.crash.days import found_in
from tests.crash.deeds import DEEDS, Place
from tests.crash.expected import Deed, Expected
from tests.crash.people_checks import look
from tests.crash.points import Points
from tests.crash.recovering import look_at_once, recover

FAILING = {
    # Names can be taken away on a full disk, and on one that may not be written nothing can.
    errno.ENOSPC: ("mkdir", "fsync", "link"),
    errno.EROFS: ("mkdir", "fsync", "link", "rename", "replace", "unlink", "rmdir"),
}

DEED: dict[str, Deed] = {
    "build": ("build", {"full": True}),
    "store": ("store", {"people": [[7, 0], [8, 0]]}),
    "forget": ("forget", {"number": 3}),
    "finish": ("finish", {}),
}
STEP = {"build": 5, "store": 1, "forget": 1, "finish": 7}  # boundaries from try to try


def _count(place: Place, deed: Deed, fails: Callable[[int, str], None]) -> int:
    points = Points(place.catalog.folder, fails)
    with points.armed():
        DEEDS[deed[0]](place, **deed[1])
    return points.passed


def _failing(since: int, code: int) -> Callable[[int, str], None]:
    """A disk that fails from a boundary on."""

    def meet(number: int, label: str) -> None:
        when, call, *where = label.split(" ", 2)
        if number >= since and when == "before" and call in FAILING[code]:
            raise OSError(code, os.strerror(code), *where)

    return meet


@pytest.mark.parametrize("code", FAILING, ids=lambda code: errno.errorcode[code])
@pytest.mark.parametrize("what", DEED)
def test_a_disk_that_fails_at_any_step_costs_only_the_deed(
    place: Place, expected: Expected, what: str, code: int
) -> None:
    if what == "finish":
        told = Told(0, DONE, DEEDS["forget"](place, number=3))
        expected.take(("forget", {"number": 3}), told)
    since, refusals = 1, 0
    while since < 300:
        try:
            if _count(place, DEED[what], _failing(since, code)) < since:
                break
        except StoreUnavailable:
            refusals += 1
        expected.take(DEED[what], Told(0))  # it may have been done for all that
        assert list(look_at_once(place, expected)) == [], since
        if what == "forget" and 3 in look(place.catalog, expected).erased:
            break  # as it says: the erasure holds, the ledger has to follow
        since += STEP[what]
    assert refusals
    assert list(recover(place)) == []
    expected.settle(look(place.catalog, expected))
    assert found_in(place, expected) == []


def test_a_full_database_costs_only_the_deed(place: Place, expected: Expected) -> None:
    """SQLite's own limit stands for the disk's."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    place.catalog.engine.dispose()
    event.listen(place.catalog.engine, "connect", limit)
    many = [[number, 0] for number in range(100, 130)]
    with pytest.raises(StoreUnavailable):
        DEEDS["store"](place, people=many)
    expected.take(("store", {"people": many}), Told(0))
    assert list(look_at_once(place, expected)) == []
    event.remove(place.catalog.engine, "connect", limit)
    place.catalog.engine.dispose()
    assert DEEDS["store"](place, people=many)["stored"] == len(many)


@pytest.mark.parametrize("days", [-4000, 4000])
def test_a_clock_that_jumps_changes_nothing_but_times(
    place: Place, expected: Expected, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    for module in (unit, past, pipeline):
        monkeypatch.setattr(module, "datetime", module.datetime)  # type: ignore[attr-defined]
    set_clock(timedelta(days=days))
    deeds: list[Deed] = [
        ("store", {"people": [[1, 1], [9, 0]]}),
        ("build", {"full": False}),
        ("search", {"limit": 50}),
        ("forget", {"number": 2}),
        ("build", {"full": True}),
        ("go_back", {}),
        ("build", {"full": False}),
        ("finish", {}),
        ("take_back", {}),
    ]
    for at, (name, given) in enumerate(deeds):
        expected.take((name, given), Told(at, DONE, DEEDS[name](place, **given)))
    assert found_in(place, expected) == []


def test_a_replay_knows_who_was_erased_since_by_a_clock_that_was_set_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = DEEDS["search"](place, limit=50)
    for module in (unit, past, pipeline):
        monkeypatch.setattr(module, "datetime", module.datetime)  # type: ignore[attr-defined]
    set_clock(timedelta(days=-30))
    DEEDS["forget"](place, number=2)
    again = replay_search(place.catalog, place.current.searcher_at, shown["id"])
    assert again.gone == 1
    assert "missing from the log" not in again.why
