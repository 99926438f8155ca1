"""Somebody who was erased is found nowhere: first by no search, then by no search for bytes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, Damaged, StoreUnavailable, Unreadable
from catalog.forgetting import Erasure
from catalog.generations import GenerationState
from catalog.people import Claim
from catalog.resumes import NewResume
from catalog.searches import Impression
from catalog.store import Catalog, open_catalog
from catalog.store.engine import default_url
from catalog.store.forgetting.erasing import WHOSE
from indexer import erasure, ledger
from indexer.documents.workers import Incoming
from indexer.embedding import embed_missing
from indexer.erasure import erase, finish_erasures, reapply
from indexer.learning.training.runs import alone
from indexer.ledger import LEDGER, read_ledger
from indexer.reindex import reindex
from indexer.storing import Origin, Report
from indexer.storing import store as keep
from reading.dates import Month
from search import faiss_index
from search.digest import question_of
from search.pipeline import Searcher
from search.request import SearchRequest
from search.reranker import key_of
from search.serving import Current
from tests.conftest import PostgresServer
from tests.indexer import canary
from tests.indexer.pool import TEXTS, WordCounter, folders, resume_of
from tests.indexer.pool import store as store_texts


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter(dimension=64)


def finish(catalog: Catalog, encoder: WordCounter) -> list[Erasure]:
    return finish_erasures(catalog, lambda: reindex(catalog, encoder))


def erase_and_finish(catalog: Catalog, encoder: WordCounter, person: int) -> None:
    erase(catalog, person, "jt")
    finish(catalog, encoder)


def blobs(catalog: Catalog) -> set[str]:
    return set(catalog.blobs.keys())


def left(catalog: Catalog, needles: dict[str, bytes]) -> dict[str, set[str]]:
    found = canary.find_bytes(catalog, needles)
    return {what: where for what, where in found.items() if where}


def test_the_canary_is_found_in_every_store_and_then_nowhere(
    catalog: Catalog, encoder: WordCounter
) -> None:
    store_texts(catalog, TEXTS)
    person = canary.put_everywhere(catalog, encoder)
    reindex(catalog, encoder)
    canary.spread_over_the_files(catalog, encoder)
    needles = canary.NEEDLES | canary.vectors_of(catalog, encoder, person)
    found = canary.find_bytes(catalog, needles)
    assert all(found.values()), found
    assert {where for places in found.values() for where in places} >= canary.stores(catalog)
    with catalog.reading() as r:
        assert set(r.forgetting.preview(person)) == {*WHOSE, "blobs"}  # every table is tried

    erased = erase(catalog, person, "jt")
    assert erased.removed["pair_score"] == 2
    (done,) = finish(catalog, encoder)

    assert left(catalog, needles) == {}
    assert done.done_at is not None
    assert done.models == ("f" * 64,)
    assert done.removed.keys() >= {*WHOSE, "blobs", "vector", "pair_score", "generations"}
    assert len(blobs(catalog)) == 0
    with catalog.reading() as r:
        assert r.searches.verify_chain() == []
        assert r.generations.serving().generation.people == len(TEXTS)


@pytest.mark.postgres
def test_the_maintenance_that_the_page_prescribes_clears_the_files_of_postgresql(
    postgres: PostgresServer, postgres_catalog: Catalog, encoder: WordCounter
) -> None:
    catalog = postgres_catalog
    store_texts(catalog, TEXTS)
    person = canary.put_everywhere(catalog, encoder)
    _maintain(catalog, "ANALYZE", "CHECKPOINT")
    found = {
        what for what, needle in canary.NEEDLES.items() if needle in _files_of(catalog, postgres)
    }
    assert found >= {"name", "e-mail", "phone", "id", "phrase"}
    assert canary.NAME in _statistics(catalog)
    erase(catalog, person, "jt")
    finish(catalog, encoder)
    assert not [
        what for what, needle in canary.NEEDLES.items() if needle.decode() in _statistics(catalog)
    ]
    _maintain(catalog, "VACUUM FULL", "CHECKPOINT")
    held = _files_of(catalog, postgres)
    assert len(held) > 1_000_000
    assert not [what for what, needle in canary.NEEDLES.items() if needle in held]


def test_the_bytes_of_a_compressed_index_go_too(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_index, "SMALL", 4)
    monkeypatch.setattr(
        "indexer.build.arrays_of",
        lambda rows, fold: faiss_index.arrays_of(rows, fold, compress_above=8),
    )
    store_texts(sqlite_catalog, TEXTS)
    person = canary.put_everywhere(sqlite_catalog, encoder)
    reindex(sqlite_catalog, encoder)
    pieces = canary.pieces_of(sqlite_catalog, canary.vectors_of(sqlite_catalog, encoder, person))
    assert pieces
    erase(sqlite_catalog, person, "jt")
    finish(sqlite_catalog, encoder)
    assert left(sqlite_catalog, pieces) == {}


def test_a_running_process_finds_nobody_who_was_erased_in_any_generation(
    catalog: Catalog, encoder: WordCounter
) -> None:
    person = _store(catalog, canary.TEXT, "E1")
    _store(catalog, BO, "E2")
    reindex(catalog, encoder)
    _store(catalog, BO.replace("Bo Li", "Tam Ho").replace("bo@", "tam@"), "E3")
    reindex(catalog, encoder)
    current = Current(catalog, encoder)
    request = SearchRequest(canary.JOB, Month(2026, 11))

    def finds(searcher: Searcher) -> bool:
        return person in [hit.candidate_id for hit in searcher.search(request).hits]

    before = current.searcher()
    assert finds(before)
    erase(catalog, person, "jt")
    assert not finds(before)
    assert not finds(current.searcher())
    assert not finds(Current(catalog, encoder).searcher())
    with catalog.reading() as r:
        generations = r.generations.all(GenerationState.PUBLISHED)
        sequence = r.sequence
    assert len(generations) == 2
    for generation in generations:
        assert not finds(current.searcher_at(generation.id, sequence))
        assert not finds(current.searcher_at(generation.id, generation.sequence))


def test_without_building_anew_an_erasure_stays_open_while_what_is_served_holds_them(
    catalog: Catalog, encoder: WordCounter
) -> None:
    people = store_texts(catalog, TEXTS)
    reindex(catalog, encoder)
    erased = erase(catalog, people["baker"], "jt")
    assert finish_erasures(catalog) == [erased]
    with catalog.reading() as r:
        assert r.forgetting.open() == [erased]
    (done,) = finish(catalog, encoder)
    assert (done.id, done.done_at is not None, done.removed["generations"]) == (erased.id, True, 1)
    assert len(folders(catalog)) == 1
    assert finish(catalog, encoder) == []


def test_an_index_that_cannot_be_built_keeps_nothing_else_from_going(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    person = _store(sqlite_catalog, canary.TEXT, "E1")
    sqlite_catalog.blobs.put(canary.TEXT.encode())
    reindex(sqlite_catalog, encoder)
    erased = erase(sqlite_catalog, person, "jt")

    def fail() -> None:
        raise Conflict("relevance fell")

    with pytest.raises(Conflict, match="relevance fell"):
        finish_erasures(sqlite_catalog, fail)
    assert left(sqlite_catalog, {"phrase": canary.PHRASE.encode()}) == {}
    with sqlite_catalog.reading() as r:
        assert r.forgetting.open() == [erased]
    assert finish(sqlite_catalog, encoder)[0].done_at is not None


def test_the_last_person_of_a_pool_can_be_erased(catalog: Catalog, encoder: WordCounter) -> None:
    person = store_texts(catalog, {"baker": "Quillwort bread."})["baker"]
    reindex(catalog, encoder)
    erase(catalog, person, "jt")
    (done,) = finish(catalog, encoder)
    assert done.done_at is not None
    assert left(catalog, {"text": b"Quillwort", "word": b"quillwort"}) == {}


def test_bytes_that_somebody_else_has_too_stay(catalog: Catalog, encoder: WordCounter) -> None:
    shared = resume_of("same file", TEXTS["baker"])
    catalog.blobs.put(b"same file: " + TEXTS["baker"].encode())
    gone, stays = (_stored_as(catalog, shared, who) for who in ("E1", "E2"))
    reindex(catalog, encoder)
    with catalog.reading() as r:
        keys = [passage.content_key for passage in shared.passages]
        vectors = r.vectors.get(keys, encoder.fingerprint)
    erase(catalog, gone, "jt")
    finish(catalog, encoder)
    assert blobs(catalog) == {shared.document.content_hash}
    with catalog.reading() as r:
        assert r.vectors.get(keys, encoder.fingerprint) == vectors
        assert {p.person_id for p in r.resumes.passages_at(r.sequence)} == {stays}


STEPS = (
    "tell",
    "_take_out_again",
    "_is_served_with_them",
    "_retire_holding",
    "remove_debris",
    "_delete_blobs",
    "_remove_interrupted_trainings",
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_between_any_two_steps_the_next_run_completes_it(
    sqlite_catalog: Catalog, encoder: WordCounter, step: str, after: bool
) -> None:
    catalog = sqlite_catalog
    store_texts(catalog, TEXTS)
    person = canary.put_everywhere(catalog, encoder)
    reindex(catalog, encoder)
    needles = canary.NEEDLES | canary.vectors_of(catalog, encoder, person)
    with pytest.MonkeyPatch.context() as patched:
        _kill(patched, step, after)
        with pytest.raises(KeyboardInterrupt):
            erase_and_finish(catalog, encoder, person)
    with catalog.reading() as r:
        assert r.people.erased() != []
        assert len(r.forgetting.open()) == 1
    (done,) = finish(catalog, encoder)
    assert done.done_at is not None
    assert left(catalog, needles) == {}
    assert len(read_ledger(catalog.folder / LEDGER)) == 1


def test_while_an_index_is_built_or_a_model_trained_it_waits(
    catalog: Catalog, encoder: WordCounter
) -> None:
    people = store_texts(catalog, TEXTS)
    (catalog.folder / "models").mkdir(exist_ok=True)
    erased = erase(catalog, people["baker"], "jt")
    with catalog.lock("index"), pytest.raises(Conflict):
        finish_erasures(catalog)
    with alone(catalog):
        assert finish_erasures(catalog) == [erased]
    assert finish_erasures(catalog)[0].done_at is not None


def test_what_an_interrupted_training_left_goes(sqlite_catalog: Catalog) -> None:
    people = store_texts(sqlite_catalog, TEXTS)
    leftover = sqlite_catalog.folder / "models" / ".run-0123" / "steps"
    leftover.mkdir(parents=True)
    (leftover / "state").write_text("quillwort")
    erase(sqlite_catalog, people["baker"], "jt")
    finish_erasures(sqlite_catalog)
    assert not leftover.parent.exists()


def test_a_reader_in_the_way_keeps_the_erasure_open_and_loses_nothing(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.store.forgetting.compacting._PATIENCE", 10)
    people = store_texts(sqlite_catalog, TEXTS)
    erased = erase(sqlite_catalog, people["baker"], "jt")
    with sqlite_catalog.reading() as r:
        assert r.sequence  # the reader keeps an older state of the log
        assert finish(sqlite_catalog, encoder) == [erased]
    assert finish(sqlite_catalog, encoder)[0].done_at is not None


def test_only_the_scores_of_the_erased_go(sqlite_catalog: Catalog, encoder: WordCounter) -> None:
    person = canary.put_everywhere(sqlite_catalog, encoder)
    question = key_of(question_of(canary.JOB))
    with sqlite_catalog.writing() as w:
        w.vectors.put_scores(question, {"somebody else's digest": 0.25}, "f" * 64)
    assert erase(sqlite_catalog, person, "jt").removed["pair_score"] == 2
    with sqlite_catalog.reading() as r:
        scores = r.unit.connection.execute(sa.text("SELECT passage_key FROM pair_score")).scalars()
        assert list(scores) == ["somebody else's digest"]


def test_nothing_of_a_file_about_somebody_erased_is_kept_and_the_rest_goes_on(
    catalog: Catalog,
) -> None:
    person = _store(catalog, canary.TEXT, "E1")
    _store(catalog, BO, "E2")
    erase(catalog, person, "jt")
    finish_erasures(catalog)
    edited = canary.TEXT.replace("tide tables", "tide tables and buoys")
    come = {"same": canary.TEXT, "bo": BO, "edited": edited, "new": BO.replace("bo@", "tam@")}
    report = Report()
    keep(
        catalog,
        [
            (Incoming(f"{name}.txt", text.encode(), Origin(name)), canary.read(text))
            for name, text in come.items()
        ],
        report,
    )
    assert (report.stored, report.unchanged, report.quarantined) == (1, 1, [])
    assert [each.path for each in report.refused] == ["same", "edited"]
    assert {each.reason for each in report.refused} == {"erased"}
    assert report.documents == 4
    assert len(blobs(catalog)) == 2
    with catalog.reading() as r:
        assert r.quarantine.waiting() == []


def test_a_file_that_cannot_be_read_is_refused_by_its_bytes_or_its_id_too(
    catalog: Catalog,
) -> None:
    person = _stored_as(catalog, resume_of("E1", TEXTS["baker"]), "E1")
    erase(catalog, person, "jt")
    data = f"E1: {TEXTS['baker']}".encode()
    broken = Unreadable("damaged", "It cannot be read.")
    report = Report()
    batch = [
        (Incoming("a.pdf", data, Origin("in/a.pdf")), broken),
        (Incoming("b.pdf", b"?", Origin("in/E1/b.pdf", "E1")), broken),
        (Incoming("c.pdf", b"?", Origin("in/E2/c.pdf", "E2")), broken),
    ]
    keep(catalog, batch, report)
    assert [each.path for each in report.refused] == ["in/a.pdf", "in/E1/b.pdf"]
    assert [each.path for each in report.quarantined] == ["in/E2/c.pdf"]
    assert len(blobs(catalog)) == 1


def test_who_is_erased_while_their_file_is_read_leaves_no_file(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look before nothing is kept comes too early: the store's own look refuses."""
    person = _stored_as(catalog, resume_of("E1", TEXTS["baker"]), "E1")
    monkeypatch.setattr("indexer.storing._is_of_erased", lambda *given: False)
    erase(catalog, person, "jt")
    report = Report()
    data = f"E1: {TEXTS['baker']}".encode()
    keep(catalog, [(Incoming("a", data, Origin("in/a")), resume_of("E1", TEXTS["baker"]))], report)
    assert [each.path for each in report.refused] == ["in/a"]
    assert blobs(catalog) == set()


