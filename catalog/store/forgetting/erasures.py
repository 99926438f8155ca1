"""Erasing people, and what forbids it: tombstones, receipts, legal holds, terms that have run out.

An erasure has two halves. `erase` is one transaction after which nobody finds the person; the bytes
that lie elsewhere (blobs, vectors, built indexes) go afterwards, and `finish` records that they
have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import NotFound
from catalog.forgetting import Erasure, ErasureRecord, Tombstone
from catalog.people import Claim, ClaimKind
from catalog.store.forgetting.doomed import Doomed, find_doomed
from catalog.store.forgetting.erasing import count_out, take_out
from catalog.store.forgetting.holds import Holds
from catalog.store.forgetting.repeating import BY_RESTORE, Restored, record_of
from catalog.store.forgetting.tombstones import BY_PHONE, Tombstones, check_key, tombstones_of
from catalog.store.models import Models
from catalog.store.tables import (
    AppendOnlyPassRow,
    ErasureRow,
    PersonAliasRow,
    PersonRow,
    TombstoneRow,
    VectorRow,
)
from catalog.store.unit import in_lots

DAYS = 30  # until the last byte is gone, where nobody said otherwise


class Forgetting(Holds):
    """The erasures and legal holds of one transaction."""

    def erase(
        self,
        person_id: int,
        by: str,
        key: bytes,
        days: int = DAYS,
        *,
        beside: Mapping[str, int] | None = None,
        held: bool = False,
    ) -> Erasure:
        """Erase a person under every id they ever had; from the commit on nobody finds them.

        Somebody erased before has the same erasure still; it is open again if anything of theirs
        was found. What `removed` says of vectors and blobs goes by `due_at`. `beside`: what this
        transaction removed already, for the receipt. `held`: in spite of a legal hold.

        Raises:
            NotFound: there never was such a person.
            Conflict: a legal hold forbids it.
            Damaged: there are tombstones that were made with another key.
        """
        self._unit.take_sequence()
        person = self._people.resolve(person_id)
        before = self.of_person(person)
        if before is None and not held:
            self.refuse_held(person)
        doomed = find_doomed(self._unit, person)
        self._bury(doomed, person, key)
        counts = {**(beside or {}), "vector": self._count_vectors(doomed)}
        counts |= {"blobs": len(doomed.contents), **self._take_out(doomed)}
        if before is not None:
            return self._reopen(before, counts)
        self._unit.connection.execute(
            sa.update(PersonRow)
            .where(PersonRow.id.in_(doomed.people))
            .values(erased_at=self._unit.now)
        )
        return self.get(self._add(person, by, days, counts))

    def preview(self, person_id: int) -> dict[str, int]:
        """What an erasure would take: table → rows, and the originals. Errors: NotFound."""
        doomed = find_doomed(self._unit, self._people.resolve(person_id))
        return {**count_out(self._unit.connection, doomed), "blobs": len(doomed.contents)}

    def names(self, person_id: int, text: str) -> bool:
        """Whether a text says who it is: by name, e-mail, phone or id. Errors: NotFound."""
        return find_doomed(self._unit, self._people.resolve(person_id)).naming.stands_in(text)

    def repeat(self, record: ErasureRecord, key: bytes) -> list[Erasure]:
        """Erase whom a record of the ledger means, as far as they are here; the new erasures.

        Whoever was not here yet when a backup was made leaves a tombstone all the same. A legal
        hold that the backup still knows was lifted before the erasure.

        Raises:
            Damaged: the record was made with another key.
        """
        self._unit.take_sequence()
        restored = Restored(self._unit, self._people, record, key)
        by = f"{BY_RESTORE}: {record.details.get('by', '')}"
        done = [self.erase(person, by, key, held=True) for person in restored.people()]
        if missing := restored.missing():
            person = restored.tombstone()
            self._add_tombstones(replace(each, person_id=person) for each in missing)
            if self.of_person(person) is None:  # so that backups made from now on are told as well
                self.finish(self._add(person, by, days=DAYS, removed={}), {})
        return done

    def finish(self, erasure_id: int, removed: Mapping[str, int]) -> Erasure:
        """Record that the last bytes are gone; `removed` is added to what went before.

        Raises:
            NotFound: there is no such erasure.
        """
        erasure = self.get(erasure_id)
        if erasure.done_at is not None:
            return erasure
        self._unit.connection.execute(
            sa.update(ErasureRow)
            .where(ErasureRow.id == erasure_id)
            .values(
                done_at=self._unit.now,
                removed=_sum(erasure.removed, removed),
                models=self._trained_on(erasure.person_id),
            )
        )
        return self.get(erasure_id)

    def get(self, erasure_id: int) -> Erasure:
        """An erasure. Errors: NotFound."""
        found = self._read(ErasureRow.id == erasure_id)
        if not found:
            raise NotFound(f"there is no erasure {erasure_id}: see `bole erasures`")
        return found[0]

    def of_person(self, person_id: int) -> Erasure | None:
        """The erasure of a person, under whichever id."""
        return next(iter(self._read(ErasureRow.person_id == person_id)), None)

    def open(self) -> list[Erasure]:
        """The erasures of which bytes may remain, the one that is due first at the front."""
        return sorted(
            self._read(ErasureRow.done_at.is_(None)), key=lambda each: (each.due_at, each.id)
        )

    def count_since(self, sequence: int) -> int:
        """How many people were erased after a change of the catalog, whatever the clock said."""
        since = sa.select(sa.func.count()).where(ErasureRow.sequence > sequence)
        return self._unit.connection.execute(since).scalar_one()

    def all(self) -> list[Erasure]:
        """Every erasure, oldest first."""
        return self._read(sa.true())

    def records(self) -> list[ErasureRecord]:
        """Every erasure as backups and restores are told of it, oldest first."""
        return [record_of(self._unit.connection, erasure) for erasure in self.all()]

    def is_erased(self, claims: Sequence[Claim], key: bytes, name: str | None = None) -> int | None:
        """The erased person whom claims point to; a phone counts only with a name."""
        check_key(self._unit.connection, key)
        normalised = [claim.normalised() for claim in claims if claim.value.strip()]
        found = Tombstones(self._unit.connection, key).matching(normalised, name)
        return min(found)[1] if found and min(found)[0] <= BY_PHONE else None

    def erased_contents(self, contents: Iterable[str]) -> set[str]:
        """Those of these blobs' keys that only erased people had."""
        tombstones = Tombstones.of(self._unit)
        return set() if tombstones is None else tombstones.of_contents(contents)

    def erased_ids(self, external_ids: Iterable[str]) -> set[str]:
        """Those of these external ids that were an erased person's, and are nobody's now."""
        tombstones = Tombstones.of(self._unit)
        if tombstones is None:
            return set()
        wanted = set(external_ids)
        wanted -= self._people.of_external(wanted).keys()
        return {
            value
            for value in wanted
            if tombstones.matching([Claim(ClaimKind.EXTERNAL, value.strip())], None)
        }

    def due(self, today: date) -> list[int]:
        """Whose data may be kept no longer, ascending: the last day lies behind, nobody holds."""
        return list(
            self._unit.connection.scalars(
                sa.select(PersonRow.id)
                .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == PersonRow.id)
                .where(
                    PersonRow.retention_until < today,
                    PersonRow.erased_at.is_(None),
                    PersonAliasRow.old_person_id.is_(None),
                    PersonRow.id.not_in(self._held()),
                )
                .order_by(PersonRow.id)
            )
        )

    def _bury(self, doomed: Doomed, person: int, key: bytes) -> None:
        check_key(self._unit.connection, key)
        tombstones = tombstones_of(
            key, person, doomed.claims, doomed.names, doomed.contents, doomed.texts
        )
        self._add_tombstones(tombstones)

    def _add_tombstones(self, tombstones: Iterable[Tombstone]) -> None:
        on_postgresql = self._unit.connection.dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(TombstoneRow)
        rows = [{**asdict(each), "at": self._unit.now} for each in tombstones]
        for lot in in_lots(rows):
            self._unit.connection.execute(insert.on_conflict_do_nothing(), lot)

    def _take_out(self, doomed: Doomed) -> dict[str, int]:
        """Walk the map, with the pass that append-only tables ask for."""
        self._unit.connection.execute(sa.insert(AppendOnlyPassRow), {"id": 1})
        counts = take_out(self._unit, doomed)
        self._unit.connection.execute(sa.delete(AppendOnlyPassRow))
        return counts

    def _add(self, person: int, by: str, days: int, removed: Mapping[str, int]) -> int:
        return self._unit.insert(
            ErasureRow,
            {
                "person_id": person,
                "at": self._unit.now,
                "by": by,
                "due_at": self._unit.now + timedelta(days=days),
                "done_at": None,
                "removed": _some(removed),
                "models": self._trained_on(person),
                "sequence": self._unit.take_sequence(),
            },
        )

    def _reopen(self, erasure: Erasure, counts: Mapping[str, int]) -> Erasure:
        """The erasure with what was found since; it is done as before if that is nothing."""
        found = _some({name: count for name, count in counts.items() if name != "person"})
        if found:
            self._unit.connection.execute(
                sa.update(ErasureRow)
                .where(ErasureRow.id == erasure.id)
                .values(done_at=None, removed=_sum(erasure.removed, found))
            )
        return self.get(erasure.id)

    def _trained_on(self, person: int) -> list[str]:
        models = Models(self._unit, self._people).trained_on(person)
        return [model.fingerprint for model in models]

    def _count_vectors(self, doomed: Doomed) -> int:
        count = sa.select(sa.func.count()).select_from(VectorRow)
        return sum(
            self._unit.connection.execute(count.where(VectorRow.content_key.in_(lot))).scalar_one()
            for lot in in_lots(doomed.keys)
        )

    def _read(self, which: sa.ColumnElement[bool]) -> list[Erasure]:
        rows = self._unit.connection.execute(
            sa.select(ErasureRow.__table__).where(which).order_by(ErasureRow.id)
        )
        return [
            Erasure(
                id=row.id,
                person_id=row.person_id,
                at=row.at,
                by=row.by,
                due_at=row.due_at,
                done_at=row.done_at,
                removed=dict(row.removed),
                models=tuple(row.models),
            )
            for row in rows
        ]


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return _some({name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}})
