"""One training run: gather, split, fine-tune, fit, compare on held-out jobs, and write it down.

Nothing here puts a model into service: the run ends with a candidate in the catalog and the
evidence for and against it (see indexer.learning.deciding.promotion).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.errors import Conflict
from catalog.store import Catalog
from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.held_out.leaks import leave_out_copies, refuse_leaks, without_copies
from indexer.learning.held_out.splitting import Split, split_by_time
from indexer.learning.labelling.exposure import weigh_by_exposure
from indexer.learning.labelling.gathering import Gathered, blind, gather, month_of
from indexer.learning.labelling.negatives import mine_negatives
from indexer.learning.labelling.weak import weak_pairs
from indexer.learning.measuring import comparing
from indexer.learning.measuring.calibrate import fit_calibration, refuse_one_class
from indexer.learning.measuring.closely import (
    champion_jobs,
    champion_of,
    job_read_closely,
    read_closely,
)
from indexer.learning.measuring.figures import comparable, judgements, measure, rank_by
from indexer.learning.measuring.name_swap import check_name_swap
from indexer.learning.reranker.shipped import find_foundation
from indexer.learning.reranker.tuning import Advance, FineTuning, finetune, scores_of
from indexer.learning.training.recording import MODELS, Start, Trained, data_hash, record_candidate
from reading.identity.finding import find_identity
from reading.identity.scoring_view import scoring_view
from reading.resumes.parse import read_resume
from search.calibration import Calibration
from search.digest import answer_of
from search.encoder import Encoder
from search.loading import Served, open_served

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

FEW = 200  # graded pairs below which weak labels help out
REPLAYED = 0.3  # the share of older pairs that a run with `since` trains on again

Say = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What to learn from, and how. `since`: only jobs opened on or after it, and a replay sample
    of the older ones."""

    tuning: FineTuning = field(default_factory=FineTuning)
    since: date | None = None
    held_out: float = 0.3
    fresh: bool = False  # begin from the base, although there is a champion or a foundation


def train_reranker(
    catalog: Catalog,
    encoder: Encoder,
    settings: TrainingSettings,
    say: Say = lambda stage, done, of: None,
) -> Trained:
    """Trains, measures and records a candidate; what is served stays as it is.

    Errors: InvalidRequest where the outcomes do not suffice, NotReady before the first index,
    Conflict while another training runs or where a leak was found, StoreUnavailable.
    """
    from filelock import FileLock, Timeout

    (catalog.folder / MODELS).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(catalog.folder / MODELS / "training.lock", timeout=0):
            return _train(catalog, encoder, settings, say)
    except Timeout:
        raise Conflict("another training is running: wait until it has finished") from None


