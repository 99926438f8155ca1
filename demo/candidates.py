"""Candidates: a person, a life, and everything else that is true of them."""

from __future__ import annotations

from typing import Literal

from demo.careers import KINDS, Life, live
from demo.dice import Dice
from demo.facts import AS_OF, Aside, Candidate, Language, Schooling
from demo.people import invent_person
from demo.trades import Trade, all_trades
from reading.dates import Month
from reading.resume import Degree, LanguageLevel

_SCHOOLS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
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
        "university": (
            "江岚大学", "青屿理工大学", "云泽师范大学", "朔川财经大学", "澄岭科技大学",
            "望禾医科大学", "砚湖大学",
        ),
        "college": ("江岚职业技术学院", "栩恒高等专科学校", "翠屿职业学院", "云泽卫生学校"),
    },
}  # fmt: skip
_ASIDES: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "negated": (
            "No hands-on experience with {skill} yet.",
            "I have not worked with {skill} so far.",
            "Please note: no {skill} in any of my roles.",
        ),
        "aspired": (
            "Eager to learn {skill}.",
            "Looking for a role where I can grow into {skill}.",
            "Currently reading up on {skill} in the evenings; hoping to use it soon.",
        ),
        "others": (
            "Worked alongside colleagues in charge of {skill}.",
            "Passed questions about {skill} on to the specialists next door.",
            "Shared an office with the {skill} team.",
        ),
    },
    "zh": {
        "negated": ("暂无{skill}相关经验。", "尚未接触过{skill}。", "没有{skill}经验。"),
        "aspired": (
            "希望学习{skill}。",
            "对{skill}有浓厚兴趣，愿意从头学起。",
            "正在自学{skill}，期待实践机会。",
        ),
        "others": (
            "与负责{skill}的同事对接。",
            "协助{skill}团队传递资料。",
            "对接{skill}专员，转达需求。",
        ),
    },
}
# Where people who change into a trade plausibly come from.
_ORIGINS = {
    "accounting": ("sales", "support", "logistics"),
    "chef": ("support", "logistics", "sales"),
    "electrician": ("logistics", "mechanical", "chef"),
    "hr": ("teaching", "support", "sales"),
    "logistics": ("chef", "sales", "electrician"),
    "mechanical": ("electrician",),
    "nursing": ("support", "chef", "hr"),
    "pharmacy": ("nursing", "sales"),
    "sales": ("chef", "support", "nursing", "mechanical"),
    "software": ("accounting", "teaching", "mechanical"),
    "support": ("chef", "teaching", "sales"),
    "teaching": ("software", "hr", "accounting"),
}
_LATIN_EXTRA = ("de", "fr", "es", "pl", "hi", "ar", "it")
_AVAILABILITY: dict[Language, tuple[str, ...]] = {
    "en": (
        "Available immediately",
        "Notice period: 3 months",
        "Available from January 2027",
        "4 weeks' notice",
    ),
    "zh": ("随时到岗", "一个月内到岗", "离职交接期两周", "2027年1月可到岗"),
}


def _schooling(
    dice: Dice, trade: Trade, language: Language, first: Month, kind: str
) -> tuple[Schooling, ...]:
    """Degrees around the trade's usual one; the first position follows the last degree."""
    usual = int(trade.degree)
    reach = dice.choices((-1, 0, 1), (0.2, 0.6, 0.2))[0]
    top = Degree(min(max(usual + reach, Degree.SECONDARY), Degree.MASTER))
    years = {1: 3, 2: 3, 3: 3, 4: 4 if language == "zh" else 3, 5: 2}
    end = Month(first.year if first.month > 7 else first.year - 1, 6)
    found: list[Schooling] = []
    for degree in [top] if top <= Degree.BACHELOR else [top, Degree.BACHELOR]:
        start = Month(end.year - years[int(degree)], 9)
        level = "university" if degree >= Degree.BACHELOR else "college"
        found.append(
            Schooling(
                degree,
                trade.key,
                dice.choice(trade.subjects[language]),
                dice.choice(_SCHOOLS[language][level]),
                start,
                end,
            )
        )
        end = Month(start.year, 6)
    if top == Degree.BACHELOR and kind != "starter" and dice.chance(0.06):
        part_time = Schooling(
            Degree.MASTER, trade.key, trade.subjects[language][0],
            dice.choice(_SCHOOLS[language]["university"]),
            Month(2025, 9), Month(2027, 6),
        )  # fmt: skip
        found.insert(0, part_time)
    return tuple(found)


