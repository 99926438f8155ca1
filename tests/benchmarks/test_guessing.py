from __future__ import annotations

import numpy as np
import pytest

from benchmarks.genders import Leaks, as_markdown
from benchmarks.simulated.cases import DIGEST, NAMED, VIEW, WHOLE, read_cases
from benchmarks.simulated.guessing import FOLDS, fold_of, guess, told_apart, weigh_words
from benchmarks.simulation import plan

PEOPLE = [f"p{number}" for number in range(200)]
WOMEN = [number % 2 == 0 for number in range(200)]


def test_a_person_stands_in_one_fold_however_many_texts_they_have() -> None:
    folds = fold_of([*PEOPLE, *PEOPLE])
    assert folds[:200].tolist() == folds[200:].tolist()
    assert np.bincount(folds[:200]).tolist() == [40] * FOLDS


@pytest.mark.parametrize("words", [("Ms", "Mr"), ("女士", "先生")])
def test_what_a_text_says_is_told_and_what_it_does_not_say_is_not(words: tuple[str, str]) -> None:
    said = [f"{words[0] if woman else words[1]} 会计 accounts" for woman in WOMEN]
    assert told_apart(guess(weigh_words(said), WOMEN, PEOPLE), WOMEN, PEOPLE) == [1.0] * FOLDS
    silent = ["会计 accounts" for _ in WOMEN]
    assert told_apart(guess(weigh_words(silent), WOMEN, PEOPLE), WOMEN, PEOPLE) == [0.5] * FOLDS


def test_only_the_control_reads_the_name() -> None:
    pool = plan(31, 120, 24)
    cases = read_cases(pool)
    names = [each.history.candidate.person.name for each in pool.applications]
    assert len(cases) == len(names) > 20
    for case, name in zip(cases, names, strict=True):
        assert name in case.texts[NAMED]
        assert name not in case.texts[DIGEST]
        assert name not in case.texts[VIEW]
    shown = sum(name in case.texts[WHOLE] for case, name in zip(cases, names, strict=True))
    assert shown > 0.8 * len(cases)


def test_what_was_taken_over_is_the_gap_beyond_that_of_a_fair_teacher() -> None:
    fair = {"plain": {"outcomes": [0.0, 0.0], DIGEST: [0.1, 0.1]}}
    biased = {"plain": {"outcomes": [0.2, 0.2], DIGEST: [0.15, 0.15]}}
    text = as_markdown([Leaks(1, 50, {"plain": {DIGEST: [0.5]}}, fair, biased)], "of development")
    row = next(line for line in text.splitlines() if line.startswith("| plain | digest | +"))
    assert "+0.050 [+0.050, +0.050]" in row
    assert row.endswith("| 25 % |")
