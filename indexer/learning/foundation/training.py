"""Training the foundation: the same fine-tuning as for outcomes, on made examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from catalog.labels import HIGHEST_GRADE
from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.foundation.examples import FoundationPair
from indexer.learning.reranker.tuning import FineTuning, finetune
from indexer.learning.training.runs import Advance
from search.cross_encoders import ADAPTER

SETTINGS = FineTuning(epochs=1.5, batch=32, rate=1e-3, patience=8)
_DEV_GROUPS = 120


def train_foundation(
    examples: Sequence[FoundationPair],
    folder: Path,
    cache: Path,
    settings: FineTuning = SETTINGS,
    advance: Advance = lambda done, of: None,
) -> Path:
    """Trains on the examples but for some groups, which say when to stop; returns `folder`.

    A run that was killed goes on. The adapter is kept in half precision, about a megabyte.
    """
    groups = sorted({example.group for example in examples})
    Random(settings.seed).shuffle(groups)
    held = set(groups[: min(_DEV_GROUPS, len(groups) // 10)])
    numbers = {group: number for number, group in enumerate(groups)}
    pairs = [_pair(place, numbers, example) for place, example in enumerate(examples)]
    dev = _by_group(
        pair for pair, example in zip(pairs, examples, strict=True) if example.group in held
    )
    train = [
        pair for pair, example in zip(pairs, examples, strict=True) if example.group not in held
    ]
    finetune(train, dev, settings, folder, cache, advance=advance)
    _halve(folder / ADAPTER / "adapter_model.safetensors")
    return folder


def _pair(place: int, numbers: dict[str, int], example: FoundationPair) -> Pair:
    grade = round(HIGHEST_GRADE * example.label)
    return Pair(
        job_id=numbers[example.group],
        person_id=place,
        question=example.question,
        answer=example.answer,
        grade=grade,
        reached=grade >= 2,
        origin=Origin.WEAK,
    )


def _by_group(pairs: Iterable[Pair]) -> list[JobPairs]:
    jobs: dict[int, JobPairs] = {}
    for pair in pairs:
        job = jobs.setdefault(
            pair.job_id, JobPairs(pair.job_id, None, None, "en", date(2026, 1, 1), ())
        )
        jobs[pair.job_id] = replace(job, pairs=(*job.pairs, pair))
    return list(jobs.values())


def _halve(weights: Path) -> None:
    from safetensors.torch import load_file, save_file

    save_file({name: value.half() for name, value in load_file(weights).items()}, weights)