def _train(catalog: Catalog, encoder: Encoder, settings: TrainingSettings, say: Say) -> Trained:
    began = perf_counter()
    served = open_served(catalog, encoder, settings.tuning.device)
    gathered = gather(catalog, served, None, lambda done, of: say("Reading jobs", done, of))
    split = leave_out_copies(
        split_by_time(_recent(gathered.jobs, settings.since), settings.held_out)
    )
    refuse_leaks(split)
    refuse_one_class([pair for job in split.dev for pair in job.pairs])
    start = _start(catalog, split, settings)
    labelled = [pair for job in split.train for pair in job.pairs]
    examples = _examples(split, gathered, labelled)
    older, replayed = _replay(gathered.jobs, split, settings)
    held = [pair for job in (*split.dev, *split.test) for pair in job.pairs]
    examples = without_copies([*examples, *replayed], held)
    folder = _folder(catalog, examples, split, settings, start)

    def train(pairs: Sequence[Pair], name: str, stage: str) -> CrossEncoder:
        return _finetune(catalog, pairs, split, settings, folder / name, start, say, stage)

    model, exposure = train(examples, "real", "Training"), None
    if any(gathered.exposed[job.job_id] for job in split.train):
        model, exposure = _against_plain(train, model, examples, split, folder)
    control = _train_control(catalog, served, split, settings, folder / "control", say)
    calibration = fit_calibration(read_closely(model, [p for j in split.dev for p in j.pairs]))
    say("Comparing", 0, 0)
    champion = champion_of(catalog)
    test = [job_read_closely(model, job) for job in split.test]
    comparison = comparing.compare(test, calibration, champion_jobs(catalog, split.test), control)
    if comparison["champion"] is not None and champion is not None:
        comparison["champion"]["fingerprint"] = champion.fingerprint
    metrics: dict[str, Any] = {
        "jobs": {"train": len(split.train), "dev": len(split.dev), "test": len(split.test)},
        "pairs": {
            "train": len(examples),
            "graded": len(labelled),
            "dev": sum(len(job.pairs) for job in split.dev),
            "test": sum(len(job.pairs) for job in split.test),
            "unlabelled applications": gathered.unlabelled,
        },
        **comparison,
        "encoder": encoder.fingerprint,
        "name swap": _swap_names(catalog, served, split.test, model),
        "forgotten": _forgotten(catalog, older, model, calibration),
        "exposure": exposure,
        "few labels": len(labelled) < FEW,
        "started from": start.name,
        "trained on jobs": sorted({pair.job_id for pair in examples}),
        "settings": settings.tuning.describe(),
        "seconds": round(perf_counter() - began, 1),
    }
    base = settings.tuning.base.spec
    return record_candidate(catalog, folder, calibration, metrics, examples, split, base, start)


def _recent(jobs: Sequence[JobPairs], since: date | None) -> list[JobPairs]:
    return [job for job in jobs if since is None or job.opened >= since]


def _examples(split: Split, gathered: Gathered, labelled: list[Pair]) -> list[Pair]:
    """What is trained on: outcomes, hard negatives, and weak labels where outcomes are few."""
    kept_apart = {p.person_id for job in (*split.dev, *split.test) for p in job.pairs}
    examples: list[Pair] = []
    for job in split.train:
        near = [p for p in gathered.near[job.job_id] if p.person_id not in kept_apart]
        own = weigh_by_exposure(job.pairs, gathered.exposed[job.job_id])
        examples += [*own, *mine_negatives(job, near)]
        if len(labelled) < FEW:
            examples += weak_pairs(near)
    once = {(pair.job_id, pair.person_id): pair for pair in reversed(examples)}
    return sorted(once.values(), key=lambda pair: (pair.job_id, pair.person_id))


def _replay(
    jobs: Sequence[JobPairs], split: Split, settings: TrainingSettings
) -> tuple[list[JobPairs], list[Pair]]:
    """Older jobs that were not replayed (to see what was forgotten), and a sample of the rest."""
    if settings.since is None:
        return [], []
    kept_apart = {p.person_id for job in (*split.dev, *split.test) for p in job.pairs}
    older = [job for job in jobs if job.opened < settings.since]
    rng = np.random.default_rng(settings.tuning.seed)
    chosen = set(rng.permutation(len(older))[: int(len(older) * REPLAYED)].tolist())
    replayed = [
        pair
        for place, job in enumerate(older)
        if place in chosen
        for pair in job.pairs
        if pair.person_id not in kept_apart
    ]
    return [job for place, job in enumerate(older) if place not in chosen], replayed


def _start(catalog: Catalog, split: Split, settings: TrainingSettings) -> Start:
    """The champion, unless it has trained on what is held out now; else the foundation; else the
    base with a new head."""
    if settings.fresh or not settings.tuning.lora:
        return Start(None, settings.tuning.base.spec)
    champion = champion_of(catalog)
    if champion is not None:
        known = set(champion.metrics.get("trained on jobs", ()))
        if not known & {job.job_id for job in (*split.dev, *split.test)}:
            return Start(catalog.folder / champion.path, champion.name, champion.fingerprint)
    foundation = find_foundation()
    if foundation is not None:
        return Start(foundation, "foundation")
    return Start(None, settings.tuning.base.spec)