def _retraining(
    dice: Dice, trade: Trade, earlier: Trade, language: Language, life: Life
) -> tuple[Schooling, ...]:
    """A career changer's second qualification: always where the trade asks for one."""
    changed = min((h.start for h in life.held if h.trade == trade.key), default=None)
    regulated = trade.key in ("nursing", "pharmacy", "mechanical", "teaching", "electrician")
    if earlier is trade or changed is None or not (regulated or dice.chance(0.5)):
        return ()
    end = Month(changed.year - (changed.month < 7), 6)
    years = 4 if trade.degree >= Degree.BACHELOR else 2
    level = "university" if trade.degree >= Degree.BACHELOR else "college"
    school = dice.choice(_SCHOOLS[language][level])
    subject = dice.choice(trade.subjects[language])
    return (Schooling(trade.degree, trade.key, subject, school, Month(end.year - years, 9), end),)


def _listed(
    dice: Dice, trade: Trade, language: Language, life: Life
) -> tuple[tuple[str, str], ...]:
    """Most known skills, by one of their names; a few that no bullet shows."""
    names = [
        (s, dice.choice(trade.skills[s].words[language])) for s in life.known if dice.chance(0.75)
    ]
    dice.shuffle(names)
    return tuple(names)


def _asides(
    dice: Dice, trade: Trade, language: Language, life: Life, kind: str
) -> tuple[Aside, ...]:
    stances: list[Literal["negated", "aspired", "others"]] = []
    if kind == "keen":
        stances = ["aspired", "aspired"]
    elif kind == "other hands":
        stances = ["others", "others"]
    elif kind == "title without skill":
        stances = [dice.choice(("negated", "others"))]
    elif dice.chance(0.12):
        stances = [dice.choice(("negated", "aspired", "others"))]
    lacking = [s for s in life.lacking if trade.skills[s].core] or list(life.lacking)
    found = []
    for stance, skill in zip(stances, dice.some(lacking, len(stances)), strict=False):
        words = trade.skills[skill].words[language][0]
        template = dice.choice(_ASIDES[language][stance])
        found.append(Aside(skill, stance, dice.fill(template, {"skill": words})))
    return tuple(found)


def _languages(
    dice: Dice, language: Language, country: str, nationality: str
) -> tuple[tuple[str, LanguageLevel], ...]:
    level = LanguageLevel
    if language == "zh":
        english = dice.weighted({level.B1: 0.35, level.B2: 0.35, level.C1: 0.2, level.A2: 0.1})
        spoken = {"zh": level.NATIVE, "en": english}
        if dice.chance(0.12):
            spoken[dice.choice(("ja", "ko", "fr"))] = dice.choice((level.A2, level.B1))
        return tuple(spoken.items())
    native = {"DE": "de", "PL": "pl", "ES": "es", "VN": "vi", "KR": "ko", "CN": "zh", "JO": "ar"}
    mother = native.get(nationality, "en")
    spoken = {mother: level.NATIVE}
    spoken.setdefault("en", dice.choice((level.C1, level.C1, level.C2, level.B2)))
    local = {"DE": "de", "NL": "nl"}.get(country)
    if local and local not in spoken:
        spoken[local] = dice.choice((level.A2, level.B1, level.B2, level.C1))
    if dice.chance(0.4):
        spoken.setdefault(
            dice.choice(_LATIN_EXTRA), dice.choice((level.A1, level.A2, level.B1, level.B2))
        )
    return tuple(spoken.items())


