"""The ways people write a stretch of time."""

from __future__ import annotations

from demo.dice import Dice
from demo.facts import Language
from reading.dates import Month

_LONG = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FULL = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
_HAN_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]

STYLES: dict[Language, dict[str, float]] = {
    "en": {
        "short": 0.38,
        "long": 0.2,
        "slash": 0.16,
        "iso": 0.1,
        "dotted": 0.08,
        "apostrophe": 0.08,
    },
    "zh": {
        "year-month": 0.3,
        "dot": 0.28,
        "full-width": 0.12,
        "slash": 0.14,
        "hyphen": 0.1,
        "han": 0.06,
    },
}


def _month(month: Month, style: str) -> str:
    y, m = month.year, month.month
    match style:
        case "short":
            return f"{_SHORT[m - 1]} {y}"
        case "long":
            return f"{_LONG[m - 1]} {y}"
        case "dotted":
            return f"{_SHORT[m - 1]}. {y}" if m != 5 else f"May {y}"
        case "apostrophe":
            return f"{_SHORT[m - 1]} '{y % 100:02d}"
        case "iso" | "hyphen":
            return f"{y}-{m:02d}"
        case "year-month":
            return f"{y}年{m}月"
        case "han":
            return f"{str(y).translate(_HAN)}年{_HAN_MONTHS[m - 1]}月"
        case "dot":
            return f"{y}.{m:02d}"
        case "full-width":
            return f"{y}.{m:02d}".translate(_FULL)
        case "slash-zh":
            return f"{y}/{m:02d}"
        case _:
            return f"{m:02d}/{y}"


def write_period(
    dice: Dice, language: Language, style: str, start: Month, end: Month | None
) -> str:
    """A period in one style; summers of up to three months may be called so in English."""
    if language == "en":
        summer = end is not None and start.year == end.year and 6 <= start.month <= end.month <= 8
        if summer and dice.chance(0.6):
            return f"Summer {start.year}"
        dash = {"slash": "-", "iso": " – ", "long": dice.choice((" to ", " – "))}.get(style, " – ")
        now = {"long": "present", "slash": "present", "iso": "now"}.get(style, "Present")
        return _month(start, style) + dash + (_month(end, style) if end else now)
    named = "slash-zh" if style == "slash" else style
    dash = {"full-width": "－", "dot": "-", "slash-zh": "—", "hyphen": " ~ "}.get(named, " – ")
    if end is None:
        return _month(start, named) + ("至今" if named in ("year-month", "han") else f"{dash}至今")
    if named == "han" or (named == "year-month" and dice.chance(0.4)):
        dash = "至"
    return _month(start, named) + dash + _month(end, named)
