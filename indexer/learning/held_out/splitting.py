"""Which jobs are learned from, which steer the training and which measure it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from catalog.errors import InvalidRequest
from indexer.learning.examples import JobPairs, Origin

FEWEST_JOBS = 6  # three to learn from, one to stop by, two to measure on


@dataclass(frozen=True, slots=True)
class Split:
    """Jobs in order of their opening: `train` before `dev` before `test`, and no person in two.

    `dropped_people`: how many people lost examples because a later part has them.
    """

    train: tuple[JobPairs, ...]
    dev: tuple[JobPairs, ...]
    test: tuple[JobPairs, ...]
    dropped_people: int = 0


def split_by_time(jobs: Sequence[JobPairs], held_out: float = 0.3, dev: float = 0.2) -> Split:
    """Hold out the latest jobs, then steer by those before them, and learn from the rest.

    Both shares are of all jobs that have outcomes. Jobs opened on the same day go by their ids. The
    people of the test jobs are left out of the other two parts, those of the dev jobs out of the
    training. Pairs without an outcome of their own stay only in the training.

    Raises:
        InvalidRequest: shares that leave nothing to learn from, a job that comes twice, too few
            jobs, or training or test jobs where everybody or nobody reached an interview.
    """
    if not (0 < held_out < 1 and 0 < dev < 1 and held_out + dev < 1):
        raise InvalidRequest(
            f"the shares held out ({held_out:g}) and for dev ({dev:g}) must be above 0 "
            "and together below 1"
        )
    if len({job.job_id for job in jobs}) < len(jobs):
        raise InvalidRequest("a job comes twice among the examples")
    labelled = sorted(
        (job for job in jobs if _outcomes_of(job).pairs), key=lambda job: (job.opened, job.job_id)
    )
    _refuse_one_class(labelled, "all jobs together")
    if len(labelled) < FEWEST_JOBS:
        raise InvalidRequest(
            f"{len(labelled)} jobs have labelled outcomes; learning needs at least {FEWEST_JOBS}"
        )
    n_test = max(2, round(len(labelled) * held_out))
    n_dev = max(1, round(len(labelled) * dev))
    n_train = len(labelled) - n_test - n_dev
    if n_train < 1:
        raise InvalidRequest(
            f"{len(labelled)} jobs, {n_test} held out and {n_dev} for dev, leave none to learn from"
        )
    test = [_outcomes_of(job) for job in labelled[n_train + n_dev :]]
    tested = _people_of(test)
    steer = [_outcomes_of(job) for job in labelled[n_train : n_train + n_dev]]
    learn = labelled[:n_train]
    steered = _people_of(steer)
    dropped = tested & (steered | _people_of(learn)) | steered & _people_of(learn)
    split = Split(
        train=_without(learn, tested | steered),
        dev=_without(steer, tested),
        test=tuple(test),
        dropped_people=len(dropped),
    )
    for part, name in ((split.train, "the training jobs"), (split.test, "the held-out jobs")):
        _refuse_one_class(part, name, len(dropped))
    if not split.dev:
        raise InvalidRequest(
            "everybody of the jobs to stop training by is also a candidate of a held-out job; "
            "more jobs with outcomes are needed"
        )
    return split


def _outcomes_of(job: JobPairs) -> JobPairs:
    return replace(job, pairs=tuple(pair for pair in job.pairs if pair.origin is Origin.OUTCOME))


def _people_of(jobs: Sequence[JobPairs]) -> frozenset[int]:
    return frozenset(pair.person_id for job in jobs for pair in job.pairs)


def _without(jobs: Sequence[JobPairs], people: Collection[int]) -> tuple[JobPairs, ...]:
    """The jobs without these people's pairs; a job without an outcome after that is left out."""
    kept = (
        replace(job, pairs=tuple(pair for pair in job.pairs if pair.person_id not in people))
        for job in jobs
    )
    return tuple(job for job in kept if _outcomes_of(job).pairs)


def _refuse_one_class(jobs: Sequence[JobPairs], name: str, dropped: int = 0) -> None:
    pairs = [pair for job in jobs for pair in _outcomes_of(job).pairs]
    if not pairs:
        why = f" after {dropped} people of later jobs were left out" if dropped else ""
        raise InvalidRequest(
            f"no labelled outcome in {name}{why}: "
            f"learning needs at least {FEWEST_JOBS} jobs with outcomes"
        )
    if len({pair.reached for pair in pairs}) == 1:
        all_or_none = "everybody" if pairs[0].reached else "nobody"
        raise InvalidRequest(
            f"in {name} {all_or_none} with a label reached an interview: "
            "learning needs some who did and some who did not"
        )
