"""From parts to a chance: the learned score is a logit, and its parts add up before the link.

    logit = base rate + Σ weight · part        chance = 1 / (1 + e^-logit)

of reaching an interview or beyond, as past decisions went. Weights are fitted on held-out outcomes
(indexer.learning.calibrate) and never negative: more of a good thing must not lower a score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged

Floats = NDArray[np.float64]

BASE_RATE: Final = "base rate"
REQUIREMENTS: Final = "requirements"
CLOSE_READING: Final = "close reading"
PARTS: Final = ("meaning", "words", REQUIREMENTS, CLOSE_READING)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`bias` is the logit of somebody whose parts are all 0. Fitted on `labels` of `jobs`."""

    bias: float
    weights: Mapping[str, float]
    labels: int
    jobs: int

    def __post_init__(self) -> None:
        if set(self.weights) != set(PARTS):
            raise ValueError(f"weights are of {', '.join(PARTS)}")
        values = [self.bias, *self.weights.values()]
        if not all(map(math.isfinite, values)) or min(self.weights.values()) < 0:
            raise ValueError("weights are finite and not negative, and so is the bias finite")

    def parts_of(self, raw: Mapping[str, Floats]) -> dict[str, Floats]:
        """Each part as it counts, the base rate first; what is not in `raw` is left out."""
        length = len(next(iter(raw.values())))
        weighted = {name: self.weights[name] * raw[name] for name in PARTS if name in raw}
        return {BASE_RATE: np.full(length, self.bias), **weighted}

    def probability(self, scores: Floats) -> Floats:
        """The chance that a sum of all parts stands for; from 0 to 1."""
        halves = np.exp(-np.abs(scores))
        return np.where(scores >= 0, 1 / (1 + halves), halves / (1 + halves))


def calibration_to_record(calibration: Calibration) -> dict[str, Any]:
    """As JSON."""
    return {
        "bias": calibration.bias,
        "weights": dict(calibration.weights),
        "labels": calibration.labels,
        "jobs": calibration.jobs,
    }


def calibration_from_record(record: Mapping[str, Any]) -> Calibration:
    """The calibration again. Error: Damaged."""
    try:
        return Calibration(
            bias=float(record["bias"]),
            weights={str(name): float(value) for name, value in record["weights"].items()},
            labels=int(record["labels"]),
            jobs=int(record["jobs"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Damaged("the calibration of a model is not of the form that it should be") from None
