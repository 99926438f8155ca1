"""What those who run the installation see of it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.http.schemas.values import Out


class GenerationOut(Out):
    """A generation of the index."""

    id: int
    state: str
    serving: bool
    people: int | None
    passages: int | None
    sequence: int
    bytes: int
    encoder: str
    model: str | None
    built_at: str
    published_at: str | None
    failure: str | None
    relevance: Any = None
    recall: Any = None
    rolled_back_to: list[Any]


class GenerationsOut(Out):
    """Every generation, oldest first."""

    generations: list[GenerationOut]


class GainOut(Out):
    """nDCG@10 over retrieval alone on held-out jobs, with its 95 % interval."""

    mean: float | None
    low: float | None
    high: float | None


class ModelOut(Out):
    """A model that was trained here, or that ships with Bole."""

    name: str
    kind: str
    fingerprint: str
    state: str
    serves: bool
    gain: GainOut | None
    ECE: float | None = Field(description="How far the probabilities are off.")
    trained_at: str


class ModelsOut(Out):
    """Every model, oldest first, and the fingerprint of the one that ranks."""

    serving: str | None
    models: list[ModelOut]


class DecisionOut(Out):
    """A decision about what ranks, with its reasons."""

    id: int
    at: str
    kind: str
    model: str | None
    name: str | None
    before: str | None
    after: str | None
    serves: str
    by: str
    reasons: list[str]


class QuarantinedOut(Out):
    """A file that could not be read, and what to do about it."""

    id: int
    path: str
    reason: str
    message: str
    advice: str
    since: str
    tries: int


class QuarantineOut(Out):
    """Files that wait for a person, oldest first."""

    files: list[QuarantinedOut]
    next: str | None


class AccessOut(Out):
    """One access to a person's data. `key_id` is null for what was not done over the API."""

    id: int
    at: str
    key_id: int | None
    by: str
    action: str = Field(examples=["shown"])
    candidate_id: int
    request_id: str


class AccessesOut(Out):
    """Accesses, the newest first."""

    accesses: list[AccessOut]
    next: str | None
