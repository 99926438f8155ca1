"""How much of the truth a ranking recovers, and how far two groups lie apart at equal fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from search.measures import Estimate, per_job

RESAMPLES = 4000
SEED = 20261124


def ndcg(
    orders: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]
) -> list[float]:
    """nDCG@10 of each job's order of candidates against the true grades, in the order of `grades`.

    A job that nobody fits cannot be ranked well or badly, and is left out.
    """
    judged = {job: dict(own) for job, own in grades.items() if any(own.values())}
    found = per_job(orders, judged)["nDCG@10"]
    return [found[job] for job in judged]


def kendall(
    orders: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]
) -> list[float]:
    """Kendall's tau-b of each job's order with the true grades: 1 where no pair is upside down.

    Only candidates in the order count; a job whose candidates all fit alike is left out.
    """
    from scipy.stats import kendalltau

    found = []
    for job, own in grades.items():
        true = [own[candidate] for candidate in orders[job]]
        if len(set(true)) > 1:
            found.append(float(kendalltau(range(len(true), 0, -1), true).statistic))
    return found


def gap_at_equal_fit(
    values: Sequence[float], preferred: Sequence[bool], strata: Sequence[Hashable]
) -> float:
    """How much higher the preferred group's values are among people of one stratum, on average.

    Strata count by n·m/(n+m), n and m being the sizes of the two groups in them: what makes the
    variance of the mean smallest (Mantel and Haenszel, 1959). NaN where no stratum has both.
    """
    groups: defaultdict[Hashable, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for value, favoured, stratum in zip(values, preferred, strata, strict=True):
        groups[stratum][favoured].append(value)
    total = weights = 0.0
    for others, own in groups.values():
        if others and own:
            weight = len(others) * len(own) / (len(others) + len(own))
            total += weight * (float(np.mean(own)) - float(np.mean(others)))
            weights += weight
    return total / weights if weights else float("nan")


def over_seeds(samples: Sequence[Sequence[float]]) -> Estimate:
    """The mean of the seeds' means, with a 95 % interval from resampling seeds, and within each
    the jobs (a two-stage bootstrap: Davison and Hinkley, 1997, section 3.8)."""
    rng = np.random.default_rng(SEED)
    arrays = [np.asarray(sample, np.float64) for sample in samples if len(sample)]
    means = np.empty(RESAMPLES)
    for n in range(RESAMPLES):
        picks = rng.integers(0, len(arrays), len(arrays))
        means[n] = np.mean(
            [rng.choice(arrays[pick], len(arrays[pick])).mean() for pick in picks.tolist()]
        )
    low, high = np.quantile(means, [0.025, 0.975])
    mean = float(np.mean([array.mean() for array in arrays]))
    return Estimate(mean, float(low), float(high))
