"""Jobs, what they ask for, who applied and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row, one_of


class JobRow(Row):
    """A job to fill. A changed text is a new row for the same external id, which closes the old."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index(
            "uq_job_external_open",
            "external_id",
            unique=True,
            sqlite_where=sa.text("to_sequence IS NULL"),
            postgresql_where=sa.text("to_sequence IS NULL"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    external_id: Mapped[str | None]
    title: Mapped[str | None]
    text: Mapped[str]
    text_key: Mapped[str] = mapped_column(index=True)  # sha256 of the text, hex
    language: Mapped[str]
    location: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    from_sequence: Mapped[Big]
    to_sequence: Mapped[Big | None]


class RequirementRow(Row):
    """One version of one demand of a job. Append-only: an edit or a removal is a new version."""

    __tablename__ = "requirement"

    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), primary_key=True)
    requirement_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int]  # its place among the job's requirements, from 0
    value: Mapped[dict[str, Any] | None]  # reading.job.Requirement; null: removed
    author: Mapped[str]  # "parser" or whoever edited it
    at: Mapped[datetime]
    sequence: Mapped[Big]


class ApplicationRow(Row):
    """One person's candidacy for one job, as one system knows it."""

    __tablename__ = "application"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        sa.Index("ix_application_job_person", "job_id", "person_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"))
    source: Mapped[str]
    external_id: Mapped[str | None]
    created_at: Mapped[datetime]
    sequence: Mapped[Big]


class OutcomeEventRow(Row):
    """Something that happened to an application. Append-only; only erasure may take it away."""

    __tablename__ = "outcome_event"
    __table_args__ = (
        one_of("kind", OutcomeKind),
        one_of("reason", ReasonClass),
        sa.UniqueConstraint("source", "external_id"),
        sa.CheckConstraint("at IS NOT NULL OR happened_on IS NOT NULL", name="time"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str | None]  # only rejections have one
    at: Mapped[datetime | None]  # the moment, where the source knows it
    happened_on: Mapped[date | None]  # else the date
    source: Mapped[str]
    external_id: Mapped[str | None]  # the event's id in the source: what makes a replay harmless
    recorded_at: Mapped[datetime]
    sequence: Mapped[Big] = mapped_column(index=True)
