"""A backup is one state of everything, whoever writes meanwhile, and it restores on either side."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Conflict, Damaged, InvalidRequest, NotFound, StoreUnavailable
from catalog.generations import GenerationState
from catalog.store import Catalog, open_catalog
from catalog.store.backups import making
from catalog.store.backups.folder import DATABASE, read_manifest, verify_backup
from catalog.store.backups.making import make_backup
from catalog.store.backups.restoring import restoring
from catalog.store.engine import default_url
from tests.catalog.conftest import ResumeMaker
from tests.catalog.test_copying import _contents as contents


@pytest.fixture
def kept_anywhere(catalog: Catalog, resume: ResumeMaker) -> Catalog:
    """The same on either database."""
    return filled(catalog, resume)


@pytest.fixture
def kept(sqlite_catalog: Catalog, resume: ResumeMaker) -> Catalog:
    """Two people with their originals, a file in quarantine, a model, and a served generation."""
    return filled(sqlite_catalog, resume)


def filled(catalog: Catalog, resume: ResumeMaker) -> Catalog:
    for text, email in (("nurse\nward", "ewa@example.org"), ("driver\nlorry", "jan@example.org")):
        catalog.blobs.put(text.encode())
        with catalog.writing() as w:
            w.resumes.store(resume(text, email=email))
    broken = catalog.blobs.put(b"unreadable")
    with catalog.writing() as w:
        w.quarantine.add("cv.pdf", broken, "empty", "Nothing to read.", kept=True)
        w.models.add("m", "reranker", "f1", "models/m", {})
    publish(catalog, "generations/1")
    (catalog.folder / "models" / "m").mkdir(parents=True)
    (catalog.folder / "models" / "m" / "weights.bin").write_bytes(bytes(5000))
    return catalog


def publish(catalog: Catalog, folder: str) -> None:
    """A generation that is served, with a file in its folder instead of an index."""
    (catalog.folder / folder).mkdir(parents=True)
    (catalog.folder / folder / "rows.npy").write_bytes(folder.encode() * 100)
    with catalog.writing() as w:
        number = w.generations.begin(folder, w.sequence, "e", 1)
        w.generations.verify(number, passages=4, people=2, manifest={})
        w.generations.publish(number, vocabulary="v")


def restore(backup: Path, data: Path, url: str | None = None, **how: Any) -> Catalog:
    with restoring(backup, data, url, **how):
        pass
    return open_catalog(url or default_url(data), data)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def elsewhere(request: pytest.FixtureRequest) -> str | None:
    """Where to restore: the file in the data folder, or a PostgreSQL that is empty."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres").new_database())
    return None


def test_what_is_restored_is_what_was_there(
    kept_anywhere: Catalog, elsewhere: str | None, tmp_path: Path
) -> None:
    before = contents(kept_anywhere.engine)
    made = make_backup(kept_anywhere, tmp_path / "backup")
    assert verify_backup(tmp_path / "backup") == made
    restored = restore(tmp_path / "backup", tmp_path / "new", elsewhere)
    after = contents(restored.engine)
    assert len(after.pop("backup")) == 1
    before.pop("backup")
    assert after == before
    for part in ("blobs", "models", "generations"):
        assert files_of(restored.folder / part) == files_of(kept_anywhere.folder / part)
    assert restored.erasure_key.read() == kept_anywhere.erasure_key.read()
    assert len(list(restored.blobs.keys())) == 3
    restored.close()


def test_a_backup_is_listed_where_it_was_made_and_where_it_was_restored(
    kept: Catalog, tmp_path: Path
) -> None:
    made = make_backup(kept, tmp_path / "backup")
    restored = restore(tmp_path / "backup", tmp_path / "new")
    for catalog in (kept, restored):
        with catalog.reading() as r:
            assert [(each.path, each.sequence) for each in r.backups.all()] == [
                (str(tmp_path / "backup"), made.sequence)
            ]
    restored.close()


def test_what_was_given_a_number_before_the_backup_gets_no_other_after_it(
    kept: Catalog, elsewhere: str | None, tmp_path: Path
) -> None:
    make_backup(kept, tmp_path / "backup")
    restored = restore(tmp_path / "backup", tmp_path / "new", elsewhere)
    with restored.writing() as w:
        assert w.people.add("next") == 3
    restored.close()


