"""What is learned from: applications with a grade, and pairs of texts made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Origin(StrEnum):
    """Where a label comes from; only outcomes are ever measured on."""

    OUTCOME = "outcome"
    NEGATIVE = "negative"  # near the job by retrieval, never applied, shows little of it
    WEAK = "weak"  # read off the requirement verdicts where outcomes are few


@dataclass(frozen=True, slots=True)
class Graded:
    """One application whose events say something about fit.

    `grade` is 0 (turned down for fit) to 4 (hired). `reached`: got to an interview or beyond,
    whatever came after. `on` is the day of the application's first event.
    """

    application_id: int
    person_id: int
    job_id: int
    grade: int
    reached: bool
    on: date


@dataclass(frozen=True, slots=True)
class Pair:
    """A job and a candidate as the reranker reads them, with what is known of the two.

    `parts` are the raw parts that serving computes as well (see search.calibration).
    """

    job_id: int
    person_id: int
    question: str
    answer: str
    grade: int
    reached: bool
    parts: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    origin: Origin = Origin.OUTCOME

    def weighing(self, weight: float) -> Pair:
        """The same pair with another weight."""
        return replace(self, weight=weight)


@dataclass(frozen=True, slots=True)
class JobPairs:
    """All pairs of one job. `opened` is the day of its first application."""

    job_id: int
    external_id: str | None
    title: str | None
    language: str
    opened: date
    pairs: tuple[Pair, ...]
