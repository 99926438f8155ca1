"""Which of a reranker's kept scores are about one person.

They are kept by what was read: the hash of a job's digest and that of a résumé's. Nothing leads
from a person to them but computing the digests again, for every job that is known, before the
person's texts are gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.resumes import StoredResume
from catalog.store import Reading
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job
from reading.record import job_from_record, resume_from_record
from reading.resume import Resume
from search.digest import answer_of, question_of
from search.reranker import key_of


@dataclass(frozen=True, slots=True)
class Scored:
    """Keys of pair scores: `answers` are the person's; `jobs` are known to nobody any more, so
    that all of theirs may be about anybody."""

    answers: frozenset[str] = frozenset()
    jobs: frozenset[str] = frozenset()


def find_scored(reading: Reading, person_id: int) -> Scored:
    """The scores that a reranker may have given this person, for whichever job and month."""
    kept = set(reading.sweeping.scored_jobs())
    if not kept:
        return Scored()
    jobs: dict[Job, str] = {}  # two jobs may ask the same in short, and be answered differently
    months: set[int] = {_this_month()}
    for job, month in _known_jobs(reading):
        key = key_of(question_of(job))
        if key in kept:
            jobs[job] = key
            if month is not None:
                months.add(month)
    answers: set[str] = set()
    for stored in _resumes(reading, person_id):
        resume = resume_from_record(stored.parsed, stored.text)
        view = ScoringView(stored.scoring_text, stored.segments)
        for month in _months_that_differ(resume, months):
            as_of = Month.from_ordinal(month)
            answers.update(key_of(answer_of(job, resume, view, as_of)) for job in jobs)
    return Scored(frozenset(answers), frozenset(kept - set(jobs.values())))


def _known_jobs(reading: Reading) -> Iterator[tuple[Job, int | None]]:
    for number in reading.jobs.all():
        yield reading.jobs.get(number).job, None
    for request in reading.sweeping.logged_requests():
        try:
            yield job_from_record(request["job"]), int(request["as_of"])
        except (KeyError, TypeError, ValueError):
            continue  # emptied by an erasure, or of another version: its scores all go


def _resumes(reading: Reading, person_id: int) -> Iterable[StoredResume]:
    for version in reading.resumes.versions(person_id):
        stored = reading.resumes.get(version.resume_id)
        if stored is not None:
            yield stored


def _months_that_differ(resume: Resume, months: Iterable[int]) -> list[int]:
    """One month for each way in which a résumé's periods lie before or after it."""
    edges: list[Any] = []
    for position in resume.positions:
        if position.period is not None:
            edges += [position.period.start.ordinal]
            edges += [position.period.end.ordinal] if position.period.end else []
    ways = {tuple(month >= edge for edge in edges): month for month in sorted(months)}
    return sorted(ways.values())


def _this_month() -> int:
    today = datetime.now(UTC).date()
    return Month(today.year, today.month).ordinal
