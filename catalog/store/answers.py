"""Idempotency keys: of equal writes that arrive, even at once, exactly one is done.

A row is committed before the write begins, so whoever comes second finds it. A process that dies
between its write and its answer leaves a row without one; after `LEASE` the next request may do the
write again, which is why what the API writes is idempotent by content besides.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.answers import Answer, Begun, Standing
from catalog.store.tables import IdempotencyRow
from catalog.store.unit import Unit

KEPT = timedelta(hours=24)  # how long an answer is given again
LEASE = timedelta(minutes=10)  # longer than any request is let run


class Answers:
    """The answers of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def begin(self, key_id: int, key: str, fingerprint: str) -> Begun:
        """Begin a write, unless it is being done, has been done, or the key means another one."""
        self._forget_old()
        number = self._insert(key_id, key, fingerprint)
        if number is not None:
            return Begun(Standing.NEW, number)
        row = self._unit.connection.execute(
            sa.select(IdempotencyRow.__table__)
            .where(IdempotencyRow.key_id == key_id, IdempotencyRow.key == key)
            .with_for_update()
        ).one_or_none()
        if row is None:  # given up at this very moment: the client asks again
            return Begun(Standing.RUNNING)
        if row.fingerprint != fingerprint:
            return Begun(Standing.OTHER)
        if row.status is not None:
            return Begun(Standing.DONE, answer=Answer(row.status, row.headers or {}, row.body))
        if row.begun_at > self._unit.now - LEASE:
            return Begun(Standing.RUNNING)
        self._unit.connection.execute(
            sa.update(IdempotencyRow)
            .where(IdempotencyRow.id == row.id)
            .values(begun_at=self._unit.now)
        )
        return Begun(Standing.NEW, row.id)

    def settle(self, number: int, answer: Answer) -> None:
        """Keep the answer to a write that was begun, to be given again."""
        self._unit.connection.execute(
            sa.update(IdempotencyRow)
            .where(IdempotencyRow.id == number)
            .values(status=answer.status, headers=dict(answer.headers), body=answer.body)
        )

    def give_up(self, number: int) -> None:
        """The write was refused or failed: its key may be used again."""
        self._unit.connection.execute(
            sa.delete(IdempotencyRow).where(
                IdempotencyRow.id == number, IdempotencyRow.status.is_(None)
            )
        )

    def _forget_old(self) -> None:
        self._unit.connection.execute(
            sa.delete(IdempotencyRow).where(IdempotencyRow.begun_at < self._unit.now - KEPT)
        )

    def _insert(self, key_id: int, key: str, fingerprint: str) -> int | None:
        on_postgresql = self._unit.connection.dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(IdempotencyRow)
        number: int | None = self._unit.connection.scalar(
            insert.values(key_id=key_id, key=key, fingerprint=fingerprint, begun_at=self._unit.now)
            .on_conflict_do_nothing()
            .returning(IdempotencyRow.id)
        )
        return number