def _years(months: int, language: Language, dice: Dice) -> str:
    if language == "zh":
        return f"{months // 12}年" if months >= 24 else ("一年多" if months >= 12 else "不到一年")
    if months < 12:
        return "less than a year"
    if months < 24:
        return "over a year"
    words = {
        2: "two",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        10: "ten",
    }
    years = months // 12
    return f"{words[years] if years in words and dice.chance(0.5) else years} years"


def _salary(dice: Dice, trade: Trade, language: Language, level: int) -> str:
    low, high = trade.salary
    amount = low + (high - low) * level // 3
    if language == "zh":
        monthly = max(5, amount // 4)
        return dice.choice(
            (f"{monthly}k-{monthly + 5}k/月", f"面议（期望年薪{amount // 3}万元左右）")
        )
    return dice.choice(
        (f"EUR {amount},000 per year", f"€{amount}k – €{amount + 8}k", f"{amount},000 EUR p.a.")
    )


def invent_candidate(seed: int, number: int, trade_key: str, language: Language) -> Candidate:
    """The `number`th candidate: drawn from streams of its own, so that no other depends on it."""
    dice = Dice(seed, "candidate", number)
    trade = all_trades()[trade_key]
    kind = dice.weighted(KINDS)
    traditional = language == "zh" and dice.chance(0.1)
    years = (
        dice.choice((0, 1, 1, 2))
        if kind == "starter"
        else dice.choice((3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 20, 24))
    )
    first = Month(AS_OF.year - years - (kind == "starter"), dice.choice((1, 3, 7, 8, 9, 9, 10)))
    earlier = trade
    if kind == "changer":
        earlier = all_trades()[dice.choice(_ORIGINS[trade.key])]
    schooling = _schooling(dice, earlier, language, first, kind)
    oldest = min(s.start for s in schooling)
    born = oldest.year - (19 if schooling[-1].degree >= Degree.BACHELOR else 16)
    person = invent_person(Dice(seed, "person", number), language, traditional, number, born)
    graduate = schooling[-1].degree >= earlier.degree
    life = live(dice, trade, earlier, language, kind, person.city, first, graduate)
    retraining = _retraining(dice, trade, earlier, language, life)
    schooling = tuple(sorted(schooling + retraining, key=lambda s: s.end, reverse=True))
    latest = life.held[0]
    in_trade = len({m for h in life.held if h.trade == trade.key for m in h.months(AS_OF)})
    shown = [s for h in life.held if h.trade == trade.key for s in h.skills] or list(life.known)
    known = {
        "title": latest.title.split(" (")[0].split("（")[0],
        "years": _years(in_trade, language, dice),
        "skill": trade.skills[shown[0]].words[language][0],
    }
    return Candidate(
        id=f"C{number:04d}",
        language=language,
        traditional=traditional,
        kind=kind,
        person=person,
        trade=trade.key,
        headline=latest.title.split(" (")[0].split("（")[0],
        summary=dice.fill(dice.choice(trade.summaries[language]), known),
        held=life.held,
        pauses=life.pauses,
        schooling=schooling,
        listed=_listed(dice, trade, language, life),
        asides=_asides(dice, trade, language, life, kind),
        languages=_languages(dice, language, person.city.country, person.nationality),
        certificates=tuple(dice.some(trade.certificates[language], dice.choice((0, 1, 1, 2)))),
        permission=dice.choices((None, "permitted", "needs_sponsorship"), (0.7, 0.22, 0.08))[0],
        availability=dice.choice(_AVAILABILITY[language]) if dice.chance(0.3) else None,
        salary=_salary(dice, trade, language, latest.level) if dice.chance(0.2) else None,
        remote=dice.chance(0.1),
    )
