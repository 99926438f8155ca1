"""Every check finds the fault that it is there for, and a repair leaves nothing of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from catalog.forgetting import Erasure
from catalog.generations import GenerationState
from catalog.store import Catalog
from catalog.store.backups.making import make_backup
from catalog.store.tables import ErasureRow, GenerationRow, ServingRow
from indexer.checking import Finding, Kind, check, repair
from indexer.erasure import erase
from indexer.reindex import reindex
from search import words
from search.arrays import open_generation, write_generation
from tests.indexer.pool import TEXTS, WordCounter, files_of, resume_of, store
from tests.trained import add_model

LONG_AGO = 1_600_000_000


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter(dimension=16)


@pytest.fixture
def pool(sqlite_catalog: Catalog, encoder: WordCounter) -> Catalog:
    """Two generations, the younger one served; every original in its place; a model."""
    return filled(sqlite_catalog, encoder)


def filled(catalog: Catalog, encoder: WordCounter) -> Catalog:
    add_people(catalog, TEXTS)
    reindex(catalog, encoder)
    add_people(catalog, {"diver": "Diver for wrecks.\nOyster beds."})
    reindex(catalog, encoder)
    add_model(catalog, "mild")
    assert check(catalog) == []
    return catalog


def add_people(catalog: Catalog, texts: dict[str, str]) -> dict[str, int]:
    for who, text in texts.items():
        catalog.blobs.put(f"{who}: {text}".encode())
    return store(catalog, texts)


def one(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def kinds(findings: list[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings}


def served_folder(catalog: Catalog) -> Path:
    with catalog.reading() as r:
        return catalog.folder / r.generations.serving().generation.folder


def served_files(catalog: Catalog) -> dict[str, bytes]:
    return {n: b for n, b in files_of(served_folder(catalog)).items() if n != "manifest.json"}


def run_sql(catalog: Catalog, statement: Any, *values: Any) -> None:
    with catalog.writing() as w:
        if isinstance(statement, str):
            statement = sa.text(statement)
        w.unit.connection.execute(statement, *values)


def flip(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def rewrite(catalog: Catalog, **changes: Callable[[Any], Any]) -> None:
    """The served folder again, whole and sealed, with other arrays: a wrong builder's work."""
    folder = served_folder(catalog)
    opened = open_generation(folder)
    arrays = {name: np.array(array) for name, array in opened.arrays.items()}
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    shutil.rmtree(folder)
    write_generation(
        folder,
        arrays,
        encoder=opened.manifest.encoder,
        words=words.fingerprint(),
        sequence=opened.manifest.sequence,
        counts=opened.manifest.counts,
    )


def spoil_last(values: Any) -> Any:
    values[-1] = 0
    return values


def swap_owner(owners: Any) -> Any:
    owners[-1] = 99
    return owners


def next_passage(ids: Any) -> Any:
    ids[-1] += 1000
    return ids


def remove_manifest(catalog: Catalog) -> None:
    (served_folder(catalog) / "manifest.json").unlink()


def other_encoder(catalog: Catalog) -> None:
    run_sql(catalog, sa.update(ServingRow).values(encoder="another"))


def other_sequence(catalog: Catalog) -> None:
    with catalog.reading() as r:
        number = r.generations.serving().generation.id
    run_sql(catalog, sa.update(GenerationRow).where(GenerationRow.id == number).values(sequence=1))


def retired_but_served(catalog: Catalog) -> None:
    with catalog.reading() as r:
        number = r.generations.serving().generation.id
    run_sql(
        catalog,
        sa.update(GenerationRow).where(GenerationRow.id == number).values(state="retired"),
    )


