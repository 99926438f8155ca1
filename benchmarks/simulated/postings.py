"""Postings in any number, invented from what the trades know, in words of their own.

No sentence is one of the demo's postings or résumés; skills, titles and subjects are named as
people of the trade name them, in any of their synonyms. The duties name skills as well that nobody
demands, as real postings do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.simulated.wording import (
    CITIES,
    CLOSINGS,
    DEGREES,
    DEMANDS,
    DUTIES,
    FIELDS,
    HEADINGS,
    INTROS,
    LEVELS,
    STEMS,
    TONGUES,
)
from demo.dice import Dice
from demo.facts import Language
from demo.jobs import Demand, Posting
from demo.trades import Trade, all_trades
from reading.dates import Month
from reading.resume import Degree, LanguageLevel

FIRST, LAST = Month(2025, 10), Month(2026, 9)  # when the postings open, one after another

_RUNGS = {0: 0.15, 1: 0.45, 2: 0.3, 3: 0.1}
_YEARS = {0: (0, 0, 1), 1: (1, 2, 2, 3), 2: (4, 5, 5, 6), 3: (7, 8, 10)}


def invent_postings(seed: int, count: int) -> tuple[Posting, ...]:
    """`count` postings in the order in which they open; every trade comes round equally often."""
    dice = Dice(seed, "simulated postings")
    keys = list(all_trades())
    dealt: list[str] = []
    while len(dealt) < count:
        dice.shuffle(keys)
        dealt += keys
    span = LAST.ordinal - FIRST.ordinal + 1
    return tuple(
        _invent(
            Dice(seed, "simulated posting", number),
            number,
            all_trades()[key],
            Month.from_ordinal(FIRST.ordinal + span * (number - 1) // count),
        )
        for number, key in enumerate(dealt[:count], start=1)
    )


def _invent(dice: Dice, number: int, trade: Trade, opened: Month) -> Posting:
    writer = _Writer(dice, "zh" if dice.chance(1 / 3) else "en", trade, dice.weighted(_RUNGS))
    title = dice.choice(trade.titles[writer.language][writer.rung])
    demands = writer.demands()
    return Posting(
        id=f"S{number:03d}",
        file=f"S{number:03d}.txt",
        language=writer.language,
        trade=trade.key,
        opened=opened,
        openings=2 if dice.chance(0.15) else 1,
        title=title,
        text=writer.write(title, demands),
        demands=demands,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Somebody who writes one posting: their chance, their language, and the job's rung."""

    dice: Dice
    language: Language
    trade: Trade
    rung: int

    def demands(self) -> tuple[Demand, ...]:
        """Two to five musts and one to three nice-to-haves; no skill is asked for twice."""
        dice, skills = self.dice, self._skills()
        musts: list[Demand] = []
        if (years := dice.choice(_YEARS[self.rung])) and dice.chance(0.7):
            musts.append(self._experience(years))
        for skill in skills[: dice.choice((1, 2, 2, 3))]:
            musts.append(self._skill(skill, must=True))
        if dice.chance(0.45):
            musts.append(self._degree())
        if dice.chance(0.25):
            musts.append(self._tongue(must=True))
        if self.language == "en" and dice.chance(0.06):
            text = dice.choice(DEMANDS[self.language]["permission"])
            musts.append(Demand(_capital(text), must=True, permission=True))
        if len(musts) < 2:
            musts.append(self._skill(skills[3], must=True))
        nices = [self._skill(skill, must=False) for skill in skills[4 : 4 + dice.choice((1, 2))]]
        if dice.chance(0.2):
            nices.append(self._tongue(must=False))
        dice.shuffle(musts)
        return (*musts, *nices)

    def _skills(self) -> list[str]:
        """All skills of the trade that this rung may show, core ones more often in front."""
        known = [s for s in self.trade.skills.values() if s.level <= max(self.rung, 1)]
        weights = {s.id: self.dice.random() * (1.6 if s.core else 1.0) for s in known}
        return sorted(weights, key=lambda skill: -weights[skill])

    def _words(self, skill: str) -> str:
        return self.dice.choice(self.trade.skills[skill].words[self.language])

    def _skill(self, skill: str, must: bool) -> Demand:
        dice, phrases = self.dice, DEMANDS[self.language]
        years = dice.choice((0, 0, 1, 2, 3)) if must and self.rung else 0
        kind = "skill years" if years else "skill" if must else "nice skill"
        text = dice.fill(dice.choice(phrases[kind]), {"skill": self._words(skill), "n": str(years)})
        return Demand(_capital(text), must, skills=(skill,), months=12 * years)

    def _experience(self, years: int) -> Demand:
        phrase = self.dice.choice(DEMANDS[self.language]["experience"])
        known = {"field": FIELDS[self.trade.key][self.language], "n": str(years)}
        return Demand(_capital(self.dice.fill(phrase, known)), must=True, months=12 * years)

    def _degree(self) -> Demand:
        dice, subject = self.dice, self.dice.chance(0.6)
        degree = max(self.trade.degree, Degree.VOCATIONAL)
        if self.rung >= 2 and degree == Degree.BACHELOR and dice.chance(0.15):
            degree = Degree.MASTER
        kind = "degree in subject" if subject else "degree"
        known = {
            "degree": DEGREES[self.language][degree],
            "subject": self.trade.subjects[self.language][0],
        }
        text = dice.fill(dice.choice(DEMANDS[self.language][kind]), known)
        return Demand(_capital(text), must=True, degree=degree, subject=subject)

    def _tongue(self, must: bool) -> Demand:
        dice = self.dice
        levels = {LanguageLevel.B1: 0.3, LanguageLevel.B2: 0.5, LanguageLevel.C1: 0.2}
        level = dice.weighted(levels)
        code = "en" if must else dice.choice(("de", "fr", "es", "ja"))
        known = {"tongue": TONGUES[code][self.language], "level": LEVELS[self.language][level]}
        text = dice.fill(dice.choice(DEMANDS[self.language]["tongue"]), known)
        return Demand(_capital(text), must, languages=(code,), level=level)

    def write(self, title: str, demands: Sequence[Demand]) -> str:
        """The whole posting, in one of several layouts."""
        dice, zh = self.dice, self.language == "zh"
        city = dice.choice(CITIES[self.language])
        known = {"stem": dice.choice(STEMS[self.language]), "city": city}
        employer = dice.fill(dice.choice(self.trade.employers[self.language]), known)
        known |= {"employer": employer, "field": FIELDS[self.trade.key][self.language]}
        headings = HEADINGS[self.language]
        asked = {skill for demand in demands for skill in demand.skills}
        others = [skill for skill in self._skills() if skill not in asked]
        duties = [
            _capital(dice.fill(phrase, {"skill": self._words(skill)}))
            for phrase, skill in zip(
                dice.some(DUTIES[self.language], 3), dice.some(others, 3), strict=False
            )
        ]
        paragraphs = [
            f"{title}\n{employer}" if city in employer else f"{title}\n{employer} · {city}",
            dice.fill(dice.choice(INTROS[self.language]), known),
            f"{dice.choice(headings['duties'])}\n{_points(dice, duties, zh)}",
            f"{dice.choice(headings['musts'])}\n"
            + _points(dice, [d.text for d in demands if d.must], zh),
            f"{dice.choice(headings['nices'])}\n"
            + _points(dice, [d.text for d in demands if not d.must], zh),
        ]
        if dice.chance(0.3):  # some begin with what they ask for
            paragraphs = [paragraphs[0], *paragraphs[3:], *paragraphs[1:3]]
        paragraphs.append(dice.choice(CLOSINGS[self.language]))
        return "\n\n".join(paragraphs) + "\n"


def _points(dice: Dice, lines: Sequence[str], zh: bool) -> str:
    if dice.chance(0.3):
        return "\n".join(f"{n}{'、' if zh else ') '}{line}" for n, line in enumerate(lines, 1))
    mark = dice.choice(("- ", "* ", "• ", "· "))
    return "\n".join(mark + line for line in lines)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
