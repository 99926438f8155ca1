"""The comparison that a promotion rests on: retrieval, champion, challenger and control."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.calibrate import (
    brier,
    calibration_error,
    learned_scores,
    reliability,
    unlearned,
)
from indexer.learning.measuring.figures import (
    by_group,
    comparable,
    gain,
    judgements,
    measure,
    rank_by,
)
from search.calibration import Calibration


def by_retrieval(pairs: Sequence[Pair]) -> list[float]:
    """The score without anything learned."""
    return [pair.parts["meaning"] + pair.parts["words"] for pair in pairs]


def by_close_reading(pairs: Sequence[Pair]) -> list[float]:
    """The cross-encoder's word alone."""
    return [pair.parts["close reading"] for pair in pairs]


def compare(
    test: Sequence[JobPairs],
    calibration: Calibration,
    champion: tuple[Sequence[JobPairs], Calibration] | None,
    control: Sequence[JobPairs],
) -> dict[str, Any]:
    """Measures and paired gains on held-out jobs; the keys are those of Model.metrics.

    `test` and the champion's jobs carry the close reading of their own model, `control` that of
    the model which never read the job.
    """
    judged = comparable(test)
    qrels = judgements(judged)
    retrieval = rank_by(judged, by_retrieval)
    challenger = rank_by(judged, lambda pairs: learned_scores(calibration, pairs).tolist())
    unread = rank_by(comparable(control), by_close_reading)
    runs = {"nDCG@10": challenger, "retrieval": retrieval}
    pairs = [pair for job in test for pair in job.pairs]
    metrics: dict[str, Any] = {
        "retrieval": measure(retrieval, qrels),
        "challenger": measure(challenger, qrels) | reliable(calibration, pairs),
        "nothing learned": measure(
            rank_by(judged, lambda pairs: learned_scores(unlearned(), pairs).tolist()), qrels
        ),
        "close reading alone": measure(rank_by(judged, by_close_reading), qrels),
        "control": measure(unread, qrels),
        "champion": None,
        "gain over retrieval": gain(challenger, retrieval, qrels),
        "MAP gain over retrieval": gain(challenger, retrieval, qrels, "AP"),
        "gain over control": gain(challenger, unread, qrels),
        "gain over champion": None,
        "by language": by_group(judged, lambda job: job.language, runs),
        "by trade": by_group(judged, lambda job: (job.title or "untitled").casefold(), runs),
        "weights": {"base rate": calibration.bias, **calibration.weights},
    }
    if champion is not None:
        jobs, of_champion = champion
        before = rank_by(
            comparable(jobs), lambda pairs: learned_scores(of_champion, pairs).tolist()
        )
        own = [pair for job in jobs for pair in job.pairs]
        metrics["champion"] = measure(before, qrels) | reliable(of_champion, own)
        metrics["gain over champion"] = gain(challenger, before, qrels)
    return metrics


def reliable(calibration: Calibration, pairs: Sequence[Pair]) -> dict[str, Any]:
    """ECE, Brier score (and that of always naming the average), and the bins to look at."""
    chances = calibration.probability(learned_scores(calibration, pairs))
    happened = np.array([pair.reached for pair in pairs], np.float64)
    return {
        "ECE": calibration_error(chances, happened),
        "Brier": brier(chances, happened),
        "Brier of the base rate": brier(np.full(len(pairs), happened.mean()), happened),
        "reliability": reliability(chances, happened),
    }


def on_older(
    now: Sequence[JobPairs],
    calibration: Calibration,
    before: Sequence[JobPairs],
    of_champion: Calibration,
) -> dict[str, Any]:
    """What the new model has forgotten: both on the same older jobs."""
    judged, earlier = comparable(now), comparable(before)
    qrels = judgements(judged)
    if not qrels:
        return {"jobs": 0}
    new = rank_by(judged, lambda pairs: learned_scores(calibration, pairs).tolist())
    old = rank_by(earlier, lambda pairs: learned_scores(of_champion, pairs).tolist())
    return {
        "jobs": len(judged),
        "challenger": measure(new, qrels)["nDCG@10"],
        "champion": measure(old, qrels)["nDCG@10"],
        "difference": gain(new, old, qrels),
    }
