"""Files that yielded nothing usable, with a reason a recruiter understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.store.tables import QuarantineRow
from catalog.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that waits for a person. `kept`: its bytes are in the blob store."""

    id: int
    path: str
    content_hash: str
    kept: bool
    reason: str
    message: str
    at: datetime
    last_at: datetime
    tries: int


class Quarantine:
    """The quarantine of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(
        self, path: str, content_hash: str, reason: str, message: str, *, kept: bool = False
    ) -> int:
        """Put a file aside; the same bytes under the same path again count as another try.

        `content_hash` is empty where not even the bytes could be read.
        """
        known = self._unit.connection.execute(
            sa.update(QuarantineRow)
            .where(QuarantineRow.path == path, QuarantineRow.content_hash == content_hash)
            .values(
                tries=QuarantineRow.tries + 1,
                last_at=self._unit.now,
                reason=reason,
                message=message,
                kept=sa.or_(QuarantineRow.kept, sa.literal(kept)),
                resolved_at=None,
            )
            .returning(QuarantineRow.id)
        ).scalar()
        if known is not None:
            return known
        return self._unit.insert(
            QuarantineRow,
            {
                "path": path,
                "content_hash": content_hash,
                "kept": kept,
                "reason": reason,
                "message": message,
                "at": self._unit.now,
                "last_at": self._unit.now,
                "tries": 1,
            },
        )

    def waiting(self) -> list[Quarantined]:
        """The files that still wait, in the order in which they first came."""
        rows = self._unit.connection.execute(
            sa.select(
                QuarantineRow.id,
                QuarantineRow.path,
                QuarantineRow.content_hash,
                QuarantineRow.kept,
                QuarantineRow.reason,
                QuarantineRow.message,
                QuarantineRow.at,
                QuarantineRow.last_at,
                QuarantineRow.tries,
            )
            .where(QuarantineRow.resolved_at.is_(None))
            .order_by(QuarantineRow.id)
        )
        return [Quarantined(*row) for row in rows]

    def resolve(self, quarantine_id: int) -> None:
        """A person has dealt with this file.

        Raises:
            NotFound: no such file waits.
        """
        done = self._unit.connection.execute(
            sa.update(QuarantineRow)
            .where(QuarantineRow.id == quarantine_id, QuarantineRow.resolved_at.is_(None))
            .values(resolved_at=self._unit.now)
        )
        if not done.rowcount:
            raise NotFound(f"no file {quarantine_id} waits in quarantine")

    def settle(self, path: str, content_hash: str) -> None:
        """The file could be read after all: it, and older bytes under its path, wait no longer."""
        self._unit.connection.execute(
            sa.update(QuarantineRow)
            .where(
                sa.or_(
                    QuarantineRow.path == path,
                    sa.and_(
                        QuarantineRow.content_hash == content_hash,
                        QuarantineRow.content_hash != "",  # no bytes are not the same bytes
                    ),
                ),
                QuarantineRow.resolved_at.is_(None),
            )
            .values(resolved_at=self._unit.now)
        )