def _folder(
    catalog: Catalog,
    examples: Sequence[Pair],
    split: Split,
    settings: TrainingSettings,
    start: Start,
) -> Path:
    """Where the run works: the same data, settings and start go on where they were stopped."""
    said = json.dumps(
        [data_hash(examples, split), settings.tuning.describe(), start.fingerprint or start.name]
    )
    return catalog.folder / MODELS / f".run-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _finetune(
    catalog: Catalog,
    examples: Sequence[Pair],
    split: Split,
    settings: TrainingSettings,
    folder: Path,
    start: Start,
    say: Say,
    stage: str,
) -> CrossEncoder:
    return finetune(
        examples,
        split.dev,
        settings.tuning,
        folder,
        catalog.folder / "encoders",
        start.folder,
        _telling(say, stage),
    )


def _against_plain(
    train: Callable[[Sequence[Pair], str, str], CrossEncoder],
    weighted: CrossEncoder,
    examples: Sequence[Pair],
    split: Split,
    folder: Path,
) -> tuple[CrossEncoder, dict[str, Any]]:
    """Weighing by exposure has to beat not weighing on the development jobs, or it is left out."""
    same = [
        replace(pair, weight=1.0) if pair.origin is Origin.OUTCOME else pair for pair in examples
    ]
    plain = train(same, "plain", "Training without weights")
    judged = comparable(split.dev)
    qrels = judgements(judged)
    found = {
        name: measure(rank_by(judged, partial(scores_of, model)), qrels)["nDCG@10"]
        for name, model in (("weighted", weighted), ("plain", plain))
    }
    if found["weighted"] > found["plain"]:
        return weighted, {**found, "kept": "weighted"}
    shutil.rmtree(folder / "real")
    (folder / "plain").rename(folder / "real")
    return plain, {**found, "kept": "plain"}


def _telling(say: Say, stage: str) -> Advance:
    return lambda done, of: say(stage, done, of)


def _train_control(
    catalog: Catalog,
    served: Served,
    split: Split,
    settings: TrainingSettings,
    folder: Path,
    say: Say,
) -> list[JobPairs]:
    """A model that never reads the job, trained alike; the test jobs with its scores as `blind`."""
    train, dev, test = (
        blind(catalog, served, jobs) for jobs in (split.train, split.dev, split.test)
    )
    pairs = [pair for job in train for pair in job.pairs]
    unaided = replace(settings, fresh=True)
    model = _finetune(
        catalog,
        pairs,
        Split(train, dev, test),
        unaided,
        folder,
        Start(None, settings.tuning.base.spec),
        say,
        "Training the control that never reads the job",
    )
    return [job_read_closely(model, job) for job in test]


def _forgotten(
    catalog: Catalog,
    older: Sequence[JobPairs],
    model: CrossEncoder,
    calibration: Calibration,
) -> dict[str, Any] | None:
    """How the new one and the champion do on older jobs that the run did not train on."""
    champion = champion_jobs(catalog, older)
    if not older or champion is None:
        return None
    now = [job_read_closely(model, job) for job in older]
    return comparing.on_older(now, calibration, *champion)


def _swap_names(
    catalog: Catalog, served: Served, test: Sequence[JobPairs], model: CrossEncoder
) -> dict[str, Any]:
    """Other names in held-out people's résumés: whose text, as the model reads it, changes?"""
    if not test:
        return {"candidates": 0, "changed": 0}
    people = sorted({pair.person_id for job in test for pair in job.pairs})[:40]
    with catalog.reading() as reading:
        texts = [one.text for one in reading.resumes.of(people, served.sequence).values()]
        job = reading.jobs.get(test[0].job_id).job

    def read(text: str) -> str:
        resume = read_resume(text)
        view = scoring_view(text, find_identity(resume))
        return answer_of(job, resume, view, month_of(test[0].opened))

    return check_name_swap(texts, read)
