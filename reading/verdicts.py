"""Placeholder contract; helper R3 replaces it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reading.spans import Span


class Outcome(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_DEMONSTRATED = "not demonstrated"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a résumé shows about one requirement, and the words that show it."""

    requirement: str  # Requirement.id
    outcome: Outcome
    evidence: tuple[Span, ...]  # in the résumé's extraction, in reading order; empty iff not demonstrated
    note: str  # one short sentence: "6 years of Python (asked: 5)"
