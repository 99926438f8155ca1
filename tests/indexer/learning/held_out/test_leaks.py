from datetime import date

import pytest

from catalog.errors import Conflict
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.held_out.leaks import (
    find_leaks,
    leave_out_copies,
    refuse_leaks,
    without_copies,
)
from indexer.learning.held_out.splitting import Split

NURSE = "Staff nurse, Alder Hospital 2015 to 2021. Ran a twelve-bed unit; titrated vasopressors."
MASON = "Stonemason 2009 to 2020. Carved and fixed limestone for two cathedrals, set out by hand."
账务 = "会计主管，2016年至今。负责月末结账、合并报表和税务申报，带领五人团队完成系统上线。"
厨师 = "行政总厨，2012年至2022年。管理四十人厨房，设计宴会菜单，控制食材成本与食品安全。"


def job(number: int, *pairs: tuple[int, str], question: str | None = None) -> JobPairs:
    asked = question or f"question number {number * 7919}"
    made = tuple(Pair(number, person, asked, text, 2, True) for person, text in pairs)
    return JobPairs(number, None, None, "en", date(2026, 1, 1), made)


def split(train: JobPairs, test: JobPairs, dev: JobPairs | None = None) -> Split:
    return Split((train,), (dev or job(50, (50, "a cook")),), (test,))


def test_a_clean_split_is_learned_from():
    clean = split(job(1, (1, NURSE), (2, 账务)), job(2, (3, MASON), (4, 厨师)))
    assert find_leaks(clean) == []
    refuse_leaks(clean)
    assert leave_out_copies(clean) == clean


def test_the_same_person_on_both_sides_is_a_leak():
    [leak] = find_leaks(split(job(1, (1, NURSE)), job(2, (1, MASON))))
    assert leak == "candidate 1 is in train and test"


def test_the_same_job_on_both_sides_is_a_leak():
    [leak] = find_leaks(split(job(1, (1, NURSE)), job(1, (2, MASON), question="another")))
    assert leak == "job 1 is in train and test"


@pytest.mark.parametrize("text", [NURSE, 账务])
def test_the_same_text_under_two_records_is_a_leak_whatever_the_job(text):
    [leak] = find_leaks(split(job(1, (1, text)), job(2, (9, text))))
    assert "candidate 1 (job 1) and candidate 9 (job 2)" in leak
    assert "100 %" in leak


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        (NURSE, NURSE.upper().replace(",", " -").replace(". ", "\n• ")),
        (NURSE, NURSE.replace("titrated", "titrate")),
        (账务, 账务.replace("，", ",").replace("五人", "六人")),
        (账务, 账务.replace("2016", "２０１６")),  # full-width digits
    ],
)
def test_a_copy_with_a_slip_or_other_punctuation_is_a_leak(text, copy):
    assert len(find_leaks(split(job(1, (1, text)), job(2, (9, copy))))) == 1


def test_texts_half_rewritten_are_a_leak_only_for_nearly_the_same_job():
    rewritten = NURSE.replace("twelve-bed unit", "ten-bed ward")
    same = "Staff nurse: intensive care, ventilators, night shifts"
    assert find_leaks(split(job(1, (1, NURSE)), job(2, (9, rewritten)))) == []
    asked_alike = split(
        job(1, (1, NURSE), question=same), job(2, (9, rewritten), question=same + ".")
    )
    assert len(find_leaks(asked_alike)) == 1


def test_a_job_advertised_again_to_other_people_is_no_leak():
    again = "Stonemason: limestone, setting out"
    assert (
        find_leaks(split(job(1, (1, NURSE), question=again), job(2, (2, MASON), question=again)))
        == []
    )


@pytest.mark.parametrize("text", ["", "   ", "Waiter 2019", "会计，三年"])
def test_texts_too_short_to_tell_people_apart_are_no_leak(text):
    assert find_leaks(split(job(1, (1, text)), job(2, (9, text)))) == []


def test_dev_is_checked_against_both():
    found = find_leaks(
        split(job(1, (1, NURSE)), job(2, (2, MASON)), dev=job(3, (1, NURSE), (4, MASON)))
    )
    assert [leak.partition(" in ")[2][:20] for leak in found] == [
        "train and dev",
        "dev and test are 100",
    ]


def test_a_refusal_names_ids_and_what_to_do_and_no_text():
    people = [(number, f"{NURSE} {number}") for number in range(1, 8)]
    with pytest.raises(Conflict) as refused:
        refuse_leaks(split(job(1, *people), job(2, (9, NURSE))))
    message = str(refused.value)
    assert "candidate 1" in message
    assert "and 4 more" in message
    assert "Merge" in message
    assert "Alder" not in message


def test_copies_can_be_left_out_of_training_and_then_nothing_leaks():
    copied = split(
        job(1, (1, NURSE), (2, 账务)),
        job(2, (9, NURSE)),
        dev=job(3, (10, 账务 + "。"), (11, NURSE), (12, MASON)),
    )
    left = leave_out_copies(copied)
    assert find_leaks(left) == []
    assert left.test == copied.test
    assert left.train == ()  # one copied by the test, the other by dev
    assert [pair.person_id for each in left.dev for pair in each.pairs] == [10, 12]


def test_texts_with_odd_characters_are_compared_without_error():
    odd = "\ud800\x00" + "𠮷" * 30
    assert len(find_leaks(split(job(1, (1, odd)), job(2, (2, odd))))) == 1


def test_examples_that_join_after_the_split_are_held_against_it_too():
    mined = job(1, (1, NURSE), (2, 厨师)).pairs
    held_out = job(2, (9, NURSE.lower()), (10, 账务)).pairs
    assert [pair.person_id for pair in without_copies(mined, held_out)] == [2]
    assert without_copies(mined, []) == list(mined)
    assert without_copies([], held_out) == []
