"""A night, a backup and a restore in a life; whatever is wrong with a copy is seen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator

import pytest

from catalog.store import Catalog, open_catalog
from catalog.store.engine import default_url
from indexer.ledger import LEDGER
from tests.crash.account import BEGUN, DONE, Told
from tests.crash.days import found_in
from tests.crash.deeds import DEEDS, Place
from tests.crash.expected import Deed, Expected
from tests.crash.keeping import backup_at, restored_at
from tests.crash.people_checks import look

COPYING: tuple[Deed, ...] = (
    ("nightly", {}),
    ("back_up", {"name": "b1"}),
    ("forget", {"number": 3}),
    ("restore", {"name": "b1"}),
    ("finish", {}),
)


def do(place: Place, expected: Expected, *deeds: Deed) -> None:
    for at, (name, given) in enumerate(deeds):
        expected.take((name, given), Told(at, DONE, DEEDS[name](place, **given)))


@pytest.fixture
def kept(place: Place, expected: Expected) -> Expected:
    """Everything was backed up, then somebody erased, then all restored beside it."""
    do(place, expected, *COPYING)
    assert expected.surprises == []
    return expected


@pytest.fixture
def restored(place: Place, kept: Expected) -> Iterator[Catalog]:
    data = restored_at(place.catalog)
    catalog = open_catalog(default_url(data), data)
    yield catalog
    catalog.close()


def test_a_night_a_backup_and_a_restore_leave_nothing_to_find(place: Place, kept: Expected) -> None:
    assert kept.backups == {"b1": {1: 0, 2: 1, 3: 0, 5: 0}}
    assert kept.restoring == ("b1", True)
    assert found_in(place, kept) == []
    kept.settle(look(place.catalog, kept))
    assert kept.restoring is None


def _change(name: str, old: str, new: str) -> Callable[[Place], None]:
    def change(place: Place) -> None:
        file = backup_at(place.catalog, "b1") / name
        content = file.read_text()
        assert old in content
        file.write_text(content.replace(old, new))

    return change


PLANTED: dict[str, tuple[Callable[[Place], object], str]] = {
    "a backup that is lost": (
        lambda p: shutil.rmtree(backup_at(p.catalog, "b1")),
        "backup b1: there is no finished backup",
    ),
    "a byte that changed": (_change("manifest.json", "sequence", "sequense"), "backup b1: "),
    "a backup that was not told": (
        lambda p: (backup_at(p.catalog, "b1") / LEDGER).unlink(),
        "backup b1 has not been told that [3, 4] were erased",
    ),
    "half a backup under a whole one's name": (
        lambda p: backup_at(p.catalog, "b2").mkdir(),
        "backup b2: ",
    ),
    "an erasure that was not applied again": (
        lambda p: _restore_without_word(p),
        "backup b1 brings 3 back, who was erased",
    ),
}


def _restore_without_word(place: Place) -> None:
    from catalog.store.backups.restoring import restoring

    backup = backup_at(place.catalog, "b1")
    with restoring(backup, restored_at(place.catalog), replace=True):
        pass  # nobody is erased again


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found(place: Place, kept: Expected, what: str) -> None:
    plant, sentence = PLANTED[what]
    plant(place)
    found = found_in(place, kept)
    assert any(sentence in each for each in found), "\n".join(found)


def test_somebody_whom_a_restore_loses_or_gives_another_resume_is_found(
    place: Place, kept: Expected
) -> None:
    kept.backups["b1"] |= {2: 0, 7: 0}
    kept.candidate(7)
    found = found_in(place, kept)
    assert [each for each in found if each.startswith("backup")] == [
        "backup b1 gives 2 version 1, and had 0",
        "backup b1 gives 7 version None, and had 0",
    ]


def test_a_restored_index_that_is_not_its_catalogs_is_found(
    place: Place, kept: Expected, restored: Catalog
) -> None:
    with restored.reading() as reading:
        served = restored.folder / reading.generations.serving().generation.folder
    (served / "vectors.npy").write_bytes(b"")
    assert any(each.startswith("restored: ") for each in found_in(place, kept))


def test_a_restore_that_was_cut_short_is_done_again_and_leaves_nothing(
    place: Place, kept: Expected
) -> None:
    data = restored_at(place.catalog)
    half = data.with_name(".restored.restoring-abc")
    data.rename(half)  # killed between the two names
    kept.take(("restore", {"name": "b1"}), Told(0, BEGUN))
    assert found_in(place, kept) == []
    assert data.is_dir()
    assert not half.exists()


@pytest.mark.parametrize(
    ("deed", "told", "sentence"),
    [
        (
            ("nightly", {}),
            {"failed": {"check": {}}, "running": 0, "open": 0, "generation": 1, "reranker": None},
            "a night came to",
        ),
        (
            ("nightly", {}),
            {"failed": {}, "running": 1, "open": 0, "generation": 1, "reranker": None},
            "a night came to",
        ),
        (("back_up", {"name": "b"}), {"missing": ["blobs/x"], "left": []}, "the backup b came to"),
        (("back_up", {"name": "b"}), {"missing": [], "left": [".b.part"]}, "the backup b came to"),
        (("restore", {"name": "b"}), {"people": 1, "left": [".restored.x"]}, "restoring b left"),
    ],
)
def test_what_a_worker_tells_is_listened_to(
    expected: Expected, deed: Deed, told: object, sentence: str
) -> None:
    expected.take(deed, Told(0, DONE, json.loads(json.dumps(told))))
    assert [sentence in each for each in expected.surprises] == [True]
