"""What a challenger must have shown before it may serve."""

from __future__ import annotations

import math
from typing import Any

import pytest

from indexer.learning.deciding.gates import gains, gates
from tests.trained import COMPARED, metrics


def test_a_model_that_beats_retrieval_control_and_champion_passes() -> None:
    assert gates(metrics()) == []
    assert gates(metrics(**COMPARED)) == []


def interval(mean: float, low: float, high: float) -> dict[str, float]:
    return {"mean": mean, "low": low, "high": high}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"jobs": {"test": 3}}, "3 held-out jobs"),
        ({"gain over retrieval": interval(0.05, -0.001, 0.1)}, "over retrieval alone"),
        ({"gain over retrieval": interval(0.0, 0.0, 0.0)}, "over retrieval alone"),
        ({"gain over control": interval(0.01, -0.02, 0.04)}, "do not depend on the job"),
        (
            {**COMPARED, "gain over champion": interval(-0.01, -0.1, 0.08)},
            "over the reranker in service",
        ),
        ({**COMPARED, "gain over champion": None}, "over the reranker in service"),
        ({"name swap": {"candidates": 40, "changed": 1}}, "1 of 40 people"),
        ({"name swap": {"candidates": 0, "changed": 0}}, "not tested"),
        ({"challenger": {"nDCG@10": 0.7, "Brier": 0.1}}, "ECE was not measured"),
        ({"challenger": {"nDCG@10": 0.7, "ECE": math.nan, "Brier": 0.1}}, "ECE was not measured"),
    ],
)
def test_whatever_is_missing_speaks_against_it_and_alone(
    changes: dict[str, Any], says: str
) -> None:
    (reason,) = gates(metrics(**changes))
    assert says in reason


@pytest.mark.parametrize("nothing", [None, True, "0.5", math.inf, [], {}])
@pytest.mark.parametrize("at", ["mean", "low"])
def test_what_is_no_number_is_no_gain(nothing: Any, at: str) -> None:
    gain = {"mean": 0.1, "low": 0.05, "high": 0.2, at: nothing}
    broken = metrics(**{"gain over retrieval": gain})
    assert (gates(broken) == []) is (at == "mean")  # the interval decides, not the mean
    assert gains(metrics())


@pytest.mark.parametrize("stored", [{}, {"jobs": 7}, {"jobs": None, "name swap": [1]}])
def test_metrics_of_another_form_pass_no_gate(stored: dict[str, Any]) -> None:
    assert len(gates(stored)) == 6


def test_the_reasons_for_it_name_the_figures() -> None:
    said = "\n".join(gains(metrics(**COMPARED)))
    assert "12 later jobs" in said
    assert "0.710 against 0.600 for retrieval alone: +0.110 [+0.040, +0.170]" in said
    assert "0.710 against 0.680 for the reranker in service: +0.030" in said
    assert "40 candidates" in said
