from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store import create_catalog, open_catalog
from catalog.store.engine import default_url
from tests.crash.days import open_place, spend_a_day
from tests.crash.deeds import Place
from tests.crash.expected import Expected


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Expected]:
    """A data folder in which all of that was done, for each test to copy."""
    folder = tmp_path_factory.mktemp("day") / "data"
    catalog = create_catalog(default_url(folder), folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        expected = spend_a_day(open_place(catalog, monkeypatch))
        catalog.close()
    expected.gone.clear()  # so that bytes are looked for as if the erasure had just been finished
    return folder, expected


@pytest.fixture
def place(
    day: tuple[Path, Expected], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    folder = shutil.copytree(day[0], tmp_path / "data")
    catalog = open_catalog(default_url(folder), folder)
    yield open_place(catalog, monkeypatch)
    catalog.close()


@pytest.fixture
def expected(day: tuple[Path, Expected]) -> Expected:
    return copy.deepcopy(day[1])
