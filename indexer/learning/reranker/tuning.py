"""Fine-tuning a cross-encoder on graded pairs: sentence-transformers' trainer, LoRA by default.

The loss is binary cross-entropy between the logit and grade/4, weighted pair by pair; stopping is
by nDCG@10 on the development jobs, which were never trained on. A run that is killed goes on from
its last checkpoint when it is started again with the same data and settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from catalog.errors import InvalidRequest
from catalog.labels import HIGHEST_GRADE
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.closely import scores_of
from indexer.learning.measuring.figures import comparable
from indexer.learning.training import checkpoints
from indexer.learning.training.runs import Advance
from indexer.learning.training.settings import Tuning
from search.cross_encoders import ADAPTER, Base, open_base, open_cross_encoder, write_base

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from indexer.learning.reranker.trainer import PairTrainer


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuning(Tuning):
    """How to train a reranker. The defaults are for some thousand pairs."""

    base: Base = field(default_factory=Base)
    epochs: float = 4
    accumulate: int = 1

    RATES: ClassVar = (1e-3, 3e-5)

    def demands(self) -> dict[str, bool]:
        return Tuning.demands(self) | {
            "accumulate must lie between 1 and 256": 1 <= self.accumulate <= 256
        }


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
    if checkpoints.is_finished(folder):
        return open_cross_encoder(folder, cache, settings.device)
    with checkpoints.writing_to(folder, "50 MB"):
        folder.mkdir(parents=True, exist_ok=True)
        model = _open(settings, cache, start)
        adapted = _adapt(model, settings) if settings.lora else None
        trainer = _trainer(model, pairs, dev, settings, folder, advance)
        trainer.train(resume_from_checkpoint=checkpoints.last_checkpoint(folder))
        _write(model, adapted, settings, folder, cache)
        checkpoints.finish(folder)
    model.eval()
    return model


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
    """LoRA beside every linear layer; only that and the head learn from here on."""
    from peft import TaskType

    from indexer.learning.training.trainer import put_lora

    network: Any = model[0].auto_model
    adapted = put_lora(
        network,
        settings,
        task_type=TaskType.SEQ_CLS,
        target_modules=["query", "key", "value", "dense"],
        exclude_modules=".*pooler.*",
        modules_to_save=["classifier", "pooler"],
    )
    adapted.peft_config["default"].base_model_name_or_path = settings.base.spec  # not our path
    return adapted


def _trainer(
    model: CrossEncoder,
    pairs: Sequence[Pair],
    dev: Sequence[JobPairs],
    settings: FineTuning,
    folder: Path,
    advance: Advance,
) -> PairTrainer:
    from datasets import Dataset
    from sentence_transformers.cross_encoder import CrossEncoderTrainingArguments

    from indexer.learning.reranker.trainer import PairTrainer, WeightedLoss
    from indexer.learning.training.trainer import Stopping, arguments_for

    judged = comparable(dev)
    steps = max(1, len(pairs) // (settings.batch * settings.accumulate))
    arguments = CrossEncoderTrainingArguments(
        **arguments_for(settings, folder, steps, bool(judged)),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
    )
    rows = {
        "question": [pair.question for pair in pairs],
        "answer": [pair.answer for pair in pairs],
        "label": [[pair.grade / HIGHEST_GRADE, pair.weight] for pair in pairs],
    }
    return PairTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        loss=WeightedLoss(model),
        evaluator=Stopping(judged, scores_of) if judged else None,
        patience=settings.patience if judged else None,
        advance=advance,
    )


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
