"""The same résumé under another name must be read the same."""

from __future__ import annotations

import pytest

from indexer.learning.measuring.name_swap import OtherName, check_name_swap, swap_name
from reading.identity.finding import find_identity
from reading.identity.scoring_view import scoring_view
from reading.resumes.parse import read_resume
from tests import people

GREEN = OtherName("Adaeze", "Green", ("欧阳", "雪梅"))

BAKER = """Maria Elena BAKER
maria.baker@mail.example | linkedin.com/in/mariabaker

SUMMARY
Maria ran the ovens of two bakeries. M. E. Baker's bread won prizes.

WORK HISTORY
Head Baker, Millstone Bakery
2015 - 2020
- Thanked by the mayor: "Maria Baker feeds this town"
"""

WANG = """姓名：王小明
邮箱：wxm@mail.example

工作经历
2016年5月至今 海蓝潜水中心 潜水教练
- 王小明指导学员四百余人
- 王先生负责气瓶检测
"""


def read_view(text: str) -> str:
    return scoring_view(text, find_identity(read_resume(text))).text


def test_every_mention_of_an_english_name_becomes_anothers() -> None:
    swapped = swap_name(BAKER, GREEN)
    assert swapped is not None
    assert "Adaeze GREEN\n" in swapped
    assert "adaeze.green@mail.example" in swapped
    assert "linkedin.com/in/adaezegreen" in swapped
    assert "Adaeze ran the ovens" in swapped
    assert "A. Green's bread" in swapped
    assert "Adaeze Green feeds this town" in swapped
    assert "Maria" not in swapped
    assert "Elena" not in swapped


def test_a_trade_that_is_also_a_name_stays_the_trade() -> None:
    assert "Head Baker, Millstone Bakery" in str(swap_name(BAKER, GREEN))


def test_every_mention_of_a_chinese_name_becomes_anothers() -> None:
    swapped = swap_name(WANG, GREEN)
    assert swapped is not None
    assert "姓名：欧阳雪梅" in swapped
    assert "欧阳雪梅指导学员" in swapped
    assert "欧阳先生负责" in swapped
    assert "王" not in swapped


@pytest.mark.parametrize("text", ["", "\n\n", "仓库管理员", "Skills: forklift", "\x00\ud800" * 50])
def test_a_text_without_a_name_has_none_to_swap(text: str) -> None:
    assert swap_name(text, GREEN) is None
    assert check_name_swap([text], read_view)["unnamed"] == 1


def test_the_scoring_view_passes_for_people_of_both_languages() -> None:
    texts = [people.resume_of(who) for who in people.TEXTS]
    found = check_name_swap([*texts, BAKER, WANG], read_view)
    assert found == {"candidates": len(texts) + 2, "unnamed": 0, "changed": 0, "largest": 0.0}


def test_a_reader_that_sees_the_name_is_caught() -> None:
    found = check_name_swap([BAKER, WANG], lambda text: text, score=lambda text: text.count("a"))
    assert (found["candidates"], found["changed"]) == (2, 2)
    assert found["largest"]
    assert check_name_swap([BAKER], lambda text: text)["largest"] is None


def test_a_mention_that_the_view_overlooks_is_caught() -> None:
    def overlooking(text: str) -> str:
        mentions = find_identity(read_resume(text))
        return scoring_view(text, [m for m in mentions if m.span.start < 30]).text

    assert check_name_swap([BAKER, WANG], overlooking)["changed"] == 2


def test_a_reader_that_sees_only_whether_it_is_a_womans_name_is_caught() -> None:
    women = ("Margaret", "Priya", "Fatima", "Consuelo", "淑珍", "雅婷", "美玲")

    def prefers_women(text: str) -> str:
        return "a woman" if any(name in text for name in women) else "somebody"

    assert check_name_swap([BAKER, WANG] * 4, prefers_women)["changed"] == 8
