"""Documents, what was read from them, and the files nothing could be read from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row

_RESUME = "resume.id"


class DocumentRow(Row):
    """A file as it came; its bytes lie in the blob store under `content_hash`."""

    __tablename__ = "document"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    content_hash: Mapped[str] = mapped_column(index=True)  # sha256, hex
    media_type: Mapped[str]
    language: Mapped[str]
    filename: Mapped[str | None]
    size: Mapped[Big]  # bytes
    source: Mapped[str]
    received_at: Mapped[datetime]
    sequence: Mapped[Big] = mapped_column(index=True)


class ExtractionRow(Row):
    """The text one version of one reader found in a document. Never changed; spans count in it."""

    __tablename__ = "extraction"
    __table_args__ = (sa.UniqueConstraint("document_id", "reader"), NEVER_REUSED)

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    reader: Mapped[str]  # name and version, e.g. "pdf/1"
    text: Mapped[str]
    pages: Mapped[int]
    boxes: Mapped[list[Any]]  # [start, end, page, left, top, right, bottom] each
    furniture: Mapped[list[Any]]  # [start, end] each
    at: Mapped[datetime]


class ResumeRow(Row):
    """What was read from an extraction; the one in search has no `to_sequence`.

    The columns that filters use are null where the document does not say: unknown is not false.
    """

    __tablename__ = "resume"
    __table_args__ = (
        sa.Index(
            "ix_resume_current",
            "person_id",
            sqlite_where=sa.text("to_sequence IS NULL"),
            postgresql_where=sa.text("to_sequence IS NULL"),
        ),
        sa.Index("ix_resume_person_id_from_sequence", "person_id", "from_sequence"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    extraction_id: Mapped[int] = mapped_column(
        sa.ForeignKey("extraction.id", ondelete="CASCADE"), index=True
    )
    parser: Mapped[str]
    from_sequence: Mapped[Big] = mapped_column(index=True)
    to_sequence: Mapped[Big | None] = mapped_column(index=True)
    language: Mapped[str]
    headline: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    city: Mapped[str | None]
    remote: Mapped[bool | None]
    months_before: Mapped[int | None]  # null: no dated position; see reading.dates.Experience
    open_since: Mapped[int | None]  # month; null: nothing runs
    degree: Mapped[int | None]  # reading.resume.Degree, the highest that is finished
    work_permission: Mapped[str | None]
    availability: Mapped[str | None]
    salary_min: Mapped[Big | None]
    salary_max: Mapped[Big | None]
    salary_currency: Mapped[str | None]
    scoring_text: Mapped[str]
    segments: Mapped[list[Any]]  # [view, source, length] each
    parsed: Mapped[dict[str, Any]]


class PositionRow(Row):
    """One job held, in reading order."""

    __tablename__ = "position"

    resume_id: Mapped[int] = mapped_column(
        sa.ForeignKey(_RESUME, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    employer: Mapped[str | None]
    start: Mapped[int | None]  # month; null: no dates stated
    end: Mapped[int | None]  # month; null beside a start: until now
    span_start: Mapped[int]
    span_end: Mapped[int]


class EducationRow(Row):
    """One degree or course, in reading order."""

    __tablename__ = "education"

    resume_id: Mapped[int] = mapped_column(
        sa.ForeignKey(_RESUME, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    degree: Mapped[int | None]
    field: Mapped[str | None]
    institution: Mapped[str | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    in_progress: Mapped[bool]
    span_start: Mapped[int]
    span_end: Mapped[int]


class ResumeSkillRow(Row):
    """A skill that speaks for the person, with the months of the positions that show it."""

    __tablename__ = "resume_skill"
    __table_args__ = (sa.Index("ix_resume_skill_skill", "skill", "resume_id"),)

    resume_id: Mapped[int] = mapped_column(
        sa.ForeignKey(_RESUME, ondelete="CASCADE"), primary_key=True
    )
    skill: Mapped[str] = mapped_column(primary_key=True)  # vocabulary id
    shown: Mapped[bool]  # in a position, project or degree; else only listed
    months_before: Mapped[int | None]  # null: no dated position shows it
    open_since: Mapped[int | None]
    last_used: Mapped[int | None]  # month; null: still in use (beside open_since) or not dated


class ResumeLanguageRow(Row):
    """A language spoken; the level is null where only the language is named."""

    __tablename__ = "resume_language"
    __table_args__ = (sa.Index("ix_resume_language_code", "code", "resume_id"),)

    resume_id: Mapped[int] = mapped_column(
        sa.ForeignKey(_RESUME, ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)  # ISO 639-1
    level: Mapped[int | None]  # reading.resume.LanguageLevel


class PassageRow(Row):
    """A stretch of a résumé's scoring view that is embedded as one."""

    __tablename__ = "passage"
    __table_args__ = (sa.UniqueConstraint("resume_id", "ordinal"), NEVER_REUSED)

    id: Mapped[Id]
    resume_id: Mapped[int] = mapped_column(sa.ForeignKey(_RESUME, ondelete="CASCADE"))
    ordinal: Mapped[int]
    view_start: Mapped[int]  # in scoring_text
    view_end: Mapped[int]
    start: Mapped[int]  # in the extraction
    end: Mapped[int]
    content_key: Mapped[str] = mapped_column(
        index=True
    )  # sha256 of the passage's scoring text, hex


class QuarantineRow(Row):
    """A file that yielded nothing usable, and why; `kept`: its bytes are in the blob store."""

    __tablename__ = "quarantine"
    __table_args__ = (sa.UniqueConstraint("path", "content_hash"), NEVER_REUSED)

    id: Mapped[Id]
    path: Mapped[str]  # file name or path as given
    content_hash: Mapped[str]  # empty where not even the bytes could be read
    kept: Mapped[bool]
    reason: Mapped[str]
    message: Mapped[str]
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    tries: Mapped[int]
    resolved_at: Mapped[datetime | None]
