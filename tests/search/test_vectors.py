"""Every index is held to one contract; the oracle is ten lines of Python with fractions."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import Damaged, NotFound, NotReady
from search import faiss_index
from search.arrays import open_generation, write_generation
from search.faiss_index import (
    build_index,
    compressed_index,
    flat_index,
    gpu_index,
    open_index,
)
from search.vectors import (
    BEST_PASSAGE,
    MEAN,
    ExactIndex,
    Fold,
    Rows,
    VectorIndex,
    evenly,
    on_grid,
)

Make = Callable[[Rows, Fold], VectorIndex]
FOLDS = [BEST_PASSAGE, MEAN, Fold(0.5), Fold(0.0, 2), Fold(0.25, 3)]


def always_propose(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(faiss_index, "NARROW", 0.0)
    patch.setattr(faiss_index, "NARROW_FLAT", 0.0)
    patch.setattr(faiss_index, "WORTH", 1)
    patch.setattr(faiss_index, "LEAST", 1)


def gpu_or_skip(rows: Rows, fold: Fold) -> VectorIndex:
    try:
        return gpu_index(rows, fold)
    except NotReady as why:
        pytest.skip(str(why))


@pytest.fixture(
    params=[
        pytest.param(ExactIndex, id="exact"),
        pytest.param(flat_index, id="flat"),
        pytest.param(compressed_index, id="compressed"),
        pytest.param(gpu_or_skip, id="gpu", marks=pytest.mark.gpu),
    ]
)
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    # Proposals even where scoring everybody would be cheaper: else the tests would never see them.
    always_propose(monkeypatch)
    made: Make = request.param
    return made


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def some_rows(
    seed: int = 0, people: int = 60, most: int = 6, dimension: int = 16, spread: float = 0.7
) -> Rows:
    """People with 1 to `most` passages around a direction of their own; ids with gaps, shuffled."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(people), random.integers(1, most + 1, people))
    own = random.normal(size=(people, dimension))
    vectors = unit(own[owners] + spread * random.normal(size=(len(owners), dimension)))
    order = random.permutation(len(owners))
    ids = random.permutation(10 * len(owners))[: len(owners)]
    return Rows.arrange(vectors[order], ids, owners[order] * 7 + 3)


def a_question(seed: int, dimension: int = 16) -> np.ndarray:
    return unit(np.random.default_rng(10_000 + seed).normal(size=dimension))


def by_hand(rows: Rows, query: np.ndarray, fold: Fold) -> dict[int, float]:
    """Exact rational inner products, folded one candidate at a time."""
    question = [Fraction(float(x)) for x in on_grid(query)]
    cosines = defaultdict(list)
    for vector, owner in zip(rows.vectors, rows.owners, strict=True):
        product = sum(Fraction(float(x)) * y for x, y in zip(vector, question, strict=True))
        cosines[int(owner)].append(float(product))
    scores = {}
    for owner, own in cosines.items():
        top = sorted(own, reverse=True)[: fold.top]
        scores[owner] = fold.best * max(own) + (1 - fold.best) * sum(top) / len(top)
    return scores


def ranking(scores: dict[int, float], k: int, eligible: set[int] | None = None) -> list[int]:
    allowed = [c for c in scores if eligible is None or c in eligible]
    return sorted(allowed, key=lambda c: (-scores[c], c))[:k]


@pytest.mark.parametrize("fold", FOLDS, ids=str)
def test_the_nearest_are_those_that_arithmetic_by_hand_finds(make: Make, fold: Fold) -> None:
    rows = some_rows()
    index = make(rows, fold)
    for seed in range(5):
        query = a_question(seed)
        expected = by_hand(rows, query, fold)
        hits = index.nearest(query, 10)
        assert hits.scores == pytest.approx([expected[c] for c in hits.candidates], abs=1e-12)
        if make is not compressed_index:  # that one promises recall only
            assert hits.candidates.tolist() == ranking(expected, 10)
        assert (np.diff(hits.scores) <= 0).all()


