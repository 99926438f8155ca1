"""Promise 1 where power is lost: what was acknowledged in the data folder is on the disk.

The database keeps its own files; what it promises is said in docs/operations.md. These are the
files beside it: originals, generations, the key and the ledger of erasures, models.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from catalog.errors import BoleError, NotFound, NotReady
from catalog.forgetting import ErasureRecord, Tombstone
from catalog.store import Catalog
from catalog.store.blobs import Blobs
from catalog.store.forgetting.key import KeyFile
from indexer import ledger
from indexer.learning.deciding import shipped
from indexer.learning.training.recording import Candidate, record_candidate
from indexer.ledger import LEDGER, add_to_ledger, read_ledger
from indexer.publish import remove_debris
from search.arrays import open_generation, write_generation
from search.calibration import Calibration
from tests.catalog.power import Cut, Disk

LETTER = b"An original document of some length. " * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def cut_off(folder: Path, tmp_path: Path) -> Callable[..., None]:
    """Runs something on the folder and a check on whatever a power cut may leave of it."""

    def run(act: Callable[[], Any], check: Callable[[Cut], None]) -> None:
        disk = Disk(folder)
        disk.watch(act)
        count = 0
        for cut in disk.cuts(tmp_path / "after"):
            count += 1
            try:
                check(cut)
            except Exception as error:
                raise AssertionError(f"{cut.when} (done: {cut.done}): {error!r}") from error
        assert count > 20

    return run


def store_letter(folder: Path) -> None:
    Blobs(folder / "blobs").put(LETTER)


def check_blob(cut: Cut) -> None:
    blobs = Blobs(cut.folder / "blobs")
    try:
        assert blobs.get(_key()) == LETTER
    except NotFound:
        assert not cut.done
        assert _key() not in list(blobs.keys())
    assert blobs.get(blobs.put(LETTER)) == LETTER  # and it can be stored again


def _key() -> str:
    return hashlib.sha256(LETTER).hexdigest()


def test_an_original_that_was_stored_is_there_whole_after_a_power_cut(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    cut_off(lambda: store_letter(folder), check_blob)


def test_what_another_process_stored_and_did_not_live_to_flush_is_flushed(
    folder: Path, cut_off: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed after its last rename; the bytes are known, and are acknowledged again."""

    def put_twice() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("catalog.store.blobs.flush_names", lambda folder: None)
            Blobs(folder / "blobs").put(LETTER)
        Blobs(folder / "blobs").put(LETTER)

    cut_off(put_twice, check_blob)


