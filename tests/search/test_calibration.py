"""Parts, weights and chances, by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from catalog.errors import Damaged
from search.calibration import (
    BASE_RATE,
    PARTS,
    Calibration,
    calibration_from_record,
    calibration_to_record,
    closeness,
)

WEIGHTS = {"meaning": 2.0, "words": 0.5, "requirements": 0.0, "close reading": 1.5}
CALIBRATION = Calibration(-1.0, WEIGHTS, labels=120, jobs=12)


def test_each_part_is_weighed_and_the_base_rate_comes_first() -> None:
    parts = CALIBRATION.parts_of({"words": np.array([2.0, -4.0]), "meaning": np.array([1.0, 0.0])})
    assert list(parts) == [BASE_RATE, "meaning", "words"]
    assert [part.tolist() for part in parts.values()] == [[-1, -1], [2, 0], [1, -2]]


def test_a_weight_of_nothing_leaves_no_negative_zero() -> None:
    parts = CALIBRATION.parts_of({"requirements": np.array([-0.5])})
    assert math.copysign(1, parts["requirements"][0]) == 1


def test_a_part_without_a_weight_and_uneven_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="gut feeling"):
        CALIBRATION.parts_of({"gut feeling": np.array([1.0])})
    with pytest.raises(ValueError, match="one length"):
        CALIBRATION.parts_of({"words": np.zeros(1), "meaning": np.zeros(2)})


def test_a_score_of_0_is_an_even_chance_and_extreme_scores_overflow_nothing() -> None:
    scores = np.array([0.0, math.log(3), -math.log(3), 1e6, -1e6])
    assert CALIBRATION.probability(scores) == pytest.approx([0.5, 0.75, 0.25, 1.0, 0.0])


def test_closeness_runs_from_minus_1_to_1() -> None:
    logits = np.array([0.0, math.log(3), -math.log(3), 1e9, -1e9])
    assert closeness(logits) == pytest.approx([0.0, 0.5, -0.5, 1.0, -1.0])
    assert np.abs(closeness(np.array([40.0, 800.0, -800.0]))).max() <= 1.0


def test_a_calibration_survives_json() -> None:
    record = json.loads(json.dumps(calibration_to_record(CALIBRATION)))
    assert calibration_from_record(record) == CALIBRATION


@pytest.mark.parametrize(
    "change",
    [
        {"bias": "0"},
        {"bias": float("nan")},
        {"bias": True},
        {"weights": None},
        {"weights": {}},
        {"weights": WEIGHTS | {"words": -0.1}},
        {"weights": WEIGHTS | {"words": float("inf")}},
        {"weights": WEIGHTS | {"gut feeling": 1.0}},
        {"weights": dict.fromkeys(PARTS[:3], 1.0)},
        {"labels": 1.5},
        {"labels": -1},
        {"jobs": None},
    ],
)
def test_what_is_no_calibration_is_damaged(change: dict[str, object]) -> None:
    with pytest.raises(Damaged, match="calibration"):
        calibration_from_record(calibration_to_record(CALIBRATION) | change)
    with pytest.raises(Damaged):
        calibration_from_record({})
