"""Postings as small employers write them: what is asked, how much it matters, and no more."""

from __future__ import annotations

import pytest

from reading.job import Job, Kind, LanguageValue
from reading.jobs.requirements import read_job


def _asked(job: Job) -> dict[str, Kind]:
    return {r.text: r.kind for r in job.requirements}


def test_a_level_ends_a_sentence_as_a_word_does() -> None:
    job = read_job("Glassblower\n\nYour profile\n- English C1. German is a bonus.\n- 3 kilns\n")
    kinds = {r.value.code: r.kind for r in job.requirements if isinstance(r.value, LanguageValue)}
    assert kinds == {"en": Kind.MUST, "de": Kind.NICE}


def test_nice_before_a_colon_is_nice_to_have() -> None:
    job = read_job("Saddler\n\nRequirements\n- Leather stitching\n- Nice: gilding on vellum\n")
    assert _asked(job) == {"Leather stitching": Kind.MUST, "gilding on vellum": Kind.NICE}


def test_what_the_employer_pays_is_no_requirement() -> None:
    job = read_job("钢琴调律师\n要求：三年以上调律经验。会修古钢琴。\n待遇从优，双休。")
    assert not any("待遇" in r.text for r in job.requirements)
    assert any("调律" in r.text for r in job.requirements)


def test_payroll_as_a_trade_is_a_requirement() -> None:
    job = read_job("人事专员\n任职要求：\n1、熟悉薪酬核算\n2、月薪面议\n")
    assert [r.text for r in job.requirements] == ["熟悉薪酬核算"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("招聘：潜水焊工（2名）", "潜水焊工"),
        ("急招聘：潜水焊工", "潜水焊工"),
        ("**Organ Builder** — Ghent", "Organ Builder — Ghent"),
        ("职位：钟表匠3人", "钟表匠"),
    ],
)
def test_the_title_is_told_from_what_stands_around_it(line: str, title: str) -> None:
    assert read_job(f"{line}\n\n任职要求：\n1、会焊接\n").title == title
