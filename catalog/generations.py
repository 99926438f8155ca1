"""Built indexes, the models beside them, and the one pointer that says what is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MODEL = "model"
"""Under this name a generation's record says which encoder made it, as `open_encoder` takes it."""


class GenerationState(StrEnum):
    """building → verified → published → retired; failed ends any of the first two."""

    BUILDING = "building"
    VERIFIED = "verified"
    PUBLISHED = "published"
    RETIRED = "retired"
    FAILED = "failed"


class ModelState(StrEnum):
    """A candidate has to beat the champion before it serves."""

    CANDIDATE = "candidate"
    SERVING = "serving"
    RETIRED = "retired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Generation:
    """One built index. `folder` is relative to the data folder; `encoder` is a fingerprint."""

    id: int
    state: GenerationState
    folder: str
    sequence: int
    encoder: str
    format_version: int
    passages: int
    people: int
    manifest: Mapping[str, Any]
    created_at: datetime
    published_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Serving:
    """What searches use now; all five changed in one transaction."""

    generation: Generation
    encoder: str
    reranker: str | None
    calibration: str | None
    vocabulary: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """When nothing has changed that a search depends on, two of these are equal."""

    pointer: tuple[object, ...]  # the serving row
    sequence: int  # the newest


@dataclass(frozen=True, slots=True)
class Model:
    """A trained or configured model and how it did.

    `base` says what it started from, `parent` is the fingerprint of the model of ours that it
    continues, `data_hash` stands for what it was trained on, and `calibration` is what turns its
    scores into probabilities (see search.calibration; empty: none).
    """

    id: int
    name: str
    kind: str
    fingerprint: str
    path: str
    metrics: Mapping[str, Any]
    state: ModelState
    created_at: datetime
    base: str = ""
    parent: str | None = None
    data_hash: str = ""
    calibration: Mapping[str, Any] = field(default_factory=dict)
