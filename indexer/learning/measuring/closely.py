"""Pairs as a trained model reads them: the candidate model, or the champion in service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catalog.generations import Model
from catalog.store import Catalog
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.calibrate import learned_scores
from search.calibration import (
    CLOSE_READING,
    Calibration,
    calibration_from_record,
    closeness,
)
from search.cross_encoders import open_cross_encoder

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


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


def read_closely(model: CrossEncoder, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with the part that serving calls close reading."""
    closely = closeness(np.array(scores_of(model, pairs), np.float64))
    return [
        replace(pair, parts={**pair.parts, CLOSE_READING: float(value)})
        for pair, value in zip(pairs, closely, strict=True)
    ]


def job_read_closely(model: CrossEncoder, job: JobPairs) -> JobPairs:
    """The job with its pairs so read."""
    return replace(job, pairs=tuple(read_closely(model, job.pairs)))


def champion_of(catalog: Catalog) -> Model | None:
    """The reranker in service."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
        if serving is None or serving.reranker is None:
            return None
        return reading.models.get(serving.reranker)


def open_model(catalog: Catalog, model: Model) -> CrossEncoder:
    return open_cross_encoder(catalog.folder / model.path, catalog.folder / "encoders", "cpu")


def champion_jobs(
    catalog: Catalog, test: Sequence[JobPairs]
) -> tuple[list[JobPairs], Calibration] | None:
    """The test jobs as the champion reads them, and its calibration."""
    champion = champion_of(catalog)
    if champion is None:
        return None
    model = open_model(catalog, champion)
    read = [job_read_closely(model, job) for job in test]
    return read, calibration_from_record(champion.calibration)


def champion_chances(catalog: Catalog, pairs: Sequence[Pair]) -> list[float | None]:
    """What the reranker in service gives each pair; None for all where none serves."""
    champion = champion_of(catalog)
    if champion is None:
        return [None] * len(pairs)
    model = open_model(catalog, champion)
    calibration = calibration_from_record(champion.calibration)
    scores = learned_scores(calibration, read_closely(model, pairs))
    return [float(chance) for chance in calibration.probability(scores)]
