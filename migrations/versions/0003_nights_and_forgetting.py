"""Erasures and what they leave, legal holds, the chained search log, nights and watches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("search_log", sa.Column("salt", sa.Text(), nullable=True))
    op.add_column("impression", sa.Column("salt", sa.Text(), nullable=True))
    _create_chain()
    _create_forgetting()
    _create_nights()
    for change in ("UPDATE", "DELETE"):
        _refuse(change, "search_chain")


def _create_chain() -> None:
    op.create_table(
        "search_chain",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("search_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("impressions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_chain")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_search_chain_search_id"), "search_chain", ["search_id"], unique=False)


def _create_forgetting() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("models", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_erasure_person_id"), "erasure", ["person_id"], unique=False)
    op.create_index("ix_erasure_open", "erasure", ["done_at", "due_at"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tombstone_person_id")),
        sa.PrimaryKeyConstraint("kind", "digest", "person_id", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_legal_hold_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_legal_hold_person_id"), "legal_hold", ["person_id"], unique=False)
    op.create_table(
        "backup",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
        sqlite_autoincrement=True,
    )


def _create_nights() -> None:
    op.create_table(
        "night",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'failed', 'cut_short')", name=op.f("ck_night_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_night_due_on"), "night", ["due_on"], unique=False)
    op.create_table(
        "watch",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("job_id", _id(), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_watch_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_watch_job_id"), "watch", ["job_id"], unique=False)
    op.create_table(
        "watch_match",
        sa.Column("watch_id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("search_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watch.id"], name=op.f("fk_watch_match_watch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_watch_match_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["search_log.id"],
            name=op.f("fk_watch_match_search_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("watch_id", "person_id", name=op.f("pk_watch_match")),
    )
    op.create_index(op.f("ix_watch_match_person_id"), "watch_match", ["person_id"], unique=False)


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
