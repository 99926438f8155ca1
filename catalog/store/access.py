"""The record of accesses: who looked at whom, when, in which request. It is only ever added to."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog.access import Access, Accesses, Action
from catalog.store.forgetting.doomed import ids_of
from catalog.store.people import People
from catalog.store.tables import AccessRow
from catalog.store.unit import Unit


class AccessLog:
    """The record of one transaction."""

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def record(
        self, key_id: int | None, by: str, action: Action, people: Iterable[int], request_id: str
    ) -> None:
        """Note that somebody accessed these people's data, each once. Errors: NotFound."""
        self._unit.insert_all(
            AccessRow,
            [
                {
                    "at": self._unit.now,
                    "key_id": key_id,
                    "by": by,
                    "action": action,
                    "person_id": person,
                    "request_id": request_id,
                }
                for person in dict.fromkeys(people)
            ],
        )

    def find(
        self, wanted: Accesses, *, before: int | None = None, limit: int = 100
    ) -> list[Access]:
        """The newest accesses first; `before`: only those with a smaller id, for the next page.

        Errors: NotFound where there never was such a person.
        """
        rows = self._unit.connection.execute(
            sa.select(AccessRow.__table__)
            .where(*self._conditions(wanted))
            .where(AccessRow.id < before if before is not None else sa.true())
            .order_by(AccessRow.id.desc())
            .limit(limit)
        )
        return [Access(**{**row._mapping, "action": Action(row.action)}) for row in rows]

    def _conditions(self, wanted: Accesses) -> Iterable[sa.ColumnElement[bool]]:
        if wanted.person_id is not None:
            people = ids_of(self._unit.connection, self._people.resolve(wanted.person_id))
            yield AccessRow.person_id.in_(people)
        if wanted.key_id is not None:
            yield AccessRow.key_id == wanted.key_id
        if wanted.since is not None:
            yield AccessRow.at >= wanted.since
        if wanted.until is not None:
            yield AccessRow.at < wanted.until
