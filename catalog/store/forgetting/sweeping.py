"""What is kept by content, and belongs to nobody any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from catalog.store.originals import Originals
from catalog.store.tables import PairScoreRow, PassageRow, SearchRow, VectorRow
from catalog.store.unit import Unit, in_lots

_AT_ONCE = 500  # logged requests that are read at once; each holds a job's text


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

    def in_passages(self, contents: Iterable[str]) -> set[str]:
        """Those of these content keys that stand in somebody's résumé, current or history.

        The writers wait until this transaction ends, so that nobody is erased meanwhile.
        """
        self._unit.wait_for_writers()
        found: set[str] = set()
        for lot in in_lots(contents):
            found.update(
                self._unit.connection.scalars(
                    sa.select(PassageRow.content_key).where(PassageRow.content_key.in_(lot))
                )
            )
        return found

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
        """Those of these blobs that neither a document nor the quarantine speaks of.

        The writers wait until this transaction ends: whoever deletes blobs must do it before.
        """
        self._unit.wait_for_writers()
        wanted = list(dict.fromkeys(contents))
        owned = Originals(self._unit).known(wanted)
        return [content for content in wanted if content not in owned]

    def logged_requests(self) -> Iterator[dict[str, Any]]:
        """The request of every logged search, oldest id first; those that were emptied too."""
        query = sa.select(SearchRow.id, SearchRow.request).order_by(SearchRow.id).limit(_AT_ONCE)
        last = ""
        while rows := self._unit.connection.execute(query.where(SearchRow.id > last)).all():
            yield from (request for _, request in rows)
            last = rows[-1][0]

    def passages(self) -> list[int]:
        """The ids of all passages that there are, ascending."""
        return list(self._unit.connection.scalars(sa.select(PassageRow.id).order_by(PassageRow.id)))
