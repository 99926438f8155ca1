"""What sentence-transformers' trainers need to be told: when to stop, whom to tell how far it is,
and that a checkpoint holds what learns and nothing else."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from sentence_transformers.base.evaluation import BaseEvaluator
from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainerCallback

from catalog.errors import Damaged
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.figures import judgements, rank_by
from indexer.learning.training.checkpoints import STEPS
from indexer.learning.training.runs import Advance
from indexer.learning.training.settings import Tuning
from search.measures import per_job

_LEARNED: Final = "learned.safetensors"


class Stopping(BaseEvaluator):
    """nDCG@10 over the labelled candidates of the development jobs."""

    NAME: Final = "dev_ndcg@10"

    def __init__(
        self, jobs: Sequence[JobPairs], score: Callable[[Any, Sequence[Pair]], list[float]]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.primary_metric = self.NAME
        self._jobs = jobs
        self._score = score

    def __call__(
        self, model: Any, output_path: str | None = None, epoch: int = -1, steps: int = -1
    ) -> dict[str, float]:
        everybody = [pair for job in self._jobs for pair in job.pairs]
        scores = self._score(model, everybody)  # together: fewer and fuller batches
        found = {(p.job_id, p.person_id): score for p, score in zip(everybody, scores, strict=True)}
        run = rank_by(self._jobs, lambda pairs: [found[p.job_id, p.person_id] for p in pairs])
        values = per_job(run, judgements(self._jobs))["nDCG@10"].values()
        return {self.NAME: math.fsum(values) / len(values)}


class _Telling(TrainerCallback):
    def __init__(self, advance: Advance) -> None:
        self._advance = advance

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._advance(state.global_step, state.max_steps)


class LightTrainer(Trainer):
    """Checkpoints hold the weights that learn, the optimizer and where it stands; with an adapter
    that is some megabytes instead of the whole model each time. To stand before one of
    sentence-transformers' trainers."""

    def __init__(self, *, patience: int | None, advance: Advance, **settings: Any) -> None:
        callbacks: list[TrainerCallback] = [_Telling(advance)]
        if patience is not None:
            callbacks.append(EarlyStoppingCallback(early_stopping_patience=patience))
        super().__init__(callbacks=callbacks, **settings)
        self.remove_callback(PrinterCallback)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        network: Any = self.model
        learning = {
            name: value.detach().contiguous()
            for name, value in network.named_parameters()
            if value.requires_grad
        }
        save_file(learning, folder / _LEARNED)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        learned = load_file(Path(resume_from_checkpoint) / _LEARNED)
        network: Any = self.model
        unlike = network.load_state_dict(learned, strict=False).unexpected_keys
        if unlike:
            raise Damaged("the checkpoint to go on from is of another model: remove it")


def arguments_for(settings: Tuning, folder: Path, steps: int, judged: bool) -> dict[str, Any]:
    """What any training of sentence-transformers is told: `steps` are those of an epoch, `judged`
    says whether there are development jobs to stop by. Its log goes to `folder`/logs."""
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder / "logs")  # transformers asks there
    cuda = settings.device.startswith("cuda")
    return {
        "output_dir": str(folder / STEPS),
        "num_train_epochs": settings.epochs,
        "learning_rate": settings.learning_rate,
        "warmup_steps": 0.1,
        "lr_scheduler_type": "linear",
        "weight_decay": 0.01,
        "seed": settings.seed,
        "data_seed": settings.seed,
        "bf16": cuda,
        "use_cpu": not cuda,
        "eval_strategy": "steps" if judged else "no",
        "eval_steps": max(1, steps // 2),
        "save_strategy": "steps",
        "save_steps": max(1, steps // 2),
        "save_total_limit": 2,
        "load_best_model_at_end": judged,
        "metric_for_best_model": f"eval_{Stopping.NAME}" if judged else None,
        "greater_is_better": True if judged else None,
        "logging_steps": max(1, steps // 10),
        "report_to": list(settings.report_to),
        "disable_tqdm": True,
    }


def put_lora(network: Any, settings: Tuning, **where: Any) -> Any:
    """Puts LoRA into the network beside the layers that `where` names, as LoraConfig takes them;
    only that learns from here on."""
    torch.manual_seed(settings.seed)
    config = LoraConfig(r=settings.rank, lora_alpha=2 * settings.rank, lora_dropout=0.05, **where)
    return get_peft_model(network, config)  # changes the network in place
