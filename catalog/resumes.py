"""A résumé on its way into the catalog, and as the catalog gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.people import Claim
from reading.dates import Experience, Month
from reading.identity.scoring_view import Segment
from reading.resume import (
    Degree,
    Education,
    LanguageSkill,
    Location,
    Position,
    Salary,
    WorkPermission,
)
from reading.spans import Span

# start, end (code points of the extraction), page from 0, left, top, right, bottom (points).
Box = tuple[int, int, int, float, float, float, float]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file as it came. `content_hash` is the key under which its bytes are in the blob store."""

    content_hash: str
    media_type: str
    language: str
    size: int
    source: str  # how it came: "file", "jsonl", "ats:<vendor>", …
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class NewExtraction:
    """The text one version of a reader found, and where it stands on the pages."""

    reader: str
    text: str
    pages: int = 1
    boxes: tuple[Box, ...] = ()
    furniture: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillFact:
    """A skill that speaks for the person. No experience: listed only, or no dates."""

    skill: str  # vocabulary id
    shown: bool
    experience: Experience | None = None
    last_used: Month | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask about. None: the document does not say."""

    headline: str | None = None
    location: Location | None = None
    experience: Experience | None = None
    degree: Degree | None = None  # the highest that is finished
    work_permission: WorkPermission | None = None
    availability: str | None = None
    salary: Salary | None = None
    positions: tuple[Position, ...] = ()
    education: tuple[Education, ...] = ()
    skills: tuple[SkillFact, ...] = ()  # each skill once
    languages: tuple[LanguageSkill, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A stretch of the scoring view (`view`) and of the extraction (`source`).

    `content_key` is the sha256 of the passage's scoring text in hex.
    """

    view: Span
    source: Span
    content_key: str


@dataclass(frozen=True, slots=True)
class Consent:
    """On what basis, for what, and until which day a person's data may be kept."""

    basis: str | None = None
    purpose: str | None = None
    retention_until: date | None = None


@dataclass(frozen=True, slots=True)
class NewResume:
    """One document, read: all that the catalog keeps of it."""

    document: NewDocument
    extraction: NewExtraction
    parser: str
    language: str
    parsed: Mapping[str, Any]  # JSON
    scoring_text: str
    segments: tuple[Segment, ...]
    facts: Facts
    passages: tuple[NewPassage, ...]
    claims: tuple[Claim, ...] = ()
    name: str | None = None  # of the person
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing did. Not `new`: these bytes were known, and read by the same reader and parser.

    `replaced` is the résumé that left the search because of this one.
    """

    person_id: int
    document_id: int
    resume_id: int
    new: bool
    replaced: int | None = None


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document that is already here, and who read it last."""

    person_id: int
    document_id: int
    resume_id: int
    reader: str
    parser: str


@dataclass(frozen=True, slots=True)
class StoredResume:
    """A résumé as stored; `text` is the extraction, which all spans count in."""

    id: int
    person_id: int
    document_id: int
    content_hash: str
    external_id: str | None  # the person's, where there is one; the first given
    media_type: str
    language: str
    headline: str | None
    text: str
    scoring_text: str
    segments: tuple[Segment, ...]
    parsed: Mapping[str, Any]
    reader: str
    parser: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage with its scoring text."""

    id: int
    person_id: int
    resume_id: int
    ordinal: int
    content_key: str
    text: str
    view: Span
    source: Span
