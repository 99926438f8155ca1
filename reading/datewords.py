"""The words and forms in which English and Chinese texts write months, years and lengths of time.

Patterns run on folded text (see `reading.folding.fold`): lower case, half-width, simplified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from reading.dates import Month

FIRST_YEAR, LAST_YEAR = 1940, 2060  # what a career can touch; anything else is not a date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
SEASONS = {  # the first of its three months; a winter begins in December
    "spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12,
    "春季": 3, "夏季": 6, "秋季": 9, "冬季": 12,
}  # fmt: skip
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        re.findall(
            r"\w+",
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty",
        )
    )
} | {"twenty-five": 25, "thirty": 30}

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_SEASON = "|".join(SEASONS)
_YEAR = r"(?:19|20)\d{2}"
_HAN = "[〇零一二三四五六七八九十]"

# One point in time. The order matters: the more precise form first.
POINT = rf"""(?:
    (?<![\d./-]) {_YEAR} \s*年 \s* \d{{1,2}} \s*月 (?:\s*\d{{1,2}}\s*[日号])?
  | [二一][〇零九]{_HAN}{{2}}年 (?:{_HAN}{{1,2}}月)?
  | (?<![\d./-]) {_YEAR} \s*年 (?! \s*\d) (?:\s*(?:春季|夏季|秋季|冬季))?
  | (?<![\d./-]) {_YEAR} [./-] (?:0?[1-9]|1[0-2]) (?:[./-](?:0?[1-9]|[12]\d|3[01]))?
        (?! \d | [./-]\d{{1,2}}(?!\d) )
  | (?<![\d./-]) \d{{1,2}} (?P<@>[./-]) \d{{1,2}} (?P=@) {_YEAR} (?!\d)
  | (?<![\d./-]) \d{{1,2}} \s?[./-]\s? {_YEAR} (?!\d)
  | (?<![a-z]) (?:\d{{1,2}}(?:st|nd|rd|th)?\s+)? (?:{_NAME})\b \.?
        (?: \s* \d{{1,2}}(?:st|nd|rd|th)? ,? (?=\s+{_YEAR}) )? ,? \s* [-/]? \s* (?:of\s+)?
        (?: {_YEAR} | '\d{{2}} ) (?!\d)
  | (?<![a-z]) (?:{_SEASON})\b ,? \s* (?:of\s+)? {_YEAR} (?!\d)
  | (?<![a-z]) q[1-4] [\s,/-]* {_YEAR} (?!\d)
  | (?<![\w./$€£¥,-]) {_YEAR} (?! \d | [./,]\d | [%万k元円] | \s?(?:usd|rmb|eur)\b )
)"""

NOW = (
    r"(?:(?:until|till|to)\s+)?(?:the\s+)?(?:present(?:\s+day)?|currently|current|now|"
    r"to\s*date|date|today|ongoing|nowadays)\b"
    r"|(?:至|到)?(?:今天|今日|今|现在|目前|现今|当前|迄今)(?!年)"
)
TO = r"\s*(?:-{1,3}|~|(?:to|until|till|thru|through|and)\b|至|到|/(?=\s))\s*"


def _point(name: str, *, after_dash: bool = False) -> str:
    point = POINT.replace("@", name)
    if not after_dash:
        return point
    return point.replace(r"(?<![\d./-])", r"(?<!\d)").replace(r"(?<![\w./$€£¥,-])", r"(?<!\w)")


# What every form begins with: the patterns are too dear to be tried at each letter.
_BEGINNING = r"(?= \d | [二一春夏秋冬自从] | (?<![a-z])[adfjmnoqsw] )"

RANGE = re.compile(
    rf"""{_BEGINNING}(?: (?P<start>{_point("a")}) (?:{TO})
        (?: (?P<now>{NOW}) | (?P<end>{_point("b", after_dash=True)}) )
      | (?P<zhstart>{_YEAR}\s*年\s*\d{{1,2}}\s*月) \s*(?:-{{1,2}}|~|至|到)\s*
        (?P<zhend>\d{{1,2}}\s*月)
      | (?P<start2>{_point("f")}) \s* (?P<now2>至今|迄今|到现在|到目前)
      | (?<![a-z]) (?P<bare>(?:{_NAME})\b\.?) {TO} (?P<bareend>(?:{_NAME})\b\.?,?\s*{_YEAR})
      | (?<![\d./-]) (?P<short>{_YEAR}) \s*[-/]\s* '?(?P<shortend>\d{{2}}) (?![\d./-])
      | (?: \b(?:since|from) \s+ (?:early\s+|late\s+|mid-?\s*)? | 自从? | 从 )
        (?P<since>{_point("c")}) (?! \s* (?:-|~|to\b|until\b|till\b|through\b|至|到) )
        (?: \s*(?:onwards?|on\b|起|开始|以来) )?
      | (?P<since2>{_point("d")}) \s* (?:onwards?\b|起(?!草|诉)|以来)
      | (?P<open>{_point("e")}) \s* -{{1,2}} [ ]* (?=\n|$|[|,;)\]])
    )""",
    re.VERBOSE,
)
SINGLE = re.compile(_BEGINNING + _point("a"), re.VERBOSE)

_ANCHOR = re.compile(rf"{_YEAR}|'\d{{2}}(?!\d)|[二一][〇零九]{_HAN}{{2}}年")
_BEFORE_ANCHOR, _AFTER_ANCHOR = 30, 40  # how far a range reaches beyond its years
NAMED_QUARTER = re.compile(rf"(?<![a-z])(?:{_SEASON})|(?<![a-z])q[1-4]|季")


def windows(folded: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text in which dates can stand; the patterns are too dear for all of it."""
    start = end = -1
    for match in _ANCHOR.finditer(folded):
        low, high = match.start() - _BEFORE_ANCHOR, match.end() + _AFTER_ANCHOR
        if low > end:
            if end >= 0:
                yield max(0, start), end
            start = low
        end = high
    if end >= 0:
        yield max(0, start), end


