"""The layers of a BERT, token after token: no padding between the texts of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from torch import Tensor

# model type -> how far the position embeddings are shifted (RoBERTa keeps two rows for padding).
KNOWN: Final = {"bert": 0, "roberta": 2, "xlm-roberta": 2}
PROBE: Final = (3, 17, 200)  # lengths of texts that are tried


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights (out, in) and biases of one transformer layer, as F.linear takes them; `attend` gives
    queries, keys and values side by side."""

    attend: tuple[Tensor, Tensor]
    attended: tuple[Tensor, Tensor]
    attended_norm: tuple[Tensor, Tensor]
    widen: tuple[Tensor, Tensor]
    narrow: tuple[Tensor, Tensor]
    narrow_norm: tuple[Tensor, Tensor]


class Layers:
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
        self._embedded_norm = weights_of(embeddings.LayerNorm)
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
        narrow = nn.linear(nn.gelu(nn.linear(hidden, *layer.widen)), *layer.narrow)
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


def is_computable(network: Any) -> bool:
    """Whether this file knows how to compute a network's layers."""
    config = network.config
    return (
        config.model_type in KNOWN
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(network, "peft_config", None)
    )


def weights_of(module: Any) -> tuple[Tensor, Tensor]:
    """Weights (out, in) and biases of a linear layer, or those of a normalisation."""
    return module.weight.detach(), module.bias.detach()


def _read_layer(layer: Any) -> _Layer:
    import torch

    own = layer.attention.self
    weights, biases = zip(*map(weights_of, (own.query, own.key, own.value)), strict=True)
    return _Layer(
        attend=(torch.cat(weights), torch.cat(biases)),
        attended=weights_of(layer.attention.output.dense),
        attended_norm=weights_of(layer.attention.output.LayerNorm),
        widen=weights_of(layer.intermediate.dense),
        narrow=weights_of(layer.output.dense),
        narrow_norm=weights_of(layer.output.LayerNorm),
    )
