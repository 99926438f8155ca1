# ruff: noqa: E501 — generated once, never edited
"""The first tables, the triggers that keep records append-only, and the rows there is one of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


# Table → what is refused while no erasure holds the pass.
_APPEND_ONLY = {
    "outcome_event": ("UPDATE", "DELETE"),
    "merge_event": ("UPDATE", "DELETE"),
    "requirement": ("UPDATE", "DELETE"),
    "extraction": ("UPDATE",),
    "vector": ("UPDATE",),
    "pair_score": ("UPDATE",),
}


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "append_only_pass",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_append_only_pass")),
    )
    op.create_table(
        "generation",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("format_version", sa.Integer(), nullable=False),
        sa.Column("passages", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('building', 'verified', 'published', 'retired', 'failed')",
            name=op.f("ck_generation_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
        sa.UniqueConstraint("folder", name=op.f("uq_generation_folder")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_generation_state"), "generation", ["state"], unique=False)
    op.create_table(
        "inbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_inbox_kind_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_waiting", "inbox", ["done_at", "received_at"], unique=False)
    op.create_table(
        "job",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("location", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.Column("to_sequence", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_text_key"), "job", ["text_key"], unique=False)
    op.create_index(
        "uq_job_external_open",
        "job",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("to_sequence IS NULL"),
        postgresql_where=sa.text("to_sequence IS NULL"),
    )
    op.create_table(
        "model",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('candidate', 'serving', 'retired', 'rejected')", name=op.f("ck_model_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
        sa.UniqueConstraint("kind", "fingerprint", name=op.f("uq_model_kind_fingerprint")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_outbox_kind_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_waiting", "outbox", ["done_at", "available_at"], unique=False)
    op.create_table(
        "pair_score",
        sa.Column("job_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("passage_key", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(
            "job_key", "fingerprint", "passage_key", name=op.f("pk_pair_score")
        ),
    )
    op.create_index("ix_pair_score_passage_key", "pair_score", ["passage_key"], unique=False)
    op.create_table(
        "person",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("consent_basis", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("retention_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quarantine",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("path", "content_hash", name=op.f("uq_quarantine_path_content_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sequence",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sequence_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequence")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "vector",
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("content_key", "fingerprint", name=op.f("pk_vector")),
    )
    op.create_table(
        "application",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_application_job_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_application_source_external_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_application_job_person", "application", ["job_id", "person_id"], unique=False
    )
    op.create_index(op.f("ix_application_person_id"), "application", ["person_id"], unique=False)
    op.create_table(
        "document",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_document_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_document_content_hash"), "document", ["content_hash"], unique=False)
    op.create_index(op.f("ix_document_person_id"), "document", ["person_id"], unique=False)
    op.create_index(op.f("ix_document_sequence"), "document", ["sequence"], unique=False)
    op.create_table(
        "merge_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "winner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("loser_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'unmerge')", name=op.f("ck_merge_event_kind")),
        sa.ForeignKeyConstraint(["loser_id"], ["person.id"], name=op.f("fk_merge_event_loser_id")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["merge_event.id"], name=op.f("fk_merge_event_undoes_id")
        ),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["person.id"], name=op.f("fk_merge_event_winner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_event")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_merge_event_undoes_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_merge_event_loser_id"), "merge_event", ["loser_id"], unique=False)
    op.create_index(op.f("ix_merge_event_winner_id"), "merge_event", ["winner_id"], unique=False)
    op.create_table(
        "merge_suggestion",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'dismissed')", name=op.f("ck_merge_suggestion_state")
        ),
        sa.CheckConstraint("person_id < other_id", name=op.f("ck_merge_suggestion_order")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_merge_suggestion_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_merge_suggestion_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_suggestion")),
        sa.UniqueConstraint(
            "person_id",
            "other_id",
            "reason",
            name=op.f("uq_merge_suggestion_person_id_other_id_reason"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_merge_suggestion_other_id"), "merge_suggestion", ["other_id"], unique=False
    )
    op.create_table(
        "person_alias",
        sa.Column(
            "old_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["old_person_id"], ["person.id"], name=op.f("fk_person_alias_old_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_alias_person_id")
        ),
        sa.PrimaryKeyConstraint("old_person_id", name=op.f("pk_person_alias")),
    )
    op.create_index(op.f("ix_person_alias_person_id"), "person_alias", ["person_id"], unique=False)
    op.create_table(
        "person_status",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.Column("to_sequence", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'placed', 'do_not_contact')",
            name=op.f("ck_person_status_status"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_status_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_status")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_person_status_person", "person_status", ["person_id", "from_sequence"], unique=False
    )
    op.create_index(
        "uq_person_status_open",
        "person_status",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("to_sequence IS NULL"),
        postgresql_where=sa.text("to_sequence IS NULL"),
    )
    op.create_table(
        "requirement",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requirement_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_requirement_job_id")),
        sa.PrimaryKeyConstraint("job_id", "requirement_id", "version", name=op.f("pk_requirement")),
    )
    op.create_table(
        "search_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("job_key", sa.Text(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column(
            "generation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("fingerprints", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("timings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("source IN ('cli', 'api', 'replay')", name=op.f("ck_search_log_source")),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generation.id"], name=op.f("fk_search_log_generation_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_search_log_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_log")),
    )
    op.create_index(op.f("ix_search_log_at"), "search_log", ["at"], unique=False)
    op.create_index(op.f("ix_search_log_job_id"), "search_log", ["job_id"], unique=False)
    op.create_index(op.f("ix_search_log_job_key"), "search_log", ["job_key"], unique=False)
    op.create_table(
        "serving",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "generation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("encoder", sa.Text(), nullable=True),
        sa.Column("reranker", sa.Text(), nullable=True),
        sa.Column("calibration", sa.Text(), nullable=True),
        sa.Column("vocabulary", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_serving_one")),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generation.id"], name=op.f("fk_serving_generation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serving")),
    )
    op.create_table(
        "extraction",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("boxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("furniture", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_extraction_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction")),
        sa.UniqueConstraint("document_id", "reader", name=op.f("uq_extraction_document_id_reader")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identity_claim",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("since_sequence", sa.BigInteger(), nullable=False),
        sa.Column("until_sequence", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('email', 'phone', 'external') OR kind LIKE 'ats:_%'",
            name=op.f("ck_identity_claim_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_identity_claim_document_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_claim_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_claim")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_identity_claim_document_id"), "identity_claim", ["document_id"], unique=False
    )
    op.create_index(
        op.f("ix_identity_claim_person_id"), "identity_claim", ["person_id"], unique=False
    )
    op.create_index(
        "ix_identity_claim_value_kind", "identity_claim", ["value", "kind"], unique=False
    )
    op.create_table(
        "impression",
        sa.Column("search_id", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=True),
        sa.Column("shown_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_impression_person_id")),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["search_log.id"],
            name=op.f("fk_impression_search_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", "rank", name=op.f("pk_impression")),
    )
    op.create_index(op.f("ix_impression_person_id"), "impression", ["person_id"], unique=False)
    op.create_table(
        "outcome_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('applied', 'screened', 'interviewed', 'offered', 'hired', 'rejected', 'withdrew')",
            name=op.f("ck_outcome_event_kind"),
        ),
        sa.CheckConstraint(
            "reason IN ('not_qualified', 'others_better', 'position_filled', 'terms', 'location', 'work_permission', 'unresponsive', 'other')",
            name=op.f("ck_outcome_event_reason"),
        ),
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
    op.create_index(
        op.f("ix_outcome_event_application_id"), "outcome_event", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_outcome_event_sequence"), "outcome_event", ["sequence"], unique=False)
    op.create_table(
        "resume",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "extraction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("parser", sa.Text(), nullable=False),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.Column("to_sequence", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("remote", sa.Boolean(), nullable=True),
        sa.Column("months_before", sa.Integer(), nullable=True),
        sa.Column("open_since", sa.Integer(), nullable=True),
        sa.Column("degree", sa.Integer(), nullable=True),
        sa.Column("work_permission", sa.Text(), nullable=True),
        sa.Column("availability", sa.Text(), nullable=True),
        sa.Column("salary_min", sa.BigInteger(), nullable=True),
        sa.Column("salary_max", sa.BigInteger(), nullable=True),
        sa.Column("salary_currency", sa.Text(), nullable=True),
        sa.Column("scoring_text", sa.Text(), nullable=False),
        sa.Column("segments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("parsed", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
            name=op.f("fk_resume_extraction_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_resume_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resume")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_resume_current",
        "resume",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("to_sequence IS NULL"),
        postgresql_where=sa.text("to_sequence IS NULL"),
    )
    op.create_index(op.f("ix_resume_extraction_id"), "resume", ["extraction_id"], unique=False)
    op.create_index(op.f("ix_resume_from_sequence"), "resume", ["from_sequence"], unique=False)
    op.create_index(
        "ix_resume_person_id_from_sequence", "resume", ["person_id", "from_sequence"], unique=False
    )
    op.create_index(op.f("ix_resume_to_sequence"), "resume", ["to_sequence"], unique=False)
    op.create_table(
        "education",
        sa.Column(
            "resume_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("degree", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("in_progress", sa.Boolean(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resume.id"], name=op.f("fk_education_resume_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resume_id", "ordinal", name=op.f("pk_education")),
    )
    op.create_table(
        "passage",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "resume_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("view_start", sa.Integer(), nullable=False),
        sa.Column("view_end", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resume.id"], name=op.f("fk_passage_resume_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("resume_id", "ordinal", name=op.f("uq_passage_resume_id_ordinal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passage_content_key"), "passage", ["content_key"], unique=False)
    op.create_table(
        "position",
        sa.Column(
            "resume_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resume.id"], name=op.f("fk_position_resume_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resume_id", "ordinal", name=op.f("pk_position")),
    )
    op.create_table(
        "resume_language",
        sa.Column(
            "resume_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resume_id"],
            ["resume.id"],
            name=op.f("fk_resume_language_resume_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resume_id", "code", name=op.f("pk_resume_language")),
    )
    op.create_index(
        "ix_resume_language_code", "resume_language", ["code", "resume_id"], unique=False
    )
    op.create_table(
        "resume_skill",
        sa.Column(
            "resume_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("months_before", sa.Integer(), nullable=True),
        sa.Column("open_since", sa.Integer(), nullable=True),
        sa.Column("last_used", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resume.id"], name=op.f("fk_resume_skill_resume_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resume_id", "skill", name=op.f("pk_resume_skill")),
    )
    op.create_index("ix_resume_skill_skill", "resume_skill", ["skill", "resume_id"], unique=False)
    _make_append_only()
    op.execute("INSERT INTO sequence (id, value) VALUES (1, 0)")
    op.execute("INSERT INTO serving (id) VALUES (1)")


def _make_append_only() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT 1 FROM append_only_pass) THEN
                    RAISE EXCEPTION 'append-only'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN COALESCE(NEW, OLD);
            END $$
            """
        )
    for table, changes in _APPEND_ONLY.items():
        for change in changes:
            head = f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
            op.execute(
                f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                if on_postgresql
                else f"{head} WHEN NOT EXISTS (SELECT 1 FROM append_only_pass)"
                " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
