"""Generations, the models beside them, and the one pointer that says what is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from catalog.errors import Conflict, NotFound, NotReady
from catalog.generations import Generation, GenerationState, Mark, Serving
from catalog.store.tables import GenerationRow, SequenceRow, ServingRow
from catalog.store.unit import Unit

_FIRST_HALF = (GenerationState.BUILDING, GenerationState.VERIFIED)
_NOTHING_YET = "nothing has been indexed yet: run `bole reindex`"


class Generations:
    """The generations of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def begin(self, folder: str, sequence: int, encoder: str, format_version: int) -> int:
        """Announce a generation that is being built from the catalog as it is at a sequence."""
        return self._unit.insert(
            GenerationRow,
            {
                "state": GenerationState.BUILDING,
                "folder": folder,
                "sequence": sequence,
                "encoder": encoder,
                "format_version": format_version,
                "passages": 0,
                "people": 0,
                "manifest": {},
                "created_at": self._unit.now,
            },
        )

    def verify(
        self, generation_id: int, *, passages: int, people: int, manifest: Mapping[str, Any]
    ) -> None:
        """Record that what was built is whole, and what it consists of."""
        self._move(
            generation_id,
            (GenerationState.BUILDING,),
            state=GenerationState.VERIFIED,
            passages=passages,
            people=people,
            manifest=dict(manifest),
        )

    def publish(
        self,
        generation_id: int,
        *,
        vocabulary: str,
        reranker: str | None = None,
        calibration: str | None = None,
    ) -> None:
        """Serve a verified generation, or an older published one again, with what belongs to it.

        The encoder is the generation's own. Everything moves in this transaction or nothing does.
        """
        self._move(
            generation_id,
            (GenerationState.VERIFIED, GenerationState.PUBLISHED),
            state=GenerationState.PUBLISHED,
            published_at=self._unit.now,
        )
        self._unit.connection.execute(
            sa.update(ServingRow).values(
                generation_id=generation_id,
                encoder=self.get(generation_id).encoder,
                reranker=reranker,
                calibration=calibration,
                vocabulary=vocabulary,
                changed_at=self._unit.now,
            )
        )

    def serve(self, reranker: str | None, calibration: str | None) -> None:
        """Serve another reranker with its calibration (None: none); all else stays as it is.

        Raises:
            NotReady: nothing has been published yet.
        """
        moved = self._unit.connection.execute(
            sa.update(ServingRow)
            .where(ServingRow.generation_id.is_not(None))
            .values(reranker=reranker, calibration=calibration, changed_at=self._unit.now)
        )
        if not moved.rowcount:
            raise NotReady(_NOTHING_YET)

    def note_rollback(self, generation_id: int, by: str, instead_of: int) -> None:
        """Add to a generation's record that it serves again, since when, by whose decision."""
        record = dict(self.get(generation_id).manifest)
        again = {"at": self._unit.now.isoformat(), "by": by, "instead_of": instead_of}
        record["rolled_back_to"] = [*record.get("rolled_back_to", ()), again]
        self._unit.connection.execute(
            sa.update(GenerationRow)
            .where(GenerationRow.id == generation_id)
            .values(manifest=record)
        )

    def fail(self, generation_id: int, why: str) -> None:
        """Record that building ended badly; what is served stays as it was."""
        self._move(generation_id, _FIRST_HALF, state=GenerationState.FAILED, failure=why)

    def retire(self, generation_id: int) -> None:
        """Record that a generation's files may go.

        Raises:
            Conflict: it is the one being served.
        """
        served = sa.select(ServingRow.generation_id).where(
            ServingRow.generation_id == generation_id
        )
        if self._unit.connection.scalar(served) is not None:
            raise Conflict(f"generation {generation_id} is being served")
        self._move(
            generation_id,
            (*_FIRST_HALF, GenerationState.PUBLISHED),
            state=GenerationState.RETIRED,
        )

    def get(self, generation_id: int) -> Generation:
        """A generation by its id."""
        found = self._read(GenerationRow.id == generation_id)
        if not found:
            raise NotFound(f"there is no generation {generation_id}")
        return found[0]

    def all(self, *states: GenerationState) -> list[Generation]:
        """The generations in these states (none given: in any), oldest first."""
        return self._read(GenerationRow.state.in_(states) if states else sa.true())

    def serving(self) -> Serving:
        """What is served now.

        Raises:
            NotReady: nothing has been published yet.
        """
        served = self.pointer()
        if served is None:
            raise NotReady(_NOTHING_YET)
        return served

    def mark(self) -> Mark:
        """What is served and the newest sequence, in one statement: cheap enough for each search.

        While it stays the same, nothing has changed that a search depends on, but for vectors that
        came later than their résumés.
        """
        pointed = (
            ServingRow.generation_id,
            ServingRow.reranker,
            ServingRow.calibration,
            ServingRow.vocabulary,
            ServingRow.changed_at,
        )
        *pointer, sequence = self._unit.connection.execute(
            sa.select(*pointed, SequenceRow.value).join(SequenceRow, sa.true())
        ).one()
        return Mark(tuple(pointer), sequence)

    def pointer(self) -> Serving | None:
        """What is served now; None before the first generation is published."""
        row = self._unit.connection.execute(sa.select(ServingRow.__table__)).one()
        if row.generation_id is None:
            return None
        return Serving(
            generation=self.get(row.generation_id),
            encoder=row.encoder,
            reranker=row.reranker,
            calibration=row.calibration,
            vocabulary=row.vocabulary,
            changed_at=row.changed_at,
        )

    def _move(self, generation_id: int, before: Sequence[GenerationState], **values: Any) -> None:
        moved = self._unit.connection.execute(
            sa.update(GenerationRow)
            .where(GenerationRow.id == generation_id, GenerationRow.state.in_(before))
            .values(**values)
        )
        if not moved.rowcount:
            state = self.get(generation_id).state
            raise Conflict(
                f"generation {generation_id} is {state}, so it cannot become {values['state']}"
            )

    def _read(self, which: sa.ColumnElement[bool]) -> list[Generation]:
        rows = self._unit.connection.execute(
            sa.select(GenerationRow.__table__).where(which).order_by(GenerationRow.id)
        )
        return [Generation(**{**row._mapping, "state": GenerationState(row.state)}) for row in rows]
