from __future__ import annotations

import pytest

from reading.dates import find_periods
from reading.resume import Degree, Education
from reading.resumes.education import degree_named, find_education
from reading.resumes.sections import find_sections


def education(text: str) -> tuple[Education, ...]:
    return find_education(text, find_sections(text)[0], find_periods(text))


@pytest.mark.parametrize(
    ("words", "degree"),
    [
        ("PhD in Botany", Degree.DOCTORATE),
        ("Doctor of Pharmacy", Degree.DOCTORATE),
        ("M.B.A.", Degree.MASTER),
        ("MSc Hydrology", Degree.MASTER),
        ("硕士研究生", Degree.MASTER),
        ("B.S. in Physics", Degree.BACHELOR),
        ("Bachelor's of Arts", Degree.BACHELOR),
        ("BSN", Degree.BACHELOR),
        ("統招本科", Degree.BACHELOR),
        ("Associate of Applied Science", Degree.ASSOCIATE),
        ("HND Surveying", Degree.ASSOCIATE),
        ("大专", Degree.ASSOCIATE),
        ("NVQ Level 2", Degree.VOCATIONAL),
        ("中專", Degree.VOCATIONAL),
        ("GED", Degree.SECONDARY),
        ("High School Diploma", Degree.SECONDARY),
        ("高中", Degree.SECONDARY),
    ],
)
def test_degrees_are_known_in_both_languages(words: str, degree: Degree) -> None:
    assert degree_named(words) is degree


@pytest.mark.parametrize(
    "words",
    [
        "Master of ceremonies' assistant: mastered knots",
        "Sales Associate",
        "bachelor party catering"[9:],
        "博士后公寓",
        "as a cook",
        "ms office",
    ],
)
def test_words_beside_degrees_are_none(words: str) -> None:
    assert degree_named(words) in (None, Degree.MASTER if "Master of" in words else None)


@pytest.mark.parametrize(
    ("text", "field", "institution", "years"),
    [
        (
            "BSc Geology\nUniversity of Ayr\n2010 – 2013",
            "Geology",
            "University of Ayr",
            (2010, 2013),
        ),
        (
            "Bachelor of Science in Botany, Sligo Institute of Technology, 09/2004 - 06/2008",
            "Botany",
            "Sligo Institute of Technology",
            (2004, 2008),
        ),
        ("2012.09-2016.06 临川农业大学 园艺专业 本科", "园艺", "临川农业大学", (2012, 2016)),
        (
            "2015年9月-2018年6月\n东陵职业学院\n烹饪工艺（大专）",
            "烹饪工艺",
            "东陵职业学院",
            (2015, 2018),
        ),
    ],
)
def test_field_school_and_dates_are_found(
    text: str, field: str, institution: str, years: tuple[int, int]
) -> None:
    heading = "Education" if text.isascii() or "–" in text else "教育经历"
    [found] = education(f"{heading}\n{text}\n")
    assert (found.field, found.institution) == (field, institution)
    assert found.period is not None
    assert found.period.end is not None
    assert (found.period.start.year, found.period.end.year) == years


def test_each_degree_is_its_own_entry() -> None:
    text = (
        "Education\nMSc Forestry, 2015-2017\nUppland University\n- thesis on bark\n"
        "BSc Biology, 2012-2015\nUppland University\nHigh School Diploma, 2012\n"
    )
    assert [e.degree for e in education(text)] == [
        Degree.MASTER,
        Degree.BACHELOR,
        Degree.SECONDARY,
    ]


def test_a_degree_under_way_is_in_progress() -> None:
    [found] = education("Education\nBachelor of Laws (expected 2027), Lund University\n")
    assert found.in_progress
    [found] = education("教育背景\n2024.09-至今 海州师范大学 历史学 硕士（在读）\n")
    assert found.in_progress
    [found] = education("Education\nBachelor of Laws, Lund University, 2011\n")
    assert not found.in_progress


def test_without_a_section_a_line_must_name_degree_and_school() -> None:
    assert education("Ada Obi\nBA History, Cork University, 2009\n")[0].degree is Degree.BACHELOR
    assert education("Ada Obi\nMaster of the house\n") == ()


def test_jobs_at_schools_are_no_studies() -> None:
    text = "Experience\nGardener, Cork University, Jan 2010 – Dec 2012\n"
    assert education(text) == ()
