"""Sentence-transformers models behind the Encoder contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.errors import NotReady
from search.encoder import Dtype, Progress, Vector, Vectors
from search.encoders.fingerprints import describe_numerics, fingerprint_model
from search.encoders.packaged_models import find_packaged_model
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


class SentenceEncoder:
    """One sentence-transformers model, its prompts respected, its passages never cut."""

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
        self._folder = folder
        self._hash_ledger = hash_ledger
        self._tokenizer = _plain_tokenizer(model, name)
        self._query_prompt = _find_prompt(model, ("query",))
        self._passage_prompt = _find_prompt(model, ("document", "passage", "corpus"))
        self._limit = int(model.max_seq_length or 512)
        self._fingerprint: str | None = None
        self._unpadded = UnpaddedBert.adopt(model) if device == "cpu" else None
        self._workers = Workers() if self._unpadded is not None else None

    @classmethod
    def open(cls, spec: str, cache: Path, *, dtype: Dtype, device: str) -> SentenceEncoder:
        """Loads by specification, see search.encoder.open_encoder."""
        packaged = spec.startswith("packaged:")
        source = find_packaged_model(spec, cache) if packaged else Path(spec)
        model = _load(str(source) if source.exists() else spec, spec, dtype, device)
        folder = source if source.exists() else _find_snapshot(spec)
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
            self._fingerprint = fingerprint_model(self._folder, settings, self._hash_ledger)
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
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        # Sorted by length and then by text, once each: the batches, and so the bits, depend on
        # which texts they are and not on the order they came in.
        rows_of: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            rows_of.setdefault(text, []).append(row)
        distinct = list(rows_of)
        tokens = self._tokenize([self._passage_prompt + _clean(text) for text in distinct])
        self._refuse_too_long(distinct, tokens)
        order = sorted(range(len(distinct)), key=lambda i: (-len(tokens[i]), distinct[i]))
        budget = _TOKENS_PER_BATCH["cuda" if self._device.startswith("cuda") else "cpu"]
        batches = list(_batch(order, [len(ids) for ids in tokens], budget))
        encoded_batches = self._encode_batches([[tokens[i] for i in batch] for batch in batches])
        for batch, encoded in zip(batches, encoded_batches, strict=True):
            done = 0
            for i, vector in zip(batch, encoded, strict=True):
                vectors[rows_of[distinct[i]]] = vector
                done += len(rows_of[distinct[i]])
            if progress is not None:
                progress(done)
        return vectors

    def encode_query(self, text: str) -> Vector:
        """One unit vector, computed alone; see the contract."""
        total = np.zeros(self.dimension, dtype=np.float64)
        for ids in self._cut_query(_clean(text), self.max_tokens):
            (vector,) = self._encode([ids], self._query_prompt)
            total += len(ids) * vector.astype(np.float64)
        unit: Vector = _to_unit(total[None, :])[0]
        return unit

    def _cut_query(self, text: str, limit: int) -> Iterator[list[int]]:
        """The tokens of each window, prompt and marks included."""
        for start, end in cut_into_windows(text, self.locate_tokens(text), limit):
            (ids,) = self._tokenize([self._query_prompt + text[start:end]])
            if len(ids) <= self._limit:
                yield ids
            else:  # Cut off from its neighbours, a window can need more tokens than it did.
                yield from self._cut_query(text[start:end], max(1, limit * 3 // 4))

    def _prompt_tokens(self, prompt: str) -> int:
        return len(self._tokenizer.encode(prompt, add_special_tokens=True).ids)

    def _tokenize(self, texts: list[str]) -> list[list[int]]:
        return [e.ids for e in self._tokenizer.encode_batch_fast(texts, add_special_tokens=True)]

    def _refuse_too_long(self, texts: list[str], tokens: list[list[int]]) -> None:
        longest = max(range(len(texts)), key=lambda i: len(tokens[i]))
        if len(tokens[longest]) > self._limit:
            raise ValueError(
                f"a passage of {self.count_tokens(texts[longest])} tokens; {self.name} reads "
                f"{self.max_tokens}: cut it first"
            )

    def _encode_batches(self, batches: list[list[list[int]]]) -> Iterator[Vectors]:
        if self._unpadded is None or self._workers is None:
            return (self._encode(batch, self._passage_prompt) for batch in batches)
        return map(_to_unit, self._workers.encode(self._unpadded, batches))

    def _encode(self, tokens: list[list[int]], prompt: str) -> Vectors:
        import torch

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


def _batch(order: list[int], lengths: list[int], budget: int) -> Iterator[list[int]]:
    """Cuts `order` (longest first) so that no batch, padded, holds more than `budget` tokens."""
    batch: list[int] = []
    for index in order:
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _find_prompt(model: SentenceTransformer, names: Sequence[str]) -> str:
    for name in names:
        if model.prompts.get(name):
            return str(model.prompts[name])
    default = model.default_prompt_name
    return str(model.prompts.get(default, "")) if default else ""


def _plain_tokenizer(model: SentenceTransformer, name: str) -> Any:
    """The tokenizer itself, with the padding and the truncation of its file switched off."""
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise NotReady(f"The model {name} has no tokenizer.json; Bole needs a model that has one.")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _load(source: str, spec: str, dtype: Dtype, device: str) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging

    bars_were_on = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            source,
            device=device,
            local_files_only=Path(source).exists(),
            model_kwargs={"dtype": getattr(torch, dtype)},
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise NotReady(
            f"The model {spec} cannot be loaded: {error}\nGive a local folder, a Hugging Face name "
            "(needs the network once), packaged:multilingual or packaged:english."
        ) from error
    finally:
        if bars_were_on:
            logging.enable_progress_bar()
    return model.eval()


def _find_snapshot(name: str) -> Path:
    """Where the Hugging Face cache keeps the model that was just loaded."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, ValueError):
            continue
    raise NotReady(f"The files of {name} are not in the Hugging Face cache; give a local folder.")
