"""The catalog's own bookkeeping: its clock, its choices, its post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row


class SequenceRow(Row):
    """The clock that is ordered by commit (exactly one row): the lock on it orders the writers."""

    __tablename__ = "sequence"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[Big]


class SettingRow(Row):
    """A choice made once, when the catalog was created."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)


class AppendOnlyPassRow(Row):
    """Empty but inside an erasure's transaction: while it holds a row, append-only tables yield."""

    __tablename__ = "append_only_pass"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class InboxRow(Row):
    """A message that came in; `key` makes its arrival twice harmless."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_inbox_waiting", "done_at", "received_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    attempts: Mapped[int]
    done_at: Mapped[datetime | None]
    parked: Mapped[str | None]  # why nobody should try again by themselves


class OutboxRow(Row):
    """A message to be sent, written in the transaction that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_outbox_waiting", "done_at", "available_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]  # not to be sent before
    attempts: Mapped[int]
    done_at: Mapped[datetime | None]
    parked: Mapped[str | None]
