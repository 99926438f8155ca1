from __future__ import annotations

import math

import pytest

from benchmarks.simulated.recovery import gap_at_equal_fit, kendall, ndcg, over_seeds
from benchmarks.simulation import DEVELOPMENT_SEEDS, REPORT_SEEDS

GRADES = {"one": {"a": 4, "b": 2, "c": 0}, "nobody fits": {"a": 0, "b": 0, "c": 0}}


def test_a_perfect_order_recovers_everything_and_an_upside_down_one_little() -> None:
    assert ndcg({"one": ["a", "b", "c"], "nobody fits": ["a", "b", "c"]}, GRADES) == [1.0]
    # By hand: 0/log2(2) + 2/log2(3) + 4/log2(4), over 4/log2(2) + 2/log2(3).
    worst = (2 / math.log2(3) + 4 / 2) / (4 + 2 / math.log2(3))
    found = ndcg({"one": ["c", "b", "a"], "nobody fits": ["a", "b", "c"]}, GRADES)
    assert found == [pytest.approx(worst)]


def test_kendall_is_one_minus_twice_the_share_of_pairs_upside_down() -> None:
    orders = {"one": ["a", "c", "b"], "nobody fits": ["a", "b", "c"]}
    assert kendall(orders, GRADES) == [pytest.approx(1 / 3)]  # two of three pairs the right way up


def test_kendall_judges_only_who_is_in_the_order() -> None:
    assert kendall({"one": ["c", "b"], "nobody fits": ["a"]}, GRADES) == [pytest.approx(-1.0)]


def test_the_gap_is_taken_among_equals_so_that_better_fit_is_no_gap() -> None:
    values = [0.9, 0.9, 0.1, 0.1, 0.1]
    preferred = [True, False, True, False, False]
    assert gap_at_equal_fit(values, preferred, [4, 4, 0, 0, 0]) == pytest.approx(0)
    assert gap_at_equal_fit(values, preferred, [1] * 5) == pytest.approx(0.5 - 1.1 / 3)


def test_the_gap_weighs_strata_by_what_they_can_tell() -> None:
    # Stratum x: 0.2 apart, one of each (weight 1/2). Stratum y: 0.5, one and three (3/4).
    values = [0.7, 0.5, 0.9, 0.4, 0.4, 0.4]
    preferred = [True, False, True, False, False, False]
    found = gap_at_equal_fit(values, preferred, ["x", "x", "y", "y", "y", "y"])
    assert found == pytest.approx((0.5 * 0.2 + 0.75 * 0.5) / 1.25)


def test_without_anybody_to_compare_with_there_is_no_gap_to_name() -> None:
    assert math.isnan(gap_at_equal_fit([0.5, 0.4], [True, True], [1, 1]))


def test_the_interval_over_seeds_holds_the_mean_of_the_seeds_and_repeats() -> None:
    samples = [[0.1, 0.3], [0.5], [0.2, 0.4, 0.6]]
    found = over_seeds(samples)
    assert found.mean == pytest.approx((0.2 + 0.5 + 0.4) / 3)
    assert found.low < found.mean < found.high
    assert found == over_seeds(samples)


def test_seeds_of_the_report_are_five_and_none_was_used_in_development() -> None:
    assert len(set(REPORT_SEEDS)) >= 5
    assert not set(REPORT_SEEDS) & set(DEVELOPMENT_SEEDS)
