"""Vectors and pair scores, kept by content: the first one written is the one, for ever.

Floating point gives other bits in another batch; equal texts must not get unequal scores by that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import InvalidRequest
from catalog.store.tables import PairScoreRow, Row, VectorRow
from catalog.store.unit import Unit, in_lots


class Vectors:
    """The computed numbers of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def put(self, vectors: Mapping[str, bytes], fingerprint: str) -> None:
        """Keep vectors (float32, little-endian) by content key; known keys keep what they have."""
        self._put_new(
            VectorRow,
            [
                {"content_key": key, "fingerprint": fingerprint, "vector": vector}
                for key, vector in sorted(vectors.items())
            ],
        )

    def get(self, keys: Iterable[str], fingerprint: str) -> dict[str, bytes]:
        """The vectors that are kept for these keys; the others are absent."""
        found: dict[str, bytes] = {}
        for lot in in_lots(dict.fromkeys(keys)):
            rows = self._unit.connection.execute(
                sa.select(VectorRow.content_key, VectorRow.vector).where(
                    VectorRow.content_key.in_(lot), VectorRow.fingerprint == fingerprint
                )
            )
            found.update((key, vector) for key, vector in rows)
        return found

    def put_scores(self, job_key: str, scores: Mapping[str, float], fingerprint: str) -> None:
        """Keep a reranker's scores of one job text by passage key; known pairs keep theirs."""
        if not all(map(math.isfinite, scores.values())):
            raise InvalidRequest("a score that is not a number cannot be stored")
        self._put_new(
            PairScoreRow,
            [
                {
                    "job_key": job_key,
                    "fingerprint": fingerprint,
                    "passage_key": key,
                    "score": float(score),
                }
                for key, score in sorted(scores.items())
            ],
        )

    def get_scores(
        self, job_key: str, passage_keys: Iterable[str], fingerprint: str
    ) -> dict[str, float]:
        """The scores that are kept for one job text with these passages; the others are absent."""
        found: dict[str, float] = {}
        for lot in in_lots(dict.fromkeys(passage_keys)):
            rows = self._unit.connection.execute(
                sa.select(PairScoreRow.passage_key, PairScoreRow.score).where(
                    PairScoreRow.job_key == job_key,
                    PairScoreRow.fingerprint == fingerprint,
                    PairScoreRow.passage_key.in_(lot),
                )
            )
            found.update((key, score) for key, score in rows)
        return found

    def _put_new(self, row: type[Row], values: list[dict[str, object]]) -> None:
        # In key order (see the callers), so that two writers cannot wait for each other.
        if not values:
            return
        on_postgresql = self._unit.connection.dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(row).on_conflict_do_nothing()
        for lot in in_lots(values):
            self._unit.connection.execute(insert, lot)
