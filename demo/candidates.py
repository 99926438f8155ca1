"""Candidates: a person, a life, and everything else that is true of them."""

from __future__ import annotations

from typing import Literal

from demo.careers import KINDS, Life, live
from demo.dice import Dice
from demo.facts import AS_OF, Aside, Candidate, Language
from demo.people import invent_person
from demo.schooling import retraining, schooling_before
from demo.trades import Trade, all_trades
from reading.dates import Month
from reading.resume import Degree, LanguageLevel

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
_FROM_HOME = ("accounting", "hr", "sales", "software", "support")
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
    shown = {skill for held in life.held for skill in held.skills}  # some titles show one too
    missing = [s for s in life.lacking if s not in shown]
    lacking = [s for s in missing if trade.skills[s].core] or missing
    if life.held[0].level >= 2:  # nobody leads a kitchen and is eager to learn food safety
        lacking = [s for s in missing if not trade.skills[s].core] or lacking
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


def _salary(dice: Dice, trade: Trade, language: Language, level: int, country: str) -> str:
    low, high = trade.salary
    amount = low + (high - low) * level // 3
    if language == "zh":
        monthly = max(5, amount // 4)
        asked = f"期望年薪{amount // 3}万元左右"
        return dice.choice((f"{monthly}k-{monthly + 5}k/月", f"面议（{asked}）"))
    sign, code = {
        "US": ("$", "USD"),
        "GB": ("£", "GBP"),
        "CA": ("CA$", "CAD"),
        "SG": ("S$", "SGD"),
    }.get(country, ("€", "EUR"))
    return dice.choice(
        (
            f"{code} {amount},000 per year",
            f"{sign}{amount}k – {sign}{amount + 8}k",
            f"{amount},000 {code} p.a.",
        )
    )


def _permission(dice: Dice) -> Literal["permitted", "needs_sponsorship"] | None:
    if dice.chance(0.62):
        return None
    return "permitted" if dice.chance(0.74) else "needs_sponsorship"


def invent_candidate(seed: int, number: int, trade_key: str, language: Language) -> Candidate:
    """The `number`th candidate: drawn from streams of its own, so that no other depends on it."""
    dice = Dice(seed, "candidate", number)
    trade = all_trades()[trade_key]
    kind = dice.weighted(KINDS)
    traditional = language == "zh" and dice.chance(0.1)
    worked = {"starter": (0, 1, 1, 2), "keen": (2, 3, 4), "changer": (8, 9, 11, 13, 16, 20)}
    years = dice.choice(worked.get(kind, (3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 20, 24)))
    first = Month(AS_OF.year - years - (kind == "starter"), dice.choice((1, 3, 7, 8, 9, 9, 10)))
    earlier = trade
    if kind == "changer":
        earlier = all_trades()[dice.choice(_ORIGINS[trade.key])]
    schooling = schooling_before(dice, earlier, language, first, kind)
    oldest = min(s.start for s in schooling)
    born = oldest.year - (19 if schooling[-1].degree >= Degree.BACHELOR else 16)
    person = invent_person(Dice(seed, "person", number), language, traditional, number, born)
    graduate = schooling[-1].degree >= earlier.degree
    graduated = max(s.end for s in schooling if s.end <= first)
    life = live(dice, trade, earlier, language, kind, person.city, first, graduate, graduated)
    second = retraining(dice, trade, earlier, language, life)
    schooling = tuple(sorted(schooling + second, key=lambda s: s.end, reverse=True))
    latest = life.held[0]
    in_trade = len({m for h in life.held if h.trade == trade.key for m in h.months(AS_OF)})
    shown = [s for h in life.held if h.trade == trade.key for s in h.skills] or list(life.known)
    known = {
        "title": latest.title.split(" (")[0].split("（")[0],
        "years": _years(in_trade, language, dice),
        "skill": trade.skills[shown[0]].words[language][0],
    }
    summary = dice.fill(dice.choice(trade.summaries[language]), known)
    permission = None if language == "zh" else _permission(dice)
    return Candidate(
        id=f"C{number:04d}",
        language=language,
        traditional=traditional,
        kind=kind,
        person=person,
        trade=trade.key,
        headline=latest.title.split(" (")[0].split("（")[0],
        summary=summary[0].upper() + summary[1:],
        held=life.held,
        pauses=life.pauses,
        schooling=schooling,
        listed=_listed(dice, trade, language, life),
        asides=_asides(dice, trade, language, life, kind),
        languages=_languages(dice, language, person.city.country, person.nationality),
        certificates=tuple(dice.some(trade.certificates[language], dice.choice((0, 1, 1, 2)))),
        permission=permission,
        availability=dice.choice(_AVAILABILITY[language]) if dice.chance(0.3) else None,
        salary=_salary(dice, trade, language, latest.level, person.city.country)
        if dice.chance(0.2)
        else None,
        remote=trade.key in _FROM_HOME and dice.chance(0.2),
    )
