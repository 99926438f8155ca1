from __future__ import annotations

from reading.dates import Month
from reading.resume import Degree, Resume, Stance
from reading.resumes.parse import read_resume
from reading.resumes.tenure import experience_overall, experience_with
from reading.resumes.tongue import language_of
from reading.spans import Span

ENGLISH = """Ngozi Eze
Theatre nurse
ngozi@eze.example | Cork, Ireland

Profile
Theatre nurse who likes early shifts. No experience with dialysis. Keen to learn phlebotomy.

Work history
Theatre Nurse, Shandon Hospital, Cork, Mar 2018 – Present
- scrub nurse for hip and knee lists; infection control lead
- worked with pharmacists on drug charts
Staff Nurse, Lee Logistics Clinic, Jan 2015 – Feb 2018
- wound care on a night ward

Education
BSc Nursing, Galway University, 2011 – 2014

Languages
English (native), Igbo (fluent)

Interests
Photography and baking
"""
CHINESE = """林小满
个人信息
现居地：厦门
工作经历
2020.02-至今 鹭岛海鲜酒楼 主厨
• 负责菜单设计与食材成本控制
• 带教学徒四名
2016.03-2020.01 榕城大酒店 厨师
• 粤菜、刺身出品
教育背景
2013.09-2016.06 闽江烹饪学院 烹饪工艺 大专
"""


def mentions(resume: Resume, skill: str) -> list[Stance]:
    return [m.stance for m in resume.skills if m.skill == skill]


def test_an_english_resume_is_read_whole() -> None:
    resume = read_resume(ENGLISH)
    assert resume.language == "en"
    assert resume.contact.name == "Ngozi Eze"
    assert resume.headline == "Theatre nurse"
    assert [p.employer for p in resume.positions] == ["Shandon Hospital", "Lee Logistics Clinic"]
    assert [e.degree for e in resume.education] == [Degree.BACHELOR]
    assert resume.location is not None
    assert resume.location.city == "Cork"
    assert {x.code for x in resume.languages} == {"en", "ig"}
    overall = experience_overall(resume)
    assert overall is not None
    assert overall.months(Month(2019, 12)) == 60


def test_a_chinese_resume_is_read_whole() -> None:
    resume = read_resume(CHINESE)
    assert resume.language == "zh"
    assert resume.contact.name == "林小满"
    assert resume.headline == "主厨"
    assert [p.title for p in resume.positions] == ["主厨", "厨师"]
    assert mentions(resume, "menu-planning")[0] is Stance.SHOWN
    with_menus = experience_with(resume, ["menu-planning"])
    assert with_menus is not None
    assert with_menus.months(Month(2020, 12)) == 11


def test_skills_are_dated_by_the_position_that_shows_them() -> None:
    resume = read_resume(ENGLISH)
    [wound] = [m for m in resume.skills if m.skill == "wound-care"]
    assert wound.position == 1
    found = experience_with(resume, ["wound-care"])
    assert found is not None
    assert found.months(Month(2026, 1)) == 38  # January 2015 to February 2018
    assert experience_with(resume, ["python"]) is None


def test_denials_wishes_and_hobbies_do_not_speak_for_the_person() -> None:
    resume = read_resume(ENGLISH)
    assert mentions(resume, "dialysis") == [Stance.NEGATED]
    assert mentions(resume, "phlebotomy") == [Stance.ASPIRED]
    assert mentions(resume, "photography") == []
    assert mentions(resume, "baking") == []


def test_the_name_of_an_employer_or_school_is_no_skill() -> None:
    assert mentions(read_resume(ENGLISH), "logistics") == []
    assert mentions(read_resume(CHINESE), "cooking") != []


def test_headings_are_no_skills() -> None:
    assert mentions(read_resume("Sales experience\nBaker, Oslo Bread, 2019-2020\n"), "sales") == []


def test_what_is_dropped_dates_nothing_and_names_nothing() -> None:
    text = "Experience\nBaker, Oslo Bread, 2019-2020\nJava 2001-2009\nkneaded dough\n"
    start = text.index("Java")
    resume = read_resume(text, [Span(start, start + len("Java 2001-2009"))])
    assert mentions(resume, "java") == []
    assert len(resume.positions) == 1


def test_a_lone_title_is_the_headline_and_nobodys_name() -> None:
    resume = read_resume("recording engineer")
    assert resume.headline == "recording engineer"
    assert resume.contact.name is None


def test_the_name_is_never_the_headline() -> None:
    resume = read_resume("Rose Baker\nGlazier\nOslo\n")
    assert (resume.contact.name, resume.headline) == ("Rose Baker", "Glazier")
    assert read_resume("Bo Ek, Glazier\nOslo\n").headline == "Glazier"


def test_the_language_is_told_by_characters_first() -> None:
    assert language_of("Java, Spring, Kafka，熟悉高并发系统设计与开发") == "zh"
    assert language_of("Ich habe in der Küche gearbeitet und die Gäste bedient, " * 6) == "und"
    assert language_of("Java Spring Kafka Docker") == "en"
    assert language_of("製品の開発を担当しましたのでこれからも") == "und"
    assert language_of("") == "und"
