"""What was decided about a model, by whom, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class DecisionKind(StrEnum):
    """What was decided."""

    PROMOTED = "promoted"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `before` and `after` are fingerprints of the reranker serving (None: none).

    `model` is the fingerprint of the model that it is about; `by` a person, or what decided itself.
    """

    id: int
    at: datetime
    kind: DecisionKind
    model: str | None
    before: str | None
    after: str | None
    by: str
    reasons: tuple[str, ...]
    evidence: Mapping[str, Any]
