"""Marriage and family told in a sentence leave the scoring view, and leave content alone."""

from __future__ import annotations

import pytest

from reading.identity.finding import find_identity
from reading.identity.scoring_view import scoring_view
from reading.resumes.parse import read_resume


def _seen(text: str) -> str:
    resume = read_resume(text)
    return scoring_view(resume.text, find_identity(resume)).text


@pytest.mark.parametrize("told", ["Divorced.", "Married, two children.", "Widowed."])
def test_a_sentence_that_only_tells_of_marriage_is_left_out(told: str) -> None:
    text = "Ottoline Vask\n\nProfile\nI bind books by hand. {} Runs a small bindery.\n"
    assert _seen(text.format(told)).split() == _seen(text.format("Single.")).split()
    assert told.split(",")[0].strip(".") not in _seen(text.format(told))


@pytest.mark.parametrize("told", ["目前已婚", "单身", "現已離異", "未婚"])
def test_marriage_told_in_a_chinese_clause_is_left_out(told: str) -> None:
    seen = _seen(f"闻人雪\n\n自我评价\n做事细心，{told}，擅长古籍修复。\n")
    assert told not in seen
    assert "古籍修复" in seen


def test_parents_names_are_left_out() -> None:
    seen = _seen(
        "闻人雪\n\n工作经历\n2019.03-至今 澄心阁 古籍修复师\n家庭成员：父亲闻人杰，母亲苏婉\n"
    )
    assert "闻人杰" not in seen
    assert "苏婉" not in seen
    assert "古籍修复师" in seen


@pytest.mark.parametrize(
    "kept",
    [
        "Married front-end and back-end teams.",
        "Single point of contact for suppliers.",
        "Engaged new binders.",
    ],
)
def test_words_that_also_tell_of_marriage_stay_where_they_do_not(kept: str) -> None:
    assert kept in _seen(f"Ottoline Vask\n\nExperience\n2019 - 2022 Binder, Quire Ltd. {kept}\n")
