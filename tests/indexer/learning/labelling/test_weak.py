import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.learning.examples import Origin, Pair
from indexer.learning.labelling.weak import weak_pairs


def pair(person: int, shown: float, near: float, job: int = 1) -> Pair:
    parts = {"meaning": near, "words": 0.0, "requirements": shown}
    return Pair(job, person, "q", "a", 0, False, parts)


def ladder(job: int = 1) -> list[Pair]:
    """Eight candidates on whom both looks agree: person 1 shows least and is furthest."""
    return [pair(person, person / 10, person / 10, job) for person in range(1, 9)]


def grades(pairs) -> dict[int, int]:
    return {each.person_id: each.grade for each in pairs}


def test_the_agreeing_quarters_are_labelled_and_the_middle_teaches_nothing():
    weak = weak_pairs(ladder())
    assert grades(weak) == {1: 0, 2: 0, 7: 2, 8: 2}
    assert {each.weight for each in weak} == {0.2}
    assert {each.origin for each in weak} == {Origin.WEAK}
    assert [each.reached for each in weak] == [False, False, True, True]


def test_where_the_two_disagree_there_is_no_label():
    pool = [pair(person, person / 10, (9 - person) / 10) for person in range(1, 9)]
    assert weak_pairs(pool) == []


def test_the_best_of_a_poor_pool_and_the_last_of_a_good_one_are_not_labelled():
    poor = [pair(person, person / 20, person / 10) for person in range(1, 9)]  # 0.4 at best
    good = [pair(person, 0.6 + person / 20, person / 10) for person in range(1, 9)]
    assert grades(weak_pairs(poor)) == {1: 0, 2: 0}
    assert grades(weak_pairs(good)) == {7: 2, 8: 2}


def test_a_job_without_demands_or_with_few_candidates_teaches_nothing():
    assert weak_pairs([pair(person, 0.5, person / 10) for person in range(1, 20)]) == []
    assert weak_pairs(ladder()[:7]) == []
    assert weak_pairs([]) == []


def test_jobs_are_looked_at_one_by_one_and_the_order_is_kept():
    pool = [each for both in zip(ladder(1), ladder(2), strict=True) for each in both]
    weak = weak_pairs(pool, weight=0.1)
    assert [(each.job_id, each.person_id) for each in weak] == [
        (job, person) for person in (1, 2, 7, 8) for job in (1, 2)
    ]
    assert {each.weight for each in weak} == {0.1}


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_unknown_parts_are_left_out(odd):
    bare = Pair(1, 50, "q", "a", 0, False)
    assert weak_pairs([*ladder(), pair(51, odd, 9), pair(52, 0.9, odd), bare]) == weak_pairs(
        ladder()
    )


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-2, 2)), max_size=30))
def test_whoever_is_labelled_good_is_behind_nobody_labelled_bad(drawn):
    weak = weak_pairs([pair(person, *each) for person, each in enumerate(drawn)])
    for good in weak:
        for bad in weak:
            if good.grade > bad.grade:
                assert good.parts["requirements"] > bad.parts["requirements"]
                assert good.parts["meaning"] > bad.parts["meaning"]
    assert len(weak) <= len(drawn)
