"""The backups on the list: an erasure leaves word beside each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.store.tables import BackupRow
from catalog.store.unit import Unit


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """A backup that was made at some time; its folder may since have been moved or deleted."""

    id: int
    path: str  # absolute
    at: datetime
    sequence: int  # what the backup holds


class Backups:
    """The list of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, path: str, sequence: int) -> int:
        """Put a backup on the list; a path that is listed already stands for the new one."""
        self._unit.connection.execute(sa.delete(BackupRow).where(BackupRow.path == path))
        return self._unit.insert(
            BackupRow, {"path": path, "at": self._unit.now, "sequence": sequence}
        )

    def remove(self, backup_id: int) -> None:
        """Take a backup off the list: it was deleted for good, and no erasure has to reach it."""
        self._unit.connection.execute(sa.delete(BackupRow).where(BackupRow.id == backup_id))

    def all(self) -> list[ListedBackup]:
        """The backups on the list, oldest first."""
        rows = self._unit.connection.execute(
            sa.select(BackupRow.id, BackupRow.path, BackupRow.at, BackupRow.sequence).order_by(
                BackupRow.id
            )
        )
        return [ListedBackup(*row) for row in rows]
