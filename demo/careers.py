"""Lives: which positions somebody held, for how long, and which skills each of them shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from demo.dice import Dice
from demo.facts import AS_OF, City, Held, Language, Pause
from demo.trades import Trade
from reading.dates import Month

_STEMS_EN = (
    "Alderfen", "Brightmoor", "Calverstone", "Dunmarsh", "Eskleigh", "Fennimore", "Garrowby",
    "Halvern", "Inchfield", "Kestermere", "Larkhaven", "Moorquay", "Netherby", "Ostrava Bay",
    "Pellworth", "Quillbrook", "Ravensholt", "Stonemeadow", "Thornvale", "Upperdale", "Wexcombe",
    "Yarrowick", "Zellmark", "Corvane", "Lindqvale", "Marenta", "Novandre", "Solvika",
)  # fmt: skip
_STEMS_ZH = (
    "澜桥", "禾屿", "岑石", "栩恒", "瀚屿", "杉禾", "翎海", "砚舟", "榆景", "朔川", "霁禾", "澄岭",
    "柏屿", "沅桥", "铭岚", "曜石桥", "启榆", "汀禾", "霖舟", "峤安",
)  # fmt: skip
_PAUSES: dict[Language, tuple[str, ...]] = {
    "en": (
        "Career break (parental leave)", "Career break: caring for a relative",
        "Travelling and language course", "Redundancy, followed by voluntary work",
    ),
    "zh": ("照顾家庭", "育儿假", "海外游学", "备考与进修"),
}  # fmt: skip
KINDS = {
    "steady": 0.42,
    "gap": 0.10,
    "changer": 0.10,
    "hopper": 0.06,
    "overlap": 0.07,
    "starter": 0.09,
    "title without skill": 0.06,
    "other hands": 0.05,
    "keen": 0.05,
}


@dataclass(frozen=True, slots=True)
class Life:
    """A working life, positions newest first."""

    held: tuple[Held, ...]
    pauses: tuple[Pause, ...]
    known: tuple[str, ...]  # skills of the trade that the person has
    lacking: tuple[str, ...]


def _employer(dice: Dice, trade: Trade, language: Language, city: City) -> str:
    stems = _STEMS_EN if language == "en" else _STEMS_ZH
    known = {"stem": dice.choice(stems), "city": city.en if language == "en" else city.zh}
    return dice.fill(dice.choice(trade.employers[language]), known)


def _known_skills(dice: Dice, trade: Trade, kind: str) -> list[str]:
    """Core skills mostly, others by taste; who has the title without the skill lacks most cores."""
    chance_core = 0.15 if kind in ("title without skill", "other hands", "keen") else 0.85
    known = [
        skill.id
        for skill in trade.skills.values()
        if dice.chance(chance_core if skill.core else 0.5)
    ]
    spare = [skill.id for skill in trade.skills.values() if skill.id not in known]
    while len(known) < 3:
        known.append(spare.pop(dice.randrange(len(spare))))
    return known


def _rung(dice: Dice, months_in_trade: int, before: int) -> int:
    """Junior to senior to lead in plausible time; nobody falls, some never lead."""
    thresholds = (dice.randint(14, 30), dice.randint(60, 90), dice.randint(110, 170))
    reached = sum(months_in_trade >= threshold for threshold in thresholds)
    return min(max(before, reached), before + 1, 3)


def _position(
    dice: Dice,
    trade: Trade,
    language: Language,
    level: int,
    known: list[str],
    place: City,
    span: tuple[Month, Month | None],
    used: set[str],
) -> Held:
    """One position with its sentences; `used` keeps a résumé from saying the same twice."""
    open_skills = [s for s in known if trade.skills[s].level <= level] or known[:1]
    months = (span[1] or AS_OF).ordinal - span[0].ordinal + 1
    title = dice.choice(trade.titles[language][level])
    shown = dice.some(open_skills, dice.randint(1, 2) if months < 9 else dice.randint(3, 5))
    known_slots = {"city": place.en if language == "en" else place.zh}
    bullets, told = [], [trade.implies[title]] if title in trade.implies else []
    for skill in shown:
        fresh = [b for b in trade.skills[skill].bullets[language] if b not in used]
        if fresh:
            template = dice.choice(fresh)
            used.add(template)
            bullets.append(dice.fill(template, known_slots))
            if skill not in told:
                told.append(skill)
    chores = [c for c in trade.chores[language] if c not in used]
    for template in dice.some(chores, dice.choice((0, 1, 1, 2)) if bullets else 1):
        used.add(template)
        bullets.append(dice.fill(template, known_slots))
    dice.shuffle(bullets)
    return Held(
        trade=trade.key,
        level=level,
        title=title,
        employer=_employer(dice, trade, language, place),
        city=place,
        start=span[0],
        end=span[1],
        skills=tuple(told),
        bullets=tuple(bullets),
    )


def _timeline(
    dice: Dice, kind: str, first: int, language: Language
) -> tuple[list[tuple[int, int | None]], list[Pause]]:
    """Ordinals of the positions' months, oldest first, and the breaks that are stated."""
    spans: list[tuple[int, int | None]] = []
    pauses: list[Pause] = []
    now, at = AS_OF.ordinal, first
    gap_due = kind == "gap"
    while at <= now - 1 and len(spans) < 7:
        long = (8, 20) if kind == "hopper" else (16, 74) if spans else (11, 32)
        end = at + dice.randint(*long)
        if end >= now - 3 or len(spans) == 6:
            spans.append((at, None))
            break
        spans.append((at, end))
        pause = dice.choice((0, 0, 0, 1, 1, 2, 4))
        if gap_due and dice.chance(0.6):
            gap_due, pause = False, dice.randint(8, 22)
            if end + pause < now and dice.chance(0.5):
                words = dice.choice(_PAUSES[language])
                pauses.append(
                    Pause(words, Month.from_ordinal(end + 1), Month.from_ordinal(end + pause))
                )
        at = end + 1 + pause
    last = spans[-1]
    if last[1] is None and dice.chance(0.18) and now - last[0] > 8:
        spans[-1] = (last[0], now - dice.randint(1, 5))
    return spans, pauses


