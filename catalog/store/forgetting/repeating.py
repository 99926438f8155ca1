"""Erasing again, in a restored catalog, whom the ledger says was erased."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import Damaged
from catalog.forgetting import Erasure, ErasureRecord, Tombstone
from catalog.people import MergeKind
from catalog.store.forgetting.doomed import ids_of
from catalog.store.forgetting.tombstones import fits_key
from catalog.store.merges import Merges
from catalog.store.people import People
from catalog.store.tables import MergeEventRow, PersonRow, TombstoneRow
from catalog.store.unit import Unit

BY_RESTORE = "restore"


def record_of(connection: sa.Connection, erasure: Erasure) -> ErasureRecord:
    """What backups are told of an erasure."""
    people = ids_of(connection, erasure.person_id)
    born = connection.execute(
        sa.select(PersonRow.id, PersonRow.created_at)
        .where(PersonRow.id.in_(people))
        .order_by(PersonRow.id)
    )
    tombstones = connection.execute(
        sa.select(TombstoneRow.kind, TombstoneRow.digest, TombstoneRow.person_id)
        .where(TombstoneRow.person_id == erasure.person_id)
        .order_by(TombstoneRow.kind, TombstoneRow.digest)
    )
    return ErasureRecord(
        person_id=erasure.person_id,
        at=erasure.at,
        tombstones=tuple(Tombstone(*row) for row in tombstones),
        details={
            "by": erasure.by,
            "due_at": erasure.due_at.isoformat(),
            "people": [[number, at.isoformat()] for number, at in born],
        },
    )


class Restored:
    """Whom an erasure's record means in a catalog that may be older than the erasure.

    A person is the same where number and moment of creation are: numbers alone may have been given
    anew since the backup was made.
    """

    def __init__(self, unit: Unit, people: People, record: ErasureRecord, key: bytes) -> None:
        if not fits_key(record.tombstones, key):
            raise Damaged(
                "the ledger of erasures was written with another erasure.key than the one here: "
                "restore the key that lies beside the ledger"
            )
        self._unit = unit
        self._people = people
        self._record = record
        self._numbers = self._same_people()

    def people(self) -> list[int]:
        """The present ids, ascending, of those of them who have not been erased here.

        Somebody who was taken for another person when the backup was made, and no longer is, is
        parted from them first.
        """
        present: set[int] = set()
        for number, erased in self._numbers.items():
            if erased:
                continue
            owner = self._people.resolve(number)
            if owner not in self._numbers:
                self._part(number)
                owner = self._people.resolve(number)
            present.add(owner)
        return sorted(present)

    def tombstone(self) -> int:
        """The person to whom the record's tombstones belong here; one without a name, if new."""
        if self._numbers:
            return self._people.resolve(min(self._numbers))
        person = self._people.add()
        self._unit.connection.execute(
            sa.update(PersonRow).where(PersonRow.id == person).values(erased_at=self._unit.now)
        )
        return person

    def missing(self) -> list[Tombstone]:
        """All of the record's tombstones; none where one person here bears them all already.

        Two people share single ones: the key's mark, a given name. What the other bears is no
        reason for this one to go without, or nobody is recognised by it.
        """
        wanted = {(each.kind, each.digest) for each in self._record.tombstones}
        rows = self._unit.connection.execute(
            sa.select(TombstoneRow.person_id, TombstoneRow.kind, TombstoneRow.digest).where(
                TombstoneRow.digest.in_([hashed for _, hashed in wanted])
            )
        )
        borne: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for person, kind, hashed in rows:
            borne[person].add((kind, hashed))
        known = any(wanted <= theirs for theirs in borne.values())
        return [] if known else list(self._record.tombstones)

    def _same_people(self) -> dict[int, bool]:
        """Number → whether they are erased here already."""
        told = {
            int(number): datetime.fromisoformat(created)
            for number, created in self._record.details["people"]
        }
        rows = self._unit.connection.execute(
            sa.select(PersonRow.id, PersonRow.created_at, PersonRow.erased_at)
            .where(PersonRow.id.in_(told))
            .order_by(PersonRow.id)
        )
        return {
            number: erased is not None
            for number, created, erased in rows
            if created == told[number]
        }

    def _part(self, number: int) -> None:
        merge = self._unit.connection.scalar(
            sa.select(sa.func.max(MergeEventRow.id)).where(
                MergeEventRow.loser_id == number, MergeEventRow.kind == MergeKind.MERGE
            )
        )
        if merge is not None:
            Merges(self._unit, self._people).unmerge(
                merge, reason="erased since the backup was made", actor=BY_RESTORE
            )
