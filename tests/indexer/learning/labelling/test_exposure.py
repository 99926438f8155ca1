import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidRequest
from indexer.learning.examples import Origin, Pair
from indexer.learning.labelling.exposure import propensity, weigh_by_exposure


def pair(person: int, weight: float = 1.0, origin: Origin = Origin.OUTCOME) -> Pair:
    return Pair(1, person, "q", "a", 2, True, weight=weight, origin=origin)


@pytest.mark.parametrize(
    ("rank", "eta", "expected"),
    [(1, 1, 1), (2, 1, 0.5), (4, 0.5, 0.5), (10, 1, 0.1), (300, 1, 0.1), (7, 0, 1), (3, 900, 0.1)],
)
def test_a_rank_is_examined_as_often_as_its_inverse_says_within_bounds(rank, eta, expected):
    assert propensity(rank, eta) == pytest.approx(expected)


@pytest.mark.parametrize(("rank", "eta"), [(0, 1), (-3, 1), (1, -1), (1, math.nan), (1, math.inf)])
def test_a_rank_or_an_eta_that_cannot_be_is_refused(rank, eta):
    with pytest.raises(InvalidRequest):
        propensity(rank, eta)


def test_the_weights_are_inverse_propensities_with_a_mean_of_one():
    weighed = weigh_by_exposure([pair(1), pair(2), pair(3)], {1: 1, 2: 2, 3: 3})
    # 1, 2 and 3 over their mean of 2
    assert [each.weight for each in weighed] == pytest.approx([0.5, 1.0, 1.5])


def test_who_came_through_the_ats_alone_is_not_weighted():
    weighed = weigh_by_exposure([pair(1), pair(2), pair(9)], {1: 1, 2: 3})
    assert [each.weight for each in weighed] == pytest.approx([0.5, 1.5, 1.0])
    assert weigh_by_exposure([pair(1), pair(9)], {}) == [pair(1), pair(9)]
    assert weigh_by_exposure([], {1: 1}) == []


def test_labels_that_nobody_gave_on_seeing_keep_their_weight():
    pairs = [pair(1), pair(2), pair(3, 0.3, Origin.NEGATIVE), pair(4, 0.2, Origin.WEAK)]
    weighed = weigh_by_exposure(pairs, {1: 1, 2: 3, 3: 9, 4: 9})
    assert [each.weight for each in weighed] == pytest.approx([0.5, 1.5, 0.3, 0.2])


def test_a_weight_that_a_pair_has_already_is_kept_as_a_factor():
    weighed = weigh_by_exposure([pair(1, 0.5), pair(2)], {1: 1, 2: 3})
    assert [each.weight for each in weighed] == pytest.approx([0.25, 1.5])


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 10_000), min_size=1), st.floats(0, 5))
def test_the_observed_count_as_much_together_as_before_and_none_over_ten_times(ranks, eta):
    weighed = weigh_by_exposure([pair(person) for person in range(1, 31)], ranks, eta)
    observed = [each.weight for each in weighed if each.person_id in ranks]
    assert sum(observed) == pytest.approx(len(observed))
    assert max(observed) <= min(observed) * 10.001
    assert all(each.weight == 1 for each in weighed if each.person_id not in ranks)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(0, 50))
def test_a_lower_place_is_never_examined_more_often(rank, other, eta):
    upper, lower = sorted((rank, other))
    assert 0.1 <= propensity(lower, eta) <= propensity(upper, eta) <= 1
