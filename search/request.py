"""What a recruiter asks, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import InvalidRequest
from catalog.filters import Filters, filters_from_record, filters_to_record
from reading.dates import Month
from reading.job import Job, Requirement
from reading.judging.verdicts import Outcome
from reading.record import job_from_record, job_to_record
from reading.spans import Span


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A job and whom to consider for it.

    `text` is a boolean expression over the scoring view. `blend` weighs cosine (1) against BM25
    (0). `as_of` is the month up to which "present" runs. `source` says who asked: it is logged.
    """

    job: Job
    as_of: Month
    filters: Filters = field(default_factory=Filters)
    text: str | None = None
    blend: float = 0.5
    limit: int = 20
    blind: bool = False
    facets: bool = False
    source: str = "cli"

    def __post_init__(self) -> None:
        if not 0.0 <= self.blend <= 1.0:
            raise InvalidRequest(f"blend must lie between 0 (words) and 1 (meaning): {self.blend}")
        if not 1 <= self.limit <= 1000:
            raise InvalidRequest(f"limit must lie between 1 and 1000: {self.limit}")
        if not self.job.text.strip():
            raise InvalidRequest("the job description is empty: give its text or a file with it")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a document that show something; `span` counts in its extraction.

    `context`: a section's heading, which says how to read the words below it and nothing by itself.
    """

    document_id: int
    span: Span
    text: str
    context: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """A requirement and what this candidate shows of it."""

    requirement: Requirement
    outcome: Outcome
    evidence: tuple[Evidence, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a shortlist. The values of `parts` add up to `score` exactly (`math.fsum`).

    `probability`: of reaching an interview or beyond; None without a reranker, and where it would
    rest on too little, which `uncertain` then says.
    """

    rank: int  # from 1
    candidate_id: int
    external_id: str | None
    name: str | None  # None in blind mode
    headline: str | None
    score: float
    parts: dict[str, float]
    requirements: tuple[Explained, ...]
    probability: float | None = None
    uncertain: str | None = None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The answer to one request on one snapshot, with all that is needed to repeat it."""

    search_id: str
    generation: int
    sequence: int
    as_of: Month
    ranked_by: str  # "retrieval", or the name of the reranker in service
    models: Mapping[str, str]
    hits: tuple[Hit, ...]
    eligible: int  # candidates that pass the filters
    unknown: int  # candidates about whom a filter could not be decided
    unknown_let_in: bool
    facets: dict[str, dict[str, int]]
    timings: dict[str, float]  # seconds per stage


def request_to_record(request: SearchRequest) -> dict[str, Any]:
    """The request as JSON for the search log, from which it can be repeated.

    A job text may be stored with the log: it is the employer's, not a candidate's.
    """
    return {
        "job": job_to_record(request.job),
        "as_of": request.as_of.ordinal,
        "filters": filters_to_record(request.filters),
        "text": request.text,
        "blend": request.blend,
        "limit": request.limit,
        "blind": request.blind,
        "facets": request.facets,
    }


def request_from_record(record: Mapping[str, Any], source: str) -> SearchRequest:
    """The request again. Error: InvalidRequest where the record is of another version."""
    try:
        return SearchRequest(
            job=job_from_record(record["job"]),
            as_of=Month.from_ordinal(record["as_of"]),
            filters=filters_from_record(record["filters"]),
            text=record["text"],
            blend=record["blend"],
            limit=record["limit"],
            blind=record["blind"],
            facets=record["facets"],
            source=source,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRequest("the logged request is of another version of Bole") from error
