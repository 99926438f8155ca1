from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.dates import (
    Experience,
    Month,
    Period,
    experience,
    find_durations,
    find_months,
    find_periods,
)


def periods(text: str) -> list[tuple[str, str | None]]:
    return [(str(p.start), str(p.end) if p.end else None) for p, _ in find_periods(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan 2019 – Present", ("2019-01", None)),
        ("01/2019 - 03/2021", ("2019-01", "2021-03")),
        ("2019-03 to 2021-06", ("2019-03", "2021-06")),
        ("Sept. 2018—Dec. 2018", ("2018-09", "2018-12")),
        ("Summer 2018", ("2018-06", "2018-08")),
        ("Winter 2019", ("2019-12", "2020-02")),
        ("Q3 2020", ("2020-07", "2020-09")),
        ("since March 2020", ("2020-03", None)),
        ("3/2019–", ("2019-03", None)),
        ("from May '18 to June '19", ("2018-05", "2019-06")),
        ("15 February 2017 till date", ("2017-02", None)),
        ("05.2019-07.2020", ("2019-05", "2020-07")),
        ("31.12.2018 - 01.02.2020", ("2018-12", "2020-02")),
        ("April 2015\nto\nCurrent", ("2015-04", None)),
        ("Mar–Jun 2020", ("2020-03", "2020-06")),
        ("2019.03-至今", ("2019-03", None)),
        ("2019年3月至2021年6月", ("2019-03", "2021-06")),
        ("2019年3月-6月", ("2019-03", "2019-06")),
        ("２０１９．０３－２０２１．０６", ("2019-03", "2021-06")),
        ("二〇一九年三月至二〇二一年十一月", ("2019-03", "2021-11")),
        ("2020年9月起", ("2020-09", None)),
        ("2018/7～目前", ("2018-07", None)),
        ("2017年5月 到 現在", ("2017-05", None)),
    ],
)
def test_a_range_is_read_in_the_forms_people_write(
    text: str, expected: tuple[str, str | None]
) -> None:
    assert periods(f"Lead, {text}") == [expected]
    assert periods(f"{text}\n") == [expected]


def test_years_alone_count_from_middle_to_middle() -> None:
    [(period, _)] = find_periods("2016 – 2018")
    assert experience([period]).months(Month(2030, 1)) == 24
    jobs = [period for period, _ in find_periods("2014-2016\n2016-2019")]
    assert experience(jobs).months(Month(2030, 1)) == 60  # neither overlap nor gap


def test_a_year_alone_is_twelve_months_and_no_range() -> None:
    assert find_periods("Employee of the year 2018") == []
    [(period, span)] = find_months("Employee of the year 2018")
    assert (str(period.start), str(period.end)) == ("2018-01", "2018-12")
    assert span.of("Employee of the year 2018") == "2018"


@pytest.mark.parametrize(
    "text",
    [
        "13/2019 - 14/2020",
        "2021-06 – 2019-03",
        "0/2019 - 00/2020",
        "call 138-2019-2020",
        "3019 - 3021",
        "1019 – 1021",
        "2019年13月-2020年14月",
        "version 3.2019.44.2021",
        "",
        "\u0000" * 40,
    ],
)
def test_what_cannot_be_a_date_is_no_date(text: str) -> None:
    assert find_periods(text) == []


def test_an_announced_end_is_kept_and_counts_as_running_today() -> None:
    [(period, _)] = find_periods("Contract 01/2026 – 12/2027")
    assert period.end == Month(2027, 12)
    assert experience([period], as_of=Month(2026, 6)).months(Month(2026, 6)) == 6


def test_overlapping_jobs_count_once() -> None:
    held = [
        Period(Month(2010, 1), Month(2011, 12)),
        Period(Month(2011, 6), Month(2012, 6)),
        Period(Month(2020, 1), None),
    ]
    assert experience(held) == Experience(30, Month(2020, 1))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5 years of experience with X", 60),
        ("8+ yrs in retail", 96),
        ("over ten years", 120),
        ("5-7 years", 60),
        ("18 months", 18),
        ("5年以上相关经验", 60),
        ("三年半", 42),
        ("十五年教龄", 180),
        ("半年实习", 6),
        ("1.5年", 18),
    ],
)
def test_stated_lengths_are_read_as_months(text: str, months: int) -> None:
    assert [found for found, _ in find_durations(text)] == [months]


@pytest.mark.parametrize(
    "text", ["25 years old", "3 years ago", "2019年3月", "2019年", "三年级", "99999999 years"]
)
def test_ages_dates_and_grades_are_no_lengths(text: str) -> None:
    assert find_durations(text) == []


@given(st.text(alphabet="0123456789/-. 年月至今到–toJanuarySpring'", max_size=60))
def test_any_text_yields_ordered_spans_inside_it(text: str) -> None:
    found = [*find_periods(text), *find_months(text)]
    assert all(0 <= span.start < span.end <= len(text) for _, span in found)
    assert all(p.end is None or p.start <= p.end for p, _ in found)
    ordered = [span for _, span in find_periods(text)]
    assert ordered == sorted(ordered)
