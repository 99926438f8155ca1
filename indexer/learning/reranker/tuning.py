"""Fine-tuning a cross-encoder on graded pairs: sentence-transformers' trainer, LoRA by default.

The loss is binary cross-entropy between the logit and grade/4, weighted pair by pair; stopping is
by nDCG@10 on the development jobs, which were never trained on. A run that is killed goes on from
its last checkpoint when it is started again with the same data and settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.errors import InvalidRequest
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.reranker.trainer import AdapterTrainer, Stopping, WeightedLoss
from indexer.learning.training.checkpoints import (
    FINISHED,
    STEPS,
    finish,
    last_checkpoint,
    writing_to,
)
from search.cross_encoders import (
    ADAPTER,
    Base,
    open_base,
    open_cross_encoder,
    write_base,
)

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

HIGHEST = 4  # the grade of somebody who was hired
Advance = Callable[[int, int], None]
"""Called with the steps done and the steps there are."""


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How to train. The defaults are for two cores and some thousand pairs."""

    base: Base = field(default_factory=Base)
    lora: bool = True
    rank: int = 8
    epochs: float = 4
    batch: int = 16
    accumulate: int = 1
    rate: float | None = None  # default: 1e-3 with LoRA, 3e-5 without
    patience: int = 4  # evaluations, two an epoch, without a better development nDCG
    seed: int = 20261124
    device: str = "cpu"
    report_to: tuple[str, ...] = ("tensorboard",)  # names that transformers knows

    def __post_init__(self) -> None:
        checks = {
            "epochs must be above 0 and at most 100": 0 < self.epochs <= 100,
            "batch must lie between 2 and 1024": 2 <= self.batch <= 1024,
            "rank must lie between 1 and 256": 1 <= self.rank <= 256,
            "accumulate must lie between 1 and 256": 1 <= self.accumulate <= 256,
        }
        for what, holds in checks.items():
            if not holds:
                raise InvalidRequest(what)

    @property
    def learning_rate(self) -> float:
        """The rate at the top of the warm-up."""
        return self.rate or (1e-3 if self.lora else 3e-5)

    def describe(self) -> dict[str, Any]:
        """The settings as JSON, without what does not say what is learned."""
        apart = {"device", "report_to"}
        return {key: value for key, value in asdict(self).items() if key not in apart}


def finetune(
    pairs: Sequence[Pair],
    dev: Sequence[JobPairs],
    settings: FineTuning,
    folder: Path,
    cache: Path,
    start: Path | None = None,
    advance: Advance = lambda done, of: None,
) -> CrossEncoder:
    """Trains on `pairs`, keeps the step that was best on `dev`, and writes the model to `folder`.

    `start` is a trained model to go on from (the champion, the foundation). Checkpoints lie in
    `folder`/steps until the end. Errors: InvalidRequest where nothing can be learned;
    StoreUnavailable where the disk is full or read-only.
    """
    _check(pairs)
    if (folder / FINISHED).is_file():  # a run that was killed after this was done
        return open_cross_encoder(folder, cache, settings.device)
    with writing_to(folder, "50 MB"):
        folder.mkdir(parents=True, exist_ok=True)
        model = _open(settings, cache, start)
        adapted = _adapt(model, settings) if settings.lora else None
        trainer = _trainer(model, pairs, dev, settings, folder, advance)
        trainer.train(resume_from_checkpoint=last_checkpoint(folder))
        _write(model, adapted, settings, folder, cache)
        finish(folder)
    model.eval()
    return model


def scores_of(model: CrossEncoder, pairs: Sequence[Pair], batch: int = 32) -> list[float]:
    """The raw logit of each pair."""
    import torch

    if not pairs:
        return []
    texts = [(pair.question, pair.answer) for pair in pairs]
    found = model.predict(
        texts, batch_size=batch, activation_fn=torch.nn.Identity(), show_progress_bar=False
    )
    return [float(score) for score in found]


