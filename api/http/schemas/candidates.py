"""What is known of a candidate."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.http.schemas.values import Out


class ClaimOut(Out):
    """What identifies the person: an e-mail, a phone, an id of another system."""

    kind: str
    value: str


class DocumentOut(Out):
    """A document of theirs; its bytes are at `/v1/documents/{document_id}`."""

    document_id: int
    file: str | None
    in_search: bool = Field(description="The newest one; older ones are history.")


class PositionOut(Out):
    """A job that was held."""

    title: str | None
    employer: str | None
    period: str | None


class EducationOut(Out):
    """A school or a degree."""

    degree: str | None
    field: str | None
    institution: str | None
    period: str | None
    in_progress: bool


class SkillOut(Out):
    """A skill; `shown`: somewhere where it was used, not only in a list."""

    skill: str
    label: str
    shown: bool
    months: int | None


class LanguageOut(Out):
    """A language, with a level of the Common European Framework or NATIVE."""

    code: str
    level: str | None


class CandidateOut(Out):
    """Who it is, and what the résumé says as Bole reads it.

    In blind mode there is no name, no claim and no file name, and `text` is what models see.
    """

    candidate_id: int
    blind: bool
    name: str | None
    status: str = Field(examples=["active"])
    claims: list[ClaimOut]
    consent_basis: str | None
    purpose: str | None
    retention_until: str | None
    documents: list[DocumentOut]
    language: str | None = None
    headline: str | None = None
    location: str | None = None
    experience_months: int | None = None
    positions: list[PositionOut] = Field([])
    education: list[EducationOut] = Field([])
    skills: list[SkillOut] = Field([])
    languages: list[LanguageOut] = Field([])
    work_permission: str | None = None
    availability: str | None = None
    text: str | None = Field(None, description="The extraction, which all offsets count in.")


class ErasureOut(Out):
    """The receipt of an erasure: nobody finds them any more; when the last bytes go."""

    erasure: int
    candidate_id: int
    at: str
    by: str
    due_at: str
    done_at: str | None = Field(description="When the last byte was gone; null: still to go.")
    removed: dict[str, int]
    models: list[str] = Field(description="Those that had seen them.")
    backups_not_told: list[str]


JsonResume = dict[str, Any]
