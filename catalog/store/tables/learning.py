"""What is learned from outcomes: by which rules, into which models, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.decisions import DecisionKind
from catalog.generations import ModelState
from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row, one_of


class ModelRow(Row):
    """A model this installation has trained or configured, with how it did."""

    __tablename__ = "model"
    __table_args__ = (
        one_of("state", ModelState),
        sa.UniqueConstraint("kind", "fingerprint"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    name: Mapped[str]
    kind: Mapped[str]  # encoder, reranker
    fingerprint: Mapped[str]
    path: Mapped[str]
    metrics: Mapped[dict[str, Any]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    base: Mapped[str] = mapped_column(server_default=sa.text("''"))  # what it started from
    parent: Mapped[str | None]  # the fingerprint of the model of ours that it continues
    data_hash: Mapped[str] = mapped_column(
        server_default=sa.text("''")
    )  # of what it was trained on
    calibration: Mapped[dict[str, Any] | None]  # from scores to probabilities


class TrainedOnRow(Row):
    """Somebody's outcomes went into a model. Append-only: an erasure's receipt names the models."""

    __tablename__ = "trained_on"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(sa.ForeignKey("model.id"), primary_key=True, index=True)


class DecisionRow(Row):
    """Something decided about which reranker serves. Append-only.

    Fingerprints, not keys: a decision outlives the model that it is about.
    """

    __tablename__ = "decision"
    __table_args__ = (one_of("kind", DecisionKind), NEVER_REUSED)

    id: Mapped[Id]
    at: Mapped[datetime]
    kind: Mapped[str]
    model: Mapped[str | None]
    before: Mapped[str | None]  # the reranker that served
    after: Mapped[str | None]  # the reranker that serves from then on
    by: Mapped[str]
    reasons: Mapped[list[Any]]
    evidence: Mapped[dict[str, Any]]
    sequence: Mapped[Big]


class LabelRulesRow(Row):
    """One version of the whole mapping from outcomes to labels; the newest holds. Append-only."""

    __tablename__ = "label_rules"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    rules: Mapped[list[Any]]
    author: Mapped[str]
    at: Mapped[datetime]
    sequence: Mapped[Big]
