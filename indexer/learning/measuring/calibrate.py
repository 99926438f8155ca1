"""Fitting the score to what happened: how much each part counts, and what chance that makes.

A logistic regression of "reached an interview or beyond" on the raw parts, with weights that are
never negative (more of a good thing must not lower a score) and a normal prior that keeps a few
labels from saying more than they can (MacKay, 1992). It is fitted on the development jobs, which
the cross-encoder was not trained on: on its own training jobs it would seem better than it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.errors import InvalidRequest
from indexer.learning.examples import Origin, Pair
from search.calibration import CLOSE_READING, PARTS, Calibration

Floats = NDArray[np.float64]

# Before any label: each part counts, but for close reading, which may be noise...
PRIOR: Mapping[str, float] = {"meaning": 2.0, "words": 2.0, "requirements": 2.0}
# ...unless it began from a model that knew how to read.
TRUSTING: Mapping[str, float] = {**PRIOR, CLOSE_READING: 4.0}
SPREAD = 2.0  # standard deviation of the prior
_BIAS_SPREAD = 4.0


def fit_calibration(pairs: Sequence[Pair], before: Mapping[str, float] = PRIOR) -> Calibration:
    """The calibration that explains these pairs best; each has all `PARTS`. `before` is what each
    part counts while nothing speaks against it.

    Errors: InvalidRequest where nobody, or everybody, got to an interview.
    """
    from scipy.optimize import minimize

    refuse_one_class(pairs)
    judged = [pair for pair in pairs if pair.origin is Origin.OUTCOME]
    happened = np.array([pair.reached for pair in judged], np.float64)
    raw = raw_parts(judged)
    design = np.column_stack([np.ones(len(judged)), *(raw[name] for name in PARTS)])
    prior = np.array([0.0, *(before.get(name, 0.0) for name in PARTS)])
    spread = np.array([_BIAS_SPREAD, *(SPREAD for _ in PARTS)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = design @ weights
        distance = (weights - prior) / spread
        value = np.sum(np.logaddexp(0.0, logits) - happened * logits) + distance @ distance / 2
        slope = design.T @ (1.0 / (1.0 + np.exp(-logits)) - happened) + distance / spread
        return float(value), slope

    bounds = [(None, None), *((0.0, None) for _ in PARTS)]
    found = minimize(loss, prior, jac=True, bounds=bounds, method="L-BFGS-B")
    weights = dict(zip(PARTS, found.x[1:].tolist(), strict=True))
    jobs = len({pair.job_id for pair in judged})
    return Calibration(float(found.x[0]), weights, labels=len(judged), jobs=jobs)


def unlearned() -> Calibration:
    """The prior itself: how the same parts rank when no outcome has been looked at."""
    return Calibration(0.0, {name: PRIOR.get(name, 0.0) for name in PARTS}, labels=0, jobs=0)


def refuse_one_class(pairs: Sequence[Pair]) -> None:
    """Error: InvalidRequest where nobody among these, or everybody, got to an interview."""
    if len({pair.reached for pair in pairs if pair.origin is Origin.OUTCOME}) < 2:
        raise InvalidRequest(
            "in the jobs that the score is fitted on, nobody was turned down before an interview, "
            "or nobody got to one: import more outcomes of both kinds"
        )


def raw_parts(pairs: Sequence[Pair]) -> dict[str, Floats]:
    """Part → values, in the order of the pairs."""
    return {name: np.array([pair.parts[name] for pair in pairs], np.float64) for name in PARTS}


def learned_scores(calibration: Calibration, pairs: Sequence[Pair]) -> Floats:
    """The score that serving would give: the sum of the weighted parts, a logit."""
    weighted = calibration.parts_of(raw_parts(pairs))
    total: Floats = np.sum(list(weighted.values()), axis=0)
    return total


def brier(chances: Floats, happened: Floats) -> float:
    """Mean squared difference of chance and event, 0 best (Brier, 1950)."""
    return float(np.mean((chances - happened) ** 2))


def calibration_error(chances: Floats, happened: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal size (Naeini et al., AAAI 2015): how far, on
    average, the chance named lies from the share that came true."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(chances[part].mean() - happened[part].mean()) for part in parts]
    return float(sum(gaps) / len(chances))


def reliability(chances: Floats, happened: Floats, bins: int = 5) -> list[dict[str, float]]:
    """For the eye: named chance and share that came true, bin by bin, lowest first."""
    order = np.argsort(chances, kind="stable")
    return [
        {
            "pairs": len(part),
            "said": float(chances[part].mean()),
            "happened": float(happened[part].mean()),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]