def live(
    dice: Dice,
    trade: Trade,
    earlier: Trade,
    language: Language,
    kind: str,
    home: City,
    first: Month,
    graduate: bool,
    graduated: Month,
) -> Life:
    """Draw a working life from `first` on; a career changer's begins in the trade `earlier`.

    `graduate`: has the trade's usual degree, which in some trades spares the lowest rung. In the
    summer before they `graduated`, some worked as interns.
    """
    known = _known_skills(dice, trade, kind)
    spans, pauses = _timeline(dice, kind, first.ordinal, language)
    changes = 0
    if earlier is not trade and len(spans) > 1:
        late = [i for i in range(1, len(spans)) if spans[i][0] >= spans[0][0] + 34]
        changes = dice.choice(late[:2] or [len(spans) - 1])
    earlier_known = _known_skills(dice, earlier, "steady") if changes else known
    levels: list[int] = []
    served = 0
    for index, (start, end) in enumerate(spans):
        entry = (earlier if changes else trade).graduate_rung if graduate and index == 0 else 0
        fresh = index in (0, changes)
        levels.append(entry if fresh else _rung(dice, served, levels[-1]))
        served = (0 if index == changes else served) + (end or AS_OF.ordinal) - start + 1
    used: set[str] = set()
    held: list[Held] = []
    for index in reversed(range(len(spans))):  # the latest job takes the best sentences
        start, end = spans[index]
        here, skills = (earlier, earlier_known) if index < changes else (trade, known)
        span = (Month.from_ordinal(start), Month.from_ordinal(end) if end else None)
        held.append(_position(dice, here, language, levels[index], skills, home, span, used))
    if kind == "overlap" and len(spans) > 1:
        held.append(_second_job(dice, trade, language, known, home, spans, used))
    if graduate and graduated < first and dice.chance(0.25):
        held.append(_internship(dice, earlier, language, earlier_known, home, graduated, used))
    held.sort(key=lambda each: (each.end or AS_OF, each.start), reverse=True)
    lacking = tuple(s for s in trade.skills if s not in known)
    return Life(tuple(held), tuple(pauses), tuple(known), lacking)


def _internship(
    dice: Dice,
    trade: Trade,
    language: Language,
    known: list[str],
    home: City,
    graduated: Month,
    used: set[str],
) -> Held:
    """Two or three months in the summer before the degree."""
    year = graduated.year - 1
    span = (Month(year, dice.choice((6, 7))), Month(year, 8))
    intern = _position(dice, trade, language, 0, known, home, span, used)
    title = dice.choice(("Summer Intern", "Intern")) if language == "en" else "实习生"
    shown = tuple(s for s in intern.skills if s != trade.implies.get(intern.title))
    return replace(intern, title=title, skills=shown)


def _second_job(
    dice: Dice,
    trade: Trade,
    language: Language,
    known: list[str],
    home: City,
    spans: list[tuple[int, int | None]],
    used: set[str],
) -> Held:
    """A part-time position beside the others, over the seam of two of them."""
    seam = spans[1][0]
    start, end = max(spans[0][0] + 2, seam - dice.randint(4, 12)), seam + dice.randint(5, 14)
    span = (Month.from_ordinal(start), Month.from_ordinal(min(end, AS_OF.ordinal - 1)))
    second = _position(dice, trade, language, 0, known, home, span, used)
    suffix = {"en": " (part-time)", "zh": "（兼职）"}[language]
    return replace(second, title=second.title + suffix)
