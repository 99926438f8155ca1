"""Messages in and out, kept in the transactions that cause them.

A message in is stored before its sender gets an answer; its key makes a second arrival harmless. A
message out is written with the change that it reports, so neither is there without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import NotFound
from catalog.store.tables import InboxRow, OutboxRow
from catalog.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Kept:
    """A message, whatever has become of it."""

    id: int
    key: str
    payload: Mapping[str, Any]
    done: bool
    parked: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits; `attempts` counts the tries that failed."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int


class Post:
    """One of the two boxes in one transaction."""

    def __init__(self, unit: Unit, box: type[InboxRow] | type[OutboxRow]) -> None:
        self._unit = unit
        self._box = box

    def add(self, kind: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Keep a message; False, and nothing changed, where one of this kind and key is known."""
        moments = (
            {"received_at": self._unit.now}
            if self._box is InboxRow
            else {"created_at": self._unit.now, "available_at": self._unit.now}
        )
        on_postgresql = self._unit.connection.dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(self._box)
        values = {"kind": kind, "key": key, "payload": dict(payload), "attempts": 0, **moments}
        added = self._unit.connection.execute(insert.values(values).on_conflict_do_nothing())
        return bool(added.rowcount)

    def waiting(self, limit: int = 100, kind: str | None = None) -> list[Message]:
        """The oldest messages that are neither done nor parked, and may be worked on now."""
        box = self._box
        due = box.available_at <= self._unit.now if issubclass(box, OutboxRow) else sa.true()
        rows = self._unit.connection.execute(
            sa.select(box.id, box.kind, box.key, box.payload, box.attempts)
            .where(box.done_at.is_(None), box.parked.is_(None), due)
            .where(box.kind == kind if kind is not None else sa.true())
            .order_by(box.id)
            .limit(limit)
        )
        return [Message(*row) for row in rows]

    def find(self, kind: str, keys: Iterable[str]) -> list[Kept]:
        """The messages of these keys that are there, by id."""
        box = self._box
        rows = self._unit.connection.execute(
            sa.select(box.id, box.key, box.payload, box.done_at.is_not(None), box.parked)
            .where(box.kind == kind, box.key.in_(list(keys)))
            .order_by(box.id)
        )
        return [Kept(*row) for row in rows]

    def done(self, message: int, payload: Mapping[str, Any] | None = None) -> None:
        """A message has been dealt with; `payload` is what stays of it. Errors: NotFound."""
        stays = {} if payload is None else {"payload": dict(payload)}
        self._change(message, done_at=self._unit.now, **stays)

    def park(self, message: int, why: str) -> None:
        """Nobody should try again by themselves; `why` is for a person. Errors: NotFound."""
        self._change(message, parked=why, attempts=self._box.attempts + 1)

    def _change(self, message: int, **values: Any) -> None:
        changed = self._unit.connection.execute(
            sa.update(self._box).where(self._box.id == message).values(**values)
        )
        if not changed.rowcount:
            raise NotFound(f"there is no message {message}")
