"""Keys of the HTTP API, the record of accesses, and answers that are given again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ROLES = ("recruiter", "integrator", "auditor", "admin")
_ACTIONS = ("shown", "read", "resume", "document", "stored", "changed", "outcome", "erased")


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    _create_keys()
    _create_access()
    _create_idempotency()
    for change in ("UPDATE", "DELETE"):
        _refuse(change, "access")


def _create_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("former_digest", sa.Text(), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.CheckConstraint(_one_of("role", _ROLES), name=op.f("ck_api_key_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
        sa.UniqueConstraint("former_digest", name=op.f("uq_api_key_former_digest")),
        sqlite_autoincrement=True,
    )


def _create_access() -> None:
    op.create_table(
        "access",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", _id(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.CheckConstraint(_one_of("action", _ACTIONS), name=op.f("ck_access_action")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_access_key_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
        sqlite_autoincrement=True,
    )
    for column in ("at", "key_id", "person_id"):
        op.create_index(op.f(f"ix_access_{column}"), "access", [column], unique=False)


def _create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("key_id", _id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_idempotency_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("key_id", "key", name=op.f("uq_idempotency_key_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_idempotency_begun_at"), "idempotency", ["begun_at"], unique=False)


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _refuse(change: str, table: str) -> None:
    """A trigger that keeps a table append-only."""
    head = f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
    op.execute(
        f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        if op.get_bind().dialect.name == "postgresql"
        else f"{head} WHEN NOT EXISTS (SELECT 1 FROM append_only_pass)"
        " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
