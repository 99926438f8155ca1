"""Legal holds: what forbids an erasure, why, and since when."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.forgetting import Hold
from catalog.store.forgetting.doomed import ids_of
from catalog.store.people import People
from catalog.store.tables import LegalHoldRow, PersonAliasRow
from catalog.store.unit import Unit


class Holds:
    """The legal holds of one transaction."""

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def hold(self, person_id: int, reason: str, by: str) -> int:
        """Forbid a person's erasure, for a reason that is kept; returns the hold's id.

        Raises:
            NotFound: there never was such a person.
            Conflict: they have been erased.
            InvalidRequest: no reason is given.
        """
        self._unit.take_sequence()
        if not reason.strip():
            raise InvalidRequest("a legal hold needs its reason: whoever wants to erase will ask")
        person = self._people.get(person_id)
        if person.erased_at is not None:
            raise Conflict(f"candidate {person_id} has been erased: there is nothing to hold")
        return self._unit.insert(
            LegalHoldRow,
            {"person_id": person.id, "reason": reason.strip(), "by": by, "at": self._unit.now},
        )

    def lift(self, hold_id: int, by: str) -> Hold:
        """End a legal hold; it stays as history until the person is erased. Errors: NotFound."""
        changed = self._unit.connection.execute(
            sa.update(LegalHoldRow)
            .where(LegalHoldRow.id == hold_id, LegalHoldRow.lifted_at.is_(None))
            .values(lifted_by=by, lifted_at=self._unit.now)
        )
        if not changed.rowcount:
            raise NotFound(f"there is no legal hold {hold_id} to lift")
        return self._holds(LegalHoldRow.id == hold_id)[0]

    def holds(self, person_id: int | None = None) -> list[Hold]:
        """The legal holds of a person, or of everybody, oldest first; lifted ones included."""
        if person_id is None:
            return self._holds(sa.true())
        people = ids_of(self._unit.connection, self._people.resolve(person_id))
        return self._holds(LegalHoldRow.person_id.in_(people))

    def refuse_held(self, person_id: int) -> None:
        """Errors: Conflict, with the reason, while a person is under a legal hold."""
        for hold in self.holds(person_id):
            if hold.lifted_at is None:
                raise Conflict(
                    f"candidate {person_id} is under a legal hold since {hold.at:%Y-%m-%d}: "
                    f"{hold.reason} ({hold.by}). `bole hold {person_id} --lift` ends it"
                )

    def _held(self) -> sa.Select[int]:
        """The present ids of all who are under a hold."""
        return (
            sa.select(sa.func.coalesce(PersonAliasRow.person_id, LegalHoldRow.person_id))
            .select_from(LegalHoldRow)
            .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == LegalHoldRow.person_id)
            .where(LegalHoldRow.lifted_at.is_(None))
        )

    def _holds(self, which: sa.ColumnElement[bool]) -> list[Hold]:
        rows = self._unit.connection.execute(
            sa.select(LegalHoldRow.__table__).where(which).order_by(LegalHoldRow.id)
        )
        return [Hold(**row._mapping) for row in rows]
