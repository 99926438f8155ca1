import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidRequest
from indexer.learning.asking.instructive import most_instructive
from indexer.learning.examples import Pair


def pair(person: int, job: int = 1, **parts: float) -> Pair:
    return Pair(job, person, "q", "a", 0, False, {k.replace("_", " "): v for k, v in parts.items()})


def seen(suggestions) -> list[tuple[int, int]]:
    return [(each.pair.job_id, each.pair.person_id) for each in suggestions]


def test_what_the_model_cannot_tell_is_asked_first():
    asked = most_instructive([(pair(1), 0.9), (pair(2), 0.5), (pair(3), 0.3)], 2)
    assert seen(asked) == [(1, 2), (1, 3)]
    assert asked[0].reason == "the model cannot tell: 50% to reach an interview"
    assert [each.value for each in asked] == pytest.approx([1.0, 0.6])


def test_every_job_comes_up_before_one_comes_up_again():
    asked = most_instructive(
        [(pair(1), 0.5), (pair(2), 0.49), (pair(3), 0.48), (pair(4, job=2), 0.2)], 3
    )
    assert seen(asked) == [(1, 1), (2, 4), (1, 2)]


def test_parts_that_disagree_are_asked_even_where_the_model_abstained():
    candidates = [
        (pair(1, meaning=0.9, words=0.9, requirements=0.0), None),
        (pair(2, meaning=0.5, words=0.5, requirements=0.5), None),
        (pair(3, meaning=0.1, words=0.1, requirements=0.6), None),
        (pair(4, meaning=0.0, words=0.0, requirements=0.2), None),
    ]
    [first, *_] = most_instructive(candidates, 4)
    # nearest of four: 3½ of 4 behind (itself counts half); shows least: ½ of 4
    assert first.pair.person_id == 1
    assert first.value == pytest.approx(0.75)
    assert first.probability is None
    assert first.reason == (
        "retrieval puts 88% of the job's candidates behind, the demands shown only 12%"
    )


def test_both_reasons_are_given_where_both_tell():
    candidates = [
        (pair(1, meaning=1.0, words=1.0, requirements=0.0), 0.4),
        *((pair(n, meaning=0.1 / n, words=0.0, requirements=0.1 * n), 0.99) for n in range(2, 6)),
    ]
    reason = most_instructive(candidates, 1)[0].reason
    assert "40%" in reason
    assert "retrieval puts" in reason


def test_whoever_was_read_closely_is_compared_with_those_who_were():
    near = [pair(n, meaning=1 + n, words=0.0, requirements=0.5 + n / 9) for n in range(3)]
    far = [pair(10 + n, meaning=n / 9, words=0.0, requirements=n / 9) for n in range(3)]
    read = [
        Pair(1, each.person_id, "q", "a", 0, False, {**each.parts, "close reading": each.person_id})
        for each in near
    ]
    assert most_instructive([(each, None) for each in (*read, *far)], 9) == []


def test_what_is_settled_is_not_asked():
    assert most_instructive([(pair(1), 0.0), (pair(2), 1.0), (pair(3), None)], 5) == []
    assert most_instructive([], 5) == []


def test_equal_worth_goes_by_job_and_person():
    candidates = [(pair(2, job=8), 0.5), (pair(9, job=3), 0.5), (pair(1, job=8), 0.5)]
    assert seen(most_instructive(candidates, 9)) == [(3, 9), (8, 1), (8, 2)]


@pytest.mark.parametrize("probability", [1.2, -0.1, math.nan, math.inf])
def test_a_probability_that_is_none_is_refused(probability):
    with pytest.raises(InvalidRequest, match="probability"):
        most_instructive([(pair(1), probability)], 1)


@pytest.mark.parametrize("wanted", [0, -1])
def test_fewer_than_one_wanted_is_refused(wanted):
    with pytest.raises(InvalidRequest, match="at least one"):
        most_instructive([(pair(1), 0.5)], wanted)


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 5), st.integers(1, 9)),
        st.tuples(st.none() | st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    ),
    st.integers(1, 60),
)
def test_suggestions_are_spread_worth_asking_and_explained(drawn, wanted):
    candidates = [
        (pair(person, job, meaning=near, words=0.0, requirements=shown), probability)
        for (job, person), (probability, near, shown) in drawn.items()
    ]
    asked = most_instructive(candidates, wanted)
    assert most_instructive(candidates[::-1], wanted) == asked
    assert len(set(seen(asked))) == len(asked) <= wanted
    assert all(0 < each.value <= 1 and each.reason for each in asked)
    everything = most_instructive(candidates, 60)
    jobs = {each.pair.job_id for each in everything}
    assert {each.pair.job_id for each in everything[: len(jobs)]} == jobs
