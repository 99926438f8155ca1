"""Reading the head of a shortlist closely: a cross-encoder over requirements and best passages.

Cross-encoders: Nogueira and Cho, "Passage Re-ranking with BERT", 2019. A reranker comes into
service only through the catalog's serving pointer, which names a model that was trained and
compared with retrieval on held-out outcomes. There is no default one: an untrained head is noise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged, NotReady
from reading.job import Job

Scores = NDArray[np.float64]
PASSAGES_READ = 3  # best passages of a candidate that are put before the reranker
HEAD = 50  # candidates that are read closely


class Reranker(Protocol):
    """Judges how well passages answer a job; higher is better, on one scale for all jobs."""

    @property
    def name(self) -> str:
        """For people to read."""

    @property
    def fingerprint(self) -> str:
        """Everything that decides a score; another fingerprint, another scale."""

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """One float64 per passage. Each pair is computed alone, so that its bits repeat."""


def question_of(job: Job) -> str:
    """The job as the reranker reads it: its title and what it asks for, else its text."""
    asked = [requirement.text for requirement in job.requirements]
    lines = [job.title, *asked] if job.title else asked
    return "\n".join(lines) if asked else job.text


def key_of(text: str) -> str:
    """The content key under which a text's scores and vectors are kept: sha256, hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class CrossEncoderReranker:
    """A fine-tuned sequence classifier with one output, through sentence-transformers."""

    def __init__(self, model: Any, name: str, fingerprint: str) -> None:
        self._model = model
        self._name = name
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, folder: Path, name: str, fingerprint: str, device: str) -> CrossEncoderReranker:
        """Loads the model that was trained into `folder`.

        Errors: NotReady where the folder is gone, Damaged where it is not what was promoted.
        """
        from sentence_transformers import CrossEncoder

        from search.encoders.fingerprints import fingerprint_model

        if not folder.is_dir():
            raise NotReady(f"the reranker {name} is not in {folder}: restore it, or serve without")
        if fingerprint_model(folder, {}) != fingerprint:
            raise Damaged(f"the reranker in {folder} is not the one that was promoted")
        return cls(CrossEncoder(str(folder), device=device), name, fingerprint)

    @property
    def name(self) -> str:
        """See Reranker."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """See Reranker."""
        return self._fingerprint

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """See Reranker."""
        logits = [
            float(self._model.predict([(question, passage)], batch_size=1)[0])
            for passage in passages
        ]
        return np.array(logits, dtype=np.float64)


class RememberedReranker:
    """A reranker whose scores are kept by content: the first one computed is the one, for ever."""

    def __init__(
        self,
        inner: Reranker,
        recall: Callable[[str, Sequence[str]], dict[str, float]],
        keep: Callable[[str, dict[str, float]], dict[str, float]],
    ) -> None:
        self._inner = inner
        self._recall = recall
        self._keep = keep

    @property
    def name(self) -> str:
        """See Reranker."""
        return self._inner.name

    @property
    def fingerprint(self) -> str:
        """See Reranker."""
        return self._inner.fingerprint

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """See Reranker; only pairs never seen before reach the model."""
        job, keys = key_of(question), [key_of(passage) for passage in passages]
        known = self._recall(job, keys)
        missing = {key: text for key, text in zip(keys, passages, strict=True) if key not in known}
        if missing:
            fresh = self._inner.score(question, list(missing.values()))
            known |= self._keep(job, dict(zip(missing, fresh.tolist(), strict=True)))
        return np.array([known[key] for key in keys], dtype=np.float64)
