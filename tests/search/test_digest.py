"""What the cross-encoder reads of a job and of a résumé."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.dates import Month
from reading.identity.finding import find_identity
from reading.identity.scoring_view import ScoringView, scoring_view
from reading.job import Job, Kind, PhraseValue, Requirement, SkillValue
from reading.jobs.requirements import read_job
from reading.resume import Resume
from reading.resumes.parse import read_resume
from search.digest import ANSWER_TOKENS, QUESTION_TOKENS, answer_of, question_of, tokens_of
from search.features import requirements_part
from tests import people

AS_OF = Month(2026, 11)


def read(text: str) -> tuple[Resume, ScoringView]:
    resume = read_resume(text)
    return resume, scoring_view(text, find_identity(resume))


def demand(number: int, text: str, kind: Kind = Kind.MUST, group: str | None = None) -> Requirement:
    return Requirement(f"r{number}", 1, kind, PhraseValue((text,)), text, None, group)


def job_of(*demands: Requirement, title: str | None = "Glassblower", text: str = "") -> Job:
    return Job(text or "Glassblower wanted", "en", title, demands)


def test_a_job_is_its_title_then_its_musts_then_what_would_be_nice() -> None:
    job = job_of(
        demand(1, "cold working", Kind.NICE), demand(2, "annealing"), demand(3, "quartz flasks")
    )
    assert question_of(job) == "Glassblower; annealing; quartz flasks; cold working"


def test_alternatives_are_one_demand_and_the_same_demand_is_said_once() -> None:
    job = job_of(
        demand(1, "lampwork", group="a"),
        demand(2, "annealing"),
        demand(3, "annealing"),
        demand(4, "furnace work", group="a"),
    )
    assert question_of(job) == "Glassblower; lampwork / furnace work; annealing"


def test_years_are_named_in_the_language_of_the_job() -> None:
    python = Requirement("r1", 1, Kind.MUST, SkillValue("python", 36), "3+ years of Python", None)
    english = Job("Wanted", "en", "Bell founder", (python,))
    assert question_of(english).endswith("3 years")
    assert question_of(dataclasses.replace(english, language="zh", title="铸钟师")).endswith("3年")


def test_a_job_that_asks_for_nothing_is_its_own_beginning() -> None:
    job = job_of(text="We blow glass\nand want somebody to join us.")
    assert question_of(job) == "Glassblower; We blow glass and want somebody to join us."


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=80), max_size=30))
def test_no_question_is_long_and_none_is_empty(title: str, asked: list[str]) -> None:
    job = job_of(*(demand(i, text) for i, text in enumerate(asked)), title=title, text="x " * 900)
    said = question_of(job)
    assert tokens_of(said) <= 1.5 * QUESTION_TOKENS
    assert "\n" not in said
    if not asked:
        assert said


RESUME = """WORK HISTORY
Scientific Glassblower, Fernhollow Labs
May 2018 - present
- Sealed quartz ampoules for a physics group
- Kept the stock room tidy
- Repaired vacuum manifolds on a lathe
- Ordered gas

Apprentice Glassblower, Oldkiln Studio
June 2014 - April 2018
- Swept floors
- Annealed vases overnight
- Sold vases at a weekend market

