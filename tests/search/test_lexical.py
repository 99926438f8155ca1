from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import Damaged, NotFound
from search.arrays import open_generation, write_generation
from search.lexical import K1, B, LexicalIndex, Statistics
from search.words import atoms, question_terms, terms

TEXTS = {
    30: "Night nurse on a cardiac ward. Trained two nurses.",
    10: "Warehouse lead: forklift, stock counts, night shifts.",
    20: "急诊护士，三年护理经验。",
    40: "",
    50: "Accountant. Month-end closing, VAT returns, payroll; closing, closing.",
}


def an_index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS.keys(), TEXTS.values())


def test_the_scores_are_those_of_the_formula_by_hand() -> None:
    # "night nurses": of five texts two say night, one says nurse (twice), one 护; lengths in terms.
    counted = {an_id: Counter(terms(atoms(text))) for an_id, text in sorted(TEXTS.items())}
    mean = sum(c.total() for c in counted.values()) / 5
    expected = []
    for counts in counted.values():
        slowness = 1.2 * (1 - 0.75 + 0.75 * counts.total() / mean)
        night = math.log(1 + (5 - 2 + 0.5) / (2 + 0.5)) * counts["~night"] * 2.2
        nurse = math.log(1 + (5 - 1 + 0.5) / (1 + 0.5)) * counts["~nurs"] * 2.2
        expected.append(
            night / (counts["~night"] + slowness) + nurse / (counts["~nurs"] + slowness)
        )
    assert counted[30]["~nurs"] == 2
    found = an_index().scores(question_terms("night nurses"))
    assert found == pytest.approx(expected, rel=1e-12)
    assert found[[1, 3, 4]].tolist() == [0, 0, 0]


def test_another_library_computes_the_same_scores() -> None:
    random = np.random.default_rng(0)
    words = [f"w{chr(97 + a)}{chr(97 + b)}q" for a in range(12) for b in range(6)]
    documents = [random.choice(words, size=random.integers(1, 60)).tolist() for _ in range(80)]
    question = random.choice(words, size=25).tolist()
    theirs = bm25s.BM25(method="lucene", k1=K1, b=B)
    theirs.index([terms(document) for document in documents], show_progress=False)
    ours = LexicalIndex.build(range(80), [" ".join(document) for document in documents])
    expected = theirs.get_scores(terms(question))
    # Lucene leaves out the constant factor K1 + 1; bm25s computes in float32.
    assert ours.scores(terms(question)) / (K1 + 1) == pytest.approx(expected, rel=1e-4)


def test_a_word_asked_twice_counts_twice() -> None:
    index = an_index()
    assert index.scores(["~payrol", "~payrol"]) == pytest.approx(2 * index.scores(["~payrol"]))


def test_stems_meet_in_ranking() -> None:
    index = LexicalIndex.build([1, 2], ["managed a team", "a forklift"])
    assert index.scores(question_terms("management"))[0] > 0


def test_the_eligible_are_scored_in_the_order_they_are_given() -> None:
    index = an_index()
    everybody = index.scores(question_terms("night shifts 护理"))
    some = index.scores(question_terms("night shifts 护理"), np.array([50, 10, 20]))
    assert some.tolist() == everybody[[4, 0, 1]].tolist()
    assert len(index.scores(["~night"], np.empty(0, np.int64))) == 0


@pytest.mark.parametrize("stranger", [5, 25, 99])
def test_who_is_not_indexed_is_refused(stranger: int) -> None:
    with pytest.raises(NotFound, match="bole reindex"):
        an_index().scores(["~night"], np.array([10, stranger]))


def test_questions_without_a_known_word_score_nothing() -> None:
    index = an_index()
    assert index.scores([]).tolist() == [0.0] * 5
    assert index.scores(["~zebra", ""]).tolist() == [0.0] * 5
    assert LexicalIndex.build([], []).scores(["~night"]).tolist() == []


def test_a_candidate_has_one_text() -> None:
    with pytest.raises(ValueError, match="one text"):
        LexicalIndex.build([1, 1], ["a", "b"])


words_of_texts = st.lists(
    st.lists(st.sampled_from(["night", "nurse", "护理", "c++", "payroll"]), max_size=8).map(
        " ".join
    ),
    min_size=1,
    max_size=8,
)


@given(words_of_texts, st.randoms())
def test_a_score_has_the_same_bits_whatever_the_order_of_building(texts: list[str], random) -> None:
    pairs = list(enumerate(texts))
    random.shuffle(pairs)
    one = LexicalIndex.build(range(len(texts)), texts)
    other = LexicalIndex.build([i for i, _ in pairs], [text for _, text in pairs])
    question = ["~nurs", "护理", "c++", "~night", "~nurs"]
    assert one.scores(question).tobytes() == other.scores(question).tobytes()
    for name, array in one.arrays().items():
        assert array.tobytes() == other.arrays()[name].tobytes(), name


@given(words_of_texts, words_of_texts)
def test_two_indexes_with_shared_statistics_score_as_one(old: list[str], new: list[str]) -> None:
    whole = LexicalIndex.build(range(len(old) + len(new)), old + new)
    first = LexicalIndex.build(range(len(old)), old)
    second = LexicalIndex.build(range(len(old), len(old) + len(new)), new)
    shared = Statistics.of(first, second)
    question = ["~nurs", "护理", "c++", "~night"]
    apart = np.concatenate(
        [first.scores(question, statistics=shared), second.scores(question, statistics=shared)]
    )
    assert apart.tobytes() == whole.scores(question).tobytes()


def test_saved_and_loaded_it_is_equal(tmp_path: Path) -> None:
    index = an_index()
    write_generation(tmp_path / "g", index.arrays(), encoder="e", words="w", sequence=1, counts={})
    again = LexicalIndex.of_arrays(open_generation(tmp_path / "g").arrays)
    assert list(again.vocabulary) == list(index.vocabulary)
    question = question_terms("night closing 护士")
    assert again.scores(question).tobytes() == index.scores(question).tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"lexical_lengths": np.zeros(2, np.int64)},
        {"lexical_vocabulary": np.frombuffer(b"one\ntwo", np.uint8)},
        {"lexical_vocabulary": np.frombuffer(b"\xff\xfe", np.uint8)},
        {"lexical_counts": np.zeros(1, np.int32)},
        {"lexical_word_numbers": np.zeros(1, np.int32)},
        {"lexical_starts": np.zeros(0, np.int64)},
    ],
)
def test_parts_that_do_not_fit_are_damage(change: dict[str, np.ndarray]) -> None:
    with pytest.raises(Damaged, match="bole reindex"):
        LexicalIndex.of_arrays({**an_index().arrays(), **change})
    with pytest.raises(Damaged, match="bole reindex"):
        LexicalIndex.of_arrays({})
