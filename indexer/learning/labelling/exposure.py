"""Who had less of a chance to be seen counts for more: inverse propensity weighting.

Recruiters look at the top of a list. What came of a candidate at rank 30 was rarely observed, so
each such observation stands for several that were not. Joachims, Swaminathan and Schnabel
(WSDM 2017, "Unbiased learning-to-rank with biased feedback") weigh by 1/p, with p the chance that
a rank is examined, modelled as (1/rank)^eta. That corrects for position only where the model of p
holds and nobody has p = 0; clipping bounds the variance and leaves some bias. Training without
weights is the baseline that it must beat.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from catalog.errors import InvalidRequest
from indexer.learning.examples import Origin, Pair

LEAST_PROPENSITY = 0.1  # nobody counts more than ten times as much as the first of a list


def propensity(rank: int, eta: float = 1.0) -> float:
    """The chance that a rank (from 1) is examined: (1/rank)^eta, clipped to [0.1, 1].

    With `eta` 0 every rank is, with 1 (the default) the second half as often as the first.

    Raises:
        InvalidRequest: a rank below 1, an eta below 0 or without bounds.
    """
    if rank < 1:
        raise InvalidRequest(f"ranks start at 1, not {rank}")
    if not (math.isfinite(eta) and eta >= 0):
        raise InvalidRequest(f"eta is how steeply attention falls, 0 or more, not {eta:g}")
    return max(LEAST_PROPENSITY, math.pow(rank, -eta))


def weigh_by_exposure(
    pairs: Sequence[Pair], best_ranks: Mapping[int, int], eta: float = 1.0
) -> list[Pair]:
    """The pairs of one job, those seen in a search for it weighted by 1/propensity of their rank.

    `best_ranks` are each person's best rank among the searches for this job. The factors of the
    observed have a mean of 1, so that they count as much together as before. Whoever came through
    the ATS alone keeps the weight, and so does what is not an outcome: nobody judged it on seeing.
    """
    factors = {
        pair.person_id: 1 / propensity(best_ranks[pair.person_id], eta)
        for pair in pairs
        if pair.origin is Origin.OUTCOME and pair.person_id in best_ranks
    }
    if not factors:
        return list(pairs)
    mean = sum(factors.values()) / len(factors)
    return [
        pair.weighing(pair.weight * factors[pair.person_id] / mean)
        if pair.origin is Origin.OUTCOME and pair.person_id in factors
        else pair
        for pair in pairs
    ]
