"""Training a cross-encoder with sentence-transformers: pairs weigh differently."""

from __future__ import annotations

from typing import Any

import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder import CrossEncoderTrainer
from sentence_transformers.util import batch_to_device

from indexer.learning.training.trainer import LightTrainer


class WeightedLoss(torch.nn.Module):
    """Binary cross-entropy on logits; a label is [target in 0..1, weight]."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        inputs: list[list[str]],
        labels: list[torch.Tensor],
        prompt: str | None = None,
        task: str | None = None,
    ) -> torch.Tensor:
        """The weighted mean over the batch."""
        questions, answers = inputs
        pairs = list(zip(questions, answers, strict=True))
        features = batch_to_device(self.model.preprocess(pairs), self.model.device)
        logits = self.model(features)["scores"].view(-1)
        target, weight = torch.stack(list(labels)).to(logits.device).float().unbind(1)
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            logits.float(), target, reduction="none"
        )
        return (losses * weight).sum() / weight.sum()

    def get_config_dict(self) -> dict[str, Any]:
        """For the trainer's own records."""
        return {}


class PairTrainer(LightTrainer, CrossEncoderTrainer):
    """On pairs of question and answer."""
