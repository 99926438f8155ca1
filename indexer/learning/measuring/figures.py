"""Systems against each other on the same held-out jobs.

Only people whose outcome says something are ranked: whoever was never looked at is neither right
nor wrong (condensed lists: Sakai, SIGIR 2007). Intervals are paired bootstraps over jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indexer.learning.examples import JobPairs, Pair
from search.measures import NAMES, Qrels, Run, difference, estimate, per_job

Scorer = Callable[[Sequence[Pair]], Sequence[float]]
SHOWN = ("nDCG@10", "AP")


def comparable(jobs: Sequence[JobPairs]) -> list[JobPairs]:
    """The jobs on which one order can be better than another: two grades at least."""
    return [job for job in jobs if len({pair.grade for pair in job.pairs}) > 1]


def judgements(jobs: Sequence[JobPairs]) -> Qrels:
    """Job → person → grade."""
    return {str(j.job_id): {str(p.person_id): p.grade for p in j.pairs} for j in jobs}


def rank_by(jobs: Sequence[JobPairs], score: Scorer) -> Run:
    """Each job's labelled people, best first; equal scores by ascending id."""
    run: dict[str, list[str]] = {}
    for job in jobs:
        scored = zip(score(job.pairs), job.pairs, strict=True)
        best = sorted(scored, key=lambda each: (-each[0], each[1].person_id))
        run[str(job.job_id)] = [str(pair.person_id) for _, pair in best]
    return run


def measure(run: Run, qrels: Qrels) -> dict[str, float]:
    """Mean over jobs, by the measures' usual names."""
    values = per_job(run, qrels)
    return {NAMES[name]: estimate(list(values[name].values())).mean for name in SHOWN}


def gain(run: Run, other: Run, qrels: Qrels, name: str = "nDCG@10") -> dict[str, float]:
    """How much better `run` is than `other`, with a 95 % interval over jobs."""
    found = difference(run, other, qrels, name)
    return {"mean": found.mean, "low": found.low, "high": found.high}


def by_group(
    jobs: Sequence[JobPairs],
    group_of: Callable[[JobPairs], str],
    runs: Mapping[str, Run],
) -> dict[str, dict[str, Any]]:
    """nDCG@10 of each system in each group of jobs, with the number of jobs."""
    groups: dict[str, list[JobPairs]] = {}
    for job in jobs:
        groups.setdefault(group_of(job), []).append(job)
    found: dict[str, dict[str, Any]] = {}
    for group, members in sorted(groups.items()):
        qrels = judgements(members)
        own = {name: measure(run, qrels)["nDCG@10"] for name, run in runs.items()}
        found[group] = {"jobs": len(members), **own}
    return found