INDEX_FAULTS: dict[str, tuple[Callable[[Catalog], object], str]] = {
    "no folder": (lambda c: shutil.rmtree(served_folder(c)), "cannot be used"),
    "no manifest": (remove_manifest, "cannot be used"),
    "a byte of the vectors": (lambda c: flip(served_folder(c) / "vectors.npy"), "checksum"),
    "a byte of the words": (
        lambda c: flip(sorted(served_folder(c).glob("lex*.npy"))[0]),
        "cannot be used",
    ),
    "half a file": (
        lambda c: os.truncate(served_folder(c) / "vectors.npy", 200),
        "another length",
    ),
    "a zeroed vector": (lambda c: rewrite(c, vectors=spoil_last), "nothing but zeros"),
    "somebody else's vector": (
        lambda c: rewrite(c, vectors=lambda v: np.roll(v, 1, axis=0)),
        "not those that the catalog keeps",
    ),
    "another owner": (lambda c: rewrite(c, candidate_of_row=swap_owner), "somebody else's"),
    "an unknown passage": (lambda c: rewrite(c, row_ids=next_passage), "knows nothing"),
    "another encoder": (other_encoder, "another encoder"),
    "another sequence": (other_sequence, "change"),
    "a retired one served": (retired_but_served, "recorded as retired"),
}


@pytest.mark.parametrize("fault", INDEX_FAULTS)
def test_an_index_that_is_not_what_the_catalog_says_is_found_and_built_anew(
    pool: Catalog, encoder: WordCounter, fault: str
) -> None:
    before = served_files(pool)
    spoil, said = INDEX_FAULTS[fault]
    spoil(pool)
    found = [finding for finding in check(pool) if finding.kind is Kind.INDEX]
    assert any(said in finding.message for finding in found), found
    assert all("bole check --repair" in finding.message for finding in found)
    repaired = repair(pool, lambda: encoder)
    assert repaired.left == ()
    assert repaired.done[-1].startswith("built generation") or "retired" in repaired.done[-1], (
        repaired.done
    )
    assert served_files(pool) == before  # to the bit, whatever was wrong


@pytest.mark.postgres
def test_on_postgresql_the_same_is_found_and_repaired(
    postgres_catalog: Catalog, encoder: WordCounter
) -> None:
    pool = filled(postgres_catalog, encoder)
    before = served_files(pool)
    (pool.folder / "generations" / "left").mkdir()
    flip(served_folder(pool) / "vectors.npy")
    run_sql(pool, "DELETE FROM vector")
    key = pool.blobs.put(b"whose is this?")
    age(pool.blobs.folder / pool.blobs.name_of(key))
    run_sql(pool, "UPDATE sequence SET value = value + 1")
    assert kinds(check(pool)) == {Kind.INDEX, Kind.VECTOR, Kind.DEBRIS, Kind.UNOWNED}
    repaired = repair(pool, lambda: encoder)
    assert (repaired.failed, repaired.left) == ((), ())
    after = served_files(pool)
    assert {name for name in before if after[name] != before[name]} == set()
    run_sql(pool, "UPDATE sequence SET value = 1")
    assert kinds(check(pool)) >= {Kind.CATALOG}


def test_without_an_index_there_is_nothing_to_compare_it_with(catalog: Catalog) -> None:
    assert check(catalog) == []
    add_people(catalog, TEXTS)
    assert check(catalog) == []


def test_a_damaged_index_is_first_rolled_back_then_built_anew(
    pool: Catalog, encoder: WordCounter
) -> None:
    shutil.rmtree(served_folder(pool))
    serves: list[int] = []

    def open_encoder() -> WordCounter:
        with pool.reading() as r:
            serves.append(r.generations.serving().generation.id)
        return encoder

    repaired = repair(pool, open_encoder)
    assert serves == [1]
    assert "went back to generation 1" in repaired.done[0]
    with pool.reading() as r:
        assert r.generations.serving().generation.id == 3