@pytest.mark.parametrize("fold", FOLDS, ids=str)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_nobody_outside_the_eligible_and_k_candidates_whenever_k_exist(
    make: Make, fold: Fold, share: float
) -> None:
    rows = some_rows(people=200)
    index = make(rows, fold)
    random = np.random.default_rng(3)
    for seed in range(4):
        eligible = rows.candidates[random.random(200) < share]
        hits = index.nearest(a_question(seed), 20, eligible)
        assert set(hits.candidates.tolist()) <= set(eligible.tolist())
        assert len(hits) == len(set(hits.candidates.tolist())) == min(20, len(eligible))


def test_eligible_people_far_from_the_question_are_found_all_the_same(make: Make) -> None:
    # 2,000 passages stand beside the question, and none of the eligible is among them.
    near = np.tile(unit(np.array([1.0, 0.1, 0.0, 0.0])), (2_000, 1))
    far = unit(np.array([[-1.0, 0.2, 0.1, 0.0], [-1.0, 0.0, 0.3, 0.1], [-1.0, 0.1, 0.1, 0.9]]))
    rows = Rows.arrange(
        np.vstack([near, far]), np.arange(2_003), np.append(np.arange(2_000), [9_001, 9_002, 9_003])
    )
    hits = make(rows, BEST_PASSAGE).nearest(
        unit(np.array([1.0, 0.0, 0.0, 0.0])), 3, np.array([9_001, 9_002, 9_003, 9_999])
    )
    assert sorted(hits.candidates.tolist()) == [9_001, 9_002, 9_003]


