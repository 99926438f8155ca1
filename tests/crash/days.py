"""A data folder in which everything was done once, for tests to plant faults in."""

from __future__ import annotations

import pytest

from catalog.store import Catalog
from search import loading
from tests.crash.account import DONE, Told
from tests.crash.deeds import DEEDS, Place
from tests.crash.expected import Deed, Expected
from tests.crash.people_checks import look
from tests.crash.recovering import look_after, look_at_once

DAY: tuple[Deed, ...] = (
    ("store", {"people": [[1, 0], [2, 0], [3, 0], [4, 0]]}),
    ("store", {"people": [[2, 1]]}),
    ("outcome", {"number": 1, "event": "E-1"}),
    ("outcome", {"number": 2, "event": "E-2"}),
    ("build", {"full": False}),
    ("train", {"name": "m1"}),
    ("put_into_service", {"name": "m1"}),
    ("store", {"people": [[5, 0]]}),
    ("build", {"full": False}),
    ("search", {"limit": 50}),
    ("forget", {"number": 4}),
    ("finish", {}),
    ("search", {"limit": 50}),
)


def open_place(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Place:
    # What a place puts there in a process of its own is taken away again in this one.
    monkeypatch.setattr(loading, "CrossEncoderReranker", loading.CrossEncoderReranker)
    return Place(catalog)


def spend_a_day(place: Place) -> Expected:
    expected = Expected()
    for at, (name, given) in enumerate(DAY):
        expected.take((name, given), Told(at, DONE, DEEDS[name](place, **given)))
    assert found_in(place, expected) == []
    expected.settle(look(place.catalog, expected))
    return expected


def found_in(place: Place, expected: Expected) -> list[str]:
    return [
        *expected.surprises,
        *look_at_once(place, expected),
        *look_after(place, expected),
    ]
