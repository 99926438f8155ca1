"""Why a candidate stands where they stand: each requirement, its verdict, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.resumes import StoredResume
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job, Requirement
from reading.judging.verdicts import Verdict, judge_all
from reading.record import resume_from_record
from reading.resume import Resume
from reading.spans import Span
from search.request import Evidence, Explained


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is needed to explain a hit; the texts are those of the résumé in the snapshot."""

    id: int
    external_id: str | None
    document_id: int
    resume: Resume
    view: ScoringView


def candidate_of(stored: StoredResume) -> Candidate:
    """What a stored résumé gives to explain."""
    return Candidate(
        id=stored.person_id,
        external_id=stored.external_id,
        document_id=stored.document_id,
        resume=resume_from_record(stored.parsed, stored.text),
        view=ScoringView(stored.scoring_text, stored.segments),
    )


def explain(job: Job, candidate: Candidate, as_of: Month, blind: bool) -> tuple[Explained, ...]:
    """Every requirement of the job, in its order, as this candidate's résumé shows it."""
    verdicts = judge_all(job.requirements, candidate.resume, candidate.view, as_of)
    by_requirement = {verdict.requirement: verdict for verdict in verdicts}
    return tuple(
        _explained(requirement, by_requirement[requirement.id], candidate, blind)
        for requirement in job.requirements
    )


def quote(candidate: Candidate, span: Span, blind: bool) -> str:
    """The words at a span of the original; in blind mode, what the scoring view left of them."""
    if not blind:
        return span.of(candidate.resume.text)
    seen = candidate.view.to_view(span)
    return "" if seen is None else seen.of(candidate.view.text)


def _explained(
    requirement: Requirement, verdict: Verdict, candidate: Candidate, blind: bool
) -> Explained:
    headings = {section.heading for section in candidate.resume.sections}
    evidence = (
        Evidence(
            candidate.document_id,
            span,
            quote(candidate, span, blind),
            context=any(heading and heading.covers(span) for heading in headings),
        )
        for span in verdict.evidence
    )
    return Explained(requirement, verdict.outcome, tuple(evidence), verdict.note)
