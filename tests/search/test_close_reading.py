"""Who is read closely, and that nobody can tell from the list who was not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.dates import Month
from reading.job import Job
from search.calibration import BASE_RATE, Calibration
from search.close_reading import (
    AT_ONCE,
    NOT_READ,
    Beside,
    _why_uncertain_about,
    _with_tail,
    read_who_matters,
    why_uncertain,
)
from search.retrieval import Ranked

WEIGHTS = {"meaning": 1.0, "words": 1.0, "requirements": 1.0, "close reading": 2.0}
AS_OF = Month(2026, 11)

part = st.floats(-3, 3).map(lambda value: round(value, 1))  # coarse, so that there are ties
person = st.tuples(part, part, st.floats(-1, 1).map(lambda value: round(value, 1)))


def first_of(sums: dict[int, float], limit: int) -> list[tuple[int, float]]:
    return sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:limit]


@given(st.lists(person, max_size=60), st.floats(0, 4), st.integers(1, 60))
def test_the_list_is_the_one_that_reading_everybody_would_give(
    people: list[tuple[float, float, float]], weight: float, limit: int
) -> None:
    parts = {
        "meaning": np.array([p[0] for p in people]),
        "words": np.array([p[1] for p in people]),
    }
    close = [p[2] for p in people]
    found = read_who_matters(
        parts, weight, limit, lambda places: np.array([close[place] for place in places])
    )
    assert all(found[place] == close[place] for place in found)
    everybody = {place: math.fsum((p[0], p[1], weight * p[2])) for place, p in enumerate(people)}
    read = {place: everybody[place] for place in found}
    assert first_of(read, limit) == first_of(everybody, limit)


def test_the_hopeless_are_not_read() -> None:
    known = np.array([10.0 - place for place in range(40)])
    read: list[int] = []

    def nothing_special(places: list[int]) -> np.ndarray:
        read.extend(places)
        return np.zeros(len(places))

    read_who_matters({"meaning": known}, 2.0, 5, nothing_special)
    assert sorted(read) == list(range(AT_ONCE))  # the fifth has 6, the 17th at most -6 + 2


def test_nobody_is_read_twice_and_nobody_without_candidates() -> None:
    read: list[int] = []

    def note(places: list[int]) -> np.ndarray:
        read.extend(places)
        return np.full(len(places), -1.0)

    found = read_who_matters({"meaning": np.zeros(40)}, 1.0, 3, note)
    assert sorted(read) == list(range(40)) == sorted(found)
    assert read_who_matters({"meaning": np.zeros(0)}, 1.0, 3, note) == {}


def test_whoever_was_not_read_stays_behind_and_the_sums_stay_sums() -> None:
    calibration = Calibration(-1.0, WEIGHTS, 100, 10)
    retrieved = Ranked(
        np.array([7, 3, 9, 4]),
        np.array([2.0, 1.9, 1.8, 1.7]),
        {"meaning": np.array([1.0, 1.0, 0.9, 0.9]), "words": np.array([1.0, 0.9, 0.9, 0.8])},
    )
    head = Ranked(
        np.array([7, 3]),
        np.array([-2.5, 0.5]),
        {BASE_RATE: np.array([-1.0, -1.0]), "close reading": np.array([-1.5, 1.5])},
    )
    both = _with_tail(head, retrieved, 2, calibration).first(4)
    assert both.candidates.tolist() == [3, 7, 9, 4]
    assert (np.diff(both.scores) <= 0).all()
    for place, score in enumerate(both.scores.tolist()):
        assert math.fsum(float(own[place]) for own in both.parts.values()) == score
    # -1 + 0.9 + 0.9 = 0.8 is 3.3 above the last who was read, so 4 whole logits are taken off.
    assert both.parts[NOT_READ].tolist() == [0.0, 0.0, -4.0, -4.0]


def job_of(text: str) -> Job:
    return Job(text, "en", None, ())


LONG = "We want a falconer who trains hawks and owls and who has years of patience with them all."


@pytest.mark.parametrize(
    ("labels", "eligible", "blend", "text", "why"),
    [
        (50, 20, 0.5, LONG, None),
        (49, 20, 0.5, LONG, "only 49 outcomes stand behind the score"),
        (50, 19, 0.5, LONG, "fewer than 20 candidates to compare"),
        (50, 20, 0.6, LONG, "the blend was moved from the one that chances were fitted with"),
        (50, 20, 0.5, "Falconer wanted", "the job says too little"),
        (50, 20, 0.5, "招聘驯鹰师一名", "the job says too little"),
    ],
)
def test_no_chance_is_named_where_it_would_rest_on_too_little(
    labels: int, eligible: int, blend: float, text: str, why: str | None
) -> None:
    calibration = Calibration(-1.0, WEIGHTS, labels, 10)
    assert why_uncertain(job_of(text), Beside(1, AS_OF, eligible, blend), calibration) == why


def test_a_thin_resume_and_one_that_was_not_read_get_no_chance() -> None:
    assert _why_uncertain_about("Falconer. Hawks.") == "the résumé says too little"
    assert _why_uncertain_about("驯鹰师，训练猎鹰") == "the résumé says too little"
    assert _why_uncertain_about(None) == NOT_READ
    assert _why_uncertain_about("trained hawks and owls for estates " * 10) is None
    assert _why_uncertain_about("负责训练猎鹰与猫头鹰" * 8) is None
