"""What a part counts before there are labels, and after."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.learning.examples import Pair
from indexer.learning.measuring.calibrate import PRIOR, TRUSTING, fit_calibration
from search.calibration import CLOSE_READING, PARTS


def pair(number: int, reached: bool, close: float) -> Pair:
    return Pair(
        job_id=1,
        person_id=number,
        question="q",
        answer="a",
        grade=4 if reached else 0,
        reached=reached,
        parts={name: close if name == CLOSE_READING else 0.0 for name in PARTS},
    )


def weight_of_close_reading(pairs: Sequence[Pair], before: dict[str, float]) -> float:
    return fit_calibration(pairs, before).weights[CLOSE_READING]


def test_a_reader_that_is_trusted_counts_while_hardly_anything_is_known() -> None:
    known = [pair(1, True, 0.0), pair(2, False, 0.0)]  # which say nothing about close reading
    assert abs(weight_of_close_reading(known, dict(TRUSTING)) - 4.0) < 0.01
    assert weight_of_close_reading(known, dict(PRIOR)) < 0.01


def test_outcomes_that_go_against_it_take_its_weight_away_and_never_below_nothing() -> None:
    known = [pair(n, reached=n % 2 == 0, close=-0.9 if n % 2 == 0 else 0.9) for n in range(200)]
    assert weight_of_close_reading(known, dict(TRUSTING)) < 0.5
    assert weight_of_close_reading(known, dict(PRIOR)) == 0.0


def test_outcomes_that_agree_with_it_give_it_weight() -> None:
    known = [pair(n, reached=n % 2 == 0, close=0.9 if n % 2 == 0 else -0.9) for n in range(200)]
    assert weight_of_close_reading(known, dict(PRIOR)) > 2.0
