"""The nights that ran: when they were due, how they went, and what came of each task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.nights import OVER, Night, NightState
from catalog.store.tables import NightRow
from catalog.store.unit import Unit

# A night that claims to have begun later than this from now was run under a clock that was wrong.
_AHEAD = timedelta(days=2)


class Nights:
    """The nights of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def begin(self, due_on: date, started_at: datetime) -> int:
        """Note that a night has begun, and return its id.

        Only for who holds the lock of the night: whatever still counts as running was killed, and
        is marked as cut short.
        """
        self._unit.connection.execute(
            sa.update(NightRow)
            .where(NightRow.state == NightState.RUNNING)
            .values(state=NightState.CUT_SHORT)
        )
        return self._unit.insert(
            NightRow,
            {
                "due_on": due_on,
                "state": NightState.RUNNING,
                "started_at": started_at,
                "report": {},
            },
        )

    def note(self, night_id: int, report: Mapping[str, Any]) -> None:
        """Keep what has been reported so far, in case the night does not live to its end."""
        self._change(night_id, report=dict(report))

    def finish(
        self, night_id: int, state: NightState, report: Mapping[str, Any], finished_at: datetime
    ) -> None:
        """Note how a night ended."""
        self._change(night_id, state=state, report=dict(report), finished_at=finished_at)

    def get(self, night_id: int) -> Night:
        """A night by its id. Errors: NotFound."""
        found = self._read(NightRow.id == night_id, 1)
        if not found:
            raise NotFound(f"there is no night {night_id}")
        return found[0]

    def newest(self, limit: int = 10) -> list[Night]:
        """The nights that began last, the newest first, whatever the clock said."""
        return self._read(sa.true(), limit)

    def is_over(self, due_on: date, now: datetime) -> bool:
        """Whether the night of a day has run to its end, well or not; one cut short has not.

        It is the day that is asked for, not whether any later night has run: a clock that was ahead
        for a while must not keep later nights from running.
        """
        found = self._unit.connection.scalar(
            sa.select(NightRow.id)
            .where(
                NightRow.due_on == due_on,
                NightRow.state.in_(OVER),
                NightRow.started_at <= now + _AHEAD,
            )
            .limit(1)
        )
        return found is not None

    def forget_all_but(self, newest: int) -> int:
        """Delete the records of all but the newest nights; returns how many went."""
        kept = sa.select(NightRow.id).order_by(NightRow.id.desc()).limit(newest)
        oldest = self._unit.connection.scalar(sa.select(sa.func.min(kept.subquery().c.id)))
        if oldest is None:
            return 0
        return self._unit.connection.execute(
            sa.delete(NightRow).where(NightRow.id < oldest)
        ).rowcount

    def _change(self, night_id: int, **values: Any) -> None:
        changed = self._unit.connection.execute(
            sa.update(NightRow).where(NightRow.id == night_id).values(**values)
        )
        if not changed.rowcount:
            raise NotFound(f"there is no night {night_id}")

    def _read(self, which: sa.ColumnElement[bool], limit: int) -> list[Night]:
        rows = self._unit.connection.execute(
            sa.select(NightRow.__table__).where(which).order_by(NightRow.id.desc()).limit(limit)
        )
        return [Night(**{**row._mapping, "state": NightState(row.state)}) for row in rows]
