import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.labelling.negatives import mine_negatives


def pair(person, shown, near=1.0, *, reached=False, job=1, origin=Origin.OUTCOME, **parts) -> Pair:
    known = {"meaning": near / 2, "words": near / 2, "requirements": shown} | parts
    return Pair(job, person, "招聘主管", f"答 {person}", 2 * reached, reached, known, 1.0, origin)


def job(*pairs: Pair) -> JobPairs:
    return JobPairs(1, None, None, "zh", date(2026, 1, 1), pairs)


INTERVIEWED = (pair(1, 0.6, reached=True), pair(2, 0.8, reached=True), pair(3, 0.7, reached=True))


def people(pairs) -> list[int]:
    return [each.person_id for each in pairs]


def test_the_nearest_by_meaning_and_words_who_show_little_are_negatives():
    pool = [pair(10, 0.1, 0.3), pair(11, 0.2, 1.4), pair(12, 0.3, 0.9), pair(13, 0.0, 0.8)]
    mined = mine_negatives(job(*INTERVIEWED), pool, per_job=3)
    assert people(mined) == [11, 12, 13]
    assert {(each.grade, each.reached, each.weight, each.origin) for each in mined} == {
        (0, False, 0.3, Origin.NEGATIVE)
    }
    assert mined[0].parts == pool[1].parts
    assert mined[0].answer == "答 11"


def test_nobody_who_shows_as_much_as_the_median_interviewed_person_is_a_negative():
    pool = [pair(10, 0.7, 2.0), pair(11, 0.95, 2.0), pair(12, 0.699, 0.1)]
    assert people(mine_negatives(job(*INTERVIEWED), pool)) == [12]


def test_without_anybody_interviewed_nobody_is_a_negative():
    assert mine_negatives(job(pair(1, 0.9)), [pair(10, 0.0)]) == []
    assert mine_negatives(job(), [pair(10, 0.0)]) == []


def test_a_weak_label_does_not_set_the_bar():
    weak = pair(1, 0.9, reached=True, origin=Origin.WEAK)
    assert mine_negatives(job(weak), [pair(10, 0.0)]) == []


def test_a_job_without_demands_makes_nobody_a_negative():
    assert mine_negatives(job(pair(1, 0.5, reached=True)), [pair(10, 0.5, 9.0)]) == []


def test_an_applicant_is_never_mined_even_when_handed_in():
    assert mine_negatives(job(*INTERVIEWED, pair(4, 0.1)), [pair(4, 0.1)]) == []


def test_unknown_parts_and_pairs_of_another_job_are_passed_over():
    bare = Pair(1, 20, "q", "a", 0, False)
    odd = pair(21, math.nan), pair(22, 0.1, words=math.inf), pair(23, 0.1, job=2)
    assert mine_negatives(job(*INTERVIEWED), [bare, *odd]) == []
    assert mine_negatives(job(Pair(1, 1, "q", "a", 4, True)), [pair(10, 0.0)]) == []


def test_equally_near_people_go_by_their_ids_and_none_wanted_is_none():
    pool = [pair(person, 0.1) for person in (14, 12, 13, 11, 10)]
    assert people(mine_negatives(job(*INTERVIEWED), pool)) == [10, 11, 12, 13]
    assert mine_negatives(job(*INTERVIEWED), pool, per_job=0) == []
    assert mine_negatives(job(*INTERVIEWED), pool, per_job=-2) == []


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=7),
    st.lists(st.tuples(st.floats(0, 1), st.floats(-3, 3)), max_size=20),
    st.integers(0, 6),
)
def test_whoever_is_mined_shows_less_than_half_of_the_interviewed(interviewed, pool, wanted):
    ours = job(*(pair(number, shown, reached=True) for number, shown in enumerate(interviewed)))
    mined = mine_negatives(
        ours, [pair(100 + number, *each) for number, each in enumerate(pool)], wanted
    )
    assert len(mined) <= wanted
    for each in mined:
        above = sum(shown > each.parts["requirements"] for shown in interviewed)
        assert above * 2 >= len(interviewed)
