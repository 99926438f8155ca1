"""Weak labels, for a pool with few outcomes: where two independent looks agree.

Retrieval reads the texts as wholes, the requirement verdicts read demand by demand. Where both
put somebody near the top or near the bottom of a job's candidates, that stands in for an outcome,
with a low weight. A model learns no more from this than those two knew; it is never measured on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from indexer.learning.examples import Origin, Pair
from indexer.learning.labelling.parts import requirements_of, retrieval_of, standings

FEWEST_CANDIDATES = 8  # of a job: below, a quarter is hardly anybody
_QUARTER = 0.25
_HALF_SHOWN = 0.5  # of the demands: the best of a poor pool may fall short, the last of a good not


def weak_pairs(pool: Sequence[Pair], weight: float = 0.2) -> list[Pair]:
    """The pairs of `pool` that can be labelled so, in its order; the middle teaches nothing.

    Grade 2 (worth an interview) in the upper quarter of the job's candidates both by retrieval and
    by the demands shown, and with more than half of these shown; grade 0 in the lower quarter by
    both, with less than half shown. `pool` are pairs without an outcome, of any number of jobs;
    those with unknown parts, and jobs with fewer than 8 such pairs, are left out.
    """
    jobs: defaultdict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for position, pair in enumerate(pool):
        shown, retrieval = requirements_of(pair), retrieval_of(pair)
        if shown is not None and retrieval is not None:
            jobs[pair.job_id].append((position, shown, retrieval))
    labelled: dict[int, Pair] = {}
    for known in jobs.values():
        if len(known) < FEWEST_CANDIDATES:
            continue
        by_shown = standings([shown for _, shown, _ in known])
        by_retrieval = standings([retrieval for _, _, retrieval in known])
        for (position, shown, _), one, other in zip(known, by_shown, by_retrieval, strict=True):
            grade = _agreed(shown, min(one, other), max(one, other))
            if grade is not None:
                labelled[position] = replace(
                    pool[position],
                    grade=grade,
                    reached=grade > 0,
                    weight=weight,
                    origin=Origin.WEAK,
                )
    return [pair for _, pair in sorted(labelled.items())]


def _agreed(shown: float, lower: float, upper: float) -> int | None:
    if lower >= 1 - _QUARTER and shown > _HALF_SHOWN:
        return 2
    if upper <= _QUARTER and shown < _HALF_SHOWN:
        return 0
    return None
