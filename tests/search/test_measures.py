from __future__ import annotations

import math

import pytest

from catalog.errors import InvalidRequest
from search.measures import difference, estimate, evaluate, per_job, read_qrels

QRELS = {"j1": {"a": 2, "b": 1}, "j2": {"c": 1}}


def test_ndcg_of_a_perfect_order_is_one_and_of_the_reverse_is_what_the_formula_says() -> None:
    perfect = per_job({"j1": ["a", "b"]}, QRELS)["nDCG@10"]["j1"]
    reverse = per_job({"j1": ["b", "a"]}, QRELS)["nDCG@10"]["j1"]
    assert perfect == pytest.approx(1.0)
    by_hand = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert reverse == pytest.approx(by_hand)


def test_the_order_given_counts_and_not_the_order_of_names() -> None:
    assert per_job({"j2": ["z", "c"]}, QRELS)["RR"]["j2"] == pytest.approx(0.5)
    assert per_job({"j2": ["a", "c"]}, QRELS)["RR"]["j2"] == pytest.approx(0.5)


def test_a_judged_job_that_was_not_run_counts_as_nothing_found() -> None:
    assert evaluate({"j1": ["a", "b"]}, QRELS)["MAP"].mean == pytest.approx(0.5)


def test_an_interval_holds_its_mean_and_repeats() -> None:
    values = [0.1, 0.4, 0.2, 0.9, 0.5]
    found = estimate(values)
    assert found.low <= found.mean <= found.high
    assert found.low < found.high
    assert found == estimate(values)


def test_two_equal_runs_differ_by_nothing() -> None:
    run = {"j1": ["b", "a"], "j2": ["c"]}
    found = difference(run, run, QRELS)
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("line", ["j1 0 a", "j1 0 a two", "just words and more words here"])
def test_a_malformed_line_is_named_by_its_number(line: str) -> None:
    with pytest.raises(InvalidRequest, match="line 2"):
        read_qrels(["j1 0 a 1", line])


def test_without_judged_jobs_the_message_asks_about_the_ids() -> None:
    with pytest.raises(InvalidRequest, match="ids"):
        evaluate({"x": ["a"]}, {})
