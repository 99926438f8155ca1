from __future__ import annotations

import math

import numpy as np
import pytest

from search import retrieval
from search.lexical import LexicalIndex
from search.retrieval import Ranked, Retriever, Stopwatch
from search.vectors import BEST_PASSAGE, ExactIndex, Fold, Rows

WORDS = ("kiln", "glaze", "oak", "rope", "diver", "valve", "hive", "honey")


class FixedQuestion:
    """Stands where an encoder stands; the question's vector is given."""

    def __init__(self, vector: np.ndarray) -> None:
        self.vector = vector

    def encode_query(self, text: str) -> np.ndarray:
        return self.vector


def make_retriever(people: int = 400, fold: Fold = BEST_PASSAGE) -> Retriever:
    dice = np.random.default_rng(5)
    owners = np.repeat(np.arange(people), 3)
    vectors = dice.standard_normal((len(owners), 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [" ".join(dice.choice(WORDS, 5)) for _ in range(people)]
    index = ExactIndex(Rows.arrange(vectors, np.arange(len(owners)), owners), fold)
    question = FixedQuestion(vectors[0])
    return Retriever(question, index, LexicalIndex.build(range(people), texts))  # type: ignore[arg-type]


def ranked(retriever: Retriever, eligible: np.ndarray, blend: float, limit: int = 10) -> Ranked:
    return retriever.retrieve("kiln and glaze", eligible, blend, limit, Stopwatch())


@pytest.mark.parametrize("blend", [0.0, 0.3, 1.0])
def test_parts_add_up_exactly_and_the_order_is_theirs(blend: float) -> None:
    found = ranked(make_retriever(), np.arange(400), blend)
    for place, score in enumerate(found.scores):
        assert math.fsum(part[place] for part in found.parts.values()) == score
    pairs = list(zip(-found.scores, found.candidates, strict=True))
    assert pairs == sorted(pairs)


def test_blend_one_ignores_words_and_blend_zero_ignores_meaning() -> None:
    retriever = make_retriever()
    assert not ranked(retriever, np.arange(400), 1.0).parts["words"].any()
    assert not ranked(retriever, np.arange(400), 0.0).parts["meaning"].any()


@pytest.mark.parametrize("blend", [0.0, 0.5, 1.0])
def test_only_the_eligible_are_returned_and_as_many_as_asked(blend: float) -> None:
    eligible = np.array([3, 50, 51, 200, 399])
    found = ranked(make_retriever(), eligible, blend, limit=4)
    assert len(found.candidates) == 4
    assert set(found.candidates) <= set(eligible)
    assert len(ranked(make_retriever(), eligible, blend, limit=40).candidates) == 5
    assert not len(ranked(make_retriever(), eligible[:0], blend).candidates)


@pytest.mark.parametrize("blend", [0.0, 0.5, 1.0])
def test_a_large_pool_searched_by_proposals_gives_the_same_head_with_the_same_scores(
    monkeypatch: pytest.MonkeyPatch, blend: float
) -> None:
    """With a sample as large as the pool the scales are equal too, so nothing may differ."""
    retriever = make_retriever()
    exact = ranked(retriever, np.arange(400), blend)
    monkeypatch.setattr(retrieval, "EXACT_UP_TO", 100)
    proposed = ranked(retriever, np.arange(400), blend)
    assert proposed.candidates.tolist() == exact.candidates.tolist()
    assert [s.hex() for s in proposed.scores.tolist()] == [s.hex() for s in exact.scores.tolist()]


def test_people_outside_the_filter_move_nobodys_score() -> None:
    few = np.array([1, 2, 3, 4, 5])
    one = ranked(make_retriever(400), few, 0.5)
    found = {c: s.hex() for c, s in zip(one.candidates.tolist(), one.scores.tolist(), strict=True)}
    again = ranked(make_retriever(400), few, 0.5)
    assert found == dict(
        zip(again.candidates.tolist(), [s.hex() for s in again.scores.tolist()], strict=True)
    )


@pytest.mark.parametrize("exact_up_to", [300_000, 100])
@pytest.mark.parametrize("blend", [0.0, 0.5])
def test_anybodys_parts_are_those_of_the_ranking_also_beyond_its_head(
    monkeypatch: pytest.MonkeyPatch, exact_up_to: int, blend: float
) -> None:
    retriever, everybody = make_retriever(), np.arange(400)
    whole = ranked(retriever, everybody, blend, limit=400)
    monkeypatch.setattr(retrieval, "EXACT_UP_TO", exact_up_to)
    people = np.sort(whole.candidates[[0, 9, 120, 399]])
    parts = retriever.parts_of("kiln and glaze", people, everybody, blend, Stopwatch())
    for place, person in enumerate(people.tolist()):
        at = whole.candidates.tolist().index(person)
        for name in ("meaning", "words"):
            assert float(parts[name][place]).hex() == float(whole.parts[name][at]).hex()
