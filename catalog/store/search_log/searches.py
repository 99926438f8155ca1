"""The search log: what was asked, and who was shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.searches import (
    Exposure,
    Forgotten,
    Impression,
    LogCheck,
    LoggedSearch,
    SearchRecord,
    SearchSource,
)
from catalog.store.search_log.audit import Audit
from catalog.store.search_log.chain import Chain, commit_request, new_salt
from catalog.store.search_log.rows import (
    commitments_of,
    impression_of,
    readable,
    record_of,
    rows_of,
)
from catalog.store.tables import ImpressionRow, PersonAliasRow, SearchChainRow, SearchRow
from catalog.store.unit import Unit, in_lots


class Searches:
    """The search log of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._chain = Chain(unit)

    def log(self, record: SearchRecord, impressions: Iterable[Impression] = ()) -> None:
        """Keep what a search was, and whom it showed; adds a link to the log's chain."""
        row = {
            "id": record.id,
            "at": record.at,
            "request": dict(record.request),
            "job_key": record.job_key,
            "job_id": record.job_id,
            "sequence": record.sequence,
            "generation_id": record.generation_id,
            "as_of": record.as_of.ordinal,
            "fingerprints": dict(record.fingerprints),
            "timings": dict(record.timings),
            "source": record.source,
            "salt": new_salt(),
        }
        shown = rows_of(record.id, impressions)
        self._unit.connection.execute(sa.insert(SearchRow), row)
        self._unit.insert_all(ImpressionRow, shown)
        self._chain.add(
            record.id, commit_request(str(row["salt"]), row), commitments_of(shown), row
        )

    def add_impressions(self, search_id: str, impressions: Iterable[Impression]) -> None:
        """Keep whom a further page of a search showed; adds a link to the log's chain."""
        if shown := rows_of(search_id, impressions):
            self._unit.insert_all(ImpressionRow, shown)
            self._chain.add(search_id, None, commitments_of(shown), None)

    def forget(self, people: Collection[int], searches: Collection[str] = ()) -> Forgotten:
        """Delete where these people were shown and empty these searches' requests, with the salts.

        `people` are ids as they were shown: whoever erases somebody names their merged ids too. The
        chain gets a link that says how many entries went, so that `verify` can tell an erasure
        from a deletion. Safe to repeat: a search under way may log once more whom it found.
        """
        self._chain.wait_for_turn()
        shown, linked_shown = self._delete_shown(people)
        emptied, linked_emptied = self._empty_requests(searches)
        if linked_shown or linked_emptied:
            self._chain.add_erasure(impressions=linked_shown, requests=linked_emptied)
        return Forgotten(impressions=shown, requests=emptied)

    def _delete_shown(self, people: Collection[int]) -> tuple[int, int]:
        """How many impressions went, and how many of them the chain had."""
        salts: list[str | None] = []
        for lot in in_lots(sorted(people)):
            salts += self._unit.connection.scalars(
                sa.delete(ImpressionRow)
                .where(ImpressionRow.person_id.in_(lot))
                .returning(ImpressionRow.salt)
            )
        return len(salts), sum(salt is not None for salt in salts)

    def _empty_requests(self, searches: Collection[str]) -> tuple[int, int]:
        """How many requests were emptied, and how many of them the chain had."""
        salts: list[str | None] = []
        for lot in in_lots(sorted(searches)):
            full = sa.select(SearchRow.id, SearchRow.request, SearchRow.salt).where(
                SearchRow.id.in_(lot)
            )
            found = [row for row in self._unit.connection.execute(full) if row.request]
            salts += [row.salt for row in found]
            self._unit.connection.execute(
                sa.update(SearchRow)
                .where(SearchRow.id.in_([row.id for row in found]))
                .values(request={}, salt=None)
            )
        return len(salts), sum(salt is not None for salt in salts)

    def verify_chain(self) -> list[str]:
        """What is wrong with the log, in sentences; empty: it is as it was written."""
        return list(self.check_chain().problems)

    def check_chain(
        self, heads: Collection[str] = (), advance: Callable[[int], None] = lambda links: None
    ) -> LogCheck:
        """Check the whole log against its chain; `heads`: links that were kept elsewhere.

        `advance` is told of every so many links that were checked.
        """
        return Audit(self._unit).run(heads, advance)

    def head(self) -> str | None:
        """The chain's newest link: kept elsewhere, it shows later that the log was not cut off."""
        return self._chain.head()

    def links(self) -> int:
        """How many links the chain has."""
        counted = sa.select(sa.func.count()).select_from(SearchChainRow)
        return int(self._unit.connection.scalar(counted) or 0)

    def latest(self, limit: int, job_key: str | None = None) -> list[LoggedSearch]:
        """The newest searches, newest first: all, or those for a job's text."""
        newest = sa.select(SearchRow.id).order_by(SearchRow.at.desc(), SearchRow.id).limit(limit)
        if job_key is not None:
            newest = newest.where(SearchRow.job_key == job_key)
        names = self._unit.connection.scalars(newest).all()
        return [self._listed(name) for name in names]

    def _listed(self, search_id: str) -> LoggedSearch:
        shown = self.impressions(search_id)
        return LoggedSearch(
            record=self.get(search_id),
            ranked_by=shown[0].shown_by if shown else None,
            shown=len(shown),
            gone=len(self.places(search_id) - {each.rank for each in shown}),
        )

    def places(self, search_id: str) -> set[int]:
        """The places that a search showed, whoever was erased since included.

        Of searches that were logged before the chain began only what is left is known.
        """
        linked = sa.select(SearchChainRow.impressions).where(SearchChainRow.search_id == search_id)
        with readable(search_id):
            rows = self._unit.connection.scalars(linked)
            return {int(rank) for impressions in rows for rank, _ in impressions}

    def get(self, search_id: str) -> SearchRecord:
        """A logged search.

        Raises:
            NotFound: there is no such search.
            Damaged: somebody changed it into something that is no search.
        """
        with readable(search_id):
            row = self._unit.connection.execute(
                sa.select(SearchRow.__table__).where(SearchRow.id == search_id)
            ).one_or_none()
            if row is None:
                raise NotFound("there is no such search in the log: `bole log show` lists them")
            return record_of(row)

    def impressions(self, search_id: str) -> list[Impression]:
        """Whom a search showed, by rank. Errors: Damaged."""
        with readable(search_id):
            rows = self._unit.connection.execute(
                sa.select(ImpressionRow.__table__)
                .where(ImpressionRow.search_id == search_id)
                .order_by(ImpressionRow.rank)
            )
            return [impression_of(row) for row in rows]

    def exposures(self, job_key: str) -> list[Exposure]:
        """Whom searches with a job's text have shown, oldest first, by rank; no replays."""
        rows = self._unit.connection.execute(
            sa.select(
                ImpressionRow.search_id,
                SearchRow.at,
                sa.func.coalesce(PersonAliasRow.person_id, ImpressionRow.person_id),
                ImpressionRow.rank,
                ImpressionRow.score,
                ImpressionRow.parts,
                ImpressionRow.shown_by,
                ImpressionRow.propensity,
            )
            .join(SearchRow, SearchRow.id == ImpressionRow.search_id)
            .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == ImpressionRow.person_id)
            .where(SearchRow.job_key == job_key, SearchRow.source != SearchSource.REPLAY)
            .order_by(SearchRow.at, ImpressionRow.search_id, ImpressionRow.rank)
        )
        return [Exposure(*row) for row in rows]
