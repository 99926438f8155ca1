"""The models this installation has, and which of them may serve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.generations import Model, ModelState
from catalog.store.tables import ModelRow
from catalog.store.unit import Unit


class Models:
    """The models of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(
        self, name: str, kind: str, fingerprint: str, path: str, metrics: Mapping[str, Any]
    ) -> int:
        """Record a model as a candidate; `path` is relative to the data folder."""
        return self._unit.insert(
            ModelRow,
            {
                "name": name,
                "kind": kind,
                "fingerprint": fingerprint,
                "path": path,
                "metrics": dict(metrics),
                "state": ModelState.CANDIDATE,
                "created_at": self._unit.now,
            },
        )

    def get(self, fingerprint: str) -> Model:
        """The model with this fingerprint. Errors: NotFound."""
        row = self._unit.connection.execute(
            sa.select(ModelRow.__table__).where(ModelRow.fingerprint == fingerprint)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no model {fingerprint[:12]}")
        return Model(**{**row._mapping, "state": ModelState(row.state)})

    def move(self, fingerprint: str, state: ModelState) -> None:
        """Record what was decided about a model. Errors: NotFound."""
        moved = self._unit.connection.execute(
            sa.update(ModelRow).where(ModelRow.fingerprint == fingerprint).values(state=state)
        )
        if not moved.rowcount:
            raise NotFound(f"there is no model {fingerprint[:12]}")
