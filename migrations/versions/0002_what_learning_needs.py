"""More kinds of outcomes; rules for labels, decisions about models, and whom they learned from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KINDS = (
    "kind IN ('applied', 'viewed', 'screened', 'interviewed', 'offered', 'hired', 'rejected',"
    " 'withdrew', 'unhired', 'unrejected')"
)
_REASONS = (
    "reason IN ('not_qualified', 'others_better', 'position_filled', 'terms', 'location',"
    " 'work_permission', 'unresponsive', 'duplicate', 'headcount', 'other')"
)
_APPEND_ONLY = ("decision", "label_rules", "trained_on")


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    if op.get_bind().dialect.name == "postgresql":
        for column, check in (("kind", _KINDS), ("reason", _REASONS)):
            name = op.f(f"ck_outcome_event_{column}")
            op.drop_constraint(name, "outcome_event", type_="check")
            op.create_check_constraint(name, "outcome_event", check)
    else:
        _make_outcome_event_anew()
    op.add_column(
        "model", sa.Column("base", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("model", sa.Column("parent", sa.Text(), nullable=True))
    op.add_column(
        "model", sa.Column("data_hash", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("model", sa.Column("calibration", sa.JSON(none_as_null=True), nullable=True))
    _create_tables()
    for table in _APPEND_ONLY:
        _make_append_only(table)


def _create_tables() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('promoted', 'refused', 'rolled_back', 'switched_off')",
            name=op.f("ck_decision_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "label_rules",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_rules")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trained_on",
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("model_id", _id(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trained_on_person_id")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_trained_on_model_id")),
        sa.PrimaryKeyConstraint("person_id", "model_id", name=op.f("pk_trained_on")),
    )
    op.create_index(op.f("ix_trained_on_model_id"), "trained_on", ["model_id"], unique=False)


def _make_outcome_event_anew() -> None:
    # SQLite cannot change a check. Dropping a table fires no trigger, but takes its triggers along,
    # and the new one would forget numbers that erasure has freed: they are never given again.
    op.create_table(
        "outcome_event_new",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("application_id", _id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_outcome_event_kind")),
        sa.CheckConstraint(_REASONS, name=op.f("ck_outcome_event_reason")),
        sa.CheckConstraint(
            "at IS NOT NULL OR happened_on IS NOT NULL", name=op.f("ck_outcome_event_time")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_outcome_event_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_event")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_outcome_event_source_external_id")
        ),
        sqlite_autoincrement=True,
    )
    columns = (
        "id, application_id, kind, reason, at, happened_on, source, external_id, recorded_at,"
        " sequence"
    )
    op.execute(f"INSERT INTO outcome_event_new ({columns}) SELECT {columns} FROM outcome_event")
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'outcome_event_new'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq)"
        " SELECT 'outcome_event_new', seq FROM sqlite_sequence WHERE name = 'outcome_event'"
    )
    op.drop_table("outcome_event")
    op.rename_table("outcome_event_new", "outcome_event")
    op.create_index(
        op.f("ix_outcome_event_application_id"), "outcome_event", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_outcome_event_sequence"), "outcome_event", ["sequence"], unique=False)
    _make_append_only("outcome_event")


def _make_append_only(table: str) -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for change in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
        op.execute(
            f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            if on_postgresql
            else f"{head} WHEN NOT EXISTS (SELECT 1 FROM append_only_pass)"
            " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
