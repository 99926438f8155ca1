"""From the catalog to what is learned from: each job's graded people, as the reranker reads them.

The texts are scoring views and nothing else, so that nobody's identity is learned. Erased people
are left out. What "present" means is the month in which the job got its first application.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from catalog.jobs import StoredJob
from catalog.store import Catalog, Reading
from indexer.learning.examples import Graded, JobPairs, Origin, Pair
from indexer.learning.labelling.labels import grade_applications
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.record import resume_from_record
from search.digest import answer_of, question_of
from search.features import features_of
from search.loading import Served
from search.retrieval import Retriever, Stopwatch

Ints = NDArray[np.int64]
NEAREST = 30  # people near a job by retrieval who never applied, looked at as possible negatives
BLIND_QUESTION = "?"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to learn from.

    `unlabelled`: applications whose events say nothing about fit. `near`: job → people near it who
    never applied. `exposed`: job → person → best rank at which a search showed them.
    """

    jobs: tuple[JobPairs, ...]
    near: dict[int, tuple[Pair, ...]]
    exposed: dict[int, dict[int, int]]
    applications: int
    unlabelled: int
    sequence: int


def gather(
    catalog: Catalog,
    served: Served,
    since: date | None = None,
    advance: Callable[[int, int], None] = lambda done, of: None,
) -> Gathered:
    """Everything in the catalog that carries a label, as of now; jobs by opening day, then id."""
    retriever = Retriever(served.encoder, served.vectors, served.lexical)
    with catalog.reading() as reading:
        sequence = reading.sequence
        events = list(reading.outcomes.up_to(sequence))
        graded = grade_applications(events, reading.labels.rules())
        erased = frozenset(reading.people.erased())
        people = served.lexical.ids
        eligible = np.setdiff1d(people, np.array(sorted(erased), np.int64))
        by_job = _by_job(graded, erased, since)
        jobs, near, exposed = [], {}, {}
        for done, (job_id, own) in enumerate(sorted(by_job.items()), start=1):
            stored = reading.jobs.get(job_id)
            job = _pairs(reading, retriever, served, stored, own, eligible)
            if job.pairs:
                jobs.append(job)
                applied = np.array([pair.person_id for pair in job.pairs], np.int64)
                near[job_id] = _near(
                    reading, retriever, served, stored, applied, eligible, job.opened
                )
                exposed[job_id] = _exposed(reading, stored)
            advance(done, len(by_job))
        applications = len(reading.outcomes.applications(sequence))
    jobs.sort(key=lambda job: (job.opened, job.job_id))
    return Gathered(
        jobs=tuple(jobs),
        near=near,
        exposed=exposed,
        applications=applications,
        unlabelled=applications - len(graded),
        sequence=sequence,
    )


def blind(catalog: Catalog, served: Served, jobs: Iterable[JobPairs]) -> tuple[JobPairs, ...]:
    """The same people without their jobs: what the control model reads."""
    with catalog.reading() as reading:
        return tuple(
            JobPairs(
                job.job_id,
                job.external_id,
                job.title,
                job.language,
                job.opened,
                _blind_pairs(reading, served, job),
            )
            for job in jobs
        )


def near_open_jobs(
    catalog: Catalog, served: Served, advance: Callable[[int, int], None] = lambda done, of: None
) -> list[Pair]:
    """People near each open job by retrieval who have not applied for it."""
    retriever = Retriever(served.encoder, served.vectors, served.lexical)
    pairs: list[Pair] = []
    with catalog.reading() as reading:
        erased = np.array(sorted(reading.people.erased()), np.int64)
        eligible = np.setdiff1d(served.lexical.ids, erased)
        applied: dict[int, set[int]] = defaultdict(set)
        for application in reading.outcomes.applications(reading.sequence):
            applied[application.job_id].add(application.person_id)
        jobs = reading.jobs.all()
        today = datetime.now(UTC).date()
        for done, job_id in enumerate(jobs, start=1):
            stored = reading.jobs.get(job_id)
            known = np.array(sorted(applied[job_id]), np.int64)
            pairs += _near(reading, retriever, served, stored, known, eligible, today)
            advance(done, len(jobs))
    return pairs


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return Month(day.year, day.month)


def _by_job(
    graded: Iterable[Graded], erased: frozenset[int], since: date | None
) -> dict[int, list[Graded]]:
    by_job: dict[int, list[Graded]] = defaultdict(list)
    for one in graded:
        if one.person_id not in erased:
            by_job[one.job_id].append(one)
    if since is None:
        return by_job
    return {job: own for job, own in by_job.items() if min(one.on for one in own) >= since}


def _pairs(
    reading: Reading,
    retriever: Retriever,
    served: Served,
    stored: StoredJob,
    graded: list[Graded],
    eligible: Ints,
) -> JobPairs:
    opened = min(one.on for one in graded)
    grades = {one.person_id: (one.grade, one.reached) for one in graded}
    people = np.intersect1d(np.array(sorted(grades), np.int64), eligible)
    return JobPairs(
        job_id=stored.id,
        external_id=stored.external_id,
        title=stored.job.title,
        language=stored.job.language,
        opened=opened,
        pairs=_read(reading, retriever, served, stored, people, eligible, opened, grades),
    )


def _near(
    reading: Reading,
    retriever: Retriever,
    served: Served,
    stored: StoredJob,
    applied: Ints,
    eligible: Ints,
    opened: date,
) -> tuple[Pair, ...]:
    ranked = retriever.retrieve(stored.job.text, eligible, 0.5, NEAREST + len(applied), Stopwatch())
    people = np.setdiff1d(ranked.candidates, applied)
    return _read(reading, retriever, served, stored, people, eligible, opened, {})


def _read(
    reading: Reading,
    retriever: Retriever,
    served: Served,
    stored: StoredJob,
    people: Ints,
    eligible: Ints,
    opened: date,
    grades: dict[int, tuple[int, bool]],
) -> tuple[Pair, ...]:
    found = features_of(
        reading, retriever, stored.job, people, eligible, served.sequence, month_of(opened)
    )
    question = question_of(stored.job)
    pairs = []
    for place, person in enumerate(found.candidates.tolist()):
        grade, reached = grades.get(person, (0, False))
        pairs.append(
            Pair(
                job_id=stored.id,
                person_id=person,
                question=question,
                answer=found.answers[place],
                grade=grade,
                reached=reached,
                parts={name: float(part[place]) for name, part in found.parts.items()},
                origin=Origin.OUTCOME if person in grades else Origin.NEGATIVE,
            )
        )
    return tuple(pairs)


def _exposed(reading: Reading, stored: StoredJob) -> dict[int, int]:
    best: dict[int, int] = {}
    for shown in reading.searches.exposures(stored.text_key):
        best[shown.person_id] = min(shown.rank, best.get(shown.person_id, shown.rank))
    return best


def _blind_pairs(reading: Reading, served: Served, job: JobPairs) -> tuple[Pair, ...]:
    resumes = reading.resumes.of([pair.person_id for pair in job.pairs], served.sequence)
    pairs = []
    for pair in job.pairs:
        stored = resumes.get(pair.person_id)
        if stored is None:
            continue
        resume = resume_from_record(stored.parsed, stored.text)
        view = ScoringView(stored.scoring_text, stored.segments)
        answer = answer_of(None, resume, view, month_of(job.opened))
        pairs.append(
            Pair(
                job_id=pair.job_id,
                person_id=pair.person_id,
                question=BLIND_QUESTION,
                answer=answer,
                grade=pair.grade,
                reached=pair.reached,
                weight=pair.weight,
                origin=pair.origin,
            )
        )
    return tuple(pairs)
