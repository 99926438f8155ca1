"""Reading candidates closely: a cross-encoder over a job's and a résumé's digest.

Cross-encoders: Nogueira and Cho, "Passage Re-ranking with BERT", 2019. A reranker comes into
service only through the catalog's serving pointer, which names a model that was trained and
compared with retrieval on held-out outcomes. There is no default one: an untrained head is noise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged, NotReady
from search.cross_encoders import MAX_TOKENS
from search.encoders.unpadded import TokenPair, UnpaddedClassifier, Workers

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Scores = NDArray[np.float64]
BATCH: Final = 8  # pairs that are computed together on a processor: more fall out of its caches
_BATCH_ON_DEVICE: Final = 64
_SURROGATES = re.compile("[\ud800-\udfff]")


class Reranker(Protocol):
    """Judges how well digests of résumés answer a job's; higher is better, one scale for all."""

    @property
    def name(self) -> str:
        """For people to read."""

    @property
    def fingerprint(self) -> str:
        """Everything that decides a score; another fingerprint, another scale."""

    def score(self, question: str, answers: Sequence[str]) -> Scores:
        """A logit per answer, float64. In other company the last bits may differ: they are kept."""


def key_of(text: str) -> str:
    """The content key under which a text's scores and vectors are kept: sha256, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class CrossEncoderReranker:
    """A fine-tuned sequence classifier with one output, computed without padding where it can be,
    else by sentence-transformers."""

    def __init__(self, model: CrossEncoder, name: str, fingerprint: str) -> None:
        self._model = model
        self._name = name
        self._fingerprint = fingerprint
        on_processor = model.device.type == "cpu"
        self._unpadded = UnpaddedClassifier.adopt(model) if on_processor else None
        self._workers = Workers() if self._unpadded is not None else None

    @classmethod
    def open(
        cls, folder: Path, name: str, fingerprint: str, device: str, cache: Path | None = None
    ) -> CrossEncoderReranker:
        """Loads the model that was trained into `folder`, its adapter merged once and for all.

        `cache` is where packaged bases are kept; only a folder with nothing but an adapter needs
        it. Errors: NotReady where the folder is gone, Damaged where it is not what was promoted.
        """
        from search.cross_encoders import open_cross_encoder
        from search.encoders.fingerprints import fingerprint_model

        if not folder.is_dir():
            raise NotReady(f"the reranker {name} is not in {folder}: restore it, or serve without")
        if fingerprint_model(folder, {}) != fingerprint:
            raise Damaged(f"the reranker in {folder} is not the one that was promoted")
        return cls(open_cross_encoder(folder, cache or folder, device), name, fingerprint)

    @property
    def name(self) -> str:
        """See Reranker."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """See Reranker."""
        return self._fingerprint

    def score(self, question: str, answers: Sequence[str]) -> Scores:
        """See Reranker. Batches are of pairs of about one length, longest first."""
        if not answers:
            return np.empty(0, np.float64)
        question, answers = _clean(question), [_clean(answer) for answer in answers]
        if self._unpadded is None or self._workers is None:
            return self._predict(question, answers)
        pairs = self._tokenize(question, answers)
        order = sorted(range(len(pairs)), key=lambda at: (-len(pairs[at].ids), at))
        batches = [
            [pairs[at] for at in order[start : start + BATCH]]
            for start in range(0, len(order), BATCH)
        ]
        logits = np.empty(len(pairs), np.float64)
        logits[order] = np.concatenate(list(self._workers.encode(self._unpadded, batches)))[:, 0]
        return logits

    def _tokenize(self, question: str, answers: Sequence[str]) -> list[TokenPair]:
        found: Any = self._model.tokenizer(
            [question] * len(answers), answers, truncation=True, max_length=MAX_TOKENS
        )
        kinds = found.get("token_type_ids") or [[0] * len(ids) for ids in found["input_ids"]]
        return list(map(TokenPair, found["input_ids"], kinds))

    def _predict(self, question: str, answers: Sequence[str]) -> Scores:
        import torch

        found = self._model.predict(
            [(question, answer) for answer in answers],
            batch_size=_BATCH_ON_DEVICE,
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return np.asarray(found, np.float64)


def _clean(text: str) -> str:
    """Half a surrogate pair is no character."""
    return _SURROGATES.sub("\ufffd", text)


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

    def score(self, question: str, answers: Sequence[str]) -> Scores:
        """See Reranker; only pairs never seen before reach the model."""
        job, keys = key_of(question), [key_of(answer) for answer in answers]
        known = self._recall(job, keys)
        missing = {key: text for key, text in zip(keys, answers, strict=True) if key not in known}
        if missing:
            fresh = self._inner.score(question, list(missing.values()))
            known |= self._keep(job, dict(zip(missing, fresh.tolist(), strict=True)))
        return np.array([known[key] for key in keys], dtype=np.float64)
