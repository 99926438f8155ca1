"""From a posting to typed requirements. Expected values are a recruiter's reading, by hand."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    next_id,
    with_requirement,
    without,
)
from reading.jobs.requirements import MOST_REQUIREMENTS, read_job
from reading.resume import Degree, LanguageLevel
from reading.skills.finding import vocabulary

NURSE = """Community Nurse
Location: Aberystwyth
About us
Our trust has served the valley for 70 years and must have won every award there is.

What you will do
- Visit patients at home and dress wounds

What you bring
- Bachelor's degree in Nursing
- At least three years of experience in wound care
- Fluent English; Welsh speaking is desirable
- Authorised to work in the UK
- Full driving licence required

Benefits
- 27 days of holiday, 5 years of service bonus and free Python courses
"""

ACCOUNTANT = (
    "岗位职责：1、负责月末结账；2、编制合并报表。任职要求：1、会计、财务管理等相关专业，本科及以上学历；"
    "2、三年以上总账会计工作经验；3、熟练使用Excel，熟悉用友或金蝶；4、英语六级以上，可作为工作语言；"
    "5、持有注册会计师证书者优先；6、良好的沟通能力和团队合作精神。"
    "福利待遇：1、五险一金，十年以上员工享受Python培训。"
)


def skill(name: str, months: int | None = None) -> SkillValue:
    known = vocabulary().resolve(name)
    assert known is not None, name
    return SkillValue(known, months)


def values(job: Job, kind: Kind | None = None) -> list[object]:
    return [r.value for r in job.requirements if kind in (None, r.kind)]


def posting(*bullets: str, heading: str = "Requirements") -> Job:
    return read_job("Stock controller\n\n" + heading + "\n" + "\n".join(f"- {b}" for b in bullets))


def test_an_english_posting_is_read_as_a_recruiter_reads_it() -> None:
    job = read_job(NURSE)

    assert job.title == "Community Nurse"
    assert job.language == "en"
    assert job.location is not None
    assert job.location.city == "Aberystwyth"
    musts, nices = values(job, Kind.MUST), values(job, Kind.NICE)
    assert DegreeValue(Degree.BACHELOR, ("Nursing",)) in musts
    assert skill("wound care", 36) in musts
    assert LanguageValue("en", LanguageLevel.C1) in musts
    assert PermissionValue() in musts
    assert skill("python") not in [*musts, *nices]  # the benefits ask for nothing


def test_a_chinese_posting_on_one_line_is_read_as_a_recruiter_reads_it() -> None:
    job = read_job(ACCOUNTANT)

    assert job.language == "zh"
    musts, nices = values(job, Kind.MUST), values(job, Kind.NICE)
    degree = next(v for v in musts if isinstance(v, DegreeValue))
    assert degree.minimum is Degree.BACHELOR
    assert "会计" in degree.fields
    assert any((isinstance(v, SkillValue | ExperienceValue)) and v.months == 36 for v in musts)
    assert skill("Excel") in musts
    assert any(isinstance(v, LanguageValue) and v.code == "en" for v in musts)
    assert len(nices) >= 2  # the certificate and the soft skills
    assert skill("Python") not in [*musts, *nices]


@pytest.mark.parametrize(
    ("bullet", "value"),
    [
        ("3 years of Python", skill("python", 36)),
        ("At least three years' experience with Python", skill("python", 36)),
        ("5+ years of hands-on Java experience", skill("java", 60)),
        ("Minimum of 18 months working with SAP", skill("sap", 18)),
        ("2-4 years of experience with SQL", skill("sql", 24)),
        ("Five (5) years of experience in Kubernetes", skill("kubernetes", 60)),
        ("Solid knowledge of Excel", skill("microsoft excel")),
        (
            "Master's degree in Economics or Statistics",
            DegreeValue(Degree.MASTER, ("Economics", "Statistics")),
        ),
        (
            "BSc in Computer Science or a related field",
            DegreeValue(Degree.BACHELOR, ("Computer Science",)),
        ),
        ("High school diploma or GED", DegreeValue(Degree.SECONDARY)),
        ("Bachelor's or Master's degree", DegreeValue(Degree.BACHELOR)),
        ("PhD in Physics", DegreeValue(Degree.DOCTORATE, ("Physics",))),
        ("Business-level German (B2)", LanguageValue("de", LanguageLevel.B2)),
        ("Native French speaker", LanguageValue("fr", LanguageLevel.NATIVE)),
        ("Conversational Mandarin", LanguageValue("zh", LanguageLevel.B1)),
        ("You must have the right to work in Ireland", PermissionValue()),
        ("We are unable to offer visa sponsorship", PermissionValue()),
        ("5 years of relevant work experience", ExperienceValue(60)),
        ("Seven years of experience", ExperienceValue(84)),
        ("3年以上Python开发经验", skill("python", 36)),
        ("三年以上Java工作经验", skill("java", 36)),
        ("1-3年SQL使用经验", skill("sql", 12)),
        ("从事Java开发5年以上", skill("java", 60)),
        ("５年以上工作经验", ExperienceValue(60)),
        ("两年及以上相关工作经验", ExperienceValue(24)),
        ("大专及以上学历", DegreeValue(Degree.ASSOCIATE)),
        ("硕士及以上学历", DegreeValue(Degree.MASTER)),
        ("统招本科以上学历，计算机相关专业", DegreeValue(Degree.BACHELOR, ("计算机",))),
        ("英语四级以上", LanguageValue("en", LanguageLevel.B1)),
        ("大学英语六级", LanguageValue("en", LanguageLevel.B2)),
        ("日语口语流利", LanguageValue("ja", LanguageLevel.C1)),
    ],
)
def test_one_bullet_gives_one_typed_must(bullet: str, value: object) -> None:
    job = posting(bullet, "Grain elevator maintenance")
    first = job.requirements[0]
    assert first.value == value
    assert first.kind is Kind.MUST


@pytest.mark.parametrize(
    "bullet",
    [
        "Python preferred",
        "Python is a plus",
        "Knowledge of Python would be an advantage",
        "Ideally, some Python",
        "Python (nice to have)",
        "Python experience is desirable but not essential",
        "Bonus points for Python",
        "有Python经验者优先",
        "懂Python者优先考虑",
        "熟悉Python更佳",
        "会Python加分",
        "最好会Python",
    ],
)
def test_a_cue_makes_it_nice_under_any_heading(bullet: str) -> None:
    job = posting(bullet, heading="Requirements")
    assert [(r.kind, r.value) for r in job.requirements] == [(Kind.NICE, skill("python"))]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Requirements", Kind.MUST),
        ("Required", Kind.MUST),
        ("Must have:", Kind.MUST),
        ("What you bring", Kind.MUST),
        ("Minimum qualifications", Kind.MUST),
        ("WHAT WE'RE LOOKING FOR", Kind.MUST),
        ("**Your profile**", Kind.MUST),
        ("Preferred", Kind.NICE),
        ("Preferred qualifications", Kind.NICE),
        ("Nice to have", Kind.NICE),
        ("Nice-to-haves:", Kind.NICE),
        ("Bonus points", Kind.NICE),
        ("Desirable", Kind.NICE),
        ("任职要求：", Kind.MUST),
        ("【岗位要求】", Kind.MUST),
        ("任职资格", Kind.MUST),
        ("任職要求：", Kind.MUST),
        ("加分项：", Kind.NICE),
        ("优先条件", Kind.NICE),
    ],
)
def test_a_heading_says_how_much_its_bullets_matter(heading: str, kind: Kind) -> None:
    job = posting("Python", "SQL", heading=heading)
    assert [(r.kind, r.value) for r in job.requirements] == [
        (kind, skill("python")),
        (kind, skill("sql")),
    ]


def test_a_cue_reaches_only_its_own_clause() -> None:
    job = posting("5+ years of Java, Go programming a plus", "3年以上Python经验，熟悉Docker者优先")
    assert [(r.kind, r.value) for r in job.requirements] == [
        (Kind.MUST, skill("java", 60)),
        (Kind.NICE, skill("go")),
        (Kind.MUST, skill("python", 36)),
        (Kind.NICE, skill("docker")),
    ]


def test_a_cue_at_the_end_of_a_list_reaches_all_of_it() -> None:
    job = posting("Experience with Python, Java, and Kotlin preferred")
    assert {r.kind for r in job.requirements} == {Kind.NICE}
    assert len(job.requirements) == 3


@pytest.mark.parametrize(
    ("bullet", "size"),
    [
        ("Experience with Spring or Quarkus", 2),
        ("Java/Kotlin", 2),
        ("One of: Python, Java, Ruby", 3),
        ("At least one of Python, Java or Ruby", 3),
        ("熟悉MySQL或Oracle", 2),
        ("Java、Python、Ruby至少一种", 3),
        ("精通Java/Python/Ruby其中一门语言", 3),
    ],
)
def test_alternatives_share_a_group(bullet: str, size: int) -> None:
    groups = [r.group for r in posting(bullet).requirements]
    assert len(groups) == size
    assert len(set(groups)) == 1
    assert groups[0] is not None


@pytest.mark.parametrize(
    "bullet", ["Python and SQL", "Python, SQL", "熟悉Python和SQL", "熟悉Python、SQL"]
)
def test_a_plain_list_asks_for_each(bullet: str) -> None:
    assert [r.group for r in posting(bullet).requirements] == [None, None]


def groups_of(job: Job) -> list[tuple[str | None, object]]:
    return [(r.group, r.value) for r in job.requirements]


def test_a_list_around_alternatives_stays_out_of_their_group() -> None:
    assert groups_of(posting("Python or Ruby, PostgreSQL")) == [
        ("g1", skill("python")),
        ("g1", skill("ruby")),
        (None, skill("postgresql")),
    ]


def test_languages_can_be_alternatives() -> None:
    assert groups_of(posting("Fluent Dutch or German")) == [
        ("g1", LanguageValue("nl", LanguageLevel.C1)),
        ("g1", LanguageValue("de", LanguageLevel.C1)),
    ]


def test_a_preferred_field_leaves_the_degree_a_must() -> None:
    assert [
        (r.kind, r.value) for r in posting("大专以上学历，国际贸易、英语专业优先").requirements
    ] == [
        (Kind.MUST, DegreeValue(Degree.ASSOCIATE)),
        (Kind.NICE, DegreeValue(Degree.ASSOCIATE, ("国际贸易", "英语"))),
    ]


def test_a_preferred_list_of_fields_is_not_cut_at_its_comma() -> None:
    job = posting("A degree in Accounting, Finance or Economics is preferred")
    fields = ("Accounting", "Finance", "Economics")
    assert [(r.kind, r.value) for r in job.requirements] == [
        (Kind.NICE, DegreeValue(Degree.BACHELOR, fields))
    ]


def test_what_the_law_demands_is_never_nice_to_have() -> None:
    job = posting("We cannot sponsor visas", heading="Preferred")
    assert [(r.kind, r.value) for r in job.requirements] == [(Kind.MUST, PermissionValue())]


def test_a_skill_that_another_of_its_list_implies_is_not_asked_besides() -> None:
    assert values(posting("熟悉MySQL、PostgreSQL等数据库")) == [skill("mysql"), skill("postgresql")]


def test_prose_without_headings_is_read_for_what_it_asks() -> None:
    job = read_job(
        "We are looking for a Pastry Chef to join our kitchen in Ghent. You will run the dessert "
        "section. The successful candidate must have at least 3 years' experience in a patisserie. "
        "Fluent French is essential. HACCP certification would be advantageous."
    )
    assert job.title == "Pastry Chef"
    assert LanguageValue("fr", LanguageLevel.C1) in values(job, Kind.MUST)
    assert any(getattr(v, "months", None) == 36 for v in values(job, Kind.MUST))
    assert len(values(job, Kind.NICE)) == 1


def test_years_reach_all_the_alternatives_they_stand_before() -> None:
    job = posting("3+ years of experience in Python or Java")
    assert values(job) == [skill("python", 36), skill("java", 36)]


@pytest.mark.parametrize(
    "text",
    [
        "No previous experience with Python required",
        "学历不限",
        "We are an equal opportunity employer and do not discriminate on any ground",
        "年龄18-35周岁，男女不限",
        "Salary: 50,000 a year",
    ],
)
def test_what_asks_for_nothing_gives_nothing(text: str) -> None:
    assert posting(text).requirements == ()


def test_a_bare_title_is_a_title_without_requirements() -> None:
    job = read_job("registered nurse")
    assert job.title == "registered nurse"
    assert len(job.requirements) <= 1


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "。", "-", "Requirements:", "任职要求："])
def test_an_empty_posting_asks_for_nothing(text: str) -> None:
    assert read_job(text).requirements == ()


def test_a_list_of_tasks_becomes_a_limited_number_of_nices() -> None:
    tasks = "\n".join(
        f"- Inspect the {place} roof before shift {n}"
        for n, place in enumerate(" ".join(PLACES).split())
    )
    job = read_job("Scaffolding inspector\n\nTasks:\n" + tasks)
    assert 3 <= len(job.requirements) <= 12
    assert {r.kind for r in job.requirements} == {Kind.NICE}


PLACES = (
    "harbour steeple quarry chimney bridge aqueduct theatre stadium lighthouse windmill",
    "brewery foundry hospital library museum convent",
)


def test_tasks_are_no_requirements_where_the_posting_has_requirements() -> None:
    job = read_job(
        "Baker\n\nResponsibilities\n- Knead dough in SAP all night\n\n"
        "Requirements\n- Excel\n- Python\n- SQL"
    )
    assert values(job) == [skill("microsoft excel"), skill("python"), skill("sql")]


def test_soft_skills_never_crowd_out() -> None:
    job = posting(
        "Great team player", "Excellent communication skills", "Passionate", "责任心强", "Python"
    )
    soft = [r for r in job.requirements if r.value != skill("python")]
    assert len(soft) <= 2
    assert {r.kind for r in soft} <= {Kind.NICE}


def test_a_skill_asked_twice_is_one_requirement_with_the_stricter_demand() -> None:
    job = posting("Python preferred", "4 years of Python")
    assert [(r.kind, r.value) for r in job.requirements] == [(Kind.MUST, skill("python", 48))]


def test_unknown_skills_become_the_words_to_be_found_together() -> None:
    (requirement,) = posting("Experience in harvesting oysters").requirements
    assert requirement.value == PhraseValue(("harvest", "oyster"))


def test_ids_are_in_reading_order_and_the_same_text_gives_the_same_job() -> None:
    job = read_job(NURSE)
    assert [r.id for r in job.requirements] == [
        f"r{n}" for n in range(1, len(job.requirements) + 1)
    ]
    assert {r.version for r in job.requirements} == {1}
    assert job == read_job(NURSE)


@pytest.mark.parametrize("text", [NURSE, ACCOUNTANT])
def test_every_span_holds_the_words_shown(text: str) -> None:
    for requirement in read_job(text).requirements:
        assert requirement.span is not None
        words = " ".join(requirement.span.of(text).split())
        assert words == requirement.text
        assert words


def test_there_are_never_more_requirements_than_a_person_reads() -> None:
    skills = [v.english[0] for v in list(vocabulary().skills.values())[:300] if v.english]
    job = posting(*(f"Knowledge of {name}" for name in skills))
    assert len(job.requirements) == MOST_REQUIREMENTS


@given(
    st.text(
        alphabet=st.sampled_from(list("ab 年3+要求：-•\n优先、,;()/or本科学历以上Python5")),
        max_size=120,
    )
)
@settings(max_examples=150)
def test_any_text_is_read_without_an_error(text: str) -> None:
    job = read_job(text)
    assert len(job.requirements) <= MOST_REQUIREMENTS
    for requirement in job.requirements:
        assert requirement.span is not None
        assert requirement.span.end <= len(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 5000,
        "3" * 5000,
        "a, " * 5000,
        "年以上" * 3000,
        "or " * 5000,
        "1、" * 3000,
        "degree in " * 2000,
    ],
    ids=lambda text: text[:10],
)
def test_hostile_text_takes_no_more_than_linear_time(hostile: str) -> None:
    start = time.process_time()
    read_job("Requirements\n" + hostile)
    assert time.process_time() - start < 2


def a_requirement(identifier: str, months: int) -> Requirement:
    return Requirement(identifier, 1, Kind.MUST, skill("python", months), "Python", None)


def test_a_changed_requirement_gets_the_next_version_in_its_place() -> None:
    job = posting("Python", "SQL")
    changed = with_requirement(job, a_requirement("r1", 24))
    assert [(r.id, r.version) for r in changed.requirements] == [("r1", 2), ("r2", 1)]
    assert job.requirements[0].version == 1  # values do not change


def test_an_unchanged_requirement_keeps_its_version() -> None:
    job = posting("Python", "SQL")
    stale = dataclasses.replace(job.requirements[0], version=7)
    assert with_requirement(job, stale) == job


def test_a_new_requirement_comes_last_with_version_one() -> None:
    job = posting("Python", "SQL")
    assert next_id(job) == "r3"
    added = with_requirement(job, dataclasses.replace(a_requirement("r3", 24), version=9))
    assert [(r.id, r.version) for r in added.requirements] == [("r1", 1), ("r2", 1), ("r3", 1)]


def test_a_requirement_can_be_taken_out_once() -> None:
    job = without(posting("Python", "SQL"), "r1")
    assert [r.id for r in job.requirements] == ["r2"]
    with pytest.raises(KeyError):
        without(job, "r1")


def shown(text: str) -> list[tuple[str, Kind]]:
    return [(r.text, r.kind) for r in read_job(text).requirements]


def test_a_wish_in_brackets_is_shown_without_the_bracket() -> None:
    posting = "Farm Manager\n\nRequirements\n- Leading a team (ideally with seasonal workers)"
    assert ("seasonal workers", Kind.NICE) in shown(posting)
    assert not any(")" in words for words, _ in shown(posting))


def test_two_demands_of_one_clause_are_shown_by_their_own_words() -> None:
    posting = "Teacher\n\nRequirements\n- Teaching license and a bachelor's degree"
    assert [words for words, _ in shown(posting)] == ["bachelor's", "Teaching license"]


def test_the_lines_of_a_posting_in_lower_case_are_separate_demands() -> None:
    posting = (
        "baker wanted\nrequirements:\nthree years of experience in a bakery\n"
        "knowledge of sourdough\na driving licence\nfluent english\n"
    )
    assert [words for words, _ in shown(posting)] == posting.splitlines()[2:]


def test_a_full_line_in_lower_case_goes_on_in_the_next() -> None:
    posting = (
        "baker wanted\nrequirements:\n"
        "knowledge of sourdough and of the other slow doughs that are kept\nin our cellar\n"
    )
    assert len(shown(posting)) == 1


def test_a_short_ability_after_a_comma_is_a_demand() -> None:
    posting = "小学老师\n要求：三年以上带班经验，会弹钢琴。"
    assert [words for words, _ in shown(posting)] == ["三年以上带班经验", "会弹钢琴"]


def test_what_you_must_be_is_a_must_without_any_heading() -> None:
    posting = (
        "Dental Nurse\nWe are a practice in Leeds. You must be registered with the Dental Council. "
        "You need two years of experience in a surgery. Fluent English is required."
    )
    assert ("You must be registered with the Dental Council", Kind.MUST) in shown(posting)
