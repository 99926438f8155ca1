"""What the raw parts say about a pair next to the other candidates of its job."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from indexer.learning.examples import Pair


def requirements_of(pair: Pair) -> float | None:
    """The share of the job's demands shown, from 0 to 1; None where it is not known."""
    return _part(pair, "requirements")


def retrieval_of(pair: Pair) -> float | None:
    """How near retrieval finds the two, by meaning and words together; None where not known."""
    meaning, words = _part(pair, "meaning"), _part(pair, "words")
    return None if meaning is None or words is None else meaning + words


def close_reading_of(pair: Pair) -> float | None:
    """What the cross-encoder makes of the two, from -1 to 1; None where it did not read them."""
    return _part(pair, "close reading")


def standings(values: Sequence[float]) -> list[float]:
    """The share of the values that each leaves behind, equal ones (and itself) counting half."""
    ordered = sorted(values)
    return [
        (bisect_left(ordered, value) + bisect_right(ordered, value)) / (2 * len(ordered))
        for value in values
    ]


def _part(pair: Pair, name: str) -> float | None:
    value = pair.parts.get(name)
    return value if value is not None and math.isfinite(value) else None
