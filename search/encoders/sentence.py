"""Sentence-transformers models behind the Encoder contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from search.encoder import Dtype, Progress, Vector, Vectors
from search.encoders.fingerprints import describe_numerics, fingerprint_model
from search.encoders.loading import find_prompt, find_tokenizer, load_model
from search.encoders.unpadded import UnpaddedBert, Workers
from search.encoders.windows import cut_into_windows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

# A processor is fed fully by few tokens, whose activations then stay in its cache.
_TOKENS_PER_BATCH: Final = {"cpu": 1_024, "cuda": 65_536}
_SURROGATES = re.compile("[\ud800-\udfff]")
# Counts up when the same model folder would be read into other vectors.
_READING: Final = 1


@dataclass(frozen=True, slots=True)
class _Window:
    """What is computed at once: the tokens of a text, or of a part of it; `text` is its number."""

    text: int
    tokens: list[int]


class SentenceEncoder:
    """One sentence-transformers model, its prompts respected, nothing of a text left out."""

    def __init__(
        self,
        model: SentenceTransformer,
        folder: Path,
        *,
        name: str,
        dtype: Dtype,
        device: str,
        hash_ledger: Path | None = None,
    ) -> None:
        self.name = name
        self._model = model
        self._dtype = dtype
        self._device = device
        self.folder = folder
        self._hash_ledger = hash_ledger
        self._tokenizer = find_tokenizer(model, name)
        self._query_prompt = find_prompt(model, ("query",))
        self._passage_prompt = find_prompt(model, ("document", "passage", "corpus"))
        self._limit = int(model.max_seq_length or 512)
        self._fingerprint: str | None = None
        self._unpadded = UnpaddedBert.adopt(model) if device == "cpu" else None
        self._workers = Workers() if self._unpadded is not None else None

    @classmethod
    def open(cls, spec: str, cache: Path, *, dtype: Dtype, device: str) -> SentenceEncoder:
        """Loads by specification, see search.encoder.open_encoder."""
        model, folder = load_model(spec, cache, dtype, device)
        return cls(model, folder, name=spec, dtype=dtype, device=device, hash_ledger=cache)

    @property
    def dimension(self) -> int:
        """Columns of a vector."""
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        return dimension

    @property
    def max_tokens(self) -> int:
        """What the model reads, less its marks and the longer prompt."""
        longest = max((self._query_prompt, self._passage_prompt), key=self._prompt_tokens)
        return self._limit - self._prompt_tokens(longest)

    @property
    def fingerprint(self) -> str:
        """Hex sha256; read from the files on first use."""
        if self._fingerprint is None:
            settings = {
                "reading": _READING,
                "query prompt": self._query_prompt,
                "passage prompt": self._passage_prompt,
                "tokens": self._limit,
                "dtype": self._dtype,
                "unpadded": self._unpadded is not None,
            }
            self._fingerprint = fingerprint_model(self.folder, settings, self._hash_ledger)
        return self._fingerprint

    @property
    def numerics(self) -> str:
        """Libraries, processor, number format, threads as they are now."""
        return describe_numerics(self._device, self._dtype)

    def count_tokens(self, text: str) -> int:
        """Tokens without prompt and marks."""
        return len(self._tokenizer.encode(_clean(text), add_special_tokens=False).ids)

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        """Each token's start and end in code points."""
        offsets: Sequence[tuple[int, int]] = self._tokenizer.encode(
            _clean(text), add_special_tokens=False
        ).offsets
        return offsets

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit rows in the order given; see the contract."""
        # Each text once, and the windows sorted by length, then by text: the batches, and so the
        # bits, depend on which texts they are and not on the order they came in.
        copies = Counter(texts)
        distinct = sorted(copies)
        windows = sorted(self._cut(distinct, self._passage_prompt), key=lambda w: -len(w.tokens))
        unfinished = Counter(window.text for window in windows)
        sums = np.zeros((len(distinct), self.dimension), dtype=np.float64)
        budget = _TOKENS_PER_BATCH["cuda" if self._device.startswith("cuda") else "cpu"]
        batches = list(_batch(windows, budget))
        for batch, rows in zip(batches, self._encode_batches(batches), strict=True):
            for window, row in zip(batch, rows, strict=True):
                sums[window.text] += len(window.tokens) * row.astype(np.float64)
                unfinished[window.text] -= 1
            if progress is not None:
                here = {window.text for window in batch}
                progress(sum(copies[distinct[text]] for text in here if not unfinished[text]))
        place = {text: row for row, text in enumerate(distinct)}
        rows_of_texts: Vectors = _to_unit(sums)[[place[text] for text in texts]]
        return rows_of_texts

    def encode_query(self, text: str) -> Vector:
        """One unit vector, computed alone; see the contract."""
        total = np.zeros((1, self.dimension), dtype=np.float64)
        for window in self._cut([text], self._query_prompt):
            total += len(window.tokens) * self._encode([window], self._query_prompt)
        unit: Vector = _to_unit(total)[0]
        return unit

    def _cut(self, texts: Sequence[str], prompt: str) -> Iterator[_Window]:
        """Each text's tokens, prompt and marks included, in as many windows as it needs."""
        cleaned = [_clean(text) for text in texts]
        for number, tokens in enumerate(self._tokenize([prompt + text for text in cleaned])):
            if len(tokens) <= self._limit:
                yield _Window(number, tokens)
                continue
            for part in self._cut_long(cleaned[number], prompt, self.max_tokens):
                yield _Window(number, part)

    def _cut_long(self, text: str, prompt: str, limit: int) -> Iterator[list[int]]:
        for start, end in cut_into_windows(text, self.locate_tokens(text), limit):
            (tokens,) = self._tokenize([prompt + text[start:end]])
            if len(tokens) <= self._limit:
                yield tokens
            else:  # Cut off from its neighbours, a window can need more tokens than it did.
                yield from self._cut_long(text[start:end], prompt, max(1, limit * 3 // 4))

    def _prompt_tokens(self, prompt: str) -> int:
        return len(self._tokenizer.encode(prompt, add_special_tokens=True).ids)

    def _tokenize(self, texts: list[str]) -> list[list[int]]:
        return [e.ids for e in self._tokenizer.encode_batch_fast(texts, add_special_tokens=True)]

    def _encode_batches(self, batches: list[list[_Window]]) -> Iterator[Vectors]:
        if self._unpadded is None or self._workers is None:
            return (self._encode(batch, self._passage_prompt) for batch in batches)
        tokens = [[window.tokens for window in batch] for batch in batches]
        return map(_to_unit, self._workers.encode(self._unpadded, tokens))

    def _encode(self, batch: list[_Window], prompt: str) -> Vectors:
        import torch

        tokens = [window.tokens for window in batch]
        if self._unpadded is not None:
            return _to_unit(self._unpadded.encode(tokens))
        with torch.inference_mode():
            features = self._pad(tokens)
            if prompt:
                features["prompt_length"] = self._prompt_tokens(prompt) - 1
            pooled = self._model.forward(features)["sentence_embedding"]
        return _to_unit(pooled.float().cpu().numpy())

    def _pad(self, tokens: list[list[int]]) -> dict[str, Any]:
        import torch

        tokenizer = self._model.tokenizer
        width = max(map(len, tokens))
        ids = torch.full((len(tokens), width), tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros((len(tokens), width), dtype=torch.long)
        for row, own in enumerate(tokens):
            place = slice(width - len(own), width)
            if tokenizer.padding_side != "left":
                place = slice(0, len(own))
            ids[row, place] = torch.tensor(own)
            mask[row, place] = 1
        features: dict[str, Tensor] = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in tokenizer.model_input_names:
            features["token_type_ids"] = torch.zeros_like(ids)
        return {name: value.to(self._device) for name, value in features.items()}


def _clean(text: str) -> str:
    """Half a surrogate pair is no character; each becomes one, so that places stay."""
    return _SURROGATES.sub("\ufffd", text)


def _to_unit(raw: NDArray[np.floating[Any]]) -> Vectors:
    rows = raw.astype(np.float64)
    norms = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return (rows / np.where(norms > 0, norms, 1)).astype(np.float32)


def _batch(windows: list[_Window], budget: int) -> Iterator[list[_Window]]:
    """Cuts `windows`, longest first, so that no batch, padded, holds more than `budget` tokens."""
    batch: list[_Window] = []
    for window in windows:
        if batch and len(batch[0].tokens) * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