def test_an_original_that_was_deleted_stays_away_after_a_power_cut(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    blobs = Blobs(folder / "blobs")
    key = blobs.put(LETTER)

    def check(cut: Cut) -> None:
        assert not cut.done or not (cut.folder / "blobs" / blobs.name_of(key)).exists()

    cut_off(lambda: blobs.delete(key), check)


def write_one(folder: Path) -> None:
    write_generation(
        folder / "generations" / "one",
        {"rows": np.arange(50), "more": np.ones((3, 4), np.float32)},
        encoder="e",
        words="w",
        sequence=1,
        counts={},
    )


def check_generation(cut: Cut) -> None:
    try:
        opened = open_generation(cut.folder / "generations" / "one")
    except NotReady:
        assert not cut.done
        assert not (cut.folder / "generations" / "one").exists()
        return
    opened.verify()
    assert opened.arrays["rows"].tolist() == list(range(50))


def test_a_generation_that_was_written_opens_after_a_power_cut_and_no_other_has_a_name(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    cut_off(lambda: write_one(folder), check_generation)


def test_a_folder_that_was_cleared_away_stays_away_after_a_power_cut(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    """It may hold people who were erased."""
    write_one(folder)

    def check(cut: Cut) -> None:
        assert not cut.done or not (cut.folder / "generations" / "one").exists()

    cut_off(lambda: remove_debris(_catalog_of_nothing(folder)), check)


def _catalog_of_nothing(folder: Path) -> Catalog:
    none = SimpleNamespace(generations=SimpleNamespace(all=lambda *_: []))
    return cast(Catalog, SimpleNamespace(folder=folder, reading=lambda: nullcontext(none)))


def record(person: int) -> ErasureRecord:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    details = {"by": "jt", "due_at": "2026-12-24", "people": [[person, at.isoformat()]]}
    tombstones = (Tombstone("email", f"{person:064x}", person),)
    return ErasureRecord(person, at, tombstones, details)


def test_the_ledger_of_erasures_never_loses_a_line_and_is_never_unreadable(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    add_to_ledger(folder / LEDGER, [record(1)])

    def check(cut: Cut) -> None:
        if b"\0" in (cut.folder / LEDGER).read_bytes():  # a file system that leaves zeros
            assert not cut.done
            return
        told = [each.person_id for each in read_ledger(cut.folder / LEDGER)]
        assert told in ([1, 2, 3], [1, 2], [1])
        assert not cut.done or told == [1, 2, 3]
        add_to_ledger(cut.folder / LEDGER, [record(1), record(2), record(3)])
        again = read_ledger(cut.folder / LEDGER)
        assert sorted(each.person_id for each in again) == [1, 2, 3]

    cut_off(lambda: add_to_ledger(folder / LEDGER, [record(1), record(2), record(3)]), check)


def test_zeros_at_the_end_of_the_ledger_are_what_a_power_cut_left_and_pass(
    folder: Path,
) -> None:
    add_to_ledger(folder / LEDGER, [record(1)])
    with open(folder / LEDGER, "ab") as file:
        file.write(bytes(300))
    assert [each.person_id for each in read_ledger(folder / LEDGER)] == [1]
    add_to_ledger(folder / LEDGER, [record(1), record(2)])
    assert [each.person_id for each in read_ledger(folder / LEDGER)] == [1, 2]


def test_the_first_line_of_the_ledger_lasts_too(folder: Path, cut_off: Callable[..., None]) -> None:
    def check(cut: Cut) -> None:
        told = [each.person_id for each in read_ledger(cut.folder / LEDGER)]
        assert told == [1] or (not told and not cut.done)

    cut_off(lambda: add_to_ledger(folder / LEDGER, [record(1)]), check)


def test_the_key_of_the_tombstones_is_whole_or_not_there(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    made = []

    def check(cut: Cut) -> None:
        try:
            assert KeyFile(cut.folder).read() == made[0]
        except NotReady:
            assert not cut.done

    cut_off(lambda: made.append(KeyFile(folder).make()), check)


def test_a_key_that_another_process_made_is_flushed_before_it_is_used(
    folder: Path, cut_off: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make_twice() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("catalog.store.forgetting.key.flush_names", lambda folder: None)
            KeyFile(folder).make()
        made.append(KeyFile(folder).make())

    def check(cut: Cut) -> None:
        assert not cut.done or KeyFile(cut.folder).read() == made[0]

    cut_off(make_twice, check)


def test_a_backup_that_is_told_of_an_erasure_has_the_key_whole(
    folder: Path, cut_off: Callable[..., None]
) -> None:
    """A torn key would never be written again, and the backup could not be restored."""
    (folder / "backup").mkdir()
    key = KeyFile(folder)
    made = key.make()
    catalog = cast(Catalog, SimpleNamespace(erasure_key=key))

    def check(cut: Cut) -> None:
        try:
            assert KeyFile(cut.folder / "backup").read() == made
        except NotReady:
            assert not cut.done

    cut_off(lambda: ledger._told(catalog, folder / "backup", [record(1)]), check)


@pytest.mark.parametrize("enter", ["trained", "shipped"])
def test_a_model_that_the_catalog_names_is_whole(
    sqlite_catalog: Catalog, tmp_path: Path, enter: str
) -> None:
    """It may be promoted from then on, and a promotion is not lost."""
    source = sqlite_catalog.folder / "models" / ".run-1" if enter == "trained" else tmp_path / "s"
    source.mkdir(parents=True)
    (source / "weights").write_bytes(LETTER)
    (source / "base.json").write_text(
        '{"spec": "a base", "layers": null, "weights": null}', "utf-8"
    )
    (sqlite_catalog.folder / "models").mkdir(exist_ok=True)
    disk = Disk(sqlite_catalog.folder / "models")
    (source / "weights").write_bytes(LETTER * 2)
    disk.watch(lambda: _enter_model(sqlite_catalog, source, enter))
    with sqlite_catalog.reading() as reading:
        (model,) = reading.models.all()
    count = 0
    for cut in disk.cuts(tmp_path / "after"):
        if cut.done:
            count += 1
            weights = cut.folder / Path(model.path).name / "weights"
            assert weights.read_bytes() == LETTER * 2, cut.when
    assert count


def _enter_model(catalog: Catalog, folder: Path, how: str) -> None:
    if how == "trained":
        nothing: Any = SimpleNamespace(train=(), dev=(), test=())
        record_candidate(
            catalog,
            folder,
            Candidate("reranker", "a base", {}, (), nothing, lambda name, metrics: name),
        )
    else:
        with pytest.MonkeyPatch.context() as patch:
            calibration = Calibration(-1.0, {"meaning": 1.0}, 120, 12)
            patch.setattr(shipped, "read_evidence", lambda folder: ({}, calibration))
            shipped.enter_foundation(catalog, folder)


FAULTS: dict[str, tuple[str, Callable[..., Any], Callable[[Path], None], Callable[[Cut], None]]] = {
    "an original without fsync of its folder": (
        "catalog.store.blobs.flush_names",
        lambda folder: None,
        store_letter,
        check_blob,
    ),
    "a generation without fsync of its files": (
        "search.arrays.flush",
        lambda file: file.flush(),
        write_one,
        check_generation,
    ),
    "a generation without fsync of its folders": (
        "search.arrays.flush_names",
        lambda folder: None,
        write_one,
        check_generation,
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_missing_fsync_is_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """These tests can fail: each of the calls is left out, and what is lost is seen."""
    name, without, write, check = FAULTS[what]
    disk = Disk(folder)
    monkeypatch.setattr(name, without)
    disk.watch(lambda: write(folder))
    lost = []
    for cut in disk.cuts(tmp_path / "after"):
        try:
            check(cut)
        except (AssertionError, BoleError):
            lost.append(cut)
    assert lost
