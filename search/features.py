"""The raw parts of a score, the same for training and for serving.

Training must see exactly what serving will see: other scales or another digest, and the weights
that were learned belong to something else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.resumes import StoredResume
from catalog.store import Reading
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job, Kind
from reading.judging.verdicts import Outcome, fold_groups, judge_all
from reading.record import resume_from_record
from reading.resume import Resume
from search.calibration import REQUIREMENTS
from search.digest import answer_of
from search.fusion import DEFAULT_BLEND
from search.retrieval import Retriever, Stopwatch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SHOWN = {Outcome.MET: 1.0, Outcome.PARTLY: 0.5, Outcome.NOT_DEMONSTRATED: 0.0}
_NICE = 1.0 / 3.0  # what a nice-to-have counts beside a must
UNKNOWN = 0.5  # the share shown of a job that asks for nothing


@dataclass(frozen=True, slots=True)
class Features:
    """Raw parts (see search.calibration.PARTS, all but close reading) and digests, in the order of
    `candidates`."""

    candidates: Ints
    parts: dict[str, Floats]
    answers: list[str]


@dataclass(frozen=True, slots=True)
class Looked:
    """One résumé beside one job: the share of the demands shown, and the digest."""

    requirements: float
    answer: str
    view: str


def features_of(
    reading: Reading,
    retriever: Retriever,
    job: Job,
    people: Ints,
    eligible: Ints,
    sequence: int,
    as_of: Month,
) -> Features:
    """The parts of these (ascending) people; `eligible` (ascending, `people` among them) is who
    they stand beside.

    People who are not eligible or have no résumé in the snapshot are left out.
    """
    asked = np.intersect1d(people, eligible)
    looked = look_at(reading, job, asked, sequence, as_of)
    candidates = np.array([person for person in asked.tolist() if person in looked], np.int64)
    retrieved = retriever.parts_of(job.text, candidates, eligible, DEFAULT_BLEND, Stopwatch())
    shown = np.array([looked[person].requirements for person in candidates.tolist()], np.float64)
    answers = [looked[person].answer for person in candidates.tolist()]
    return Features(candidates, {**retrieved, REQUIREMENTS: shown}, answers)


def look_at(
    reading: Reading, job: Job, people: Ints, sequence: int, as_of: Month
) -> Mapping[int, Looked]:
    """Each person's résumé in the snapshot beside the job; those without one are left out."""
    stored = reading.resumes.of(people.tolist(), sequence)
    return {person: _look(job, stored[person], as_of) for person in stored}


def requirements_part(job: Job, resume: Resume, view: ScoringView, as_of: Month) -> float:
    """The share of the job's demands that a résumé shows, from 0 to 1.

    Met counts 1, partly a half; a nice-to-have a third of a must; alternatives are one demand, a
    must where any of them is. A job without demands: 0.5.
    """
    verdicts = judge_all(job.requirements, resume, view, as_of)
    shown, asked = [], []
    for answer in fold_groups(job.requirements, verdicts):
        must = any(requirement.kind is Kind.MUST for requirement in answer.requirements)
        weight = 1.0 if must else _NICE
        shown.append(weight * _SHOWN[answer.verdict.outcome])
        asked.append(weight)
    return math.fsum(shown) / math.fsum(asked) if asked else UNKNOWN


def _look(job: Job, stored: StoredResume, as_of: Month) -> Looked:
    resume = resume_from_record(stored.parsed, stored.text)
    view = ScoringView(stored.scoring_text, stored.segments)
    return Looked(
        requirements_part(job, resume, view, as_of),
        answer_of(job, resume, view, as_of),
        view.text,
    )
