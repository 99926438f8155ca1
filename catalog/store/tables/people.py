"""People, what identifies them, and how records of one person become one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.people import ClaimKind, MergeKind, PersonStatus, SuggestionState
from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row, one_of


class PersonRow(Row):
    """A candidate. Never deleted: after a merge or erasure the id still says what became of it."""

    __tablename__ = "person"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    name: Mapped[str | None]  # as the newest document gives it
    consent_basis: Mapped[str | None]  # null: not recorded
    purpose: Mapped[str | None]
    retention_until: Mapped[date | None]
    created_at: Mapped[datetime]
    from_sequence: Mapped[Big]
    erased_at: Mapped[datetime | None]


class PersonStatusRow(Row):
    """Whether a person may be put forward, from one sequence on; one open row per person."""

    __tablename__ = "person_status"
    __table_args__ = (
        one_of("status", PersonStatus),
        sa.Index("ix_person_status_person", "person_id", "from_sequence"),
        sa.Index(
            "uq_person_status_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("to_sequence IS NULL"),
            postgresql_where=sa.text("to_sequence IS NULL"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[str]
    at: Mapped[datetime]
    from_sequence: Mapped[Big]
    to_sequence: Mapped[Big | None]


class PersonAliasRow(Row):
    """An id that now stands for another person's; flattened, so that one step resolves it."""

    __tablename__ = "person_alias"

    old_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_sequence: Mapped[Big]


class IdentityClaimRow(Row):
    """Something that says who a document is about: an e-mail, a phone, an id in another system."""

    __tablename__ = "identity_claim"
    __table_args__ = (
        # `ats:<vendor>` is open-ended, hence a prefix rather than a list.
        sa.CheckConstraint(
            "kind IN ({}) OR kind LIKE 'ats:_%'".format(
                ", ".join(f"'{kind.value}'" for kind in ClaimKind)
            ),
            name="kind",
        ),
        sa.Index("ix_identity_claim_value_kind", "value", "kind"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]  # normalised: lower case, E.164, an id as it came
    document_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("document.id", ondelete="SET NULL"), index=True
    )
    since_sequence: Mapped[Big]
    until_sequence: Mapped[Big | None]


class MergeEventRow(Row):
    """One merge or unmerge. Append-only; `moved` is what an unmerge has to give back."""

    __tablename__ = "merge_event"
    __table_args__ = (one_of("kind", MergeKind), NEVER_REUSED)

    id: Mapped[Id]
    kind: Mapped[str]
    winner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    loser_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    sequence: Mapped[Big]
    moved: Mapped[dict[str, Any]]  # ids only
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("merge_event.id"), unique=True)


class MergeSuggestionRow(Row):
    """Two people who may be one; a person decides. The lower id comes first."""

    __tablename__ = "merge_suggestion"
    __table_args__ = (
        one_of("state", SuggestionState),
        sa.CheckConstraint("person_id < other_id", name="order"),
        sa.UniqueConstraint("person_id", "other_id", "reason"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: Mapped[str]  # which kind of claim they share; never its value
    state: Mapped[str]
    at: Mapped[datetime]
