"""What an encoder learns from: a job, somebody who was interviewed for it, and somebody near it who
falls short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from catalog.errors import InvalidRequest
from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.labelling.negatives import mine_negatives


@dataclass(frozen=True, slots=True)
class Triple:
    """For the same job somebody who reached an interview, and a hard negative."""

    positive: Pair
    negative: Pair

    @property
    def question(self) -> str:
        """The job's text."""
        return self.positive.question


def make_triples(
    jobs: Sequence[JobPairs],
    near: Mapping[int, Sequence[Pair]],
    negatives: int = 2,
    seed: int = 0,
) -> list[Triple]:
    """Each person who reached an interview against up to `negatives` others, by job and person.

    Hard negatives of a job are those who were turned down for it as not good enough, and people
    `near` it by retrieval who never applied and show less (see `mine_negatives`, which keeps likely
    false ones out). They take turns. A job that has none borrows somebody whom another job turned
    down or interviewed and who has nothing to do with this one. Raises InvalidRequest where there
    is nobody to learn from, or nothing to tell apart.
    """
    rng = Random(seed)
    everybody = [pair for job in jobs for pair in job.pairs if _usable(pair)]
    triples: list[Triple] = []
    for job in sorted(jobs, key=lambda job: job.job_id):
        positives = [pair for pair in job.pairs if pair.reached and _usable(pair)]
        hard = _hard_negatives(job, near.get(job.job_id, ()))
        rng.shuffle(hard)
        if positives and not hard:
            hard = _borrowed(job, everybody, near.get(job.job_id, ()), rng, negatives)
        told = {pair.answer for pair in positives}
        hard = [pair for pair in hard if pair.answer not in told]
        turn = 0
        for positive in sorted(positives, key=lambda pair: pair.person_id):
            for _ in range(min(negatives, len(hard))):
                triples.append(Triple(positive, hard[turn % len(hard)]))
                turn += 1
    refuse_too_few(triples)
    return triples


def refuse_too_few(triples: Sequence[Triple]) -> None:
    """Raises InvalidRequest where nothing can be learned: no triple, or all of one job."""
    if not triples:
        raise InvalidRequest(
            "there is nothing to learn from: an encoder needs jobs with people who reached an "
            "interview, and others to set against them"
        )
    if len({triple.question for triple in triples}) < 2:
        raise InvalidRequest(
            "all that there is to learn from is of one job: an encoder learns what sets jobs "
            "apart, and needs two jobs at least with people who reached an interview"
        )


def _usable(pair: Pair) -> bool:
    return bool(pair.origin is Origin.OUTCOME and pair.question.strip() and pair.answer.strip())


def _hard_negatives(job: JobPairs, near: Sequence[Pair]) -> list[Pair]:
    turned_down = [p for p in job.pairs if _usable(p) and p.grade == 0 and not p.reached]
    mined = [pair for pair in mine_negatives(job, near) if pair.answer.strip()]
    return [*turned_down, *mined]


def _borrowed(
    job: JobPairs, everybody: Sequence[Pair], near: Sequence[Pair], rng: Random, wanted: int
) -> list[Pair]:
    """Others' candidates, as their own job reads them: neither of this job nor near it."""
    own = {pair.person_id for pair in (*job.pairs, *near)}
    asked = {pair.question for pair in job.pairs}
    others = [p for p in everybody if p.person_id not in own and p.question not in asked]
    return rng.sample(others, min(wanted, len(others)))
