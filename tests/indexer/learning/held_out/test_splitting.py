from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidRequest
from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.held_out.splitting import split_by_time


def job(
    number: int, people: dict[int, bool], *, day: int | None = None, origin=Origin.OUTCOME
) -> JobPairs:
    """A job opened on its own day (or `day`), with who of its people reached an interview."""
    pairs = tuple(
        Pair(number, person, f"question {number}", f"answer {person}", 2 * reached, reached)
        if origin is Origin.OUTCOME
        else Pair(number, person, "q", "a", 2 * reached, reached, origin=origin)
        for person, reached in people.items()
    )
    opened = date(2026, 1, 1) + timedelta(days=number if day is None else day)
    return JobPairs(number, None, None, "en", opened, pairs)


def ten_jobs() -> list[JobPairs]:
    return [job(number, {10 * number: True, 10 * number + 1: False}) for number in range(10)]


def ids(jobs) -> list[int]:
    return [each.job_id for each in jobs]


def people(jobs) -> set[int]:
    return {pair.person_id for each in jobs for pair in each.pairs}


def test_later_jobs_are_held_out():
    split = split_by_time(ten_jobs()[::-1])
    assert (ids(split.train), ids(split.dev), ids(split.test)) == (
        [0, 1, 2, 3, 4],
        [5, 6],
        [7, 8, 9],
    )
    assert split.dropped_people == 0


def test_candidates_of_held_out_jobs_are_left_out_of_training_and_dev():
    jobs = ten_jobs()
    jobs[1] = job(1, {10: True, 11: False, 91: True})  # 91 is of test job 9
    jobs[5] = job(5, {50: True, 51: False, 91: False, 70: False})  # 70 of test job 7
    jobs[2] = job(2, {20: True, 21: False, 50: True})  # 50 is of dev job 5
    split = split_by_time(jobs)
    assert people(split.train[1:2]) == {10, 11}
    assert people(split.train[2:3]) == {20, 21}
    assert people(split.dev) == {50, 51, 60, 61}
    assert people(split.test) == {70, 71, 80, 81, 90, 91}
    assert split.dropped_people == 3


def test_a_job_whose_every_candidate_is_held_out_is_left_out():
    jobs = ten_jobs()
    jobs[0] = job(0, {90: True, 91: False})
    assert ids(split_by_time(jobs).train) == [1, 2, 3, 4]


def test_jobs_of_one_day_go_by_their_ids():
    jobs = [job(number, {10 * number: True, 10 * number + 1: False}, day=0) for number in range(8)]
    assert split_by_time(jobs) == split_by_time(jobs[::-1])
    assert ids(split_by_time(jobs[::-1]).test) == [6, 7]


def test_only_outcomes_are_measured_on():
    jobs = ten_jobs()
    jobs += [job(20, {1: True, 2: False}, origin=Origin.WEAK)]  # the latest, yet not held out
    weak = job(9, {500: True}, origin=Origin.WEAK).pairs
    jobs[9] = JobPairs(9, None, None, "en", jobs[9].opened, jobs[9].pairs + weak)
    split = split_by_time(jobs)
    assert ids(split.test) == [7, 8, 9]
    assert 500 not in people(split.test)


def test_too_few_jobs_are_refused_with_how_many_are_needed():
    with pytest.raises(InvalidRequest, match=r"5 jobs have labelled outcomes.*at least 6"):
        split_by_time(ten_jobs()[:5])
    with pytest.raises(InvalidRequest, match="at least 6"):
        split_by_time([])


def test_six_jobs_are_enough():
    split = split_by_time(ten_jobs()[:6])
    assert (len(split.train), len(split.dev), len(split.test)) == (3, 1, 2)


def test_two_jobs_at_least_are_held_out_and_one_steers_however_small_the_shares():
    split = split_by_time(ten_jobs(), 0.01, 0.01)
    assert (len(split.train), len(split.dev), len(split.test)) == (7, 1, 2)


@pytest.mark.parametrize(("reached", "word"), [(True, "everybody"), (False, "nobody")])
def test_one_class_is_refused(reached, word):
    with pytest.raises(InvalidRequest, match=word):
        split_by_time([job(number, {number: reached}) for number in range(10)])


def test_one_class_among_the_held_out_jobs_is_refused():
    jobs = ten_jobs()[:7] + [job(number, {100 + number: False}) for number in (7, 8, 9)]
    with pytest.raises(InvalidRequest, match="held-out jobs nobody"):
        split_by_time(jobs)


def test_the_same_people_everywhere_are_refused_and_the_message_says_why():
    with pytest.raises(InvalidRequest, match="2 people of later jobs were left out"):
        split_by_time([job(number, {1: True, 2: False}) for number in range(10)])


def test_a_job_that_comes_twice_is_refused():
    with pytest.raises(InvalidRequest, match="twice"):
        split_by_time([*ten_jobs(), ten_jobs()[3]])


@pytest.mark.parametrize(
    "shares", [(0, 0.2), (0.3, 0), (0.8, 0.2), (1.5, 0.1), (-0.1, 0.2), (float("nan"), 0.2)]
)
def test_shares_that_leave_nothing_are_refused(shares):
    with pytest.raises(InvalidRequest, match="shares"):
        split_by_time(ten_jobs(), *shares)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.dictionaries(st.integers(1, 60), st.booleans(), min_size=1, max_size=5),
        ),
        min_size=6,
        max_size=14,
    )
)
def test_no_person_is_in_two_parts_and_no_earlier_job_is_held_out(drawn):
    jobs = [job(number, who, day=day) for number, (day, who) in enumerate(drawn)]
    try:
        split = split_by_time(jobs)
    except InvalidRequest:
        return
    train, dev, test = people(split.train), people(split.dev), people(split.test)
    assert not train & dev
    assert not train & test
    assert not dev & test
    order = [(each.opened, each.job_id) for each in (*split.train, *split.dev, *split.test)]
    assert order == sorted(order)
    assert split.dropped_people == len(
        {
            pair.person_id
            for each in jobs
            for pair in each.pairs
            if (each.job_id, pair.person_id)
            not in {
                (kept.job_id, pair.person_id)
                for part in (split.train, split.dev, split.test)
                for kept in part
                for pair in kept.pairs
            }
        }
    )
