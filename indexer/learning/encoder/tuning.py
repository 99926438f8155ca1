"""Fine-tuning an encoder on triples (see triples).

The loss is MultipleNegativesRankingLoss (Henderson et al., arXiv 1705.00652): the job must lie
nearer to its own answer than to its hard negative and to every other answer of the batch. A batch
never holds the same text twice, so that nobody who was interviewed for a job counts against it
there. Stopping is by nDCG@10 on the development jobs. A run that is killed goes on from its last
checkpoint when it is started again with the same data and settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from catalog.errors import InvalidRequest
from indexer.learning.encoder.triples import Triple, refuse_too_few
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.figures import comparable
from indexer.learning.training import checkpoints
from indexer.learning.training.runs import Advance
from indexer.learning.training.settings import Tuning

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from indexer.learning.encoder.trainer import TripleTrainer

_BILINGUAL: Final = "packaged:bilingual"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderTuning(Tuning):
    """How to train an encoder. `base` is one that search.encoder.open_encoder takes, except
    packaged:bilingual, which is two models."""

    base: str = "packaged:multilingual"
    epochs: float = 3
    negatives: int = 2  # hard negatives that each interviewed person is set against

    RATES: ClassVar = (2e-4, 2e-5)

    def __post_init__(self) -> None:
        if self.base == _BILINGUAL:
            raise InvalidRequest(
                f"{_BILINGUAL} is two models side by side and cannot be trained as one: choose "
                "--base packaged:multilingual (reads Chinese and English) or --base "
                "packaged:english"
            )
        Tuning.__post_init__(self)

    def demands(self) -> dict[str, bool]:
        return Tuning.demands(self) | {
            "negatives must lie between 1 and 16": 1 <= self.negatives <= 16
        }


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
    if checkpoints.is_finished(folder):
        return folder
    with checkpoints.writing_to(folder, "1 GB"):
        folder.mkdir(parents=True, exist_ok=True)
        model, _ = load_model(settings.base, cache, "float32", settings.device)
        _silence_bars()
        adapted = _adapt(model, settings) if settings.lora else None
        trainer = _trainer(model, triples, dev, settings, folder, advance)
        trainer.train(resume_from_checkpoint=checkpoints.last_checkpoint(folder))
        if adapted is not None:
            network: Any = model[0]
            network.auto_model = adapted.merge_and_unload()
        model.save_pretrained(str(folder), create_model_card=False)
        checkpoints.finish(folder)
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
    """LoRA beside every linear layer; only that learns from here on."""
    from peft import TaskType

    from indexer.learning.training.trainer import put_lora

    network: Any = model[0]
    return put_lora(
        network.auto_model,
        settings,
        task_type=TaskType.FEATURE_EXTRACTION,
        target_modules="all-linear",
        exclude_modules=".*pooler.*",  # a sentence encoder does not ask it
    )


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
    from indexer.learning.training.trainer import Stopping, arguments_for

    judged = comparable(dev)
    # No text twice in a batch: a batch cannot be larger than there are jobs, and one that is set
    # larger would make the trainer expect fewer steps than an epoch has.
    batch = min(settings.batch, len({triple.question for triple in triples}))
    steps = max(1, len(triples) // batch)
    query, passage = _prompts(model)
    prompts = {"question": query, "answer": passage, "negative": passage}
    arguments = SentenceTransformerTrainingArguments(
        **arguments_for(settings, folder, steps, bool(judged)),
        per_device_train_batch_size=batch,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        prompts={column: prompt for column, prompt in prompts.items() if prompt} or None,
    )
    rows = {
        "question": [triple.question for triple in triples],
        "answer": [triple.positive.answer for triple in triples],
        "negative": [triple.negative.answer for triple in triples],
    }
    return TripleTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        loss=MultipleNegativesRankingLoss(model),
        evaluator=Stopping(judged, cosines_of) if judged else None,
        patience=settings.patience if judged else None,
        advance=advance,
    )
