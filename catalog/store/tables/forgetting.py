"""What an erasure leaves behind, and what forbids one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row


class ErasureRow(Row):
    """One erasure: asked when and by whom, due when, done when, and its receipt."""

    __tablename__ = "erasure"
    __table_args__ = (sa.Index("ix_erasure_open", "done_at", "due_at"), NEVER_REUSED)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # null: bytes may remain
    removed: Mapped[dict[str, Any]]  # table or folder → how many
    models: Mapped[list[Any]]  # fingerprints of models that had seen the person
    sequence: Mapped[Big]


class TombstoneRow(Row):
    """A keyed hash of something that identified a person who was erased: they do not come back."""

    __tablename__ = "tombstone"

    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)  # HMAC-SHA-256, hex
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]


class LegalHoldRow(Row):
    """Why a person may not be erased now; lifted, it stays as history."""

    __tablename__ = "legal_hold"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]


class BackupRow(Row):
    """A backup that was made, so that an erasure can leave word beside it."""

    __tablename__ = "backup"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    path: Mapped[str]
    at: Mapped[datetime]
    sequence: Mapped[Big]
