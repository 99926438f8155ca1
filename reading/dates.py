"""Dates with month precision, as résumés give them. Dates are not instants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from reading.folding import fold
from reading.spans import Span

if TYPE_CHECKING:
    from reading.datewords import Point


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int  # 1..12

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @property
    def ordinal(self) -> int:
        """Months since year 0: differences count months."""
        return self.year * 12 + self.month - 1

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        return cls(ordinal // 12, ordinal % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of `start` to the end of `end`; an `end` of None means: until now.

    Whether "now" is today or the day of a replayed search is the caller's to say (`as_of`).
    """

    start: Month
    end: Month | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"ends before it starts: {self.start}..{self.end}")


@dataclass(frozen=True, slots=True)
class Experience:
    """A union of periods in a form that SQL can finish: closed months, and what still runs.

    `open_since` is the start of the earliest period that still runs; `months_before` counts the
    union's months before it (all of them where nothing runs).
    """

    months_before: int
    open_since: Month | None

    def months(self, as_of: Month) -> int:
        if self.open_since is None or as_of < self.open_since:
            return self.months_before
        return self.months_before + as_of.ordinal - self.open_since.ordinal + 1


def experience(periods: Iterable[Period], as_of: Month | None = None) -> Experience:
    """The union of periods: overlapping jobs count once.

    With `as_of`, a period that ends later (a contract "until 2027") counts as still running, and
    one that starts later does not count.
    """
    listed = list(periods)
    if as_of is not None:
        listed = [
            Period(p.start, None if p.end is None or p.end > as_of else p.end)
            for p in listed
            if p.start <= as_of
        ]
    open_since = min((p.start for p in listed if p.end is None), default=None)
    covered: set[int] = set()
    for period in listed:
        last = period.end.ordinal if period.end else period.start.ordinal - 1
        covered.update(range(period.start.ordinal, last + 1))
    if open_since is not None:
        covered = {month for month in covered if month < open_since.ordinal}
    return Experience(len(covered), open_since)


def find_periods(text: str) -> list[tuple[Period, Span]]:
    """Every stretch of time that a text names in English or Chinese, in reading order.

    Ranges ("Jan 2019 – Present", "2019年3月至2021年6月"), open starts ("since 2020", "3/2019–"),
    seasons and quarters. Years alone stand for their middle: "2016 – 2018" is July 2016 to June
    2018, 24 months, so that jobs given by years neither overlap nor leave gaps. A single month or
    a single year is no period (see `find_months`). Impossible dates and ranges that end before
    they start are left out.
    """
    from reading import datewords as words

    folded = fold(text)
    found: list[tuple[Period, Span]] = []
    for low, high in words.windows(folded):
        for match in words.RANGE.finditer(folded, low, high):
            period = _read_range(match)
            if period is not None:
                found.append((period, _trimmed(folded, match.start(), match.end())))
        if words.NAMED_QUARTER.search(folded, low, high):
            taken = [span for _, span in found]
            found += [
                (period, span)
                for period, span, width in _single(folded, low, high)
                if width == 3 and not any(span.overlaps(other) for other in taken)
            ]
    return sorted(found, key=lambda item: item[1])


def find_months(text: str) -> list[tuple[Period, Span]]:
    """Every single date, as the months it covers: one, three for a season, twelve for a year."""
    from reading.datewords import windows

    folded = fold(text)
    return [
        (period, span)
        for low, high in windows(folded)
        for period, span, _ in _single(folded, low, high)
    ]


def _single(folded: str, low: int, high: int) -> Iterator[tuple[Period, Span, int]]:
    from reading.datewords import SINGLE, read_point

    for match in SINGLE.finditer(folded, low, high):
        point = read_point(match[0])
        if point is not None:
            span = Span(match.start(), match.end())
            yield Period(point.first(), point.last()), span, point.width


_DURATION = (
    r"(?<![\w.])(?P<number>\d{1,2}(?:\.\d)?|%s)\s?(?:\+|plus\b|or more\b)?"
    r"(?:\s?(?:-|to)\s?(?:\d{1,2}|%s)\s?\+?)?[\s-]?(?P<unit>years?|yrs?|months?)\b(?!\s+(?:old|ago)\b)"
    r"|(?<![\d.])(?P<zh>\d{1,2}(?:\.\d)?|[一二三四五六七八九十两]{1,3})\s?(?:\+|多|余|来|几)?\s?"
    r"(?:[-~至到]\s?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})\s?)?"
    r"(?P<zhunit>年|个月)(?P<half>半)?(?!\s?\d{1,2}\s?月|级|度|薪|会|终|底|初|龄|级|代)"
    r"|(?P<halfyear>半年)"
)


@cache
def _duration_pattern() -> re.Pattern[str]:
    from reading.datewords import NUMBER_WORDS

    names = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
    return re.compile(_DURATION % (names, names))


def find_durations(text: str) -> list[tuple[int, Span]]:
    """Every stated length of time ("5+ years", "三年半", "18 months"), in months.

    Of a range ("5-7 years") the lower end counts. Ages and "ago" are not lengths of experience.
    """
    from reading.datewords import NUMBER_WORDS, chinese_number

    folded = fold(text)
    found = []
    for match in _duration_pattern().finditer(folded):
        if match["halfyear"]:
            months: float = 6
        else:
            word = match["number"] or match["zh"]
            number = NUMBER_WORDS.get(word) or chinese_number(word)
            amount = float(word) if number is None else number
            unit = match["unit"] or match["zhunit"]
            months = amount * (1 if unit[0] == "m" or unit == "个月" else 12)
            months += 6 if match["half"] else 0
        if 0 < months <= 60 * 12:
            found.append((round(months), Span(match.start(), match.end())))
    return found


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _read_range(match: re.Match[str]) -> Period | None:
    from reading.datewords import Point, read_point

    def point(*names: str) -> Point | None:
        word = next((match[name] for name in names if match[name]), None)
        return read_point(word) if word else None

    if match["short"]:  # 2015-16, an academic or fiscal year; 2015-12 is December
        year, end = int(match["short"]), int(match["short"][:2] + match["shortend"])
        if end <= year or int(match["shortend"]) <= 12:
            return None
        return _between(Point(year, None), Point(end, None))
    if match["bare"]:
        last = point("bareend")
        first = read_point(f"{match['bare']} {last.year}") if last else None
        return _between(first, last) if first and last else None
    if match["zhstart"]:
        first = point("zhstart")
        last = read_point(f"{first.year}年{match['zhend']}") if first else None
        return _between(first, last) if first and last else None
    first = point("start", "start2", "since", "since2", "open")
    if first is None:
        return None
    if match["end"]:
        last = point("end")
        return _between(first, last) if last else None
    return Period(Month(first.year, first.month or MIDDLE_OF_YEAR), None)


MIDDLE_OF_YEAR = 7  # a bare year begins a stretch in July and ends one in June


def _between(first: Point, last: Point) -> Period | None:
    start = first.first() if first.month else Month(first.year, MIDDLE_OF_YEAR)
    end = last.last() if last.month else Month(last.year, MIDDLE_OF_YEAR - 1)
    if first.year == last.year:  # within one year the whole of what is open belongs to it
        start, end = first.first(), last.last()
    return Period(start, end) if start <= end else None
