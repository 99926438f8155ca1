"""A running process searches the present, whatever is stored and published meanwhile."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.errors import BoleError, Damaged, NotFound, NotReady
from catalog.store import Catalog
from search import loading, serving
from search.pipeline import Searcher
from search.request import Shortlist
from search.serving import Current
from tests.search.pool import ChangingPool, reranking
from tests.search.test_live import REQUESTS, answers
from tests.trained import add_model

PATIENCE = 20.0  # seconds; what is waited for takes some milliseconds


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def found_by(searcher: Searcher) -> set[int]:
    return {hit.candidate_id for hit in searcher.search(REQUESTS[0]).hits}


@pytest.fixture
def pool(sqlite_catalog: Catalog) -> ChangingPool:
    made = ChangingPool(sqlite_catalog, 11)
    made.fill(4)
    made.publish()
    return made


@pytest.fixture
def current(pool: ChangingPool) -> Current:
    return Current(pool.catalog, pool.encoder)


def test_before_anything_is_published_it_says_what_to_do(sqlite_catalog: Catalog) -> None:
    pool = ChangingPool(sqlite_catalog)
    current = Current(sqlite_catalog, pool.encoder)
    with pytest.raises(NotReady, match="bole"):
        current.searcher()
    pool.fill(2)
    pool.publish()
    assert len(found_by(current.searcher())) == 2


def test_whoever_is_stored_is_found_by_the_next_search(
    pool: ChangingPool, current: Current
) -> None:
    assert found_by(current.searcher()) == set(pool.people)
    newcomer = pool.come()
    pool.embed()
    assert newcomer in found_by(current.searcher())
    assert current.searcher().served.sequence == pool.sequence
    changed = current.searcher().served
    assert answers(pool.catalog, changed) == answers(pool.catalog, pool.build(pool.sequence))


def test_while_nothing_changes_nothing_is_opened_or_read_anew(
    pool: ChangingPool, current: Current
) -> None:
    first = current.searcher()
    assert current.searcher() is first
    first.search(REQUESTS[0])  # it is logged, which changes nothing that a search depends on
    assert current.searcher() is first


def test_a_text_that_gets_its_vector_late_is_found_from_then_on(
    pool: ChangingPool, current: Current
) -> None:
    before = pool.sequence
    newcomer = pool.come()
    assert newcomer not in found_by(current.searcher())
    assert current.searcher().served.sequence == before
    pool.embed()
    assert newcomer in found_by(current.searcher())


def test_whoever_is_erased_is_not_found_by_the_next_search(
    pool: ChangingPool, current: Current
) -> None:
    newcomer = pool.come()
    pool.embed()
    started_before = current.searcher()
    for person in (pool.people[0], newcomer):
        assert person in found_by(current.searcher())
        pool.come()  # waits for its vector: an erasure does not wait with it
        pool.erase(person)
        assert person not in found_by(started_before)
        assert person not in found_by(current.searcher())
        assert person not in current.searcher().served.lexical.ids


def test_what_is_published_is_taken_up_and_the_old_files_are_let_go(
    pool: ChangingPool, current: Current
) -> None:
    under_way = current.searcher()
    old = folder_of(pool, under_way.served.generation)
    pool.come()
    pool.embed()
    new = pool.publish()
    wait_for(lambda: current.searcher().served.generation == new)
    assert maps_of(old), "a search under way still needs them"
    shutil.rmtree(old)
    assert found_by(under_way) == set(pool.people[:4])
    del under_way
    assert not maps_of(old)
    assert maps_of(folder_of(pool, new))


def test_the_model_that_reranks_is_taken_up_and_given_up_with_its_calibration(
    pool: ChangingPool, current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_open_reranker", lambda *_: reranking()[0])
    model = add_model(pool.catalog, "counting")
    assert not current.searcher().reranks
    for served in (model.fingerprint, None):
        with pool.catalog.writing() as writing:
            writing.generations.serve(served, served)
        wait_for(lambda: current.searcher().reranks == bool(served))  # noqa: B023
    assert current.searcher().search(REQUESTS[0]).ranked_by == "retrieval"


def test_what_cannot_be_opened_leaves_the_searches_as_they_are(
    pool: ChangingPool, current: Current
) -> None:
    serves = current.searcher().served.generation
    broken = pool.publish()
    for file in folder_of(pool, broken).glob("*.npy"):
        file.write_bytes(b"")
    current.searcher()
    wait_for(lambda: current.trouble is not None)
    assert isinstance(current.trouble, Damaged)
    newcomer = pool.come()
    pool.embed()
    assert newcomer in found_by(current.searcher())
    assert current.searcher().served.generation == serves
    mended = pool.publish()
    wait_for(lambda: current.searcher().served.generation == mended)
    assert current.trouble is None


def test_a_flipped_byte_is_damage_and_no_other_ranking(pool: ChangingPool) -> None:
    with pool.catalog.reading() as reading:
        served = reading.generations.serving().generation
    file = pool.catalog.folder / served.folder / "vectors.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)
    with pytest.raises(Damaged, match="checksum"):
        Current(pool.catalog, pool.encoder).searcher()


def test_what_could_not_be_opened_is_tried_again(
    pool: ChangingPool, current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    current.searcher()
    new = pool.publish()
    folder = folder_of(pool, new)
    folder.rename(folder.with_name("away"))
    current.searcher()
    wait_for(lambda: current.trouble is not None)
    folder.with_name("away").rename(folder)
    current.searcher()
    assert current.trouble is not None, "not at every search"
    monkeypatch.setattr(serving, "AGAIN_AFTER", 0.0)
    wait_for(lambda: current.searcher().served.generation == new)
    assert current.trouble is None


def test_an_unforeseen_error_is_told_without_what_it_says(
    pool: ChangingPool, current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    current.searcher()
    pool.publish()

    def fail(*_: object) -> None:
        raise RuntimeError("Orsolya felled trees")

    monkeypatch.setattr(serving, "open_served", fail)
    current.searcher()
    wait_for(lambda: current.trouble is not None)
    assert isinstance(current.trouble, BoleError)
    assert "Orsolya" not in str(current.trouble)
    assert current.searcher().search(REQUESTS[0]).hits


def test_any_kept_generation_serves_any_sequence(pool: ChangingPool, current: Current) -> None:
    first, then = current.searcher().served.generation, pool.sequence
    pool.come()
    pool.replace(pool.people[0])
    pool.embed()
    second = pool.publish()
    wait_for(lambda: current.searcher().served.generation == second)
    for sequence in (then, then + 1, pool.sequence):
        full = answers(pool.catalog, pool.build(sequence))
        for generation in (first, second, None):
            past = current.searcher_at(generation, sequence).served
            assert past.generation == (generation or second)
            assert answers(pool.catalog, past) == full
        fresh = Current(pool.catalog, pool.encoder).searcher_at(first, sequence).served
        assert answers(pool.catalog, fresh) == full


def test_a_snapshot_that_cannot_be_had_is_not_found(pool: ChangingPool, current: Current) -> None:
    first = current.searcher().served.generation
    for sequence in (-1, pool.sequence + 1):
        with pytest.raises(NotFound, match="sequence"):
            current.searcher_at(None, sequence)
    with pytest.raises(NotFound):
        current.searcher_at(12345, pool.sequence)
    second = pool.publish()
    wait_for(lambda: current.searcher().served.generation == second)
    with pool.catalog.writing() as writing:
        writing.generations.retire(first)
    with pytest.raises(NotFound, match="retired"):
        current.searcher_at(first, pool.sequence)


def test_many_searches_at_once_while_the_pool_changes_and_is_rebuilt(catalog: Catalog) -> None:
    """No search fails, and each gives what a generation built at its sequence gives: nothing of
    one snapshot is mixed with anything of another."""
    pool = ChangingPool(catalog, 13)
    pool.fill(4)
    pool.publish()
    current = Current(catalog, pool.encoder)
    found: list[Shortlist] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                found.append(current.searcher().search(REQUESTS[0]))
            except BaseException as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=search, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(9):
            pool.come() if number % 2 else pool.replace()
            pool.embed()
            if number % 3 == 2:
                pool.publish()
            stored = pool.sequence
            wait_for(lambda: bool(failed) or any(s.sequence >= stored for s in found[-3:]))  # noqa: B023
        last = pool.publish()
        wait_for(lambda: bool(failed) or any(s.generation == last for s in found[-3:]))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failed
    assert len({shortlist.generation for shortlist in found}) > 1
    by_sequence: dict[int, set[str]] = {}
    for s in found:
        said = repr((s.sequence, s.hits, s.eligible, s.unknown, s.facets))
        by_sequence.setdefault(s.sequence, set()).add(said)
    assert len(by_sequence) > 5
    for sequence, said in by_sequence.items():
        assert said == {answers(catalog, pool.build(sequence))[0]}


def folder_of(pool: ChangingPool, generation: int) -> Path:
    with pool.catalog.reading() as reading:
        return pool.catalog.folder / reading.generations.get(generation).folder


def maps_of(folder: Path) -> list[str]:
    """The files of a folder that this process has mapped into its memory."""
    return [m for m in Path("/proc/self/maps").read_text().splitlines() if str(folder) in m]
