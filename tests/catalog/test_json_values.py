from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import Damaged
from catalog.json_values import from_json, resume_from_json, resume_to_json, to_json
from reading.dates import Month, Period
from reading.job import Kind, PermissionValue, Requirement, SkillValue
from reading.resume import (
    Contact,
    Degree,
    Dropped,
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

SPAN = Span(3, 9)
FULL = Resume(
    text="a text",
    language="zh",
    sections=(Section(SectionKind.SKILLS, SPAN, Span(0, 2)), Section(SectionKind.HEADER, SPAN)),
    dropped=(Dropped(SPAN, "page number"),),
    contact=Contact("王小明", ("a@b.example",), ("+86138",), ()),
    headline="护士",
    positions=(
        Position("Nurse", None, Period(Month(2019, 12), None), SPAN, SPAN),
        Position(None, "Ward 5", Period(Month(2001, 1), Month(2002, 2)), SPAN, SPAN),
        Position(None, None, None, SPAN, SPAN),
    ),
    education=(Education(Degree.DOCTORATE, "x", None, None, SPAN, in_progress=True),),
    skills=(SkillMention("c++", SPAN, Span(0, 20), Stance.OTHERS, 0),),
    languages=(LanguageSkill("de", LanguageLevel.NATIVE, SPAN), LanguageSkill("en", None, SPAN)),
    location=Location("CN", None, "Hangzhou", remote=False, span=SPAN),
    work_permission=Stated(WorkPermission.PERMITTED, SPAN),
    availability=Stated("now", SPAN),
    salary=Stated(Salary(1, None, "EUR"), SPAN),
)


def test_a_resume_comes_back_as_it_was_without_storing_its_text_twice() -> None:
    stored = json.loads(json.dumps(resume_to_json(FULL)))
    assert stored["text"] == ""
    assert resume_from_json(stored, FULL.text) == FULL


def test_an_empty_resume_is_small() -> None:
    bare = Resume("t", "und", (), ())
    assert resume_to_json(bare) == {"text": "", "language": "und", "sections": [], "dropped": []}
    assert resume_from_json(resume_to_json(bare), "t") == bare


def test_the_form_is_one_that_people_can_read() -> None:
    requirement = Requirement("r1", 2, Kind.MUST, SkillValue("java", 36), "3 years", SPAN, "g")
    assert to_json(requirement) == {
        "id": "r1",
        "version": 2,
        "kind": "must",
        "value": {"is": "SkillValue", "skill": "java", "months": 36},
        "text": "3 years",
        "span": [3, 9],
        "group": "g",
    }
    assert to_json(Period(Month(2019, 2), None)) == {"start": "2019-02", "end": None}


def test_a_value_of_a_class_without_fields_keeps_its_class() -> None:
    requirement = Requirement("r1", 1, Kind.NICE, PermissionValue(), "permit", None)
    assert from_json(Requirement, to_json(requirement)) == requirement


def test_records_from_before_a_field_was_added_can_be_read() -> None:
    old = to_json(replace(FULL.education[0], in_progress=False))
    assert "in_progress" not in old
    assert from_json(Education, old).in_progress is False


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        {"id": "r1"},
        {"start": "2019-13", "end": None},
        {"start": 7, "end": None},
        {"start": "2019-02", "end": None, "unknown": 1},
    ],
)
def test_what_is_not_of_the_class_is_damaged(data: Any) -> None:
    with pytest.raises(Damaged):
        from_json(Period, data)


def test_an_unknown_class_in_a_choice_is_damaged() -> None:
    good = to_json(Requirement("r1", 1, Kind.NICE, SkillValue("x"), "t", None))
    for value in ({"is": "os.system"}, {"skill": "x"}, {"is": "SkillValue", "months": 3}):
        with pytest.raises(Damaged):
            from_json(Requirement, {**good, "value": value})


def test_a_value_without_a_form_is_our_mistake() -> None:
    @dataclass(frozen=True)
    class Odd:
        thing: object

    with pytest.raises(TypeError):
        to_json(Odd({1, 2}))


spans = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda x: Span(min(x), max(x)))
months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))
locations = st.builds(
    Location, *[st.none() | st.text(max_size=5)] * 3, st.none() | st.booleans(), st.none() | spans
)


levels = st.none() | st.sampled_from(LanguageLevel)


@given(locations, st.lists(st.builds(LanguageSkill, st.text(), levels, spans)), months)
def test_anything_comes_back(
    location: Location, languages: list[LanguageSkill], start: Month
) -> None:
    position = Position("t", None, Period(start, None), SPAN, SPAN)
    value = replace(FULL, location=location, languages=tuple(languages), positions=(position,))
    assert resume_from_json(json.loads(json.dumps(resume_to_json(value))), FULL.text) == value
