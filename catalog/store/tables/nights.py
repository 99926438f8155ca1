"""Nights that ran, and the jobs that are watched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.nights import NightState
from catalog.store.tables.rows import NEVER_REUSED, Id, Row, one_of


class NightRow(Row):
    """One run of what is due each night."""

    __tablename__ = "night"
    __table_args__ = (one_of("state", NightState), NEVER_REUSED)

    id: Mapped[Id]
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]]  # task → what came of it; never a name or a text


class WatchRow(Row):
    """A job whose shortlist is looked at after each night."""

    __tablename__ = "watch"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), index=True)
    request: Mapped[dict[str, Any]]
    by: Mapped[str]
    since_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WatchMatchRow(Row):
    """Somebody who entered a watched job's shortlist, once for each job."""

    __tablename__ = "watch_match"

    watch_id: Mapped[int] = mapped_column(
        sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    rank: Mapped[int]  # from 1
    score: Mapped[float] = mapped_column(sa.Double)
    search_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("search_log.id", ondelete="SET NULL")
    )
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
