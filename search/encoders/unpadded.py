"""BERT without padding: the forward pass of a sentence encoder or a cross-encoder, faster on
processors.

The tokens of a batch lie one after another, so the matrix products, nine tenths of the work, touch
no padding; attention runs text by text. Each worker computes its own batches with one thread, which
wastes nothing on waiting and makes the bits independent of the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from torch import Tensor

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

# model type -> how far the position embeddings are shifted (RoBERTa keeps two rows for padding).
_KNOWN: Final = {"bert": 0, "roberta": 2, "xlm-roberta": 2}
_PROBE: Final = (3, 17, 200)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights (out, in) and biases of one transformer layer, as F.linear takes them."""

    attend: tuple[Tensor, Tensor]
    attended: tuple[Tensor, Tensor]
    attended_norm: tuple[Tensor, Tensor]
    widen: tuple[Tensor, Tensor]
    narrow: tuple[Tensor, Tensor]
    narrow_norm: tuple[Tensor, Tensor]


class _Layers:
    """The encoder of a BERT, RoBERTa or XLM-RoBERTa model, up to its last hidden states."""

    def __init__(self, bert: Any, shift: int) -> None:
        config = bert.config
        self._heads: int = config.num_attention_heads
        self._hidden: int = config.hidden_size
        self._epsilon: float = config.layer_norm_eps
        embeddings = bert.embeddings
        self._words: Tensor = embeddings.word_embeddings.weight.detach()
        kinds = embeddings.token_type_embeddings.weight.detach()
        # Most tokens are of type 0, so its row can be added to each position's once.
        self._positions: Tensor = (
            embeddings.position_embeddings.weight[shift:] + kinds[0]
        ).detach()
        self._second: Tensor | None = kinds[1] - kinds[0] if len(kinds) > 1 else None
        self._embedded_norm = _weights(embeddings.LayerNorm)
        self._layers = [_read_layer(layer) for layer in bert.encoder.layer]

    def compute(self, batch: Sequence[Sequence[int]]) -> tuple[Tensor, ...]:
        """For each list of token ids its hidden states (tokens, width)."""
        import torch

        lengths = [len(ids) for ids in batch]
        hidden = self._embed(batch, None)
        for layer in self._layers:
            hidden = self._transform(hidden, self._attend(hidden, layer, lengths), layer)
        return torch.split(hidden.float(), lengths)

    def compute_first(
        self, batch: Sequence[Sequence[int]], kinds: Sequence[Sequence[int]]
    ) -> Tensor:
        """For each list of token ids the hidden state of its first token, (texts, width); `kinds`:
        0 for the tokens of a pair's first text, 1 for the second's.

        In the last layer the other tokens are only looked at: nobody asks what becomes of them.
        """
        lengths = [len(ids) for ids in batch]
        hidden = self._embed(batch, kinds)
        *layers, last = self._layers
        for layer in layers:
            hidden = self._transform(hidden, self._attend(hidden, layer, lengths), layer)
        first = hidden[[sum(lengths[:text]) for text in range(len(lengths))]]
        return self._transform(first, self._attend_from(first, hidden, last, lengths), last).float()

    def _embed(
        self, batch: Sequence[Sequence[int]], kinds: Sequence[Sequence[int]] | None
    ) -> Tensor:
        import torch

        lengths = [len(ids) for ids in batch]
        ids = torch.tensor([token for own in batch for token in own])
        hidden = self._words[ids]
        hidden += torch.cat([self._positions[:length] for length in lengths])
        if kinds is not None and self._second is not None:
            second = torch.tensor([kind for own in kinds for kind in own], dtype=hidden.dtype)
            hidden += second[:, None] * self._second
        return self._normalise(hidden, self._embedded_norm)

    def _transform(self, hidden: Tensor, context: Tensor, layer: _Layer) -> Tensor:
        """What a layer makes of its input, once it has attended."""
        import torch.nn.functional as nn

        attended = nn.linear(context, *layer.attended)
        hidden = self._normalise(attended.add_(hidden), layer.attended_norm)
        wide = nn.gelu(nn.linear(hidden, *layer.widen))
        narrow = nn.linear(wide, *layer.narrow)
        return self._normalise(narrow.add_(hidden), layer.narrow_norm)

    def _attend(self, hidden: Tensor, layer: _Layer, lengths: list[int]) -> Tensor:
        """Scaled dot-product attention inside each text; texts of one length go together."""
        import torch
        import torch.nn.functional as nn

        width = self._hidden // self._heads
        mixed = nn.linear(hidden, *layer.attend)
        context = torch.empty_like(hidden)
        start = 0
        for length, same in groupby(lengths):
            texts = len(list(same))
            rows = slice(start, start + texts * length)
            start = rows.stop
            # (3, texts, heads, tokens, width)
            parts = mixed[rows].view(texts, length, 3, self._heads, width).permute(2, 0, 3, 1, 4)
            found = nn.scaled_dot_product_attention(parts[0], parts[1], parts[2])
            context[rows].view(texts, length, self._heads, width).copy_(found.transpose(1, 2))
        return context

    def _attend_from(
        self, first: Tensor, hidden: Tensor, layer: _Layer, lengths: list[int]
    ) -> Tensor:
        """What the first token of each text sees of its text."""
        import torch
        import torch.nn.functional as nn

        weights, biases = layer.attend
        asked = nn.linear(first, weights[: self._hidden], biases[: self._hidden])
        offered = nn.linear(hidden, weights[self._hidden :], biases[self._hidden :])
        width = self._hidden // self._heads
        context = torch.empty_like(first)
        for text, own in enumerate(torch.split(offered, lengths)):
            keys, values = own.view(-1, 2, self._heads, width).permute(1, 2, 0, 3)
            query = asked[text].view(self._heads, 1, width)
            context[text] = nn.scaled_dot_product_attention(query, keys, values).flatten()
        return context

    def _normalise(self, hidden: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        import torch.nn.functional as nn

        return nn.layer_norm(hidden, (self._hidden,), *norm, self._epsilon)


class UnpaddedBert:
    """A sentence encoder with mean or first-token pooling."""

    def __init__(self, model: SentenceTransformer, shift: int, mean: bool) -> None:
        self._layers = _Layers(model[0].auto_model, shift)
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


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Two texts as one list of token ids, and to which of the two (0, 1) each token belongs."""

    ids: Sequence[int]
    kinds: Sequence[int]


class UnpaddedClassifier:
    """A cross-encoder with one output: first token, a layer with tanh, the output."""

    def __init__(self, network: Any, shift: int) -> None:
        base = network.base_model
        self._layers = _Layers(base, shift)
        if getattr(base, "pooler", None) is not None:  # BERT
            self._pool, self._judge = _weights(base.pooler.dense), _weights(network.classifier)
        else:  # RoBERTa and XLM-RoBERTa keep both layers in the head
            head = network.classifier
            self._pool, self._judge = _weights(head.dense), _weights(head.out_proj)

    @classmethod
    def adopt(cls, model: CrossEncoder) -> UnpaddedClassifier | None:
        """The same function as `model` on a processor, or None where that is not certain."""
        try:
            network: Any = model[0].auto_model
            if len(list(model.children())) != 1 or not _computable(network):
                return None
            adopted = cls(network, _KNOWN[network.config.model_type])
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


class Computes(Protocol[T_contra]):
    """What workers can be given: a row for each entry of a batch."""

    def encode(self, batch: Sequence[T_contra], /) -> NDArray[np.float32]:
        """One row per entry."""


class Workers:
    """Threads that compute batches side by side, each with a single thread of the matrix library.

    Made once per encoder: torch keeps its number of threads per thread, but new threads inherit the
    last number that anybody set, so the workers are started together and the number is put back
    before anybody else can see it.
    """

    def __init__(self) -> None:
        import torch

        self.count = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="encode")
        if self.count > 1:
            together = Barrier(self.count)
            started = [self._pool.submit(_compute_alone, together) for _ in range(self.count)]
            for future in started:
                future.result()
            torch.set_num_threads(self.count)

    def encode(
        self, bert: Computes[T], batches: Sequence[Sequence[T]]
    ) -> Iterator[NDArray[np.float32]]:
        """The rows of each batch, in the order of the batches."""
        waiting: list[Future[NDArray[np.float32]]] = [
            self._pool.submit(bert.encode, batch) for batch in batches
        ]
        try:
            for future in waiting:
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()


def _compute_alone(together: Barrier) -> None:
    import torch

    torch.set_num_threads(1)
    together.wait()


def _recognise(model: SentenceTransformer) -> tuple[int, bool] | None:
    """(shift of the positions, mean pooling) of a model that this file knows how to compute."""
    modules = [type(module).__name__ for module in model]
    if modules[:2] != ["Transformer", "Pooling"] or modules[2:] not in ([], ["Normalize"]):
        return None
    bert: Any = model[0].auto_model
    config = bert.config
    pooling: Any = model[1]
    known = _computable(bert) and pooling.pooling_mode in ("mean", "cls") and pooling.include_prompt
    return (_KNOWN[config.model_type], pooling.pooling_mode == "mean") if known else None


def _computable(network: Any) -> bool:
    """Whether this file knows how to compute a network's layers."""
    config = network.config
    return (
        config.model_type in _KNOWN
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(network, "peft_config", None)
    )


def _agree_on_pairs(network: Any, adopted: UnpaddedClassifier) -> bool:
    """Logits within 1e-3 of the model's own on three pairs."""
    import torch

    two = network.config.type_vocab_size > 1
    for length in _PROBE:
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


def _agree(model: SentenceTransformer, adopted: UnpaddedBert) -> bool:
    import torch

    batch = [[(7 * i) % 900 + 100 for i in range(length)] for length in _PROBE]
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


def _read_layer(layer: Any) -> _Layer:
    import torch

    own = layer.attention.self
    three = (own.query, own.key, own.value)
    return _Layer(
        attend=(
            torch.cat([part.weight for part in three]).detach(),
            torch.cat([part.bias for part in three]).detach(),
        ),
        attended=_weights(layer.attention.output.dense),
        attended_norm=_weights(layer.attention.output.LayerNorm),
        widen=_weights(layer.intermediate.dense),
        narrow=_weights(layer.output.dense),
        narrow_norm=_weights(layer.output.LayerNorm),
    )


def _weights(module: Any) -> tuple[Tensor, Tensor]:
    return module.weight.detach(), module.bias.detach()
