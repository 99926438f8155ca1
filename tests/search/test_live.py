"""A search beside a generation of another day gives what a generation of that day would give."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from catalog.errors import NotFound
from catalog.store import Catalog
from reading.dates import Month
from reading.jobs.requirements import read_job
from search import retrieval
from search.faiss_index import flat_index
from search.lexical import LexicalIndex
from search.live import Live, LiveLexical, LiveVectors
from search.loading import Served
from search.pipeline import Searcher
from search.request import SearchRequest
from search.vectors import MEAN, ExactIndex, Fold, Rows
from search.where import read_where
from tests.search.pool import ChangingPool

JOB = read_job(
    "Falconer\n\nRequirements\n- 5+ years of experience as a falconer\n"
    "- Trains hawks and owls\n- Bachelor's degree\nNice to have\n- German\n"
)
CHINESE = read_job("玻璃吹制师\n\n任职要求\n1. 本科及以上学历；\n2. 3年以上吹制经验；\n")
NOW = Month(2026, 11)
REQUESTS = [
    SearchRequest(JOB, NOW, limit=5, facets=True),
    SearchRequest(CHINESE, NOW, blend=0.0, limit=5, blind=True),
    SearchRequest(JOB, NOW, read_where("degree>=bachelor"), text="train* OR 训练", limit=4),
    SearchRequest(CHINESE, NOW, read_where("status=active,paused"), text="NOT furnace", limit=3),
]


def answers(catalog: Catalog, served: Served) -> list[str]:
    """All that a search says, floats to their last bit; but for its id and how long it took."""
    searcher = Searcher(catalog, served)
    found = [searcher.search(request) for request in REQUESTS]
    return [repr((s.sequence, s.hits, s.eligible, s.unknown, s.facets)) for s in found]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_a_search_gives_what_a_full_build_would_give(
    catalog: Catalog, seed: int
) -> None:
    pool = ChangingPool(catalog, seed)
    pool.fill(8)
    build = partial(pool.build, reranked=bool(seed % 2))
    first = served = build(pool.sequence)
    seen = []
    for _ in range(4):
        for _ in range(pool.dice.randrange(1, 6)):
            pool.change()
        if pool.dice.random() < 0.8:
            pool.embed()
        with catalog.reading() as reading:
            served = served.now(reading)
        seen.append(served.sequence)
        assert answers(catalog, served) == answers(catalog, build(served.sequence))
    pool.embed()
    last = build(pool.sequence)
    for sequence in seen:  # newer and older generations, forwards and backwards
        full = answers(catalog, build(sequence))
        for generation in (first, last, served):
            with catalog.reading() as reading:
                moved = generation.at(reading, sequence)
            assert answers(catalog, moved) == full


def test_the_property_can_fail(sqlite_catalog: Catalog) -> None:
    """Left where it was, the generation gives other lists; with its own statistics, other bits."""
    pool = ChangingPool(sqlite_catalog, 1)
    pool.fill(8)
    built = pool.build(pool.sequence)
    pool.come()
    pool.embed()
    with sqlite_catalog.reading() as reading:
        present = built.now(reading)
    full = answers(sqlite_catalog, pool.build(pool.sequence))
    assert answers(sqlite_catalog, present) == full
    left = replace(built, live=replace(built.live, sequence=pool.sequence))
    assert answers(sqlite_catalog, left) != full

    class OwnStatistics(LiveLexical):
        def _statistics(self, question: object) -> None:  # type: ignore[override]
            return None

    words = OwnStatistics(built.live.built[1], present.live.changed[1], present.live.gone)
    apart = replace(present, live=replace(present.live, lexical=words))
    assert answers(sqlite_catalog, apart) != full


def test_who_waits_for_a_vector_is_in_no_snapshot_and_makes_none_wrong(
    catalog: Catalog,
) -> None:
    pool = ChangingPool(catalog, 3)
    pool.fill(6)
    built, before = pool.build(pool.sequence), pool.sequence
    waiting = pool.come()
    pool.come()
    with catalog.reading() as reading:
        assert reading.resumes.newer_than(before) == 2
        stopped = built.now(reading)
    assert stopped.sequence == before
    assert answers(catalog, stopped) == answers(catalog, built)
    pool.embed()
    with catalog.reading() as reading:
        went_on = stopped.now(reading)
    assert went_on.sequence == pool.sequence
    assert waiting in went_on.lexical.ids


def test_a_text_that_came_and_went_without_a_vector_holds_nobody_up(catalog: Catalog) -> None:
    pool = ChangingPool(catalog, 3)
    pool.fill(6)
    built = pool.build(pool.sequence)
    pool.replace(pool.people[0], "WORK HISTORY\nFalconer, Mews\n2011 - 2013\n- Flew kestrels")
    short_lived = pool.sequence
    pool.replace(pool.people[1], None)
    pool.replace(pool.people[0], "WORK HISTORY\nFalconer, Mews\n2011 - 2014\n- Flew merlins")
    pool.embed()  # what is in search now, which the first of the three no longer is
    with catalog.reading() as reading:
        assert built.now(reading).sequence == pool.sequence
        assert reading.resumes.ready_sequence("hashing/1", short_lived - 1) == pool.sequence
        with pytest.raises(NotFound, match="vector"):
            built.at(reading, short_lived)
    pool.replace(pool.people[2], "WORK HISTORY\nFalconer, Mews\n2011 - 2015\n- Flew hobbies")
    with catalog.reading() as reading:
        assert built.now(reading).sequence == pool.sequence - 1


def test_a_snapshot_never_falls_into_the_gap_of_a_text_without_a_vector(catalog: Catalog) -> None:
    pool = ChangingPool(catalog, 4)
    pool.fill(6)
    before = pool.sequence
    pool.replace(pool.people[0], "WORK HISTORY\nFalconer, Mews\n2011 - 2013\n- Flew kestrels")
    pool.replace(pool.people[1], "WORK HISTORY\nFalconer, Mews\n2011 - 2015\n- Flew hobbies")
    pool.replace(pool.people[0], "WORK HISTORY\nFalconer, Mews\n2011 - 2014\n- Flew merlins")
    with catalog.reading() as reading:
        waiting = list(reading.resumes.without_vector("hashing/1", pool.sequence))
    merlins = [passage for passage in waiting if "merlins" in passage.text]
    with catalog.writing() as writing:
        vectors = pool.encoder.encode_passages([passage.text for passage in merlins])
        keys = [passage.content_key for passage in merlins]
        kept = {key: v.tobytes() for key, v in zip(keys, vectors, strict=True)}
        writing.vectors.put(kept, "hashing/1")
    with catalog.reading() as reading:
        # Hobbies wait since before + 2; at before + 1 kestrels stood there, which nobody embedded.
        assert reading.resumes.ready_sequence("hashing/1", before) == before


def test_the_erased_are_gone_also_from_snapshots_of_before(catalog: Catalog) -> None:
    pool = ChangingPool(catalog, 5)
    pool.fill(7)
    built, before = pool.build(pool.sequence), pool.sequence
    pool.come()
    pool.embed()
    with catalog.reading() as reading:
        present = built.now(reading)
    for person in (pool.people[2], pool.people[7]):  # of the generation, and beside it
        assert person in present.lexical.ids
        pool.erase(person)
        found = Searcher(catalog, present).search(REQUESTS[0])  # who searches already sees it too
        assert person not in [hit.candidate_id for hit in found.hits]
        assert found.eligible == len(present.lexical.ids) - 1
        with catalog.reading() as reading:
            present, past = present.now(reading), present.at(reading, before)
        for served in (present, past):
            assert person not in served.lexical.ids
            assert answers(catalog, served) == answers(catalog, pool.build(served.sequence))


def test_only_whoever_changed_is_named_and_nobody_between_equal_sequences(
    catalog: Catalog,
) -> None:
    pool = ChangingPool(catalog, 6)
    pool.fill(4)
    before = pool.sequence
    newcomer = pool.come()
    pool.replace(pool.people[1], None)
    with catalog.writing() as writing:
        writing.people.set_status(pool.people[2], "paused")
        writing.merges.merge(pool.people[0], pool.people[3], reason="", actor="test")
    with catalog.reading() as reading:
        changed = reading.resumes.changed_between(before, pool.sequence)
        assert changed == reading.resumes.changed_between(pool.sequence, before)
        # The loser of a merge has left; the winner, unless theirs was the older, is as before.
        assert changed == sorted({newcomer, pool.people[1], pool.people[3], *changed})
        assert pool.people[2] not in changed
        assert reading.resumes.changed_between(before, before) == []


def made_up(people: int, seed: int) -> Rows:
    dice = np.random.default_rng(seed)
    owners = np.repeat(np.arange(people), dice.integers(1, 4, people))
    vectors = dice.standard_normal((len(owners), 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Rows.arrange(vectors, np.arange(len(owners)), owners)


def part(rows: Rows, people: np.ndarray, *, spoiled: np.ndarray | None = None) -> Rows:
    """Some people's rows; who is spoiled has other vectors than they should."""
    kept = np.isin(rows.owners, people)
    vectors = rows.vectors[kept].copy()
    if spoiled is not None:
        vectors[np.isin(rows.owners[kept], spoiled)] = rows.vectors[0]
    return Rows.arrange(vectors, rows.ids[kept], rows.owners[kept])