def test_an_original_deleted_between_its_coming_and_its_commit_is_put_back(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else brings the very bytes of somebody erased, while these are being deleted."""
    new = resume_of("E1", TEXTS["baker"])
    data = f"E1: {TEXTS['baker']}".encode()
    catalog.blobs.put(data)
    erase(catalog, _stored_as(catalog, new, "E1"), "jt")
    _stored_as(catalog, resume_of("E2", TEXTS["nurse"]), "E2")
    put = catalog.blobs.put
    calls: list[str] = []

    def put_and_sweep(content: bytes) -> str:
        key = put(content)
        if not calls:
            calls.append(key)
            erasure._delete_blobs(catalog)
            assert blobs(catalog) == set()
        return key

    monkeypatch.setattr(catalog.blobs, "put", put_and_sweep)
    report = Report()
    theirs = replace(new, claims=(Claim("external", "E2"),))
    keep(catalog, [(Incoming("a", data, Origin("in/a")), theirs)], report)
    assert report.stored == 1
    assert catalog.blobs.get(new.document.content_hash) == data


def test_erasing_waits_for_nobody_in_a_circle(catalog: Catalog) -> None:
    """Ingest, searches and a sweep beside it, each with its locks in its own order."""
    texts = {f"E{n}": f"Person {n}.\nBakes bread number {n}." for n in range(24)}
    people = list(store_texts(catalog, texts).values())
    erase(catalog, people.pop(), "jt")  # the key is there
    with catalog.writing() as w:
        generation = w.generations.begin("g", 1, "e", 1)

    def ingest() -> None:
        for n in range(8):
            text = f"New person {n}."
            come = Incoming(f"{n}", text.encode(), Origin(f"in/{n}"))
            aside = Incoming(f"x{n}", b"?" * (n + 1), Origin(f"in/x{n}"))
            broken = Unreadable("damaged", "It cannot be read.")
            keep(catalog, [(aside, broken), (come, resume_of(f"N{n}", text))], Report())

    def search() -> None:
        for n in range(12):
            shown = [
                Impression(1, people[n], 0.5, {}, "r"),
                Impression(2, people[-n], 0.5, {}, "r"),
            ]
            record = canary.record_of(n, {"text": "x"}, generation)
            with catalog.writing() as w:
                w.searches.log(record, shown)

    def erase_some() -> None:
        for person in people[:8]:
            erase(catalog, person, "jt")

    def finish_some() -> None:
        for _ in range(3):
            finish_erasures(catalog)

    with ThreadPoolExecutor() as threads:
        running = [threads.submit(each) for each in (ingest, search, erase_some, finish_some)]
        for each in running:
            each.result(timeout=60)
    finish_erasures(catalog)
    with catalog.reading() as r:
        assert r.people.erased() == sorted([*people[:8], people[-1] + 1])
        assert r.forgetting.open() == []
        assert r.counts().people == 24 - 9 + 8
        assert r.searches.verify_chain() == []


def test_who_is_erased_while_their_text_is_embedded_leaves_no_vector(
    catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = store_texts(catalog, TEXTS)
    compute = encoder.encode_passages

    def compute_and_erase(*given: Any) -> Any:
        erase(catalog, people["baker"], "jt")
        finish_erasures(catalog)
        return compute(*given)

    monkeypatch.setattr(encoder, "encode_passages", compute_and_erase)
    with catalog.reading() as r:
        sequence = r.sequence
    embed_missing(catalog, encoder, sequence)
    with catalog.writing() as w:
        assert w.sweeping.delete_vectors() == 0
        vectors = w.unit.connection.execute(sa.text("SELECT count(*) FROM vector")).scalar_one()
        assert vectors == sum(text.count("\n") + 1 for text in TEXTS.values()) - 2


def test_what_a_search_under_way_logs_after_all_was_done_goes_the_next_night(
    catalog: Catalog,
) -> None:
    people = store_texts(catalog, TEXTS)
    erased = erase(catalog, people["baker"], "jt")
    finish_erasures(catalog)
    with catalog.writing() as w:
        generation = w.generations.begin("g", 1, "e", 1)
        shown = [Impression(1, people["baker"], 0.5, {}, "r")]
        w.searches.log(canary.record_of(1, {}, generation), shown)
    (done,) = finish_erasures(catalog)
    assert (done.id, done.removed["impression"]) == (erased.id, 1)
    assert done.done_at is not None
    assert finish_erasures(catalog) == []


def test_half_written_originals_go_when_nobody_can_be_writing_them(
    sqlite_catalog: Catalog,
) -> None:
    people = store_texts(sqlite_catalog, TEXTS)
    folder = sqlite_catalog.folder / "blobs" / "ab" / "cd"
    folder.mkdir(parents=True)
    old, fresh = folder / ".aside-old", folder / ".aside-fresh"
    for path in (old, fresh):
        path.write_bytes(b"half a file")
    os.utime(old, (time.time() - 7200,) * 2)
    erase(sqlite_catalog, people["baker"], "jt")
    finish_erasures(sqlite_catalog)
    assert [path.name for path in folder.iterdir()] == [".aside-fresh"]


def test_backups_are_told_when_they_are_there(sqlite_catalog: Catalog, tmp_path: Path) -> None:
    here, away = tmp_path / "here", tmp_path / "away"
    here.mkdir()
    with sqlite_catalog.writing() as w:
        w.backups.add(str(here), 1)
        w.backups.add(str(away), 1)
    people = store_texts(sqlite_catalog, TEXTS)
    erase(sqlite_catalog, people["baker"], "jt")
    assert ledger.tell(sqlite_catalog) == [str(away)]
    told = read_ledger(sqlite_catalog.folder / LEDGER)
    assert [record.person_id for record in told] == [people["baker"]]
    assert read_ledger(here / LEDGER) == told
    assert (here / "erasure.key").read_text() == sqlite_catalog.erasure_key.path.read_text()
    away.mkdir()
    finish_erasures(sqlite_catalog)
    assert read_ledger(away / LEDGER) == told
    assert b"baker" not in (here / LEDGER).read_bytes()


def test_a_restored_copy_forgets_again_down_to_the_bytes(
    sqlite_catalog: Catalog, encoder: WordCounter, tmp_path: Path
) -> None:
    store_texts(sqlite_catalog, TEXTS)
    person = canary.put_everywhere(sqlite_catalog, encoder)
    reindex(sqlite_catalog, encoder)
    needles = canary.NEEDLES | canary.vectors_of(sqlite_catalog, encoder, person)
    sqlite_catalog.engine.dispose()
    shutil.copytree(sqlite_catalog.folder, tmp_path / "backup")
    erase(sqlite_catalog, person, "jt")
    told = read_ledger(sqlite_catalog.folder / LEDGER)
    key = sqlite_catalog.erasure_key.path
    restored = open_catalog(default_url(tmp_path / "backup"), tmp_path / "backup")
    shutil.copy(key, restored.folder)
    assert all(canary.find_bytes(restored, needles).values())
    assert reapply(restored, told) == 1
    assert reapply(restored, told) == 0
    assert finish(restored, encoder)[0].done_at is not None
    assert left(restored, needles) == {}
    report = Report()
    keep(restored, [(Incoming("a", b"x", Origin("a")), canary.read(canary.TEXT))], report)
    assert [each.reason for each in report.refused] == ["erased"]
    restored.close()


def test_a_ledger_is_read_whole_or_says_what_is_wrong(
    sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    people = store_texts(sqlite_catalog, TEXTS)
    for who in ("baker", "nurse"):
        erase(sqlite_catalog, people[who], "jt")
    first, second, rest = (sqlite_catalog.folder / LEDGER).read_bytes().split(b"\n")
    assert rest == b""
    path = tmp_path / "ledger"
    assert read_ledger(path) == []
    path.write_bytes(first + b"\n" + second[:40])  # cut short by a crash, and then written again
    assert len(read_ledger(path)) == 1
    with sqlite_catalog.reading() as r:
        ledger.add_to_ledger(path, r.forgetting.records())
    assert path.read_bytes() == first + b"\n" + second[:40] + b"\n" + second + b"\n"
    assert len(read_ledger(path)) == 2
    for damaged in (b"\x00\xff", b"{}", b"[]", b"null", first[:30], first.replace(b"T", b" @")):
        path.write_bytes(damaged + b"\n" + second + b"\n")
        with pytest.raises(Damaged, match="line 1"):
            read_ledger(path)
    with pytest.raises(StoreUnavailable):
        read_ledger(tmp_path)


def test_a_ledger_that_cannot_be_written_does_not_undo_the_erasure(
    sqlite_catalog: Catalog,
) -> None:
    people = store_texts(sqlite_catalog, TEXTS)
    (sqlite_catalog.folder / LEDGER).mkdir()
    with pytest.raises(StoreUnavailable, match="The erasure holds"):
        erase(sqlite_catalog, people["baker"], "jt")
    with sqlite_catalog.reading() as r:
        assert r.people.erased() == [people["baker"]]
    (sqlite_catalog.folder / LEDGER).rmdir()
    finish_erasures(sqlite_catalog)
    assert len(read_ledger(sqlite_catalog.folder / LEDGER)) == 1


BO = """Bo Li
bo@li.example

WORK HISTORY
Cartographer, Kettlewell Maps
April 2015 - present
- Drew contour maps of moorland for walkers

SKILLS
Python
"""


def _stored_as(catalog: Catalog, new: NewResume, external: str) -> int:
    with catalog.writing() as w:
        return w.resumes.store(replace(new, claims=(Claim("external", external),))).person_id


def _store(catalog: Catalog, text: str, external: str) -> int:
    with catalog.writing() as w:
        return w.resumes.store(canary.read(text, external)).person_id


def _maintain(catalog: Catalog, *statements: str) -> None:
    options = {"isolation_level": "AUTOCOMMIT"}
    with catalog.engine.connect().execution_options(**options) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _files_of(catalog: Catalog, postgres: PostgresServer) -> bytes:
    """Every byte of the database's own files; the server's WAL lies elsewhere."""
    with catalog.reading() as r:
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        number = r.unit.connection.execute(sa.text(query)).scalar_one()
    folder = postgres.folder / "data" / "base" / str(number)
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _statistics(catalog: Catalog) -> str:
    with catalog.reading() as r:
        query = "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats"
        return str(r.unit.connection.execute(sa.text(query)).all())


def _kill(patched: pytest.MonkeyPatch, step: str, after: bool) -> None:
    """The next time this step is come to, the process ends before or after it."""
    real: Callable[..., object] = getattr(erasure, step)

    def die(*given: object) -> object:
        if after:
            real(*given)
        raise KeyboardInterrupt

    patched.setattr(erasure, step, die)
