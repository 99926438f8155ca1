"""When a night is due: time zones, clocks that change, and clocks that are wrong."""

from __future__ import annotations

import os
import time as clock_of_the_machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.nightly.schedule import Schedule, read_time
from catalog.errors import InvalidRequest

BERLIN = ZoneInfo("Europe/Berlin")
HALF_PAST_TWO = Schedule(time(2, 30), BERLIN)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type]


def test_a_night_is_due_at_its_local_time() -> None:
    schedule = Schedule(time(3, 30), BERLIN)
    assert schedule.moment(date(2026, 11, 24)) == utc(2026, 11, 24, 2, 30)  # winter: UTC+1
    assert schedule.moment(date(2026, 7, 24)) == utc(2026, 7, 24, 1, 30)  # summer: UTC+2


def test_until_it_is_due_the_night_before_was_the_last() -> None:
    schedule = Schedule(time(3, 30), BERLIN)
    just_before = utc(2026, 11, 24, 2, 29, 59)
    assert schedule.last_due(just_before) == date(2026, 11, 23)
    assert schedule.next_moment(just_before) == utc(2026, 11, 24, 2, 30)
    assert schedule.last_due(utc(2026, 11, 24, 2, 30)) == date(2026, 11, 24)
    assert schedule.next_moment(utc(2026, 11, 24, 2, 30)) == utc(2026, 11, 25, 2, 30)
    assert schedule.last_due(utc(2026, 11, 24, 23, 59)) == date(2026, 11, 24)


def test_a_time_that_the_clocks_jump_over_is_due_once_right_after() -> None:
    # In Berlin, 2026-03-29 has no 02:30: at 01:00 UTC, 02:00 becomes 03:00.
    assert HALF_PAST_TWO.moment(date(2026, 3, 29)) == utc(2026, 3, 29, 1, 30)  # 03:30 by the clock
    assert HALF_PAST_TWO.last_due(utc(2026, 3, 29, 1, 29)) == date(2026, 3, 28)
    assert HALF_PAST_TWO.last_due(utc(2026, 3, 29, 1, 30)) == date(2026, 3, 29)
    assert HALF_PAST_TWO.next_moment(utc(2026, 3, 29, 1, 30)) == utc(2026, 3, 30, 0, 30)


def test_a_time_that_comes_twice_is_due_the_first_time_only() -> None:
    # In Berlin, 2026-10-25 has 02:30 at 00:30 UTC and again at 01:30 UTC.
    assert HALF_PAST_TWO.moment(date(2026, 10, 25)) == utc(2026, 10, 25, 0, 30)
    for minutes in (0, 59, 60, 61, 120):
        now = utc(2026, 10, 25, 0, 30) + timedelta(minutes=minutes)
        assert HALF_PAST_TWO.last_due(now) == date(2026, 10, 25)
        assert HALF_PAST_TWO.next_moment(now) == utc(2026, 10, 26, 1, 30)


def test_a_country_may_drop_a_whole_day() -> None:
    # Samoa had no 2011-12-30.
    schedule = Schedule(time(3, 30), ZoneInfo("Pacific/Apia"))
    assert schedule.last_due(utc(2011, 12, 30, 13, 0)) == date(2011, 12, 29)
    assert schedule.last_due(utc(2011, 12, 30, 13, 30)) == date(2011, 12, 31)
    assert schedule.next_moment(utc(2011, 12, 30, 13, 30)) == utc(2011, 12, 31, 13, 30)


def test_a_day_that_begins_twice_has_one_night() -> None:
    # In St. John's the clocks went back at 00:01, to the day before: at 02:31 UTC, the 7th ended.
    schedule = Schedule(time(0, 0), ZoneInfo("America/St_Johns"))
    for minutes in range(0, 120, 10):
        now = utc(2010, 11, 7, 2, 30) + timedelta(minutes=minutes)
        assert schedule.last_due(now) == date(2010, 11, 7)
        assert schedule.next_moment(now) == utc(2010, 11, 8, 3, 30)


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Pacific/Apia"]
ZONES += ["Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Casablanca"]


@given(
    st.sampled_from(ZONES),
    st.times(),
    st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
)
def test_from_moment_to_moment_every_day_comes_once(zone: str, at: time, start: datetime) -> None:
    schedule = Schedule(at.replace(second=0, microsecond=0), ZoneInfo(zone))
    moments = [schedule.next_moment(start)]
    while len(moments) < 30:
        moments.append(schedule.next_moment(moments[-1]))
    days = [schedule.last_due(moment) for moment in moments]
    assert all(0.9 < (b - a) / timedelta(days=1) < 1.1 for a, b in pairwise(moments))
    steps = {(b - a).days for a, b in pairwise(days)}
    assert steps == {1} or (zone == "Pacific/Apia" and steps <= {1, 2})
    assert [schedule.moment(day) for day in days] == moments


@pytest.fixture
def in_new_york() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    clock_of_the_machine.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock_of_the_machine.tzset()


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize(
    "day", [date(2026, 1, 15), date(2026, 3, 8), date(2026, 7, 4), date(2026, 11, 1)]
)
def test_without_a_zone_it_is_the_machines_own_summer_time_and_all(day: date) -> None:
    own = Schedule(time(1, 30))
    named = Schedule(time(1, 30), ZoneInfo("America/New_York"))
    for hours in range(-30, 54):
        now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)
        assert own.last_due(now) == named.last_due(now)
        assert own.next_moment(now) == named.next_moment(now)


def test_a_time_is_read_as_it_is_written() -> None:
    assert read_time("03:30") == time(3, 30)
    assert read_time(" 00:00 ") == time(0, 0)
    assert read_time("23:59") == time(23, 59)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3:30",
        "24:00",
        "03:60",
        "0330",
        "03:30:00",
        "03:30Z",
        "-1:30",
        "٠٣:٣٠",
        "noon",
        "03:3\n0",
    ],
)
def test_what_is_no_time_of_day_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidRequest, match="HH:MM"):
        read_time(text)
