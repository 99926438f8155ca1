from __future__ import annotations

import pytest

from reading.resume import SectionKind
from reading.resumes.sections import find_sections, heading_kind
from reading.spans import Span


def kinds(text: str) -> list[str]:
    return [section.kind.value for section in find_sections(text)[0]]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Professional Experience", "experience"),
        ("EMPLOYMENT HISTORY:", "experience"),
        ("E X P E R I E N C E", "experience"),
        ("## Work experience", "experience"),
        ("Education & Training", "education"),
        ("Highlights", "skills"),
        ("*** Career Overview ***", "summary"),
        ("■ 工作经历", "experience"),
        ("【教育背景】", "education"),
        ("一、个人信息", "personal"),
        ("工作經歷：", "experience"),
        ("專業技能", "skills"),
        ("项目经验 PROJECT EXPERIENCE", "projects"),
        ("自 我 评 价", "summary"),
    ],
)
def test_headings_are_known_however_they_are_dressed(heading: str, kind: str) -> None:
    assert kinds(f"Somebody\n\n{heading}\nwords below\n") == ["header", kind]


@pytest.mark.parametrize(
    "line",
    [
        "- Projects",
        "Experience is the best teacher.",
        "experience with forklifts",
        "Sold skills training to banks",
        "负责项目管理",
        "",
        "S" * 500,
    ],
)
def test_content_that_only_starts_like_a_heading_is_none(line: str) -> None:
    assert kinds(f"Somebody\n\nSkills\n{line}\nmore") == ["header", "skills"]


def test_a_heading_may_share_its_line_with_its_content() -> None:
    text = "Ana\nSkills: Java, bookkeeping\n语言：英语"
    sections, _ = find_sections(text)
    assert [s.kind for s in sections] == [
        SectionKind.HEADER,
        SectionKind.SKILLS,
        SectionKind.LANGUAGES,
    ]
    assert sections[1].heading is not None
    assert sections[1].heading.of(text) == "Skills"


def test_a_list_entry_that_is_also_a_heading_needs_to_be_set_apart() -> None:
    assert kinds("Skills\nSales\nTraining\nMerchandising") == ["skills"]
    assert kinds("Skills\nSales\n\nTraining\nFirst aid") == ["skills", "certificates"]


def test_furniture_is_dropped_and_interrupts_a_section_without_ending_it() -> None:
    text = "Skills\nwelding\nPage 2 of 3\nbrazing\n"
    sections, dropped = find_sections(text)
    assert [d.span.of(text) for d in dropped] == ["Page 2 of 3"]
    assert [s.kind.value for s in sections] == ["skills", "skills"]
    assert sections[0].heading == sections[1].heading


def test_a_heading_inside_furniture_is_none() -> None:
    text = "Skills\nExperience\nwelding"
    sections, _ = find_sections(text, [Span(7, 17)])
    assert {s.kind for s in sections} == {SectionKind.SKILLS}


def test_heading_kind_answers_for_a_line_alone() -> None:
    assert heading_kind("Work History") is SectionKind.EXPERIENCE
    assert heading_kind("Warsaw History Museum") is None
