"""Which pairs a reranker is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from indexer.learning.examples import JobPairs, Pair
from indexer.learning.held_out.leaks import without_copies
from indexer.learning.held_out.splitting import Split
from indexer.learning.labelling.exposure import weigh_by_exposure
from indexer.learning.labelling.gathering import Gathered
from indexer.learning.labelling.negatives import mine_negatives
from indexer.learning.labelling.weak import weak_pairs

FEW: Final = 200  # graded pairs below which weak labels help out
REPLAYED: Final = 0.3  # the share of older jobs that a run with `since` trains on again


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is trained on; `graded` is how many outcomes of new jobs are in it. `older` are jobs
    from before that it is not trained on: what is forgotten shows there."""

    pairs: list[Pair]
    graded: int
    older: list[JobPairs]

    @property
    def few(self) -> bool:
        """Whether weak labels had to help out."""
        return self.graded < FEW


def choose_pairs(gathered: Gathered, split: Split, since: date | None, seed: int) -> Chosen:
    """Outcomes, hard negatives, weak labels where outcomes are few, and a sample of the jobs from
    before `since`; nobody whom the held-out jobs know, by id or by text."""
    held = [pair for job in (*split.dev, *split.test) for pair in job.pairs]
    kept_apart = frozenset(pair.person_id for pair in held)
    graded = sum(len(job.pairs) for job in split.train)
    own = _examples(split, gathered, kept_apart, graded < FEW)
    before = [job for job in gathered.jobs if since is not None and job.opened < since]
    replayed, older = _replay(before, seed)
    again = [pair for job in replayed for pair in job.pairs if pair.person_id not in kept_apart]
    return Chosen(without_copies([*own, *again], held), graded, older)


def _examples(
    split: Split, gathered: Gathered, kept_apart: frozenset[int], few: bool
) -> list[Pair]:
    """Each pair once, as the strongest of what says something about it; by job and person."""
    examples: list[Pair] = []
    for job in split.train:
        near = [p for p in gathered.near[job.job_id] if p.person_id not in kept_apart]
        own = weigh_by_exposure(job.pairs, gathered.exposed[job.job_id])
        examples += [*own, *mine_negatives(job, near)]
        if few:
            examples += weak_pairs(near)
    once = {(pair.job_id, pair.person_id): pair for pair in reversed(examples)}
    return sorted(once.values(), key=lambda pair: (pair.job_id, pair.person_id))


def _replay(jobs: Sequence[JobPairs], seed: int) -> tuple[list[JobPairs], list[JobPairs]]:
    """A sample of the jobs, and the others, each in their order."""
    order = np.random.default_rng(seed).permutation(len(jobs))
    chosen = set(order[: int(len(jobs) * REPLAYED)].tolist())
    return (
        [job for place, job in enumerate(jobs) if place in chosen],
        [job for place, job in enumerate(jobs) if place not in chosen],
    )
