"""What is kept by content, and belongs to nobody any more."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog.store.tables import DocumentRow, PairScoreRow, PassageRow, QuarantineRow, VectorRow
from catalog.store.unit import Unit, in_lots


class Sweeping:
    """The orphans of one transaction: what no row of anybody refers to."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def delete_vectors(self) -> int:
        """Delete the vectors of texts that stand in no résumé any more; how many there were.

        Nobody may be building an index meanwhile: hold its lock.
        """
        return self._unit.connection.execute(
            sa.delete(VectorRow).where(
                ~sa.exists().where(PassageRow.content_key == VectorRow.content_key)
            )
        ).rowcount

    def scored_jobs(self) -> list[str]:
        """The keys of the jobs for which a reranker's scores are kept."""
        return sorted(self._unit.connection.scalars(sa.select(PairScoreRow.job_key).distinct()))

    def delete_scores(self, answers: Iterable[str], jobs: Iterable[str] = ()) -> int:
        """Delete the scores of these texts, and all of these jobs; how many there were."""
        which = [PairScoreRow.passage_key.in_(lot) for lot in in_lots(sorted(set(answers)))]
        which += [PairScoreRow.job_key.in_(lot) for lot in in_lots(sorted(set(jobs)))]
        return sum(
            self._unit.connection.execute(sa.delete(PairScoreRow).where(each)).rowcount
            for each in which
        )

    def unowned(self, contents: Iterable[str]) -> list[str]:
        """Those of these blobs that neither a document nor the quarantine holds.

        The writers wait until this transaction ends: whoever delete blobs must do it before.
        """
        self._unit.wait_for_writers()
        owned: set[str] = set()
        wanted = list(dict.fromkeys(contents))
        for lot in in_lots(wanted):
            for column in (DocumentRow.content_hash, QuarantineRow.content_hash):
                owned.update(
                    self._unit.connection.scalars(sa.select(column).where(column.in_(lot)))
                )
        return [content for content in wanted if content not in owned]

    def passages(self) -> list[int]:
        """The ids of all passages that there are, ascending."""
        return list(self._unit.connection.scalars(sa.select(PassageRow.id).order_by(PassageRow.id)))
