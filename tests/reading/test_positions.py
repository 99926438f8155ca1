from __future__ import annotations

import pytest

from reading.dates import Month, find_periods
from reading.resume import Position
from reading.resumes.positions import find_positions
from reading.resumes.sections import find_sections
from reading.resumes.tenure import experience_overall


def positions(text: str) -> tuple[Position, ...]:
    return find_positions(text, find_sections(text)[0], find_periods(text))


def facts(text: str) -> list[tuple[str | None, str | None, str, str | None]]:
    return [
        (
            p.title,
            p.employer,
            str(p.period.start) if p.period else "",
            str(p.period.end) if p.period and p.period.end else None,
        )
        for p in positions(text)
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "Dental Hygienist, Tolmer Clinic, Leith   Mar 2017 – Aug 2019",
        "Mar 2017 – Aug 2019  Dental Hygienist, Tolmer Clinic",
        "Dental Hygienist\nTolmer Clinic | Mar 2017 – Aug 2019",
        "03/2017 - 08/2019\nTolmer Clinic, Leith\nDental Hygienist",
        "Tolmer Clinic — Dental Hygienist (Mar 2017 – Aug 2019)",
        "Dental Hygienist at Tolmer Clinic, 2017-03 to 2019-08",
        "Dental Hygienist\n\nMar 2017 – Aug 2019 Tolmer Clinic",
        "Mar 2017\nto\nAug 2019\nTolmer Clinic, Dental Hygienist",
    ],
)
def test_title_employer_and_dates_are_found_in_any_order(heading: str) -> None:
    text = f"Experience\n{heading}\n- scaled and polished teeth\n- took x-rays in 2018\n"
    assert facts(text) == [("Dental Hygienist", "Tolmer Clinic", "2017-03", "2019-08")]


@pytest.mark.parametrize(
    "heading",
    [
        "2018.05-至今 青禾口腔医院 | 种植科护士长",
        "种植科护士长  青禾口腔医院  2018年5月至今",
        "青禾口腔医院\n种植科护士长\n2018/05－现在",
        "2018年5月 - 至今\n青禾口腔医院\n种植科护士长",
        "２０１８．０５－至今　青禾口腔醫院　種植科護士長",
    ],
)
def test_chinese_headings_are_read_in_any_order_and_script(heading: str) -> None:
    [found] = facts(f"工作经历\n{heading}\n• 配合种植手术二百台\n")
    assert found[0] in ("种植科护士长", "種植科護士長")
    assert found[1] in ("青禾口腔医院", "青禾口腔醫院")
    assert found[2:] == ("2018-05", None)


def test_bullets_belong_to_the_position_above_them() -> None:
    text = (
        "Work history\nWeaver, Kells Textiles, 2015-02 to 2018-01\n- wove tweed\n"
        "Dyer, Foyle Mill, 2012-02 to 2015-01\n- dyed wool\nEducation\nHND 2011\n"
    )
    first, second = positions(text)
    assert "wove tweed" in first.span.of(text)
    assert "dyed wool" in second.span.of(text)
    assert "HND" not in second.span.of(text)
    assert first.span.end == second.span.start


def test_dates_within_sentences_open_no_position() -> None:
    text = (
        "Experience\nCurator, Bray Museum, Jan 2010 – Dec 2015\n"
        "- planned the exhibition that ran from March 2012 to May 2013 in three halls\n"
        "Raised attendance between 2012 and 2014 by half through school visits.\n"
    )
    assert len(positions(text)) == 1


def test_pauses_are_accounted_for_but_are_no_jobs() -> None:
    text = (
        "Experience\nPiano tuner, Orwell Music, 2016-01 to 2017-12\n"
        "2018-01 to 2018-12 Parental leave\nPiano tuner, Stour Music, 2019-01 to 2019-12\n"
    )
    assert [p.employer for p in positions(text)] == ["Orwell Music", "Stour Music"]


def test_schools_are_not_employers() -> None:
    text = "Education\nBSc Geology, University of Ayr, 2010 – 2013\n"
    assert positions(text) == ()


def test_positions_without_dates_are_still_positions() -> None:
    text = (
        "Experience\nGlazier\nHoove Windows Ltd\n- fitted panes\n\nApprentice Glazier\nPane & Co\n"
    )
    assert [(p.title, p.period) for p in positions(text)] == [
        ("Glazier", None),
        ("Apprentice Glazier", None),
    ]


def test_a_position_in_a_document_without_headings_needs_a_title() -> None:
    text = "Ines Prado\nBeekeeper trainer, Ulm Apiary Ltd, Mar 2011 – Feb 2014\nBorn 1980 - 1981\n"
    assert [p.title for p in positions(text)] == ["Beekeeper trainer"]


def test_stated_years_speak_only_where_no_position_is_dated() -> None:
    from reading.resumes.parse import read_resume

    stated = read_resume("Summary\nOver 12 years of experience in glass blowing.\n")
    found = experience_overall(stated)
    assert found is not None
    assert found.months(Month(2026, 1)) == 144
    dated = read_resume(
        "Summary\n12 years of experience.\nExperience\nTutor, Ely School, 01/2020 - 12/2020\n"
    )
    found = experience_overall(dated)
    assert found is not None
    assert found.months(Month(2026, 1)) == 12
    assert experience_overall(read_resume("Glass blower")) is None