_PARTS = re.compile(r"\d+|[a-z]+|[〇零一二三四五六七八九十]+|[年月]|春季|夏季|秋季|冬季|[./'-]")


def chinese_number(word: str) -> int | None:
    """ "十五" is 15, "二〇一九" is 2019; None for anything else."""
    if not word or any(char not in DIGITS and char != "十" for char in word):
        return None
    if "十" not in word:
        return int("".join(str(DIGITS[char]) for char in word))
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


class Point:
    """A year, with its month where the text gives one; `width` is how many months it names."""

    __slots__ = ("month", "width", "year")

    def __init__(self, year: int, month: int | None, width: int = 1) -> None:
        self.year, self.month, self.width = year, month, width

    def first(self) -> Month:
        """The month itself; January of a bare year."""
        return Month(self.year, self.month or 1)

    def last(self) -> Month:
        """The last month that a season, a quarter or a bare year covers."""
        if self.month is None:
            return Month(self.year, 12)
        return Month.from_ordinal(self.first().ordinal + self.width - 1)


@lru_cache(maxsize=4096)  # the same few hundred months stand in all résumés
def read_point(folded: str) -> Point | None:
    """Read what `SINGLE` matched; None where the date is impossible."""
    words = _PARTS.findall(folded)
    numbers = [int(word) for word in words if word.isdigit()]
    name = next((word for word in words if word in MONTHS or word in SEASONS), None)
    quarter = re.match(r"q([1-4])", folded)
    if "年" in words and not numbers:
        han = [chinese_number(word) for word in words if word not in "年月"]
        return _checked(han[0], han[1] if len(han) > 1 else None)
    year = next((number for number in numbers if number > 99), None)
    if year is None and "'" in words and numbers:
        year = numbers[-1] + (2000 if numbers[-1] < 60 else 1900)
    if name is not None:
        width = 1 if name in MONTHS else 3
        return _checked(year, MONTHS.get(name) or SEASONS[name], width)
    if quarter:
        return _checked(year, int(quarter[1]) * 3 - 2, 3)
    rest = [number for number in numbers if number != year]
    if not rest:  # a bare year, or 2019-20… cannot come here
        return _checked(year, None if len(numbers) == 1 else numbers[-1])
    if numbers[0] == year or len(rest) == 1:
        return _checked(year, rest[0])
    day_first = rest[0] > 12 or ("." in words and rest[1] <= 12)
    day, month = rest if day_first else (rest[1], rest[0])
    return _checked(year, month) if day <= 31 else None


def _checked(year: int | None, month: int | None, width: int = 1) -> Point | None:
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month is not None and not 1 <= month <= 12:
        return None
    return Point(year, month, width)
