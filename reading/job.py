"""What a job asks for, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reading.resume import Degree, LanguageLevel, Location
from reading.spans import Span


class Kind(StrEnum):
    MUST = "must"
    NICE = "nice"


@dataclass(frozen=True, slots=True)
class SkillValue:
    """A skill of the vocabulary; `months` where the job asks for a length of experience with it."""

    skill: str
    months: int | None = None


@dataclass(frozen=True, slots=True)
class ExperienceValue:
    """Experience overall, or in work whose title or text names one of `terms`."""

    months: int
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DegreeValue:
    minimum: Degree
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageValue:
    code: str  # ISO 639-1
    level: LanguageLevel | None = None


@dataclass(frozen=True, slots=True)
class PermissionValue:
    """Must be allowed to work without sponsorship."""


@dataclass(frozen=True, slots=True)
class PhraseValue:
    """Anything the vocabulary does not know: the content words, in their base form, to be found together."""

    terms: tuple[str, ...]


Value = (
    SkillValue | ExperienceValue | DegreeValue | LanguageValue | PermissionValue | PhraseValue
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of a job. Requirements that share a `group` are alternatives (any of them will do)."""

    id: str
    version: int
    kind: Kind
    value: Value
    text: str  # as a person reads it
    span: Span | None  # in the job's text; None where a person added it
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    text: str
    language: str
    title: str | None
    requirements: tuple[Requirement, ...]
    location: Location | None = None
