"""Vectors and pair scores, kept by content: the first one written is the one, for ever.

Floating point gives other bits in another batch; equal texts must not get unequal scores by that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import InvalidRequest
from catalog.store.tables import PairScoreRow, PassageRow, Row, VectorRow
from catalog.store.unit import Unit, in_lots

_READ_TOGETHER = 4096  # vectors, a few kilobytes each


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

    def all(self, fingerprint: str) -> Iterator[list[tuple[str, bytes]]]:
        """Every vector of a fingerprint with its content key, by key, a few thousand at a time."""
        query = (
            sa.select(VectorRow.content_key, VectorRow.vector)
            .where(VectorRow.fingerprint == fingerprint)
            .order_by(VectorRow.content_key)
            .limit(_READ_TOGETHER)
        )
        last = ""
        while lot := self._unit.connection.execute(query.where(VectorRow.content_key > last)).all():
            yield [(key, vector) for key, vector in lot]
            last = lot[-1].content_key

    def of_passages(self, passage_ids: Iterable[int], fingerprint: str) -> dict[int, bytes]:
        """The vector that is kept for each of these passages' texts; the others are absent."""
        found: dict[int, bytes] = {}
        for lot in in_lots(passage_ids):
            rows = self._unit.connection.execute(
                sa.select(PassageRow.id, VectorRow.vector)
                .join(VectorRow, VectorRow.content_key == PassageRow.content_key)
                .where(PassageRow.id.in_(lot), VectorRow.fingerprint == fingerprint)
            )
            found.update((passage, vector) for passage, vector in rows)
        return found

    def keys_of_passages(self, passage_ids: Iterable[int]) -> dict[int, str]:
        """The key under which each passage's vector is kept; passages that are gone are absent."""
        found: dict[int, str] = {}
        for lot in in_lots(passage_ids):
            rows = self._unit.connection.execute(
                sa.select(PassageRow.id, PassageRow.content_key).where(PassageRow.id.in_(lot))
            )
            found.update((passage, key) for passage, key in rows)
        return found

    def discard(self, keys: Iterable[str], fingerprint: str) -> None:
        """Let go of vectors that are none, so that others can be kept in their place."""
        for lot in in_lots(sorted(set(keys))):
            self._unit.connection.execute(
                sa.delete(VectorRow).where(
                    VectorRow.content_key.in_(lot), VectorRow.fingerprint == fingerprint
                )
            )

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