def _check(pairs: Sequence[Pair]) -> None:
    if not pairs:
        raise InvalidRequest("there is nothing to learn from: no pair has a label")
    if len({pair.grade for pair in pairs}) == 1:
        raise InvalidRequest(
            f"all {len(pairs)} labels are the same ({pairs[0].grade}): a model could only learn to "
            "say that of everybody. Import outcomes of people who got further and who did not."
        )
    if any(not pair.question.strip() for pair in pairs):
        raise InvalidRequest("a job without text cannot be learned from")


def _open(settings: FineTuning, cache: Path, start: Path | None) -> CrossEncoder:
    if start is not None:
        return open_cross_encoder(start, cache, settings.device)
    import torch

    torch.manual_seed(settings.seed)  # the head begins as noise: the same noise each time
    return open_base(settings.base, cache, settings.device)


def _adapt(model: CrossEncoder, settings: FineTuning) -> Any:
    """Puts LoRA beside every linear layer; only those and the head learn from here on."""
    import torch
    from peft import LoraConfig, TaskType, get_peft_model

    torch.manual_seed(settings.seed)
    config = LoraConfig(
        task_type=TaskType.SEQ_CLS,
        r=settings.rank,
        lora_alpha=2 * settings.rank,
        lora_dropout=0.05,
        target_modules=["query", "key", "value", "dense"],
        exclude_modules=".*pooler.*",
        modules_to_save=["classifier", "pooler"],
    )
    network: Any = model[0].auto_model
    adapted = get_peft_model(network, config)  # changes the network in place
    adapted.peft_config["default"].base_model_name_or_path = settings.base.spec  # not our path
    return adapted


def _trainer(
    model: CrossEncoder,
    pairs: Sequence[Pair],
    dev: Sequence[JobPairs],
    settings: FineTuning,
    folder: Path,
    advance: Advance,
) -> AdapterTrainer:
    from datasets import Dataset
    from sentence_transformers.cross_encoder import CrossEncoderTrainingArguments

    evaluated = _usable(dev)
    cuda = settings.device.startswith("cuda")
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder / "logs")  # transformers asks there
    steps = max(1, len(pairs) // (settings.batch * settings.accumulate))
    arguments = CrossEncoderTrainingArguments(
        output_dir=str(folder / STEPS),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        warmup_steps=0.1,
        lr_scheduler_type="linear",
        weight_decay=0.01,
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=cuda,
        use_cpu=not cuda,
        eval_strategy="steps" if evaluated else "no",
        eval_steps=max(1, steps // 2),
        save_strategy="steps",
        save_steps=max(1, steps // 2),
        save_total_limit=2,
        load_best_model_at_end=bool(evaluated),
        metric_for_best_model=f"eval_{Stopping.NAME}" if evaluated else None,
        greater_is_better=True if evaluated else None,
        logging_steps=max(1, steps // 10),
        report_to=list(settings.report_to),
        disable_tqdm=True,
    )
    rows = {
        "question": [pair.question for pair in pairs],
        "answer": [pair.answer for pair in pairs],
        "label": [[pair.grade / HIGHEST, pair.weight] for pair in pairs],
    }
    return AdapterTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        loss=WeightedLoss(model),
        evaluator=Stopping(evaluated, scores_of) if evaluated else None,
        patience=settings.patience if evaluated else None,
        advance=advance,
    )


def _usable(dev: Sequence[JobPairs]) -> list[JobPairs]:
    """Jobs on which one order can be better than another."""
    return [job for job in dev if len({pair.grade for pair in job.pairs}) > 1]


def _write(
    model: CrossEncoder, adapted: Any, settings: FineTuning, folder: Path, cache: Path
) -> None:
    if adapted is None:
        model.save_pretrained(str(folder), create_model_card=False)
        return
    adapted.save_pretrained(str(folder / ADAPTER))
    (folder / ADAPTER / "README.md").unlink(missing_ok=True)  # a form without answers
    write_base(folder, settings.base, cache)
    model[0].auto_model = adapted.merge_and_unload()
