"""What is true of a candidate of the demo pool, whatever their résumé's form shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reading.dates import Month
from reading.resume import Degree, LanguageLevel

Language = Literal["en", "zh"]

AS_OF = Month(2026, 10)  # the pool's "today": what "Present" and 至今 run to


@dataclass(frozen=True, slots=True)
class City:
    """A real city, as both languages write it."""

    en: str
    zh: str
    country: str  # ISO 3166-1 alpha-2
    dialling: str


@dataclass(frozen=True, slots=True)
class Person:
    """Identity: everything the scoring view has to lose."""

    name: str
    given: str
    family: str
    gender: Literal["f", "m"]
    born: tuple[int, int, int]  # year, month, day
    nationality: str  # ISO 3166-1 alpha-2
    married: bool
    email: str
    phone: str
    city: City
    street: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A position held. `skills` are the ids of the skills that its bullets show."""

    trade: str
    level: int  # rung of the trade's ladder, 0 is the lowest
    title: str
    employer: str
    city: City
    start: Month
    end: Month | None
    skills: tuple[str, ...]
    bullets: tuple[str, ...]

    def months(self, as_of: Month) -> range:
        """Ordinals of the months it covered, until `as_of` where it still runs."""
        last = self.end or as_of
        return range(self.start.ordinal, last.ordinal + 1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stated break between positions."""

    words: str
    start: Month
    end: Month


@dataclass(frozen=True, slots=True)
class Schooling:
    """One degree; `end` after the pool's day means that it is still being studied for."""

    degree: Degree
    trade: str  # whose subject it is
    subject: str
    school: str
    start: Month
    end: Month


@dataclass(frozen=True, slots=True)
class Aside:
    """A sentence that names a skill without claiming it."""

    skill: str
    stance: Literal["negated", "aspired", "others"]
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate of the pool. `held` is newest first; `kind` names the pattern of the career."""

    id: str
    language: Language
    traditional: bool  # Chinese in traditional characters
    kind: str
    person: Person
    trade: str
    headline: str
    summary: str
    held: tuple[Held, ...]
    pauses: tuple[Pause, ...]
    schooling: tuple[Schooling, ...]
    listed: tuple[tuple[str, str], ...]  # skill id, the words that list it
    asides: tuple[Aside, ...]
    languages: tuple[tuple[str, LanguageLevel], ...]  # ISO 639-1
    certificates: tuple[str, ...]
    permission: Literal["permitted", "needs_sponsorship"] | None
    availability: str | None
    salary: str | None
    remote: bool

    def skill_months(self, as_of: Month = AS_OF) -> dict[str, int]:
        """For each skill shown in a position: the union of those positions' months."""
        covered: dict[str, set[int]] = {}
        for held in self.held:
            for skill in held.skills:
                covered.setdefault(skill, set()).update(held.months(as_of))
        return {skill: len(months) for skill, months in sorted(covered.items())}

    def trade_months(self, trade: str, as_of: Month = AS_OF) -> int:
        """Months in any position of a trade, overlapping ones counted once."""
        covered: set[int] = set()
        for held in self.held:
            if held.trade == trade:
                covered.update(held.months(as_of))
        return len(covered)

    def highest_degree(self, as_of: Month = AS_OF, trade: str | None = None) -> Degree | None:
        """The highest degree that is finished, in a trade's subjects where one is named."""
        finished = (s for s in self.schooling if s.end <= as_of)
        return max((s.degree for s in finished if trade in (None, s.trade)), default=None)
