"""What a job asks for, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """What the vocabulary does not know: content words in their base form, to be found together."""

    terms: tuple[str, ...]


Value = SkillValue | ExperienceValue | DegreeValue | LanguageValue | PermissionValue | PhraseValue


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of a job. Those that share a `group` are alternatives: any of them will do."""

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


def with_requirement(job: Job, requirement: Requirement) -> Job:
    """The job with a person's edit: a new requirement at the end, or a changed one in its place.

    A changed requirement gets the version after the one it replaces; one equal to what is there
    changes nothing.
    """
    for index, present in enumerate(job.requirements):
        if present.id == requirement.id:
            if replace(requirement, version=present.version) == present:
                return job
            changed = replace(requirement, version=present.version + 1)
            kept = job.requirements
            return replace(job, requirements=(*kept[:index], changed, *kept[index + 1 :]))
    return replace(job, requirements=(*job.requirements, replace(requirement, version=1)))


def without(job: Job, requirement_id: str) -> Job:
    """The job without a requirement; KeyError where it has none of that id."""
    kept = tuple(r for r in job.requirements if r.id != requirement_id)
    if len(kept) == len(job.requirements):
        raise KeyError(requirement_id)
    return replace(job, requirements=kept)


def next_id(job: Job) -> str:
    """An id that no requirement of the job has: "r7" after "r6"."""
    taken = [int(r.id[1:]) for r in job.requirements if r.id[:1] == "r" and r.id[1:].isdecimal()]
    return f"r{max(taken, default=0) + 1}"
