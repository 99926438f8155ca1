"""Fine-tuning an encoder on triples (see triples).

The loss is MultipleNegativesRankingLoss (Henderson et al., arXiv 1705.00652): the job must lie
nearer to its own answer than to its hard negative and to every other answer of the batch. A batch
never holds the same text twice, so that nobody who was interviewed for a job counts against it
there. Stopping is by nDCG@10 on the development jobs. A run that is killed goes on from its last
checkpoint when it is started again with the same data and settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog.errors import InvalidRequest
from indexer.learning.encoder.triples import Triple, refuse_too_few
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.training.checkpoints import (
    FINISHED,
    STEPS,
    finish,
    last_checkpoint,
    writing_to,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from indexer.learning.encoder.trainer import TripleTrainer

_BILINGUAL: Final = "packaged:bilingual"
Advance = Callable[[int, int], None]
"""Called with the steps done and the steps there are."""


@dataclass(frozen=True, slots=True)
class EncoderTuning:
    """How to train an encoder. `base` is one that search.encoder.open_encoder takes, except
    packaged:bilingual, which is two models."""

    base: str = "packaged:multilingual"
    lora: bool = True
    rank: int = 8
    epochs: float = 3
    batch: int = 16
    rate: float | None = None  # default: 2e-4 with LoRA, 2e-5 without
    patience: int = 4  # evaluations, two an epoch, without a better development nDCG
    negatives: int = 2  # hard negatives that each interviewed person is set against
    seed: int = 20261124
    device: str = "cpu"
    report_to: tuple[str, ...] = ("tensorboard",)  # names that transformers knows

    def __post_init__(self) -> None:
        if self.base == _BILINGUAL:
            raise InvalidRequest(
                f"{_BILINGUAL} is two models side by side and cannot be trained as one: choose "
                "--base packaged:multilingual (reads Chinese and English) or --base "
                "packaged:english"
            )
        checks = {
            "epochs must be above 0 and at most 100": 0 < self.epochs <= 100,
            "batch must lie between 2 and 1024": 2 <= self.batch <= 1024,
            "rank must lie between 1 and 256": 1 <= self.rank <= 256,
            "rate must lie above 0 and below 1": self.rate is None or 0 < self.rate < 1,
            "negatives must lie between 1 and 16": 1 <= self.negatives <= 16,
        }
        for what, holds in checks.items():
            if not holds:
                raise InvalidRequest(what)

    @property
    def learning_rate(self) -> float:
        """The rate at the top of the warm-up."""
        return self.rate or (2e-4 if self.lora else 2e-5)

    def describe(self) -> dict[str, Any]:
        """The settings as JSON, without what does not say what is learned."""
        apart = {"device", "report_to"}
        return {key: value for key, value in asdict(self).items() if key not in apart}


def tune_encoder(
    triples: Sequence[Triple],
    dev: Sequence[JobPairs],
    settings: EncoderTuning,
    folder: Path,
    cache: Path,
    advance: Advance = lambda done, of: None,
) -> Path:
    """Trains on `triples`, keeps the step that was best on `dev`; returns `folder`.

    It then holds an ordinary sentence-transformers model, an adapter merged into it. Errors:
    InvalidRequest where nothing can be learned; NotReady or Damaged where the base is not there;
    StoreUnavailable where the disk is full or read-only.
    """
    from search.encoders.loading import load_model

    refuse_too_few(triples)
    if (folder / FINISHED).is_file():  # a run that was killed after this was done
        return folder
    with writing_to(folder, "1 GB"):
        folder.mkdir(parents=True, exist_ok=True)
        model, _ = load_model(settings.base, cache, "float32", settings.device)
        _silence_bars()
        adapted = _adapt(model, settings) if settings.lora else None
        trainer = _trainer(model, triples, dev, settings, folder, advance)
        trainer.train(resume_from_checkpoint=last_checkpoint(folder))
        if adapted is not None:
            network: Any = model[0]
            network.auto_model = adapted.merge_and_unload()
        model.save_pretrained(str(folder), create_model_card=False)
        finish(folder)
    return folder


def cosines_of(model: SentenceTransformer, pairs: Sequence[Pair], batch: int = 32) -> list[float]:
    """The cosine of each pair's question and answer, each with the prompt that the model has."""
    if not pairs:
        return []
    query, passage = _prompts(model)
    asked = sorted({pair.question for pair in pairs})
    encoded: list[Any] = [
        model.encode(
            texts,
            prompt=prompt or None,
            batch_size=batch,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        for texts, prompt in ((asked, query), ([pair.answer for pair in pairs], passage))
    ]
    place = {question: row for row, question in enumerate(asked)}
    questions = encoded[0][[place[pair.question] for pair in pairs]]
    return [float(value) for value in (questions * encoded[1]).sum(axis=1)]


def _silence_bars() -> None:
    """The libraries' own bars would be drawn across ours."""
    import datasets
    from transformers.utils import logging as transformers_logging

    datasets.disable_progress_bars()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _prompts(model: SentenceTransformer) -> tuple[str, str]:
    """The query's and the passage's, as search.encoders.sentence reads them."""
    from search.encoders.loading import find_prompt

    return (
        find_prompt(model, ("query",)),
        find_prompt(model, ("document", "passage", "corpus")),
    )


def _adapt(model: SentenceTransformer, settings: EncoderTuning) -> Any:
    """Puts LoRA beside every linear layer; only those learn from here on."""
    import torch
    from peft import LoraConfig, TaskType, get_peft_model

    torch.manual_seed(settings.seed)
    config = LoraConfig(
        task_type=TaskType.FEATURE_EXTRACTION,
        r=settings.rank,
        lora_alpha=2 * settings.rank,
        lora_dropout=0.05,
        target_modules="all-linear",
        exclude_modules=".*pooler.*",  # a sentence encoder does not ask it
    )
    network: Any = model[0]
    return get_peft_model(network.auto_model, config)  # changes the network in place


def _trainer(
    model: SentenceTransformer,
    triples: Sequence[Triple],
    dev: Sequence[JobPairs],
    settings: EncoderTuning,
    folder: Path,
    advance: Advance,
) -> TripleTrainer:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers

    from indexer.learning.encoder.trainer import TripleTrainer
    from indexer.learning.measuring.figures import comparable
    from indexer.learning.reranker.trainer import Stopping

    judged = comparable(dev)
    cuda = settings.device.startswith("cuda")
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder / "logs")  # transformers asks there
    # No text twice in a batch: a batch cannot be larger than there are jobs, and one that is set
    # larger would make the trainer expect fewer steps than an epoch has.
    batch = min(settings.batch, len({triple.question for triple in triples}))
    steps = max(1, len(triples) // batch)
    query, passage = _prompts(model)
    prompts = {"question": query, "answer": passage, "negative": passage}
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder / STEPS),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=batch,
        learning_rate=settings.learning_rate,
        warmup_steps=0.1,
        lr_scheduler_type="linear",
        weight_decay=0.01,
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=cuda,
        use_cpu=not cuda,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        prompts={column: prompt for column, prompt in prompts.items() if prompt} or None,
        eval_strategy="steps" if judged else "no",
        eval_steps=max(1, steps // 2),
        save_strategy="steps",
        save_steps=max(1, steps // 2),
        save_total_limit=2,
        load_best_model_at_end=bool(judged),
        metric_for_best_model=f"eval_{Stopping.NAME}" if judged else None,
        greater_is_better=True if judged else None,
        logging_steps=max(1, steps // 10),
        report_to=list(settings.report_to),
        disable_tqdm=True,
    )
    rows = {
        "question": [triple.question for triple in triples],
        "answer": [triple.positive.answer for triple in triples],
        "negative": [triple.negative.answer for triple in triples],
    }
    score: Callable[[Any, Sequence[Pair]], list[float]] = cosines_of
    return TripleTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        loss=MultipleNegativesRankingLoss(model),
        evaluator=Stopping(judged, score) if judged else None,
        patience=settings.patience if judged else None,
        advance=advance,
    )
