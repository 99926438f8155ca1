"""The search log: what was asked, and who was shown."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.searches import Exposure, Impression, SearchRecord, SearchSource
from catalog.store.tables import ImpressionRow, PersonAliasRow, SearchRow
from catalog.store.unit import Unit
from reading.dates import Month


class Searches:
    """The search log of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def log(self, record: SearchRecord, impressions: Iterable[Impression] = ()) -> None:
        """Keep what a search was, and whom it showed."""
        self._unit.connection.execute(
            sa.insert(SearchRow),
            {
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
            },
        )
        self.add_impressions(record.id, impressions)

    def add_impressions(self, search_id: str, impressions: Iterable[Impression]) -> None:
        """Keep whom a search showed (further pages included)."""
        self._unit.insert_all(
            ImpressionRow,
            [
                {
                    "search_id": search_id,
                    "rank": shown.rank,
                    "person_id": shown.person_id,
                    "score": float(shown.score),
                    "parts": dict(shown.parts),
                    "propensity": shown.propensity,
                    "shown_by": shown.shown_by,
                }
                for shown in impressions
            ],
        )

    def get(self, search_id: str) -> SearchRecord:
        """A logged search.

        Raises:
            NotFound: there is no such search.
        """
        row = self._unit.connection.execute(
            sa.select(SearchRow.__table__).where(SearchRow.id == search_id)
        ).one_or_none()
        if row is None:
            raise NotFound("there is no such search in the log")
        values = {name: value for name, value in row._mapping.items() if name != "salt"}
        return SearchRecord(
            **{
                **values,
                "as_of": Month.from_ordinal(row.as_of),
                "source": SearchSource(row.source),
            }
        )

    def impressions(self, search_id: str) -> list[Impression]:
        """Whom a search showed, by rank."""
        rows = self._unit.connection.execute(
            sa.select(
                ImpressionRow.rank,
                ImpressionRow.person_id,
                ImpressionRow.score,
                ImpressionRow.parts,
                ImpressionRow.shown_by,
                ImpressionRow.propensity,
            )
            .where(ImpressionRow.search_id == search_id)
            .order_by(ImpressionRow.rank)
        )
        return [Impression(*row) for row in rows]

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
