from __future__ import annotations

import json

import pytest

from reading.dates import Month, Period
from reading.job import (
    DegreeValue,
    ExperienceValue,
    Job,
    Kind,
    LanguageValue,
    PermissionValue,
    PhraseValue,
    Requirement,
    SkillValue,
    Value,
)
from reading.record import (
    job_from_record,
    job_to_record,
    requirement_from_record,
    requirement_to_record,
    resume_from_record,
    resume_to_record,
)
from reading.resume import (
    Contact,
    Degree,
    Education,
    LanguageLevel,
    LanguageSkill,
    Location,
    Position,
    Resume,
    Salary,
    Section,
    SectionKind,
    SkillMention,
    Stance,
    Stated,
    WorkPermission,
)
from reading.spans import Span

VALUES: list[Value] = [
    SkillValue("python", 36),
    SkillValue("python"),
    ExperienceValue(24, ("ward",)),
    DegreeValue(Degree.MASTER, ("accounting",)),
    LanguageValue("zh", LanguageLevel.B2),
    LanguageValue("zh"),
    PermissionValue(),
    PhraseValue(("night", "shift")),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_requirement_comes_back_as_it_went(value: Value) -> None:
    requirement = Requirement("r1", 2, Kind.NICE, value, "as read", Span(3, 9), "g1")
    stored = json.loads(json.dumps(requirement_to_record(requirement)))
    assert requirement_from_record(stored) == requirement


def test_a_resume_comes_back_as_it_went_without_storing_its_text_twice() -> None:
    span = Span(0, 4)
    resume = Resume(
        text="text of it",
        language="zh",
        sections=(Section(SectionKind.HEADER, span),),
        dropped=(),
        contact=Contact("高兴", ("a@example.org",), ("+15550100",), ()),
        headline="会计",
        positions=(Position("会计", None, Period(Month(2019, 3), None), span, span),),
        education=(Education(Degree.BACHELOR, "x", None, None, span, True),),
        skills=(SkillMention("audit", span, span, Stance.SHOWN, 0),),
        languages=(LanguageSkill("en", None, span),),
        location=Location("CN", None, "Shanghai", None, span),
        work_permission=Stated(WorkPermission.PERMITTED, span),
        availability=Stated("now", span),
        salary=Stated(Salary(1, None, "CNY"), span),
    )
    stored = json.loads(json.dumps(resume_to_record(resume)))
    assert "text" not in stored
    assert resume_from_record(stored, resume.text) == resume


def test_a_job_comes_back_as_it_went() -> None:
    job = Job(
        "text",
        "en",
        None,
        tuple(
            Requirement(f"r{n}", 1, Kind.MUST, value, "t", None) for n, value in enumerate(VALUES)
        ),
    )
    assert job_from_record(json.loads(json.dumps(job_to_record(job)))) == job


@pytest.mark.parametrize(
    "damage",
    [
        {"value": {"type": "wish"}},
        {"value": None},
        {"value": {"type": "skill"}},
        {"value": {"type": "skill", "skill": ["a"]}},
        {"kind": "perhaps"},
        {"version": "x"},
        {"span": {"start": 5, "end": 1}},
    ],
    ids=str,
)
def test_a_record_that_does_not_fit_is_refused(damage: dict[str, object]) -> None:
    good = requirement_to_record(Requirement("r", 1, Kind.MUST, SkillValue("a"), "t", None))
    with pytest.raises(ValueError, match=r"type|validation|span"):
        requirement_from_record({**good, **damage})
