"""An index with changed texts is, byte for byte, the index of all the texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.lexical import LexicalIndex
from search.lexical_changes import with_changes

TEXTS = {
    30: "Night nurse on a cardiac ward. Trained two nurses.",
    10: "Warehouse lead: forklift, stock counts, night shifts.",
    20: "急诊护士，三年护理经验。",
    40: "",
    50: "Accountant. Month-end closing, VAT returns, payroll; closing, closing.",
}


def build(texts: dict[int, str]) -> LexicalIndex:
    return LexicalIndex.build(texts.keys(), texts.values())


def as_bytes(index: LexicalIndex) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {
        name: (array.dtype.str, array.shape, array.tobytes())
        for name, array in index.arrays().items()
    }


def changed(before: dict[int, str], after: dict[int, str]) -> LexicalIndex:
    other = {person: text for person, text in after.items() if before.get(person) != text}
    gone = sorted({person for person in before if person not in after} | set(other))
    return with_changes(build(before), np.array(gone, np.int64), build(other))


@pytest.mark.parametrize(
    "after",
    [
        TEXTS,
        {**TEXTS, 25: "A surgeon, and a night owl."},
        {**TEXTS, 5: "first of all", 60: "last of all", 35: ""},
        {**TEXTS, 50: "Baker."},
        {person: text for person, text in TEXTS.items() if person != 50},
        {},
        {7: "nobody from before: 护士"},
    ],
    ids=["nothing", "one more", "at both ends", "rewritten", "gone", "all gone", "all others"],
)
def test_it_is_the_index_of_all_the_texts(after: dict[int, str]) -> None:
    assert as_bytes(changed(TEXTS, after)) == as_bytes(build(after))


def test_words_that_nobody_uses_any_more_are_forgotten() -> None:
    left = changed(TEXTS, {30: TEXTS[30]})
    assert left.term_number("payroll") == -1
    assert b"payroll" not in left.arrays()["lexical_vocabulary"].tobytes()


WORDS = [
    "nurse",
    "nurses",
    "ward",
    "C++",
    "护士",
    "急",
    "1,000",
    "",
    ".",
    "e-mail",
    "\U0010ffff",
    "z",
]
POOLS = st.dictionaries(
    st.integers(1, 12), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), max_size=8
)


@settings(max_examples=150)
@given(POOLS, POOLS)
def test_whatever_changes_it_is_the_index_of_all_the_texts(
    before: dict[int, str], after: dict[int, str]
) -> None:
    assert as_bytes(changed(before, after)) == as_bytes(build(after))


def test_night_after_night_nothing_drifts() -> None:
    dice = np.random.default_rng(4)
    pool: dict[int, str] = {}
    index = build(pool)
    for _ in range(20):
        after = dict(pool)
        for person in dice.integers(1, 40, 6).tolist():
            after[person] = " ".join(dice.choice(WORDS, size=6).tolist())
        for person in dice.integers(1, 40, 3).tolist():
            after.pop(person, None)
        other = {person: text for person, text in after.items() if pool.get(person) != text}
        gone = np.array([p for p in pool if p not in after or p in other], np.int64)
        index, pool = with_changes(index, gone, build(other)), after
    assert as_bytes(index) == as_bytes(build(pool))


def test_nobody_has_two_texts() -> None:
    with pytest.raises(ValueError, match="one text"):
        with_changes(build(TEXTS), np.empty(0, np.int64), build({30: "again"}))