@pytest.mark.parametrize("build", [ExactIndex, flat_index])
@pytest.mark.parametrize("fold", [MEAN, Fold(0.6), Fold(0.0, top=2)], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_two_indexes_answer_as_one_of_everybody(build: type, fold: Fold, seed: int) -> None:
    """1,500 people, so that an index that proposes really leaves most of them out."""
    everybody = made_up(1500, seed)
    dice = np.random.default_rng(seed)
    ids = everybody.candidates
    changed, gone = ids[dice.random(1500) < 0.05], ids[dice.random(1500) < 0.05]
    here = ids[~np.isin(ids, np.setdiff1d(gone, changed))]
    built_of = ids[dice.random(1500) < 0.97]
    here = here[np.isin(here, built_of) | np.isin(here, changed)]
    live = LiveVectors(
        build(part(everybody, built_of, spoiled=np.union1d(changed, gone)), fold),
        ExactIndex(part(everybody, changed), fold),
        gone,
    )
    whole = ExactIndex(part(everybody, here), fold)
    assert len(live) == len(whole)
    for question in everybody.vectors[dice.integers(0, len(everybody), 4)]:
        for eligible in (None, ids, ids[::3], ids[:0], changed[:3]):
            one, other = live.nearest(question, 10, eligible), whole.nearest(question, 10, eligible)
            assert one.candidates.tolist() == other.candidates.tolist()
            assert one.scores.tobytes() == other.scores.tobytes()
            all_of, as_one = (index.scores_of_all(question, eligible) for index in (live, whole))
            assert all_of.candidates.tolist() == as_one.candidates.tolist()
            assert all_of.scores.tobytes() == as_one.scores.tobytes()
        some = dice.choice(here, 20)
        assert live.score(question, some).tobytes() == whole.score(question, some).tobytes()
        with pytest.raises(NotFound):
            live.score(question, np.array([*some, np.setdiff1d(gone, changed)[0]]))


@pytest.mark.parametrize("eligible", [[[1]], [2, 1], [1, 1], [0.5]])
def test_what_is_not_an_ascending_list_of_ids_is_refused(eligible: list) -> None:
    rows = made_up(9, 1)
    for gone in ([], [3]):
        live = LiveVectors(ExactIndex(rows), ExactIndex(part(rows, rows.ids[:0])), np.array(gone))
        with pytest.raises(ValueError, match="eligible"):
            live.nearest(rows.vectors[0], 3, np.array(eligible))


def test_words_of_somebody_who_is_in_no_snapshot_are_not_scored() -> None:
    built = LexicalIndex.build([1, 2, 3], ["hawk owl", "hawk", "owl"])
    live = LiveLexical(built, LexicalIndex.build([2], ["kestrel"]), np.array([2, 3]))
    assert live.ids.tolist() == [1, 2]
    assert live.scores(["hawk"], np.array([2])).tolist() == [0.0]
    with pytest.raises(NotFound):
        live.scores(["hawk"], np.array([3]))


def test_a_large_pool_is_searched_by_proposals_with_the_same_list(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = ChangingPool(sqlite_catalog, 8)
    pool.fill(9)
    built = pool.build(pool.sequence)
    vectors, lexical = built.live.built
    proposing = Live.of_generation(flat_index(vectors.rows, MEAN), lexical, built.sequence)
    for _ in range(6):
        pool.change()
    pool.embed()
    monkeypatch.setattr(retrieval, "EXACT_UP_TO", 3)
    with sqlite_catalog.reading() as reading:
        present = replace(built, live=proposing).now(reading)
    assert answers(sqlite_catalog, present) == answers(sqlite_catalog, pool.build(pool.sequence))
