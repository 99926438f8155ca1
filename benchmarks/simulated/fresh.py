"""Postings that nobody has applied for, as serving reads them; and the genders at equal fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.simulated.company import Company
from benchmarks.simulated.hiring import PREFERRED, true_grade
from benchmarks.simulated.recovery import gap_at_equal_fit
from benchmarks.simulation import Simulated
from catalog.store import Reading
from demo.facts import AS_OF
from indexer.learning.examples import Pair
from search.digest import question_of
from search.features import features_of
from search.loading import Served
from search.retrieval import Retriever, Stopwatch

HEAD = 50  # candidates that are read closely


@dataclass(frozen=True, slots=True)
class Fresh:
    """A posting that nobody has applied for: all candidates by retrieval, the head as pairs."""

    job: str
    order: tuple[str, ...]
    head: tuple[Pair, ...]  # in the order of retrieval
    grades: dict[str, int]


def read_fresh(pool: Simulated, company: Company, served: Served) -> list[Fresh]:
    """The fresh postings as serving reads them for everybody."""
    retriever = Retriever(served.encoder, served.vectors, served.lexical)
    ids = {posting.id: job for job, posting in company.jobs.items()}
    with company.place.catalog.reading() as reading:
        return [
            _read_one(reading, retriever, served, company, ids[name]) for name in pool.fresh_jobs
        ]


def _read_one(
    reading: Reading, retriever: Retriever, served: Served, company: Company, job: int
) -> Fresh:
    stored, posting, everybody = reading.jobs.get(job), company.jobs[job], served.lexical.ids
    ranked = retriever.retrieve(stored.job.text, everybody, 0.5, len(everybody), Stopwatch())
    head = ranked.candidates[:HEAD]
    features = features_of(
        reading, retriever, stored.job, np.sort(head), everybody, served.sequence, AS_OF
    )
    grades = {
        person: true_grade(candidate, posting, AS_OF)
        for person, candidate in company.people.items()
    }
    pairs = {
        person: Pair(
            job_id=job,
            person_id=person,
            question=question_of(stored.job),
            answer=features.answers[place],
            grade=grades[person],
            reached=False,
            parts={name: float(part[place]) for name, part in features.parts.items()},
        )
        for place, person in enumerate(features.candidates.tolist())
    }
    return Fresh(
        job=posting.id,
        order=tuple(company.people[person].id for person in ranked.candidates.tolist()),
        head=tuple(pairs[person] for person in head.tolist()),
        grades={company.people[person].id: grade for person, grade in grades.items()},
    )


def reorder(job: Fresh, scores: Sequence[float]) -> list[str]:
    """The head by its scores, equal ones as retrieval has them; then the rest."""
    best = sorted(range(len(job.head)), key=lambda place: (-scores[place], place))
    return [*(job.order[place] for place in best), *job.order[len(job.head) :]]


def outcome_gap(pool: Simulated) -> float:
    """At equal true fit: the share of the preferred gender's viewed applications that got to an
    interview, less that of the others."""
    viewed = [a for a in pool.applications if any(e.kind == "viewed" for e in a.history.events)]
    return gap_at_equal_fit(
        [float(any(e.kind == "interviewed" for e in a.history.events)) for a in viewed],
        [a.preferred for a in viewed],
        [a.history.fit for a in viewed],
    )


def score_gap(
    fresh: Sequence[Fresh], chances: Sequence[Sequence[float]], company: Company
) -> float:
    """The same for the chance of an interview that a model names, among people of one job."""
    pairs = [pair for job in fresh for pair in job.head]
    return gap_at_equal_fit(
        [chance for own in chances for chance in own],
        [company.people[pair.person_id].person.gender == PREFERRED for pair in pairs],
        [(pair.job_id, pair.grade) for pair in pairs],
    )
