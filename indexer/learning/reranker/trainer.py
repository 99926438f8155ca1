"""What sentence-transformers' cross-encoder trainer needs to be told: weights, when to stop, and
that a checkpoint holds what learns and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from sentence_transformers.base.evaluation import BaseEvaluator
from sentence_transformers.cross_encoder import CrossEncoderTrainer
from sentence_transformers.util import batch_to_device
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback

from catalog.errors import Damaged
from indexer.learning.examples import JobPairs, Pair
from search.measures import per_job

_LEARNED: Final = "learned.safetensors"


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


class Stopping(BaseEvaluator):
    """nDCG@10 over the labelled candidates of the development jobs."""

    NAME: Final = "dev_ndcg@10"

    def __init__(
        self,
        jobs: Sequence[JobPairs],
        score: Callable[[CrossEncoder, Sequence[Pair]], list[float]],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.primary_metric = self.NAME
        self._jobs = jobs
        self._score = score

    def __call__(
        self, model: Any, output_path: str | None = None, epoch: int = -1, steps: int = -1
    ) -> dict[str, float]:
        pairs = [pair for job in self._jobs for pair in job.pairs]
        scores = dict(
            zip(((p.job_id, p.person_id) for p in pairs), self._score(model, pairs), strict=True)
        )
        run, qrels = {}, {}
        for job in self._jobs:
            name = str(job.job_id)
            best = sorted(job.pairs, key=lambda p: (-scores[p.job_id, p.person_id], p.person_id))
            run[name] = [str(pair.person_id) for pair in best]
            qrels[name] = {str(pair.person_id): pair.grade for pair in job.pairs}
        values = per_job(run, qrels)["nDCG@10"].values()
        return {self.NAME: math.fsum(values) / len(values)}


class _Reporter(TrainerCallback):
    def __init__(self, advance: Callable[[int, int], None]) -> None:
        self._advance = advance

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._advance(state.global_step, state.max_steps)


class AdapterTrainer(CrossEncoderTrainer):
    """Checkpoints of some megabytes: the weights that learn, the optimizer, where it stands."""

    def __init__(
        self, *, patience: int | None, advance: Callable[[int, int], None], **settings: Any
    ) -> None:
        callbacks: list[TrainerCallback] = [_Reporter(advance)]
        if patience is not None:
            callbacks.append(EarlyStoppingCallback(early_stopping_patience=patience))
        super().__init__(callbacks=callbacks, **settings)
        self.remove_callback(PrinterCallback)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        learning = {
            name: value.detach().contiguous()
            for name, value in self.model.named_parameters()
            if value.requires_grad
        }
        save_file(learning, folder / _LEARNED)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        learned = load_file(Path(resume_from_checkpoint) / _LEARNED)
        unlike = self.model.load_state_dict(learned, strict=False).unexpected_keys
        if unlike:
            raise Damaged("the checkpoint to go on from is of another model: remove it")
