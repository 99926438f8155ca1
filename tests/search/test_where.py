from __future__ import annotations

import pytest

from catalog import filters as f
from catalog.errors import InvalidRequest
from catalog.people import PersonStatus
from reading.resume import Degree, LanguageLevel, WorkPermission
from search.where import read_where


def only(line: str) -> f.Condition:
    (condition,) = read_where(line).conditions
    return condition


def test_an_empty_line_means_everybody() -> None:
    assert read_where("") == f.Filters()
    assert read_where("  ", let_in_unknown=True) == f.Filters((), True)


def test_parts_are_joined_in_their_order() -> None:
    found = read_where("location=Berlin years>=5 skill=python").conditions
    assert [type(condition) for condition in found] == [f.InPlace, f.Years, f.HasAnySkill]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("location=Berlin", f.InPlace("de", None, "berlin")),
        ("location=上海", f.InPlace("cn", None, "shanghai")),
        ("location=Germany", f.InPlace("de", None, None)),
        ("years>=5", f.Years(minimum=60)),
        ("years>5", f.Years(minimum=61)),
        ("years<10", f.Years(maximum=119)),
        ("years<=0.5", f.Years(maximum=6)),
        ("years(python)>=3", f.Years(minimum=36, skill="python")),
        ("degree>=bachelor", f.HasDegree(Degree.BACHELOR)),
        ("degree>=硕士", f.HasDegree(Degree.MASTER)),
        ("language=German", f.Speaks("de")),
        ("language=de>=B2", f.Speaks("de", LanguageLevel.B2)),
        ("language=英语", f.Speaks("en")),
        ("permission=permitted", f.MayWork(WorkPermission.PERMITTED)),
        ("salary<=60000", f.ExpectsAtMost(60000)),
        ("remote=no", f.WorksRemotely(False)),
        ("status=active,placed", f.HasStatus((PersonStatus.ACTIVE, PersonStatus.PLACED))),
    ],
)
def test_each_kind_of_part_is_understood(line: str, expected: f.Condition) -> None:
    assert only(line) == expected


def test_spaces_are_quoted_as_in_a_shell() -> None:
    found = only("location='New York'")
    assert isinstance(found, f.InPlace)
    assert found.country == "us"
    assert (found.city or "").startswith("new york")


def test_a_skill_stands_for_those_that_imply_it() -> None:
    found = only("skill=sql")
    assert isinstance(found, f.HasAnySkill)
    assert {"sql", "postgresql"} <= set(found.skills)
    none = only("skill!=sql")
    assert none == f.HasNoneOf(found.skills)


@pytest.mark.parametrize(
    "line",
    [
        "colour=blue",
        "years>=many",
        "years>=-1",
        "years>=1e9",
        "years>=nan",
        "years!=5",
        "degree>=wizard",
        "language=Klingonish",
        "language=de>=Z9",
        "skill=unobtainium-engineering",
        "permission=perhaps",
        "salary<=lots",
        "salary<=99999999999999",
        "remote=maybe",
        "status=alive",
        "location=Xyzzyville",
        "location(de)=Berlin",
        "location>Berlin",
        "location=",
        "=",
        "'",
        "x" * 6000,
        "years>=5; DROP TABLE resume",
    ],
)
def test_what_is_not_understood_is_refused_with_advice(line: str) -> None:
    with pytest.raises(InvalidRequest):
        read_where(line)