def test_an_index_that_cannot_be_built_leaves_the_older_one_and_says_why(
    pool: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.errors import StoreUnavailable
    from indexer.checking import repairing

    def full(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(repairing, "reindex", full)
    shutil.rmtree(served_folder(pool))
    repaired = repair(pool, lambda: encoder)
    assert repaired.failed == ("the index could not be built anew: the disk is full",)
    with pool.reading() as r:
        assert r.generations.serving().generation.id == 1
    assert repaired.left == ()  # what is served is whole, if older


def test_a_kept_generation_that_is_damaged_is_found_and_retired(
    pool: Catalog, encoder: WordCounter
) -> None:
    with pool.reading() as r:
        older = r.generations.all(GenerationState.PUBLISHED)[0]
    flip(pool.folder / older.folder / "vectors.npy")
    finding = one(check(pool))
    assert finding.kind is Kind.KEPT_INDEX
    assert "generation 1" in finding.message
    assert repair(pool, lambda: encoder).left == ()
    assert not (pool.folder / older.folder).exists()
    with pool.reading() as r:
        assert r.generations.get(older.id).state is GenerationState.RETIRED


BAD_VECTORS = {
    "zeros": bytes(64),
    "not a number": np.full(16, np.nan, "<f4").tobytes(),
    "half as long": np.array([1, *[0] * 7], "<f4").tobytes(),
    "cut": b"\x01" * 63,
    "nothing": b"",
    "too long a vector": np.full(16, 2.0, "<f4").tobytes(),
    "infinite": np.full(16, np.inf, "<f4").tobytes(),
}


@pytest.mark.parametrize("fault", BAD_VECTORS)
def test_what_is_no_vector_is_found_and_taken_from_the_index_again(
    pool: Catalog, encoder: WordCounter, fault: str
) -> None:
    before = served_files(pool)
    with pool.reading() as r:
        key = next(r.resumes.passages_at(r.sequence)).content_key
    with pool.writing() as w:  # the database itself refuses to change a vector
        w.vectors.discard([key], encoder.fingerprint)
        w.vectors.put({key: BAD_VECTORS[fault]}, encoder.fingerprint)
    finding = one(check(pool))
    assert (finding.kind, finding.subjects) == (Kind.VECTOR, (key,))
    encoder.encoded.clear()
    repaired = repair(pool, lambda: encoder)
    assert repaired.left == ()
    assert encoder.encoded == []  # no score moves by a bit
    assert served_files(pool) == before


def test_a_missing_vector_of_a_searched_text_is_found_and_put_back(
    pool: Catalog, encoder: WordCounter
) -> None:
    run_sql(pool, "DELETE FROM vector")
    finding = one(check(pool))
    assert finding.kind is Kind.VECTOR
    assert "14 texts" in finding.message
    repaired = repair(pool, lambda: encoder)
    assert repaired.left == ()
    assert "took 14 vectors from the index and computed 0" in repaired.done


def test_vectors_that_are_nowhere_any_more_are_computed_and_the_index_built_upon_them(
    pool: Catalog, encoder: WordCounter
) -> None:
    shutil.rmtree(pool.folder / "generations")
    run_sql(pool, "DELETE FROM vector")
    assert kinds(check(pool)) == {Kind.INDEX, Kind.KEPT_INDEX, Kind.VECTOR}
    encoder.encoded.clear()
    assert repair(pool, lambda: encoder).left == ()
    assert len(set(encoder.encoded)) == 14


def test_new_people_without_vectors_are_told_of_but_nothing_is_wrong(
    pool: Catalog, encoder: WordCounter
) -> None:
    add_people(pool, {"late": "Came a minute ago."})
    finding = one(check(pool))
    assert (finding.kind, finding.wrong) == (Kind.WAITING, False)
    assert repair(pool, lambda: encoder).left == ()


def test_an_original_that_is_gone_or_damaged_is_found_and_brought_back_from_a_backup(
    pool: Catalog, encoder: WordCounter, tmp_path: Path
) -> None:
    make_backup(pool, tmp_path / "backup")
    before = originals(pool)
    gone, damaged, *_ = before
    pool.blobs.delete(gone)
    flip(pool.blobs.folder / pool.blobs.name_of(damaged))
    first, second = check(pool)
    assert (first.kind, first.subjects) == (Kind.ORIGINAL, (gone,))
    assert (second.kind, second.subjects) == (Kind.ORIGINAL, (damaged,))
    assert one(check(pool, contents=False)).subjects == (gone,)
    assert repair(pool, lambda: encoder).left == ()
    assert originals(pool) == before


def test_an_original_that_is_nowhere_stays_a_finding(pool: Catalog, encoder: WordCounter) -> None:
    flip(pool.blobs.folder / pool.blobs.name_of(next(iter(pool.blobs.keys()))))
    repaired = repair(pool, lambda: encoder)
    assert "brought 0 of 1 originals back" in repaired.done[0]
    assert kinds(list(repaired.left)) == {Kind.ORIGINAL}
    assert len(list(pool.blobs.keys())) == 7  # nothing was removed


def test_the_original_of_a_file_in_quarantine_is_missed_too(
    pool: Catalog, encoder: WordCounter
) -> None:
    with pool.writing() as w:
        w.quarantine.add("cv.pdf", "0" * 64, "empty", "Nothing to read.", kept=True)
        w.quarantine.add("other.pdf", "1" * 64, "empty", "Nothing to read.", kept=False)
    assert one(check(pool)).subjects == ("0" * 64,)


def originals(catalog: Catalog) -> dict[str, bytes]:
    keys = list(catalog.blobs.keys())
    return {key: catalog.blobs.get(key) for key in keys}


def age(path: Path) -> None:
    os.utime(path, (LONG_AGO, LONG_AGO))


def test_a_file_that_belongs_to_no_document_is_found_and_a_person_decides(
    pool: Catalog, encoder: WordCounter
) -> None:
    key = pool.blobs.put(b"an ingest was killed before it said whose this is")
    assert check(pool) == []  # it may be under way
    age(pool.blobs.folder / pool.blobs.name_of(key))
    finding = one(check(pool))
    assert (finding.kind, finding.subjects) == (Kind.UNOWNED, (key,))
    assert repair(pool, lambda: encoder).left == ()
    assert pool.blobs.get(key)
    with pool.reading() as r:
        (waiting,) = r.quarantine.waiting()
    assert (waiting.content_hash, waiting.reason) == (key, "unowned")
    assert "bole ingest" in waiting.message


def test_a_file_of_somebody_erased_is_not_put_on_anybodys_list(
    pool: Catalog, encoder: WordCounter
) -> None:
    with pool.reading() as r:
        person = next(iter(r.resumes.of(range(1, 9), r.sequence)))
        key = r.resumes.of([person], r.sequence)[person].content_hash
    erased = erase(pool, person, "test")
    finish(pool, encoder, erased)
    pool.blobs.put(b"")  # makes the folder again
    content = f"nurse: {TEXTS['nurse']}".encode()
    assert pool.blobs.put(content) == key
    age(pool.blobs.folder / pool.blobs.name_of(key))
    assert Kind.UNOWNED in kinds(check(pool))
    repair(pool, lambda: encoder)
    assert key not in set(pool.blobs.keys())
    with pool.reading() as r:
        assert r.quarantine.waiting() == []


def finish(catalog: Catalog, encoder: WordCounter, erased: Erasure) -> None:
    from indexer.erasure import finish_erasures

    (done,) = finish_erasures(catalog, lambda: reindex(catalog, encoder))
    assert done.done_at is not None
    assert done.id == erased.id


def test_half_written_files_are_found_and_removed_once_nobody_writes_them(
    pool: Catalog, encoder: WordCounter
) -> None:
    folder = next(pool.blobs.folder.glob("??/??"))
    old, new = folder / ".aside-old", folder / ".aside-new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    age(old)
    assert one(check(pool)).subjects == (str(old),)
    assert repair(pool, lambda: encoder).left == ()
    assert not old.exists()
    assert new.exists()  # somebody may be writing it


def test_a_key_that_a_killed_process_left_half_made_is_found_and_removed(
    pool: Catalog, encoder: WordCounter
) -> None:
    old, new = pool.folder / ".erasure.key-x1y2", pool.folder / ".erasure.key-z3w4"
    pool.erasure_key.make()
    key = pool.erasure_key.read()
    old.hardlink_to(pool.erasure_key.path)  # killed between its name and the end of the other
    age(old)
    new.touch()  # somebody may be writing it
    finding = one(check(pool))
    assert (finding.kind, finding.subjects) == (Kind.DEBRIS, (str(old),))
    assert repair(pool, lambda: encoder).left == ()
    assert not old.exists()
    assert new.exists()
    assert pool.erasure_key.read() == key


@pytest.mark.parametrize("name", ["00000009-abcdefab", ".00000009-abcdefab.x1y2"])
def test_a_folder_that_is_no_generation_is_found_and_removed(
    pool: Catalog, encoder: WordCounter, name: str
) -> None:
    left = pool.folder / "generations" / name
    left.mkdir()
    (left / "vectors.npy").write_bytes(b"half")
    finding = one(check(pool))
    assert (finding.kind, finding.subjects) == (Kind.DEBRIS, (name,))
    assert repair(pool, lambda: encoder).left == ()
    assert not left.exists()


def test_a_generation_whose_builder_was_killed_is_found_and_given_up(
    pool: Catalog, encoder: WordCounter
) -> None:
    with pool.writing() as w:
        number = w.generations.begin("generations/unfinished", 1, "e", 1)
    assert one(check(pool)).subjects == (str(number),)
    assert repair(pool, lambda: encoder).left == ()
    with pool.reading() as r:
        assert r.generations.get(number).state is GenerationState.FAILED


def test_what_is_being_built_is_nobodys_debris(pool: Catalog) -> None:
    with pool.lock("index"):
        (pool.folder / "generations" / ".00000009-abcdefab.x1y2").mkdir()
        with pool.writing() as w:
            w.generations.begin("generations/00000009-abcdefab", 1, "e", 1)
        assert check(pool) == []
    assert len(check(pool)) == 2


def test_a_published_generation_without_its_folder_is_found(
    pool: Catalog, encoder: WordCounter
) -> None:
    with pool.reading() as r:
        older = r.generations.all(GenerationState.PUBLISHED)[0]
    shutil.rmtree(pool.folder / older.folder)
    assert one(check(pool)).kind is Kind.KEPT_INDEX
    assert repair(pool, lambda: encoder).left == ()


@pytest.mark.parametrize("fault", ["gone", "changed"])
def test_a_model_whose_folder_is_gone_or_changed_is_named(
    pool: Catalog, encoder: WordCounter, fault: str
) -> None:
    folder = pool.folder / "models" / "mild"
    if fault == "gone":
        shutil.rmtree(folder)
    else:
        (folder / "config.json").write_text("{}")
    finding = one(check(pool))
    assert finding.kind is Kind.MODEL
    assert f"mild {'is gone' if fault == 'gone' else 'was changed'}" in finding.message
    assert not finding.repairable


def test_a_folder_that_is_no_model_is_told_of_and_left_alone(
    pool: Catalog, encoder: WordCounter
) -> None:
    for name in ("theirs", ".run-0123"):  # the second is a training that was stopped
        (pool.folder / "models" / name).mkdir()
    finding = one(check(pool))
    assert (finding.kind, finding.wrong, finding.subjects) == (Kind.DEBRIS, False, ("theirs",))
    assert repair(pool, lambda: encoder).left == (finding,)
    assert (pool.folder / "models" / "theirs").is_dir()


def test_an_erasure_past_its_deadline_is_found_and_a_missing_key_too(pool: Catalog) -> None:
    erased = erase(pool, 1, "test")
    assert check(pool) == []  # masked, and due in a month
    run_sql(
        pool,
        sa.update(ErasureRow)
        .where(ErasureRow.id == erased.id)
        .values(due_at=datetime.now(UTC) - timedelta(days=1)),
    )
    finding = one(check(pool))
    assert finding.kind is Kind.ERASURE
    assert "bole erasures --finish" in finding.message
    pool.erasure_key.path.unlink()
    assert [each.kind for each in check(pool)] == [Kind.ERASURE] * 2


def test_a_document_of_somebody_erased_is_found(pool: Catalog) -> None:
    run_sql(pool, "UPDATE person SET erased_at = CURRENT_TIMESTAMP WHERE id = 2")
    assert "candidate 2" in one(check(pool)).message


def test_a_catalog_whose_clock_is_behind_its_records_contradicts_itself(pool: Catalog) -> None:
    run_sql(pool, "UPDATE sequence SET value = 1")
    finding = next(each for each in check(pool) if each.kind is Kind.CATALOG)
    assert "has only come to 1" in finding.message
    assert "restore a backup" in finding.message


def test_two_resumes_of_one_person_at_once_contradict_each_other(pool: Catalog) -> None:
    with pool.writing() as w:
        w.resumes.store(resume_of("nurse", "Nurse.\nAnother text."))
    run_sql(pool, "UPDATE resume SET to_sequence = NULL WHERE person_id = 1")
    finding = next(each for each in check(pool) if each.kind is Kind.CATALOG)
    assert "1 people have two résumés" in finding.message


def test_a_reference_to_nothing_is_found_on_sqlite(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    add_people(sqlite_catalog, TEXTS)
    with sqlite_catalog.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM person WHERE id = 2")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    finding = one(check(sqlite_catalog))
    assert finding.kind is Kind.CATALOG
    assert "refer to something that is not there" in finding.message


def test_a_damaged_page_of_the_database_is_found(sqlite_catalog: Catalog) -> None:
    add_people(sqlite_catalog, {str(n): f"Nurse {n}.\n" * 40 for n in range(30)})
    with sqlite_catalog.reading() as r:
        root = r.unit.connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_passage_content_key'"
        ).scalar_one()
    sqlite_catalog.close()
    file = sqlite_catalog.folder / "catalog.db"
    content = bytearray(file.read_bytes())
    content[(root - 1) * 4096 + 100 : root * 4096] = b"\x7f" * 3996
    file.write_bytes(content)
    finding = one(check(sqlite_catalog))
    assert finding.kind is Kind.CATALOG
    assert "damaged" in finding.message


def test_what_is_cleared_away_while_it_is_looked_at_is_no_finding(
    pool: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.checking import served

    opened = served._open

    def cleared_meanwhile(catalog: Catalog, generation: Any) -> Any:
        with monkeypatch.context() as patched:
            patched.setattr(served, "_open", opened)
            for number in range(2):
                add_people(catalog, {f"late {number}": f"Late {number}."})
                reindex(catalog, encoder, keep=1)
        return opened(catalog, generation)

    monkeypatch.setattr(served, "_open", cleared_meanwhile)
    assert list(served.check_served(pool, lambda *_: None)) == []
    assert list(served.check_kept(pool)) == []


def test_a_check_changes_nothing(pool: Catalog) -> None:
    (pool.folder / "generations" / "left").mkdir()
    flip(served_folder(pool) / "vectors.npy")
    before = [path for path in sorted(pool.folder.rglob("*")) if "catalog.db" not in path.name]
    assert check(pool)
    after = [path for path in sorted(pool.folder.rglob("*")) if "catalog.db" not in path.name]
    assert after == before


def test_a_repair_while_an_index_is_built_steps_aside(pool: Catalog, encoder: WordCounter) -> None:
    from catalog.errors import Conflict

    flip(served_folder(pool) / "vectors.npy")
    key = next(iter(pool.blobs.keys()))
    with pool.lock("index"):
        assert "wait until it has finished" in repair(pool, lambda: encoder).failed[0]
        run_sql(pool, "DELETE FROM vector")
        with pytest.raises(Conflict, match="wait"):
            repair(pool, lambda: encoder)
    assert pool.blobs.get(key)


def test_progress_is_told(pool: Catalog) -> None:
    seen: set[str] = set()
    check(pool, lambda name, done, of: seen.add(name))
    assert {"Checking the index", "Comparing vectors", "Reading documents"} <= seen
    assert time.time() > LONG_AGO
