"""Hard negatives: people near a job by retrieval who never applied and show little of it.

Not having applied says nothing about fit, so most of the nearest would be false negatives (Qu et
al., NAACL 2021, "RocketQA", found about 70 % of the top unlabelled ones relevant). Two guards:
nobody counts who shows as much as those who were interviewed, and what counts, counts little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.labelling.parts import requirements_of, retrieval_of

WEIGHT = 0.3


def mine_negatives(job: JobPairs, pool: Sequence[Pair], per_job: int = 4) -> list[Pair]:
    """At most `per_job` negatives from `pool`, the nearest to the job by retrieval first.

    `pool` are pairs, with their parts, of this job and people who never applied for it. Left out
    is whoever shows at least the share of the demands that the median person who reached an
    interview shows. Where nobody did, or the shares are unknown, there is no telling who falls
    short, and nobody is a negative. Equally near people go by their ids.
    """
    shown = [
        share
        for pair in job.pairs
        if pair.origin is Origin.OUTCOME
        and pair.reached
        and (share := requirements_of(pair)) is not None
    ]
    if not shown:
        return []
    enough = median(shown)
    applied = {pair.person_id for pair in job.pairs}
    near: list[tuple[float, int, Pair]] = []
    for pair in pool:
        if pair.job_id != job.job_id or pair.person_id in applied:
            continue
        share, retrieval = requirements_of(pair), retrieval_of(pair)
        if share is not None and retrieval is not None and share < enough:
            near.append((-retrieval, pair.person_id, pair))
    near.sort(key=lambda each: each[:2])
    return [
        replace(pair, grade=0, reached=False, weight=WEIGHT, origin=Origin.NEGATIVE)
        for _, _, pair in near[: max(0, per_job)]
    ]
