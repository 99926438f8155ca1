"""Watched jobs, and who has entered their shortlists since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from catalog.errors import Conflict, NotFound
from catalog.nights import Match, Standing, Watch
from catalog.store.people import People
from catalog.store.tables import PersonAliasRow, PersonRow, WatchMatchRow, WatchRow
from catalog.store.unit import Unit

# Under which id somebody is known now: a merge must not make anybody new.
_NOW = sa.func.coalesce(PersonAliasRow.person_id, WatchMatchRow.person_id)


class Watches:
    """The watches of one transaction."""

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def begin(
        self,
        job_id: int,
        request: Mapping[str, Any],
        by: str,
        standing: Sequence[Standing],
        search_id: str | None = None,
    ) -> int:
        """Watch a job from now on; who stands on its shortlist now is where that starts.

        Raises:
            Conflict: the same person watches this job already, in the same way.
        """
        self._unit.wait_for_writers()  # before looking: nobody else watches it meanwhile
        for known in self.open(job_id):
            if known.by == by and known.request == request:
                raise Conflict(f"this job is watched already, in the same way: watch {known.id}")
        now = self._unit.now
        watch_id = self._unit.insert(
            WatchRow, {"job_id": job_id, "request": dict(request), "by": by, "since_at": now}
        )
        self._add(watch_id, standing, search_id, seen=True)
        return watch_id

    def stop(self, watch_id: int) -> Watch:
        """Watch no longer; who was found stays. Errors: NotFound; Conflict where it is over."""
        watch = self.get(watch_id)
        if watch.ended_at is not None:
            raise Conflict(f"watch {watch_id} has ended already")
        self._unit.connection.execute(
            sa.update(WatchRow).where(WatchRow.id == watch_id).values(ended_at=self._unit.now)
        )
        return self.get(watch_id)

    def get(self, watch_id: int) -> Watch:
        """A watch by its id. Errors: NotFound."""
        found = self._read(WatchRow.id == watch_id)
        if not found:
            raise NotFound(f"there is no watch {watch_id}: see `bole watch list`")
        return found[0]

    def open(self, job_id: int | None = None) -> list[Watch]:
        """The watches that have not ended (of a job, or all), oldest first."""
        which = sa.true() if job_id is None else WatchRow.job_id == job_id
        return self._read(sa.and_(WatchRow.ended_at.is_(None), which))

    def known(self, watch_id: int) -> set[int]:
        """Who stood on the shortlist at the start or entered it since, under their present ids."""
        return set(
            self._unit.connection.scalars(
                sa.select(_NOW)
                .select_from(WatchMatchRow)
                .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == WatchMatchRow.person_id)
                .where(WatchMatchRow.watch_id == watch_id)
            )
        )

    def enter(self, watch_id: int, standing: Sequence[Standing], search_id: str) -> list[int]:
        """Record who of these is new on the shortlist; returns their ids, by rank.

        Once for each watch; nobody who has been erased since they were found. A watch that has
        ended meanwhile records nobody.
        """
        self._unit.wait_for_writers()  # before looking: nobody is erased or merged meanwhile
        if self.get(watch_id).ended_at is not None:
            return []
        known = self.known(watch_id) | set(self._people.erased())
        present = self._people.resolve_all(each.person_id for each in standing)
        new = {
            present[each.person_id]: each
            for each in reversed(standing)
            if each.person_id in present and present[each.person_id] not in known
        }
        entered = sorted(
            (Standing(person, each.rank, each.score) for person, each in new.items()),
            key=lambda each: each.rank,
        )
        self._add(watch_id, entered, search_id, seen=False)
        return [each.person_id for each in entered]

    def matches(self, watch_id: int | None = None, *, only_new: bool = False) -> list[Match]:
        """Who entered since the start (of a watch, or of all that are open), oldest first, by rank.

        Under their present ids; nobody who has been erased.
        """
        which = [WatchMatchRow.at != WatchRow.since_at, PersonRow.erased_at.is_(None)]
        which.append(WatchRow.ended_at.is_(None) if watch_id is None else WatchRow.id == watch_id)
        if only_new:
            which.append(WatchMatchRow.seen_at.is_(None))
        rows = self._unit.connection.execute(
            sa.select(
                WatchMatchRow.watch_id,
                _NOW,
                WatchMatchRow.rank,
                WatchMatchRow.score,
                WatchMatchRow.search_id,
                WatchMatchRow.at,
                WatchMatchRow.seen_at,
            )
            .select_from(WatchMatchRow)
            .join(WatchRow, WatchRow.id == WatchMatchRow.watch_id)
            .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == WatchMatchRow.person_id)
            .join(PersonRow, PersonRow.id == _NOW)
            .where(*which)
            .order_by(WatchMatchRow.at, WatchMatchRow.watch_id, WatchMatchRow.rank)
        )
        found: dict[tuple[int, int], Match] = {}
        for row in rows:
            match = Match(*row)
            found.setdefault((match.watch_id, match.person_id), match)
        return list(found.values())

    def mark_seen(self, matches: Iterable[Match]) -> None:
        """Somebody has looked at these, under whichever id they were found."""
        for match in matches:
            before = sa.select(PersonAliasRow.old_person_id).where(
                PersonAliasRow.person_id == match.person_id
            )
            self._unit.connection.execute(
                sa.update(WatchMatchRow)
                .where(
                    WatchMatchRow.watch_id == match.watch_id,
                    sa.or_(
                        WatchMatchRow.person_id == match.person_id,
                        WatchMatchRow.person_id.in_(before),
                    ),
                    WatchMatchRow.seen_at.is_(None),
                )
                .values(seen_at=self._unit.now)
            )

    def _add(
        self, watch_id: int, standing: Sequence[Standing], search_id: str | None, *, seen: bool
    ) -> None:
        now = self._unit.now
        self._unit.insert_all(
            WatchMatchRow,
            [
                {
                    "watch_id": watch_id,
                    "person_id": each.person_id,
                    "rank": each.rank,
                    "score": float(each.score),
                    "search_id": search_id,
                    "at": now,
                    "seen_at": now if seen else None,
                }
                for each in standing
            ],
        )

    def _read(self, which: sa.ColumnElement[bool]) -> list[Watch]:
        rows = self._unit.connection.execute(
            sa.select(WatchRow.__table__).where(which).order_by(WatchRow.id)
        )
        return [Watch(**row._mapping) for row in rows]
