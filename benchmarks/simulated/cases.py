"""Applications as a model may read them, without a catalog and without an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.simulated.arms import introduce
from benchmarks.simulated.hiring import Application
from benchmarks.simulation import Simulated
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from reading.identity.scoring_view import ScoringView
from reading.jobs.requirements import read_job
from reading.record import resume_from_record
from reading.resume import Resume
from search.digest import answer_of, question_of
from search.features import requirements_part

DIGEST: Final = "digest"  # what the cross-encoder reads
VIEW: Final = "scoring view"  # what retrieval and the verdicts read
NAMED: Final = "digest, names left in"
WHOLE: Final = "whole résumé, names left in"


@dataclass(frozen=True, slots=True)
class Case:
    """One application. `texts`: what a model may be given to read, by the names above. `shown`: the
    share of the job's demands that the verdicts find."""

    person: str
    preferred: bool
    fit: int
    seen: bool
    question: str
    texts: Mapping[str, str]
    shown: float


def read_cases(pool: Simulated) -> list[Case]:
    """The pool's applications in its order, each text as the product makes it."""
    jobs = {posting.id: (posting, read_job(posting.text)) for posting in pool.postings}
    read: dict[str, tuple[Resume, ScoringView]] = {}
    cases = []
    for application in pool.applications:
        history = application.history
        candidate, (posting, job) = history.candidate, jobs[history.job]
        if candidate.id not in read:
            read[candidate.id] = read_text(pool.resumes[candidate.id])
        resume, view = read[candidate.id]
        digest = answer_of(job, resume, view, posting.opened)
        cases.append(
            Case(
                person=candidate.id,
                preferred=application.preferred,
                fit=history.fit,
                seen=any(event.kind == "viewed" for event in history.events),
                question=question_of(job),
                texts={
                    DIGEST: digest,
                    VIEW: view.text,
                    NAMED: f"{introduce(candidate)} {digest}",
                    WHOLE: resume.text,
                },
                shown=requirements_part(job, resume, view, posting.opened),
            )
        )
    return cases


def reached(applications: Sequence[Application]) -> list[bool]:
    """Whether each got to an interview."""
    return [any(e.kind == "interviewed" for e in one.history.events) for one in applications]


def read_text(text: str) -> tuple[Resume, ScoringView]:
    """A résumé's text as it is read when it comes in."""
    stored = read_candidate(text.encode("utf-8"), "resume.txt", Limits(), ocr=False)
    resume = resume_from_record(stored.parsed, stored.extraction.text)
    return resume, ScoringView(stored.scoring_text, stored.segments)
