"""The models this installation has, which of them may serve, and whose outcomes made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import NotFound
from catalog.generations import Model, ModelState
from catalog.store.people import People
from catalog.store.tables import ModelRow, PersonAliasRow, TrainedOnRow
from catalog.store.unit import Unit, in_lots


class Models:
    """The models of one transaction."""

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def add(
        self,
        name: str,
        kind: str,
        fingerprint: str,
        path: str,
        metrics: Mapping[str, Any],
        *,
        base: str = "",
        parent: str | None = None,
        data_hash: str = "",
        calibration: Mapping[str, Any] | None = None,
    ) -> int:
        """Record a model as a candidate; `path` is relative to the data folder.

        Raises:
            Conflict: there is one of this kind and fingerprint.
        """
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
                "base": base,
                "parent": parent,
                "data_hash": data_hash,
                "calibration": None if calibration is None else dict(calibration),
            },
        )

    def get(self, fingerprint: str) -> Model:
        """The model with this fingerprint. Errors: NotFound."""
        found = self._read(ModelRow.fingerprint == fingerprint)
        if not found:
            raise _not_found(fingerprint)
        return found[0]

    def all(self, kind: str | None = None) -> list[Model]:
        """The models of a kind (None: of any), oldest first."""
        return self._read(sa.true() if kind is None else ModelRow.kind == kind)

    def move(self, fingerprint: str, state: ModelState) -> None:
        """Record what was decided about a model. Errors: NotFound."""
        moved = self._unit.connection.execute(
            sa.update(ModelRow).where(ModelRow.fingerprint == fingerprint).values(state=state)
        )
        if not moved.rowcount:
            raise _not_found(fingerprint)

    def add_trained_on(self, fingerprint: str, person_ids: Iterable[int]) -> None:
        """Record whose outcomes went into a model; somebody known to have been is so once.

        Raises:
            NotFound: there is no such model, or there never was such a person.
        """
        model = self.get(fingerprint).id
        on_postgresql = self._unit.connection.dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(TrainedOnRow)
        for lot in in_lots(sorted(set(person_ids))):
            self._unit.connection.execute(
                insert.on_conflict_do_nothing(),
                [{"person_id": person, "model_id": model} for person in lot],
            )

    def trained_on(self, person_id: int) -> list[Model]:
        """The models that somebody's outcomes went into, under any id of theirs, oldest first.

        Raises:
            NotFound: there never was such a person.
        """
        person = self._people.resolve(person_id)
        before = sa.select(PersonAliasRow.old_person_id).where(PersonAliasRow.person_id == person)
        trained = sa.select(TrainedOnRow.model_id).where(
            sa.or_(TrainedOnRow.person_id == person, TrainedOnRow.person_id.in_(before))
        )
        return self._read(ModelRow.id.in_(trained))

    def _read(self, which: sa.ColumnElement[bool]) -> list[Model]:
        rows = self._unit.connection.execute(
            sa.select(ModelRow.__table__).where(which).order_by(ModelRow.id)
        )
        return [
            Model(
                **{
                    **row._mapping,
                    "state": ModelState(row.state),
                    "calibration": row.calibration or {},
                }
            )
            for row in rows
        ]


def _not_found(fingerprint: str) -> NotFound:
    return NotFound(f"there is no model {fingerprint[:12]}")
