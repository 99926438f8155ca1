"""What a résumé says, as values. Every value keeps the span of the words it was read from.

Spans count Unicode code points in the one immutable extraction of the document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from reading.dates import Period
from reading.spans import Span

T = TypeVar("T")


class SectionKind(StrEnum):
    HEADER = "header"
    SUMMARY = "summary"
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    CERTIFICATES = "certificates"
    PERSONAL = "personal"
    REFERENCES = "references"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text under one heading; `heading` is None for the top of the page."""

    kind: SectionKind
    span: Span
    heading: Span | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Characters that belong to no section, and why (running header, page number, …)."""

    span: Span
    reason: str


class Degree(IntEnum):
    """Ordered: "at least a bachelor's" is a comparison. 大专 is ASSOCIATE, 中专 VOCATIONAL."""

    SECONDARY = 1
    VOCATIONAL = 2
    ASSOCIATE = 3
    BACHELOR = 4
    MASTER = 5
    DOCTORATE = 6


class LanguageLevel(IntEnum):
    """The Common European Framework's levels, and native above them."""

    A1 = 1
    A2 = 2
    B1 = 3
    B2 = 4
    C1 = 5
    C2 = 6
    NATIVE = 7


class Stance(StrEnum):
    """How a text speaks of a skill. Only SHOWN and LISTED speak for the person."""

    SHOWN = "shown"  # done in a position, project or degree
    LISTED = "listed"  # named in a list of skills or a summary
    NEGATED = "negated"  # "no experience with"
    ASPIRED = "aspired"  # "eager to learn"
    OTHERS = "others"  # "worked with Java developers"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who it is and how to reach them. Never part of the scoring view."""

    name: str | None = None
    emails: tuple[str, ...] = ()  # lower case
    phones: tuple[str, ...] = ()  # E.164 where the number is valid, else digits
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place from the widest to the narrowest level; unknown levels are None."""

    country: str | None = None  # ISO 3166-1 alpha-2
    region: str | None = None
    city: str | None = None  # English name where the gazetteer knows one
    remote: bool | None = None  # open to working remotely; None: not stated
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """One job held. `heading` is the line or lines with title, employer and dates."""

    title: str | None
    employer: str | None
    period: Period | None  # None: no dates stated
    span: Span
    heading: Span


@dataclass(frozen=True, slots=True)
class Education:
    degree: Degree | None
    field: str | None
    institution: str | None
    period: Period | None
    span: Span
    in_progress: bool = False


@dataclass(frozen=True, slots=True)
class SkillMention:
    """One place where the text names a skill of the vocabulary."""

    skill: str  # vocabulary id
    span: Span
    sentence: Span  # the sentence, bullet or list entry around it
    stance: Stance
    position: int | None = None  # index into Resume.positions: what dates it


@dataclass(frozen=True, slots=True)
class LanguageSkill:
    code: str  # ISO 639-1
    level: LanguageLevel | None
    span: Span


class WorkPermission(StrEnum):
    PERMITTED = "permitted"
    NEEDS_SPONSORSHIP = "needs_sponsorship"


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value with the words that state it."""

    value: T
    span: Span


@dataclass(frozen=True, slots=True)
class Salary:
    """An expectation per year in a currency's main unit."""

    minimum: int
    maximum: int | None
    currency: str  # ISO 4217


@dataclass(frozen=True, slots=True)
class Resume:
    """Everything read from one extraction. Lists are in reading order."""

    text: str
    language: str  # "en", "zh" or "und"
    sections: tuple[Section, ...]
    dropped: tuple[Dropped, ...]
    contact: Contact = field(default_factory=Contact)
    headline: str | None = None  # the latest title or the line under the name; never the name
    positions: tuple[Position, ...] = ()
    education: tuple[Education, ...] = ()
    skills: tuple[SkillMention, ...] = ()
    languages: tuple[LanguageSkill, ...] = ()
    location: Location | None = None
    work_permission: Stated[WorkPermission] | None = None
    availability: Stated[str] | None = None
    salary: Stated[Salary] | None = None
