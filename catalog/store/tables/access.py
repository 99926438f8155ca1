"""Who may use the API, whom they accessed, and what they were answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.access import Action
from catalog.keys import Role
from catalog.store.tables.rows import NEVER_REUSED, Id, Row, one_of


class ApiKeyRow(Row):
    """A key of the API; of its secrets there are only digests."""

    __tablename__ = "api_key"
    __table_args__ = (one_of("role", Role), NEVER_REUSED)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    scopes: Mapped[list[Any]]  # words of `Scope`
    digest: Mapped[str] = mapped_column(unique=True)  # sha256 of the secret, in hex
    former_digest: Mapped[str | None] = mapped_column(unique=True)  # before the last rotation
    former_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    last_used_on: Mapped[date | None]  # in UTC; not the moment: that would be a write a request


class AccessRow(Row):
    """One access to one person's data. Append-only."""

    __tablename__ = "access"
    __table_args__ = (one_of("action", Action), NEVER_REUSED)

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    key_id: Mapped[int | None] = mapped_column(sa.ForeignKey("api_key.id"), index=True)
    by: Mapped[str]
    action: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    request_id: Mapped[str]


class IdempotencyRow(Row):
    """A write that carried an Idempotency-Key, and its answer once there is one."""

    __tablename__ = "idempotency"
    __table_args__ = (sa.UniqueConstraint("key_id", "key"), NEVER_REUSED)

    id: Mapped[Id]
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("api_key.id"))
    key: Mapped[str]  # the client's own word
    fingerprint: Mapped[str]  # sha256 of method, path and body
    begun_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # of HTTP; None while the request is being answered
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None]  # JSON, byte for byte
