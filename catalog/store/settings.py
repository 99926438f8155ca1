"""Choices made once, when the catalog was created."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from catalog.errors import Conflict
from catalog.store.tables import SettingRow
from catalog.store.unit import Unit


class Settings:
    """The choices of one transaction's catalog."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def all(self) -> dict[str, Any]:
        """Every choice by its key."""
        rows = self._unit.connection.execute(sa.select(SettingRow.key, SettingRow.value))
        return dict(rows.all())

    def choose(self, key: str, value: Any) -> None:
        """Make a choice for good; the same choice again changes nothing.

        Raises:
            Conflict: another choice was made before.
        """
        known = self.all()
        if key not in known:
            self._unit.connection.execute(sa.insert(SettingRow), {"key": key, "value": value})
        elif known[key] != value:
            raise Conflict(f"{key} was chosen when the catalog was created and cannot change")
