"""A sentence encoder without padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search.encoders.unpadded.layers import KNOWN, PROBE, Layers, is_computable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class UnpaddedBert:
    """A sentence encoder with mean or first-token pooling."""

    def __init__(self, model: SentenceTransformer, shift: int, mean: bool) -> None:
        self._layers = Layers(model[0].auto_model, shift)
        self._mean = mean

    @classmethod
    def adopt(cls, model: SentenceTransformer) -> UnpaddedBert | None:
        """The same function as `model` on a processor, or None where that is not certain.

        Certain means: a known architecture that, tried on one batch, agrees with the model.
        """
        traits = _recognise(model)
        if traits is None:
            return None
        try:
            adopted = cls(model, *traits)
            return adopted if _agree(model, adopted) else None
        except (AttributeError, RuntimeError, IndexError, TypeError):
            return None

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """One row, not yet of unit length, per list of token ids."""
        import torch

        with torch.inference_mode():
            texts = self._layers.compute(batch)
            pooled = torch.stack([own.mean(0) if self._mean else own[0] for own in texts])
        rows: NDArray[np.float32] = pooled.numpy()
        return rows


def _recognise(model: SentenceTransformer) -> tuple[int, bool] | None:
    """(shift of the positions, mean pooling) of a model that this file knows how to compute."""
    modules = [type(module).__name__ for module in model]
    if modules[:2] != ["Transformer", "Pooling"] or modules[2:] not in ([], ["Normalize"]):
        return None
    bert: Any = model[0].auto_model
    config = bert.config
    pooling: Any = model[1]
    known = (
        is_computable(bert) and pooling.pooling_mode in ("mean", "cls") and pooling.include_prompt
    )
    return (KNOWN[config.model_type], pooling.pooling_mode == "mean") if known else None


def _agree(model: SentenceTransformer, adopted: UnpaddedBert) -> bool:
    import torch

    batch = [[(7 * i) % 900 + 100 for i in range(length)] for length in PROBE]
    ours = adopted.encode(batch).astype(np.float64)
    for ids, own in zip(batch, ours, strict=True):
        row = torch.tensor([ids], device=model.device)
        features = {"input_ids": row, "attention_mask": torch.ones_like(row)}
        features["token_type_ids"] = torch.zeros_like(row)
        with torch.inference_mode():
            theirs = model.forward(features)["sentence_embedding"][0].float().numpy()
        cosine = theirs @ own / np.linalg.norm(theirs) / np.linalg.norm(own)
        if not cosine > 0.999:
            return False
    return True
