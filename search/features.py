"""The raw parts of the learned score, computed by one code for training and for serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.resumes import StoredResume
from catalog.store import Reading
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job, Kind
from reading.judging.verdicts import fold_groups, judge_all
from reading.record import resume_from_record
from reading.resume import Resume
from search.calibration import REQUIREMENTS
from search.digest import answer_of
from search.fusion import DEFAULT_BLEND
from search.retrieval import Retriever, Stopwatch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NICE = 1 / 3  # what a nice-to-have counts beside a must
UNASKED = 0.5  # where a job demands nothing


@dataclass(frozen=True, slots=True)
class Read:
    """One candidate as read for one job. `length`: characters of the scoring view."""

    requirements: float
    answer: str
    length: int


@dataclass(frozen=True, slots=True)
class Features:
    """Raw parts and answers, in the order of `candidates` (ascending ids)."""

    candidates: Ints
    parts: dict[str, Floats]
    answers: list[str]


def requirements_part(job: Job, resume: Resume, view: ScoringView, as_of: Month) -> float:
    """The share of what is demanded that the résumé shows, from 0 to 1.

    Met counts 1, partly a half; a nice-to-have counts a third of a must; of alternatives the best
    stands for all.
    """
    if not job.requirements:
        return UNASKED
    verdicts = judge_all(job.requirements, resume, view, as_of)
    shown = asked = 0.0
    for answer in fold_groups(job.requirements, verdicts):
        must = any(r.kind is Kind.MUST for r in answer.requirements)
        weight = 1.0 if must else NICE
        asked += weight
        shown += weight * answer.verdict.outcome.rank / 2
    return shown / asked


def read_candidates(
    reading: Reading, job: Job, people: Sequence[int], sequence: int, as_of: Month
) -> dict[int, Read]:
    """Each person as the snapshot's résumé shows them; whoever has none in it is left out."""
    stored = reading.resumes.of(people, sequence)
    return {person: _read(stored[person], job, as_of) for person in people if person in stored}


def _read(stored: StoredResume, job: Job, as_of: Month) -> Read:
    resume = resume_from_record(stored.parsed, stored.text)
    view = ScoringView(stored.scoring_text, stored.segments)
    return Read(
        requirements=requirements_part(job, resume, view, as_of),
        answer=answer_of(job, resume, view, as_of),
        length=len(stored.scoring_text),
    )


def features_of(
    reading: Reading,
    retriever: Retriever,
    job: Job,
    people: Ints,
    eligible: Ints,
    sequence: int,
    as_of: Month,
) -> Features:
    """The parts meaning, words and requirements of these of the eligible, for learning.

    `people` and `eligible` are ascending; retrieval's scales are over `eligible`, as in a search.
    """
    read = read_candidates(reading, job, people.tolist(), sequence, as_of)
    known = np.array(sorted(read), np.int64)
    parts = retriever.score(job.text, known, eligible, DEFAULT_BLEND, Stopwatch())
    demands = np.array([read[person].requirements for person in known.tolist()], np.float64)
    return Features(
        candidates=known,
        parts={**parts, REQUIREMENTS: demands},
        answers=[read[person].answer for person in known.tolist()],
    )