@pytest.mark.parametrize("fold", [Fold(0.0, 2), Fold(0.2, 2), MEAN, Fold(0.5)], ids=str)
@pytest.mark.parametrize("build", [flat_index, pytest.param(gpu_or_skip, marks=pytest.mark.gpu)])
def test_nobody_is_missed_because_others_have_one_better_passage(
    build: Make, fold: Fold, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 300 decoys have a passage at 0.9 and one opposite; five people have two passages at 0.8.
    always_propose(monkeypatch)
    random = np.random.default_rng(2)
    aside = unit(random.normal(size=(610, 16)) * np.append(0, np.ones(15)))
    cosines = np.append(np.tile([0.9, -0.9], 300), np.full(10, 0.8))
    vectors = np.sqrt(1 - cosines**2)[:, None] * aside
    vectors[:, 0] = cosines
    rows = Rows.arrange(vectors, np.arange(610), np.arange(610) // 2)
    hits = build(rows, fold).nearest(np.eye(16, dtype=np.float32)[0], 5)
    assert sorted(hits.candidates.tolist()) == [300, 301, 302, 303, 304]


def test_one_candidate_with_a_thousand_passages_takes_one_place(make: Make) -> None:
    random = np.random.default_rng(1)
    crowd = unit(np.array([1.0, 0, 0, 0]) + 0.01 * random.normal(size=(1_000, 4)))
    others = unit(random.normal(size=(30, 4)))
    rows = Rows.arrange(
        np.vstack([crowd, others]), np.arange(1_030), np.append(np.full(1_000, 5), range(10, 40))
    )
    hits = make(rows, BEST_PASSAGE).nearest(np.array([1.0, 0, 0, 0], np.float32), 10)
    assert hits.candidates[0] == 5
    assert len(set(hits.candidates.tolist())) == 10


@pytest.mark.parametrize("fold", FOLDS, ids=str)
def test_equal_scores_stand_in_the_order_of_their_ids(make: Make, fold: Fold) -> None:
    same = np.tile(unit(np.array([0.3, 0.4, 0.5, 0.6])), (40, 1))
    rows = Rows.arrange(same, np.arange(40)[::-1], np.arange(40)[::-1] // 2 * 5)
    hits = make(rows, fold).nearest(unit(np.array([1.0, 1.0, 1.0, 1.0])), 7)
    assert hits.candidates.tolist() == [0, 5, 10, 15, 20, 25, 30]
    assert len(set(hits.scores.tolist())) == 1


def test_the_best_row_is_the_passage_that_is_nearest(make: Make) -> None:
    rows = some_rows()
    query = a_question(1)
    hits = make(rows, MEAN).nearest(query, 10)
    cosines = rows.vectors.astype(float) @ on_grid(query).astype(float)
    for candidate, row in zip(hits.candidates, hits.best_rows, strict=True):
        assert rows.owners[row] == candidate
        assert cosines[row] == cosines[rows.owners == candidate].max()


def test_nothing_is_found_among_nobody(make: Make) -> None:
    rows = some_rows()
    index = make(rows, BEST_PASSAGE)
    nobody = np.empty(0, np.int64)
    assert len(index.nearest(a_question(0), 5, nobody)) == 0
    assert len(index.nearest(a_question(0), 5, np.array([1, 2]))) == 0
    assert len(index.nearest(a_question(0), 0)) == 0
    assert len(index.scores_of_all(a_question(0), nobody).scores) == 0


@pytest.mark.parametrize("fold", FOLDS, ids=str)
def test_an_index_without_rows_answers_with_nobody(make: Make, fold: Fold) -> None:
    index = make(Rows.arrange(np.empty((0, 8)), np.empty(0), np.empty(0)), fold)
    assert len(index.nearest(a_question(0, 8), 5)) == 0
    assert len(index.nearest(a_question(0, 8), 5, np.array([4]))) == 0
    assert len(index.scores_of_all(a_question(0, 8)).candidates) == 0


def test_asking_for_more_than_there_are_gives_all_there_are(make: Make) -> None:
    rows = some_rows(people=9)
    assert len(make(rows, BEST_PASSAGE).nearest(a_question(0), 1_000)) == 9


@pytest.mark.parametrize("fold", FOLDS, ids=str)
def test_saved_and_loaded_it_answers_with_the_same_bits(
    make: Make, fold: Fold, tmp_path: Path
) -> None:
    rows = some_rows(people=150)
    index = make(rows, fold)
    arrays = index.arrays() if isinstance(index, faiss_index.ProposingIndex) else rows.arrays()
    folder = tmp_path / "generation"
    write_generation(folder, arrays, encoder="e", words="w", sequence=1, counts={})
    again = open_index(open_generation(folder).arrays, fold)
    for seed in range(5):
        one, other = index.nearest(a_question(seed), 12), again.nearest(a_question(seed), 12)
        assert one.candidates.tobytes() == other.candidates.tobytes()
        assert one.scores.tobytes() == other.scores.tobytes()
        assert one.best_rows.tobytes() == other.best_rows.tobytes()
    shutil.rmtree(folder)


@pytest.mark.parametrize("fold", FOLDS, ids=str)
def test_a_score_has_the_same_bits_whoever_else_is_in_the_index(make: Make, fold: Fold) -> None:
    everybody = some_rows(people=120, most=40, dimension=48)
    query = a_question(4, 48)
    all_scores = make(everybody, fold).scores_of_all(query)
    for size in (1, 2, 7, 119):
        people = everybody.candidates[-size:]
        kept = np.isin(everybody.owners, people)
        alone = make(
            Rows.arrange(everybody.vectors[kept], everybody.ids[kept], everybody.owners[kept]), fold
        )
        assert alone.scores_of_all(query).scores.tobytes() == all_scores.scores[-size:].tobytes()
        assert alone.score(query, people).tobytes() == all_scores.scores[-size:].tobytes()
        hits = make(everybody, fold).nearest(query, size, people)
        expected = dict(zip(people.tolist(), all_scores.scores[-size:].tolist(), strict=True))
        assert {
            int(c): float(s) for c, s in zip(hits.candidates, hits.scores, strict=True)
        } == expected


def test_scores_come_in_the_order_asked_for_and_refuse_strangers(make: Make) -> None:
    index = make(some_rows(), MEAN)
    query = a_question(2)
    everyone = index.scores_of_all(query)
    asked = everyone.candidates[[5, 2, 40, 2]]
    assert index.score(query, asked).tolist() == everyone.scores[[5, 2, 40, 2]].tolist()
    with pytest.raises(NotFound):
        index.score(query, np.array([3, 4]))


@pytest.mark.parametrize(
    ("query", "eligible"),
    [
        (np.zeros(15, np.float32), None),
        (np.full(16, np.nan, np.float32), None),
        (np.full(16, 1.0, np.float32), None),
        (a_question(0)[None], None),
        (a_question(0), np.array([5, 3])),
        (a_question(0), np.array([3, 3])),
        (a_question(0), np.array([[3]])),
        (a_question(0), np.array([3.5])),
    ],
    ids=["short", "nan", "long", "matrix", "descending", "twice", "table", "fractions"],
)
def test_a_malformed_question_is_refused(
    make: Make, query: np.ndarray, eligible: np.ndarray | None
) -> None:
    with pytest.raises(ValueError, match=r"."):
        make(some_rows(), BEST_PASSAGE).nearest(query, 3, eligible)


@pytest.mark.parametrize(
    ("vectors", "ids", "owners"),
    [
        ([[1.0, 0.0]], [1, 2], [1]),
        ([[1.0, 0.0], [0.0, 1.0]], [1, 1], [1, 2]),
        ([[1.0, 1.0]], [1], [1]),
        ([[np.inf, 0.0]], [1], [1]),
        ([1.0], [1], [1]),
    ],
    ids=["lengths", "an id twice", "not unit", "infinite", "flat"],
)
def test_malformed_rows_are_refused(
    vectors: list[list[float]], ids: list[int], owners: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Rows.arrange(np.array(vectors), np.array(ids), np.array(owners))


small_pools = st.integers(1, 2**32 - 1).flatmap(
    lambda seed: st.tuples(
        st.just(seed),
        st.integers(1, 40),  # people
        st.integers(1, 9),  # passages at most
        st.sampled_from([1, 2, 3, 8, 17, 64]),  # dimensions
        st.integers(0, 50),  # k
        st.sampled_from(FOLDS),
        st.floats(0, 1),  # share that is eligible
        st.booleans(),  # coarse vectors: many ties
    )
)


@settings(max_examples=60)
@given(small_pools)
@pytest.mark.parametrize("made", [ExactIndex, flat_index], ids=["exact", "flat"])
def test_on_any_pool_the_answer_is_the_one_by_hand(made: Make, pool: tuple) -> None:
    seed, people, most, dimension, k, fold, share, coarse = pool
    rows = some_rows(seed, people, most, dimension)
    if coarse:
        rows = Rows.arrange(np.round(rows.vectors, 1) / 2, rows.ids, rows.owners)
    eligible = rows.candidates[np.random.default_rng(seed).random(len(rows.candidates)) < share]
    query = a_question(seed % 1_000, dimension)
    with pytest.MonkeyPatch.context() as patch:
        always_propose(patch)
        hits = made(rows, fold).nearest(query, k, eligible)
    scores = ExactIndex(rows, fold).scores_of_all(query)
    exact = dict(zip(scores.candidates.tolist(), scores.scores.tolist(), strict=True))
    assert exact == pytest.approx(by_hand(rows, query, fold), abs=1e-12)
    assert hits.candidates.tolist() == ranking(exact, k, set(eligible.tolist()))


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3_000), st.sampled_from([1, 7, 48, 384]))
def test_cosines_have_the_same_bits_in_any_batch(seed: int, count: int, dimension: int) -> None:
    random = np.random.default_rng(seed)
    vectors = on_grid(unit(random.normal(size=(count, dimension))))
    question = on_grid(unit(random.normal(size=dimension)))
    ids = np.arange(count)
    rows = Rows.arrange(vectors, ids, ids)
    together = rows.cosines(question)
    chosen = random.permutation(count)[:50]
    assert rows.cosines(question, chosen).tobytes() == together[chosen].tobytes()
    wide = question.astype(np.float64)
    in_columns = np.asfortranarray(vectors[chosen].astype(np.float64)) @ wide
    assert in_columns.tobytes() == together[chosen].tobytes()
    one_by_one = [
        sum(a * b for a, b in zip(vectors[i].tolist(), wide.tolist(), strict=True))
        for i in chosen[:3]
    ]
    assert one_by_one == together[chosen[:3]].tolist()


def test_the_grid_moves_no_cosine_by_more_than_float32_would() -> None:
    random = np.random.default_rng(0)
    vectors, query = random.normal(size=(500, 384)), random.normal(size=384)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query /= np.linalg.norm(query)
    moved = on_grid(vectors).astype(float) @ on_grid(query).astype(float) - vectors @ query
    assert np.abs(moved).max() < 2.0**-23
    assert on_grid(on_grid(vectors)).tobytes() == on_grid(vectors).tobytes()


def test_a_compressed_index_reports_the_recall_it_reached() -> None:
    rows = some_rows(people=3_000, most=2, dimension=64)
    index = compressed_index(rows, BEST_PASSAGE)
    assert index.report is not None
    assert index.report.recall_at_100 >= faiss_index.RECALL
    exact = ExactIndex(rows, BEST_PASSAGE)
    found = [
        len(
            np.intersect1d(
                index.nearest(a_question(s, 64), 100).candidates,
                exact.nearest(a_question(s, 64), 100).candidates,
            )
        )
        for s in range(20)
    ]
    assert np.mean(found) >= 95


@pytest.mark.parametrize("build", [flat_index, compressed_index])
def test_proposals_spare_most_of_the_work(build: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = some_rows(people=6_000, most=2, dimension=64)
    monkeypatch.setattr(faiss_index, "RECALL", 0.5)  # random directions compress badly
    index = build(rows, BEST_PASSAGE)
    read: list[int] = []
    exactly = Rows.cosines

    def counting(self: Rows, question: np.ndarray, some: np.ndarray | None = None) -> np.ndarray:
        read.append(len(self) if some is None else len(some))
        return exactly(self, question, some)

    monkeypatch.setattr(Rows, "cosines", counting)
    index.nearest(a_question(0, 64), 10, rows.candidates[::2])
    assert 0 < sum(read) < len(rows) / 3
    read.clear()
    index.nearest(
        a_question(0, 64), 10, rows.candidates[::20]
    )  # narrow: all of them, and nobody else
    assert 300 <= sum(read) <= 600


def test_an_index_tuned_for_another_fold_is_refused() -> None:
    arrays = compressed_index(some_rows(), MEAN).arrays()
    with pytest.raises(NotReady, match="bole reindex"):
        open_index(arrays, BEST_PASSAGE)


def test_a_compressed_index_of_other_rows_is_refused() -> None:
    arrays = compressed_index(some_rows(1), MEAN).arrays()
    with pytest.raises(Damaged, match="bole reindex"):
        open_index({**arrays, **some_rows(2, people=9).arrays()}, MEAN)
    with pytest.raises(Damaged, match="bole reindex"):
        open_index({**arrays, "faiss_0": arrays["faiss_0"][:40]}, MEAN)


def test_rows_out_of_order_are_refused() -> None:
    arrays = some_rows().arrays()
    with pytest.raises(Damaged, match="bole reindex"):
        Rows.of_arrays({**arrays, "candidate_of_row": arrays["candidate_of_row"][::-1]})
    with pytest.raises(Damaged, match="bole reindex"):
        Rows.of_arrays({"vectors": arrays["vectors"]})


def test_the_index_suits_the_size_of_the_pool() -> None:
    rows = some_rows()
    assert isinstance(build_index(rows), ExactIndex)
    compressed = build_index(rows, compress_above=10)
    assert isinstance(compressed, faiss_index.ProposingIndex)
    assert compressed.report is not None


def test_without_faiss_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(NotReady, match=r"bole\[cpu\]"):
        flat_index(some_rows())


def test_an_even_sample_is_always_the_same_and_never_too_large() -> None:
    ids = np.arange(0, 1_000, 3)
    assert evenly(ids, 10).tolist() == ids[::34].tolist()
    assert evenly(ids, 10_000).tolist() == ids.tolist()
    assert len(evenly(np.empty(0, np.int64), 5)) == 0


@pytest.mark.parametrize("best", [-0.1, 1.1])
def test_a_fold_that_is_no_mixture_is_refused(best: float) -> None:
    with pytest.raises(ValueError, match="fold"):
        Fold(best)