EDUCATION
Certificate in Scientific Glass, Westmere College, 2014
"""


def test_the_latest_titles_with_years_come_first_then_the_lines_that_answer_in_order() -> None:
    job = job_of(demand(1, "annealing of vases"), demand(2, "vacuum manifolds"))
    lines = answer_of(job, *read(RESUME), AS_OF).split("\n")
    assert lines[:2] == [
        "Scientific Glassblower 2018–now",
        "Apprentice Glassblower 2014–2018",
    ]
    told = lines.index("Repaired vacuum manifolds on a lathe")
    assert told < lines.index("Annealed vases overnight")


def test_a_skill_under_another_name_that_opens_its_line_answers() -> None:
    filler = "\n".join(f"- Swept workshop number {n} after each of the shifts" for n in range(30))
    resume, view = read(
        f"Experience\nGlassblower, Kiln Works\nMay 2019 - present\n{filler}\n- K8s was moved to\n"
    )
    asked = Requirement("r1", 1, Kind.MUST, SkillValue("kubernetes", None), "Kubernetes", None)
    answer = answer_of(Job("Wanted", "en", "Operator", (asked,)), resume, view, AS_OF)
    assert "K8s was moved to" in answer


def test_without_a_job_the_head_of_the_resume_is_read() -> None:
    lines = answer_of(None, *read(RESUME), AS_OF).split("\n")
    assert lines[2] == "Sealed quartz ampoules for a physics group"


def test_what_runs_now_depends_on_the_month_that_is_asked_about() -> None:
    back_then = answer_of(None, *read(RESUME), Month(2017, 1))
    assert "Apprentice Glassblower 2014–now" in back_then
    assert "2018" not in back_then.split("\n")[0]


def test_a_chinese_resume_answers_a_chinese_job() -> None:
    job = read_job("招聘潜水教练\n任职要求：\n1. 熟悉气瓶检测与装备维护\n2. 有沉船打捞经验")
    answer = answer_of(job, *read(people.resume_of("diver")), AS_OF)
    assert answer.startswith("潜水教练 2016–今")
    assert "负责气瓶检测与装备维护" in answer
    assert "参与沉船打捞" in answer


@pytest.mark.parametrize("who", sorted(people.TEXTS))
def test_every_word_of_an_answer_stands_in_the_scoring_view(who: str) -> None:
    job = read_job(people.ARBORIST_JOB)
    resume, view = read(people.resume_of(who))
    shown = " ".join(view.text.split())
    for asked in (job, None):
        for line in answer_of(asked, resume, view, AS_OF).split("\n"):
            words = line.rsplit(" ", 1)[0] if "–" in line.rsplit(" ", 1)[-1] else line
            assert words in shown


def test_another_name_gives_the_same_answer_to_the_letter() -> None:
    job = read_job(people.ARBORIST_JOB)
    one = answer_of(job, *read(people.resume_of("arborist")), AS_OF)
    changed = people.resume_of("arborist", name="MR. DEAN SWIFT", pronoun="He", contact="Age: 27")
    assert answer_of(job, *read(changed), AS_OF) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "x" * 20_000,
        "玻璃" * 10_000,
        "a, " * 5_000,
        "\u202e\x00\ufeff– – –",
        "word " * 8_000,
        "line\n" * 8_000,
    ],
    ids=["empty", "blank", "endless word", "Chinese", "commas", "controls", "words", "lines"],
)
def test_hostile_texts_give_short_answers(text: str) -> None:
    answer = answer_of(read_job("Glassblower who anneals vases"), *read(text), AS_OF)
    assert tokens_of(answer) <= 1.2 * ANSWER_TOKENS


def test_half_of_the_musts_and_a_nice_to_have_by_hand() -> None:
    resume, view = read(RESUME)
    yes, no = demand(1, "quartz"), demand(2, "porcelain")
    nice = demand(3, "porcelain", Kind.NICE)
    assert requirements_part(job_of(yes, no), resume, view, AS_OF) == 0.5
    assert requirements_part(job_of(yes, nice), resume, view, AS_OF) == pytest.approx(0.75)
    assert requirements_part(job_of(yes), resume, view, AS_OF) == 1.0
    assert requirements_part(job_of(), resume, view, AS_OF) == 0.5


def test_alternatives_count_once_and_any_of_them_will_do() -> None:
    resume, view = read(RESUME)
    either = [demand(1, "quartz", group="a"), demand(2, "porcelain", group="a")]
    assert requirements_part(job_of(*either), resume, view, AS_OF) == 1.0
    assert requirements_part(job_of(*either, demand(3, "clay")), resume, view, AS_OF) == 0.5
