"""A cross-encoder without padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search.encoders.unpadded.layers import KNOWN, PROBE, Layers, is_computable, weights_of

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Two texts as one list of token ids, and to which of the two (0, 1) each token belongs."""

    ids: Sequence[int]
    kinds: Sequence[int]


class UnpaddedClassifier:
    """A cross-encoder with one output: first token, a layer with tanh, the output."""

    def __init__(self, network: Any, shift: int) -> None:
        base = network.base_model
        self._layers = Layers(base, shift)
        if getattr(base, "pooler", None) is not None:  # BERT
            self._pool, self._judge = weights_of(base.pooler.dense), weights_of(network.classifier)
        else:  # RoBERTa and XLM-RoBERTa keep both layers in the head
            head = network.classifier
            self._pool, self._judge = weights_of(head.dense), weights_of(head.out_proj)

    @classmethod
    def adopt(cls, model: CrossEncoder) -> UnpaddedClassifier | None:
        """The same function as `model` on a processor, or None where that is not certain."""
        try:
            network: Any = model[0].auto_model
            if len(list(model.children())) != 1 or not is_computable(network):
                return None
            adopted = cls(network, KNOWN[network.config.model_type])
            return adopted if _agree_on_pairs(network, adopted) else None
        except (AttributeError, RuntimeError, IndexError, TypeError, KeyError):
            return None

    def encode(self, batch: Sequence[TokenPair]) -> NDArray[np.float32]:
        """The logit (one column) of each pair."""
        import torch
        import torch.nn.functional as nn

        with torch.inference_mode():
            first = self._layers.compute_first([p.ids for p in batch], [p.kinds for p in batch])
            judged = nn.linear(torch.tanh(nn.linear(first, *self._pool)), *self._judge)
        logits: NDArray[np.float32] = judged.numpy()
        return logits


def _agree_on_pairs(network: Any, adopted: UnpaddedClassifier) -> bool:
    """Logits within 1e-3 of the model's own on three pairs."""
    import torch

    two = network.config.type_vocab_size > 1
    for length in PROBE:
        ids = [(7 * i) % 900 + 100 for i in range(length)]
        kinds = [int(two and i > length // 2) for i in range(length)]
        row = torch.tensor([ids], device=network.device)
        features = {"input_ids": row, "attention_mask": torch.ones_like(row)}
        features["token_type_ids"] = torch.tensor([kinds], device=network.device)
        with torch.inference_mode():
            theirs = network(**features).logits.float().cpu().numpy()
        ours = adopted.encode([TokenPair(ids, kinds)])
        if theirs.shape != (1, 1) or not abs(theirs - ours).max() <= 1e-3:
            return False
    return True