def test_a_backup_is_one_state_while_others_write(
    catalog: Catalog, resume: ResumeMaker, tmp_path: Path
) -> None:
    """Each writer adds two people in one transaction: a state has an even number of them, and the
    original of everybody who is in it."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            texts = [f"nurse {number}", f"driver {number}"]
            for text in texts:
                catalog.blobs.put(text.encode())
            with catalog.writing() as w:
                for text in texts:
                    w.resumes.store(resume(text, email=f"{text.replace(' ', '')}@example.org"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sequences = []
        for number in range(3):
            made = make_backup(catalog, tmp_path / f"backup-{number}")
            sequences.append(made.sequence)
            assert made.rows["person"] % 2 == 0
            assert made.rows["document"] == made.rows["person"]
            assert made.missing == ()
            blobs = [name for name in made.files if name.startswith("blobs/")]
            assert len(blobs) == made.rows["document"]
            verify_backup(tmp_path / f"backup-{number}")
    finally:
        stop.set()
        writer.join()
    assert sequences[0] < sequences[-1]


def test_who_is_erased_while_the_backup_is_made_is_not_reported_as_missing(
    kept_anywhere: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_anywhere.reading() as r:
        key = next(iter(r.resumes.of([1], r.sequence).values())).content_hash
    whole = making._copy_blobs

    def erased_meanwhile(catalog: Catalog, *rest: Any) -> None:
        with catalog.writing() as w:
            w.unit.connection.exec_driver_sql("DELETE FROM document WHERE person_id = 1")
        catalog.blobs.delete(key)
        whole(catalog, *rest)

    monkeypatch.setattr(making, "_copy_blobs", erased_meanwhile)
    made = make_backup(kept_anywhere, tmp_path / "backup")
    assert made.missing == ()
    assert not [name for name in made.files if name.endswith(key)]


def test_an_original_that_is_gone_or_damaged_is_named_and_the_rest_is_kept(
    kept: Catalog, tmp_path: Path
) -> None:
    gone, damaged, _ = sorted(kept.blobs.keys())
    kept.blobs.delete(gone)
    (kept.folder / "blobs" / kept.blobs.name_of(damaged)).write_bytes(b"another")
    made = make_backup(kept, tmp_path / "backup")
    assert made.missing == tuple(f"blobs/{kept.blobs.name_of(key)}" for key in (gone, damaged))
    assert len([name for name in made.files if name.startswith("blobs/")]) == 1


def test_an_index_that_is_cleared_away_meanwhile_is_named(kept: Catalog, tmp_path: Path) -> None:
    shutil.rmtree(kept.folder / "generations" / "1")
    assert make_backup(kept, tmp_path / "backup").missing == ("generations/1",)


def test_only_the_served_index_is_in_a_backup_and_the_others_are_retired_in_it(
    kept: Catalog, tmp_path: Path
) -> None:
    publish(kept, "generations/2")
    make_backup(kept, tmp_path / "backup")
    assert not (tmp_path / "backup" / "generations" / "1").exists()
    restored = restore(tmp_path / "backup", tmp_path / "new")
    with restored.reading() as r:
        states = [generation.state for generation in r.generations.all()]
        assert states == [GenerationState.RETIRED, GenerationState.PUBLISHED]
        assert r.generations.serving().generation.folder == "generations/2"
    restored.close()


def test_a_place_that_is_taken_is_left_as_it_is(kept: Catalog, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("theirs")
    with pytest.raises(Conflict, match="already"):
        make_backup(kept, tmp_path / "taken")
    assert files_of(tmp_path / "taken") == {"file": b"theirs"}


def test_a_backup_in_the_data_folder_is_refused(kept: Catalog) -> None:
    with pytest.raises(InvalidRequest, match="data folder"):
        make_backup(kept, kept.folder / "backups" / "today")


def test_two_backups_at_once_are_one_after_the_other(kept: Catalog, tmp_path: Path) -> None:
    with kept.lock("backup"), pytest.raises(Conflict):
        make_backup(kept, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_that_is_killed_leaves_nothing_that_stays(
    kept: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "backups"

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(making, "write_manifest", killed)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # as `kill -9` does
        with pytest.raises(SystemExit):
            make_backup(kept, place / "monday")
    (leftover,) = place.iterdir()
    with pytest.raises(NotFound, match="no finished backup"):
        verify_backup(leftover)
    make_backup(kept, place / "tuesday")
    assert [path.name for path in place.iterdir()] == ["tuesday"]


def test_a_full_disk_leaves_no_backup_and_says_so(
    kept: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making, "copy_file", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        make_backup(kept, tmp_path / "backup")
    with kept.reading() as r:
        assert r.backups.all() == []
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_backups_are_for_their_owner_only(kept: Catalog, tmp_path: Path) -> None:
    make_backup(kept, tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    for path in filter(Path.is_file, (tmp_path / "backup").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_backup_can_be_read_where_nobody_can_write(kept: Catalog, tmp_path: Path) -> None:
    make_backup(kept, tmp_path / "backup")
    before = files_of(tmp_path / "backup")
    verify_backup(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new").close()
    assert files_of(tmp_path / "backup") == before


@pytest.mark.parametrize("fault", ["changed", "shorter", "missing", "manifest", "format", "path"])
def test_a_backup_that_is_not_what_it_was_is_not_restored(
    kept: Catalog, tmp_path: Path, fault: str
) -> None:
    backup = tmp_path / "backup"
    make_backup(kept, backup)
    plant(backup, fault)
    with pytest.raises(Damaged):
        verify_backup(backup)
    with pytest.raises(Damaged):
        restore(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "data"]


def plant(backup: Path, fault: str) -> None:
    """Spoil a backup."""
    weights, manifest = backup / "models" / "m" / "weights.bin", backup / "manifest.json"
    sealed = json.loads(manifest.read_text())
    match fault:
        case "changed":
            weights.write_bytes(b"\x01" + bytes(4999))
        case "shorter":
            database = (backup / DATABASE).read_bytes()
            (backup / DATABASE).write_bytes(database[: len(database) // 2])
        case "missing":
            weights.unlink()
        case "manifest":
            manifest.write_text(manifest.read_text().replace('"bytes": 5000', '"bytes": 5001'))
        case "format":
            sealed["manifest"]["format"] = 2
        case "path":
            sealed["manifest"]["files"]["../outside"] = {"bytes": 0, "sha256": ""}
    if fault in ("format", "path"):
        facts = json.dumps(sealed["manifest"], sort_keys=True)
        sealed["sha256"] = hashlib.sha256(facts.encode()).hexdigest()
        manifest.write_text(json.dumps(sealed))


def test_a_database_that_makes_no_sense_is_damaged_even_with_its_checksum(
    kept: Catalog, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    make_backup(kept, backup)
    spoiled = bytearray((backup / DATABASE).read_bytes())
    spoiled[4096:] = b"\xff" * (len(spoiled) - 4096)
    (backup / DATABASE).write_bytes(spoiled)
    sealed = json.loads((backup / "manifest.json").read_text())
    sealed["manifest"]["files"][DATABASE]["sha256"] = hashlib.sha256(spoiled).hexdigest()
    facts = json.dumps(sealed["manifest"], sort_keys=True)
    sealed["sha256"] = hashlib.sha256(facts.encode()).hexdigest()
    (backup / "manifest.json").write_text(json.dumps(sealed))
    with pytest.raises(Damaged, match=r"database|damaged"):
        verify_backup(backup)


def test_nothing_is_restored_over_a_data_folder(kept: Catalog, tmp_path: Path) -> None:
    make_backup(kept, tmp_path / "backup")
    before = files_of(kept.folder)
    with pytest.raises(Conflict, match="already"):
        restore(tmp_path / "backup", kept.folder)
    assert files_of(kept.folder).keys() == before.keys()


def test_a_data_folder_that_is_replaced_is_moved_aside(
    sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    with sqlite_catalog.writing() as w:
        w.people.add("Ewa")
    make_backup(sqlite_catalog, tmp_path / "backup")
    with sqlite_catalog.writing() as w:
        w.people.add("Jan")
    sqlite_catalog.close()
    restored = restore(tmp_path / "backup", sqlite_catalog.folder, replace=True)
    with restored.reading() as r:
        assert r.counts().people == 1
    restored.close()
    (aside,) = tmp_path.glob("data.before-*")
    old = open_catalog(default_url(aside), aside)
    with old.reading() as r:
        assert r.counts().people == 2
    old.close()


def test_an_empty_folder_that_is_there_is_filled(kept: Catalog, tmp_path: Path) -> None:
    make_backup(kept, tmp_path / "backup")
    (tmp_path / "volume").mkdir()
    identity = (tmp_path / "volume").stat().st_ino
    restore(tmp_path / "backup", tmp_path / "volume").close()
    assert (tmp_path / "volume").stat().st_ino == identity  # a mount point stays one
    assert not list((tmp_path / "volume").glob(".restoring-*"))


@pytest.mark.parametrize("place", ["absent", "empty"])
def test_what_a_killed_restore_left_is_in_nobodys_way(
    kept: Catalog, tmp_path: Path, place: str
) -> None:
    make_backup(kept, tmp_path / "backup")
    new = tmp_path / "new"
    left = new / ".restoring-x" if place == "empty" else tmp_path / ".new.restoring-x"
    left.mkdir(parents=True)
    (left / "catalog.db").write_bytes(b"half")
    restore(tmp_path / "backup", new).close()
    assert not left.exists()
    assert not list(new.glob(".restoring-*"))


@pytest.mark.postgres
def test_nothing_is_restored_into_a_database_that_holds_a_catalog(
    sqlite_catalog: Catalog, postgres_catalog: Catalog, postgres_url: str, tmp_path: Path
) -> None:
    make_backup(sqlite_catalog, tmp_path / "backup")
    with postgres_catalog.writing() as w:
        w.people.add("theirs")
    with pytest.raises(Conflict, match="already"):
        restore(tmp_path / "backup", tmp_path / "new", postgres_url, replace=True)
    with postgres_catalog.reading() as r:
        assert r.counts().people == 1
    assert not (tmp_path / "new").exists()


def test_nobody_sees_a_restore_before_its_block_has_ended(kept: Catalog, tmp_path: Path) -> None:
    make_backup(kept, tmp_path / "backup")
    with restoring(tmp_path / "backup", tmp_path / "new") as restored:
        assert not (tmp_path / "new").exists()
        with restored.writing() as w:
            w.people.add("since")
    after = open_catalog(default_url(tmp_path / "new"), tmp_path / "new")
    with after.reading() as r:
        assert r.counts().people == 3
    after.close()


def test_a_restore_whose_block_fails_leaves_nothing(
    kept: Catalog, elsewhere: str | None, tmp_path: Path
) -> None:
    make_backup(kept, tmp_path / "backup")
    with pytest.raises(ZeroDivisionError), restoring(tmp_path / "backup", tmp_path / "new"):
        _ = 1 / 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "data"]
    restore(tmp_path / "backup", tmp_path / "new", elsewhere).close()  # nothing is in the way


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_what_is_no_backup_is_not_found(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NotFound, match="no finished backup"):
        restore(tmp_path / place, tmp_path / "new")


def test_a_backup_of_a_newer_program_is_not_restored(kept: Catalog, tmp_path: Path) -> None:
    with kept.writing() as w:
        w.unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    make_backup(kept, tmp_path / "backup")
    with pytest.raises(StoreUnavailable, match="newer"):
        restore(tmp_path / "backup", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.fixture(autouse=True)
def _no_debris(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob("**/*.part"))


def test_the_manifest_says_what_is_there(kept: Catalog, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    stage: Callable[[str, int, int], None] = lambda *said: seen.append(said)  # noqa: E731
    made = make_backup(kept, tmp_path / "backup", stage)
    on_disk = set(files_of(tmp_path / "backup")) - {"manifest.json", "erasures.jsonl"}
    assert on_disk == set(made.files) == set(read_manifest(tmp_path / "backup").files)
    assert made.rows["person"] == 2
    assert {name for name, _, _ in seen} == {
        "Copying the catalog",
        "Copying documents",
        "Copying index and models",
    }
