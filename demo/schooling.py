"""Schooling: degrees around a trade's usual one, from schools that do not exist."""

from __future__ import annotations

from demo.careers import Life
from demo.dice import Dice
from demo.facts import Language, Schooling
from demo.trades import Trade
from reading.dates import Month
from reading.resume import Degree

_SCHOOLS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "school": ("Larkhaven High School", "St Brannoc's School", "Moorquay Grammar School"),
        "university": (
            "Northmere University", "University of Halden Bridge", "Eastwick Technical University",
            "Caldbeck University", "Lowenfeld University of Applied Sciences",
            "Port Averil State University", "Queen Maren's University",
        ),
        "college": (
            "Tidewell College", "Kingsmarsh Further Education College",
            "Ashby Vale Community College",
            "Harrowgate Street Vocational School",
        ),
    },
    "zh": {
        "school": ("江岚第一中学", "翠屿中学", "砚湖高级中学"),
        "university": (
            "江岚大学", "青屿理工大学", "云泽师范大学", "朔川财经大学", "澄岭科技大学",
            "望禾医科大学", "砚湖大学",
        ),
        "college": ("江岚职业技术学院", "栩恒高等专科学校", "翠屿职业学院", "云泽技师学院"),
    },
}  # fmt: skip
_SPECIAL_SCHOOLS = {
    "望禾医科大学": ("nursing", "pharmacy"),
    "朔川财经大学": ("accounting", "sales", "hr", "logistics", "support"),
    "云泽师范大学": ("teaching", "hr"),
    "青屿理工大学": ("software", "mechanical", "electrician", "logistics"),
    "Eastwick Technical University": ("software", "mechanical", "electrician", "logistics"),
    "云泽技师学院": ("electrician", "chef", "mechanical", "logistics"),
}


def _school(dice: Dice, trade: Trade, language: Language, degree: Degree) -> str:
    """A school of the right kind; some teach only certain trades."""
    level = "university" if degree >= Degree.BACHELOR else "college"
    if degree == Degree.SECONDARY:
        level = "school"
    fitting = [
        name
        for name in _SCHOOLS[language][level]
        if name not in _SPECIAL_SCHOOLS or trade.key in _SPECIAL_SCHOOLS[name]
    ]
    return dice.choice(fitting)


def schooling_before(
    dice: Dice, trade: Trade, language: Language, first: Month, kind: str
) -> tuple[Schooling, ...]:
    """Degrees around the trade's usual one; the `first` position follows the last of them."""
    usual = int(trade.degree)
    reach = dice.choices((-1, 0, 1), (0.2, 0.6, 0.2))[0]
    top = Degree(min(max(usual + reach, Degree.SECONDARY), Degree.MASTER))
    years = {1: 3, 2: 3, 3: 3, 4: 4 if language == "zh" else 3, 5: 2}
    end = Month(first.year if first.month > 7 else first.year - 1, 6)
    found: list[Schooling] = []
    for degree in [top] if top <= Degree.BACHELOR else [top, Degree.BACHELOR]:
        start = Month(end.year - years[int(degree)], 9)
        found.append(
            Schooling(
                degree,
                trade.key,
                dice.choice(trade.subjects[language]),
                _school(dice, trade, language, degree),
                start,
                end,
            )
        )
        end = Month(start.year, 6)
    if top == Degree.BACHELOR and kind != "starter" and dice.chance(0.06):
        part_time = Schooling(
            Degree.MASTER, trade.key, trade.subjects[language][0],
            _school(dice, trade, language, Degree.MASTER),
            Month(2025, 9), Month(2027, 6),
        )  # fmt: skip
        found.insert(0, part_time)
    return tuple(found)


def retraining(
    dice: Dice, trade: Trade, earlier: Trade, language: Language, life: Life
) -> tuple[Schooling, ...]:
    """A career changer's second qualification: always where the trade asks for one."""
    changed = min((h.start for h in life.held if h.trade == trade.key), default=None)
    regulated = trade.key in ("nursing", "pharmacy", "mechanical", "teaching", "electrician")
    if earlier is trade or changed is None or not (regulated or dice.chance(0.5)):
        return ()
    end = Month(changed.year - (changed.month < 7), 6)
    years = 4 if trade.degree >= Degree.BACHELOR else 2
    school = _school(dice, trade, language, trade.degree)
    subject = dice.choice(trade.subjects[language])
    start = Month(min(max(end.year - years, life.held[-1].start.year), end.year - 1), 9)
    return (Schooling(trade.degree, trade.key, subject, school, start, end),)
