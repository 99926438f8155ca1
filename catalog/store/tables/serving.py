"""What search serves, what it has computed once for all, and what it has shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.generations import GenerationState
from catalog.searches import SearchSource
from catalog.store.tables.rows import NEVER_REUSED, Big, Id, Row, one_of


class VectorRow(Row):
    """The vector of a text under a fingerprint. The first one written is the one, for ever."""

    __tablename__ = "vector"

    content_key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]  # float32, little-endian


class PairScoreRow(Row):
    """A reranker's score of a job's text with a passage. The first one written is the one."""

    __tablename__ = "pair_score"
    __table_args__ = (sa.Index("ix_pair_score_passage_key", "passage_key"),)

    job_key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    passage_key: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float] = mapped_column(sa.Double)


class GenerationRow(Row):
    """One built index: what it holds, where it lies, and what became of it."""

    __tablename__ = "generation"
    __table_args__ = (one_of("state", GenerationState), NEVER_REUSED)

    id: Mapped[Id]
    state: Mapped[str] = mapped_column(index=True)
    folder: Mapped[str] = mapped_column(unique=True)  # relative to the data folder
    sequence: Mapped[Big]  # the catalog as it was then
    encoder: Mapped[str]  # fingerprint
    format_version: Mapped[int]
    passages: Mapped[Big]
    people: Mapped[Big]
    manifest: Mapped[dict[str, Any]]  # file → sha256 and size; figures of the build
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    failure: Mapped[str | None]


class ServingRow(Row):
    """The one pointer (exactly one row): these five move together, in one transaction."""

    __tablename__ = "serving"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("generation.id"))
    encoder: Mapped[str | None]  # fingerprints, or a version of the vocabulary
    reranker: Mapped[str | None]
    calibration: Mapped[str | None]
    vocabulary: Mapped[str | None]
    changed_at: Mapped[datetime | None]


class SearchRow(Row):
    """One search, with all that is needed to replay it."""

    __tablename__ = "search_log"
    __table_args__ = (one_of("source", SearchSource),)

    id: Mapped[str] = mapped_column(primary_key=True)  # uuid4, hex
    at: Mapped[datetime] = mapped_column(index=True)
    request: Mapped[dict[str, Any]]
    job_key: Mapped[str] = mapped_column(index=True)  # sha256 of the job's text, hex
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), index=True)
    sequence: Mapped[Big]
    generation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("generation.id"))
    as_of: Mapped[int]  # month
    fingerprints: Mapped[dict[str, Any]]
    timings: Mapped[dict[str, Any]]  # stage → milliseconds
    source: Mapped[str]
    salt: Mapped[str | None]  # of the request's commitment in the chain; goes with the request


class ImpressionRow(Row):
    """One candidate as one search showed them."""

    __tablename__ = "impression"

    search_id: Mapped[str] = mapped_column(
        sa.ForeignKey("search_log.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)  # from 1
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    score: Mapped[float] = mapped_column(sa.Double)
    parts: Mapped[dict[str, Any]]  # they add up to the score
    propensity: Mapped[float | None] = mapped_column(
        sa.Double
    )  # null: the order was not randomised
    shown_by: Mapped[str]  # which ranking put them there
    salt: Mapped[str | None]  # of its commitment in the chain


class SearchChainRow(Row):
    """One link of the search log: commitments to what was logged, and to the link before.

    Append-only. A commitment is the SHA-256 of a salt and the payload, so that erasing payload and
    salt leaves a chain that still holds and says nothing.
    """

    __tablename__ = "search_chain"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]  # its place in the chain
    search_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    request: Mapped[str | None]  # commitment to the request, hex; null: a further page
    impressions: Mapped[list[Any]]  # [rank, commitment] each
    previous: Mapped[str]  # the link before, hex
    link: Mapped[str]  # SHA-256 over all of the above, hex
