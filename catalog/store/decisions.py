"""What was decided about models: only ever added to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from catalog.decisions import Decision, DecisionKind
from catalog.errors import InvalidRequest
from catalog.store.tables import DecisionRow
from catalog.store.unit import Unit


class Decisions:
    """The decisions of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def record(
        self,
        kind: DecisionKind,
        model: str | None,
        before: str | None,
        after: str | None,
        by: str,
        reasons: Iterable[str],
        evidence: Mapping[str, Any],
    ) -> int:
        """Add a decision and return its id. Errors: InvalidRequest."""
        try:
            known = DecisionKind(kind)
        except ValueError:
            raise InvalidRequest("not a kind of decision") from None
        if not by:
            raise InvalidRequest("a decision needs somebody who made it")
        return self._unit.insert(
            DecisionRow,
            {
                "at": self._unit.now,
                "kind": known,
                "model": model,
                "before": before,
                "after": after,
                "by": by,
                "reasons": list(reasons),
                "evidence": dict(evidence),
                "sequence": self._unit.take_sequence(),
            },
        )

    def all(self) -> list[Decision]:
        """Every decision, newest last."""
        rows = self._unit.connection.execute(
            sa.select(
                DecisionRow.id,
                DecisionRow.at,
                DecisionRow.kind,
                DecisionRow.model,
                DecisionRow.before,
                DecisionRow.after,
                DecisionRow.by,
                DecisionRow.reasons,
                DecisionRow.evidence,
            ).order_by(DecisionRow.id)
        )
        return [
            Decision(
                **{
                    **row._mapping,
                    "kind": DecisionKind(row.kind),
                    "reasons": tuple(row.reasons),
                }
            )
            for row in rows
        ]
