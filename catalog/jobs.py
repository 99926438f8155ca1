"""A job in the catalog, and the versions of what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from reading.job import Job, Requirement


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job with the requirements that hold now (or held at a sequence)."""

    id: int
    external_id: str | None
    text_key: str  # sha256 of the text, hex
    job: Job


@dataclass(frozen=True, slots=True)
class RequirementVersion:
    """One version of one demand; `requirement` is None where it was removed."""

    requirement_id: str
    version: int
    requirement: Requirement | None
    author: str
    sequence: int
