"""From parts to one score, and from the score to a chance of reaching an interview or beyond.

The score is a logit: a base rate and a weighted sum of parts, so parts still add up, and only the
last step, the logistic function, turns the sum into a probability (Platt, 1999). Weights are never
negative: more of a good thing must not lower anybody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged
from search.fusion import MEANING, WORDS

Floats = NDArray[np.float64]

REQUIREMENTS: Final = "requirements"
CLOSE_READING: Final = "close reading"
PARTS: Final = (MEANING, WORDS, REQUIREMENTS, CLOSE_READING)
BASE_RATE: Final = "base rate"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much each part counts, fitted on `labels` applications for `jobs` jobs."""

    bias: float
    weights: Mapping[str, float]  # one for each of PARTS, none below 0
    labels: int
    jobs: int

    def parts_of(self, raw: Mapping[str, Floats]) -> dict[str, Floats]:
        """The weighted parts, base rate first, whose sum is the score; `raw` may lack some parts.

        ValueError for a part that has no weight, or parts of different lengths.
        """
        if unknown := set(raw) - set(PARTS):
            raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
        lengths = {len(part) for part in raw.values()}
        if len(lengths) != 1:
            raise ValueError("parts must be of one length")
        weighted = {BASE_RATE: np.full(lengths.pop(), self.bias)}
        for name in PARTS:
            if name in raw:
                # + 0.0 turns -0.0, which a weight of 0 makes of a negative part, into 0.0
                weighted[name] = self.weights[name] * np.asarray(raw[name], np.float64) + 0.0
        return weighted

    def probability(self, scores: Floats) -> Floats:
        """The chance that each score stands for, from 0 to 1."""
        return np.array([logistic(score) for score in scores.tolist()], np.float64)


def logistic(logit: float) -> float:
    """1 / (1 + e^-logit), one number at a time: the same bits whatever stands beside it."""
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1.0 + grown)


def closeness(logits: Floats) -> Floats:
    """The cross-encoder's logits as a part of bounded size: from -1 over 0 to 1."""
    return np.array([2.0 * logistic(logit) - 1.0 for logit in logits.tolist()], np.float64)


def calibration_to_record(calibration: Calibration) -> dict[str, Any]:
    """The calibration as JSON."""
    return {
        "bias": calibration.bias,
        "weights": dict(calibration.weights),
        "labels": calibration.labels,
        "jobs": calibration.jobs,
    }


def calibration_from_record(record: Mapping[str, Any]) -> Calibration:
    """The calibration again. Error: Damaged where it is not one."""
    try:
        weights = {str(name): _number(weight) for name, weight in record["weights"].items()}
        bias, labels, jobs = _number(record["bias"]), record["labels"], record["jobs"]
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _damaged() from None
    sound = (
        set(weights) == set(PARTS)
        and min(weights.values()) >= 0.0
        and type(labels) is type(jobs) is int
        and min(labels, jobs) >= 0
    )
    if not sound:
        raise _damaged()
    return Calibration(bias, weights, labels, jobs)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def _damaged() -> Damaged:
    return Damaged("the reranker's calibration cannot be read: `bole rollback`, or train again")
