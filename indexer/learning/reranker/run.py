"""One training run: gather, split, fine-tune, fit, compare on held-out jobs, and write it down.

Nothing here puts a model into service: the run ends with a candidate in the catalog and the
evidence for and against it (see indexer.learning.deciding.promotion).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from catalog.store import Catalog
from indexer.learning.examples import JobPairs
from indexer.learning.held_out.leaks import hold_out
from indexer.learning.held_out.splitting import Split
from indexer.learning.labelling.gathering import blind, gather
from indexer.learning.measuring.calibrate import (
    PRIOR,
    TRUSTING,
    fit_calibration,
    refuse_one_class,
)
from indexer.learning.measuring.closely import read_closely
from indexer.learning.reranker import evidence
from indexer.learning.reranker.card import card
from indexer.learning.reranker.choosing import choose_pairs
from indexer.learning.reranker.start import Start, choose_start
from indexer.learning.reranker.tuning import FineTuning
from indexer.learning.reranker.workshop import REAL, Workshop
from indexer.learning.training.recording import (
    Candidate,
    Trained,
    data_hash,
    record_candidate,
    sizes_of,
)
from indexer.learning.training.runs import Say, alone, run_folder
from search.encoder import Encoder
from search.loading import Served, open_served


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
    with alone(catalog):
        return _train(catalog, encoder, settings, say)


def _train(catalog: Catalog, encoder: Encoder, settings: TrainingSettings, say: Say) -> Trained:
    began, tuning = perf_counter(), settings.tuning
    served = open_served(catalog, encoder, tuning.device)
    gathered = gather(catalog, served, None, lambda done, of: say("Reading jobs", done, of))
    split = hold_out(_recent(gathered.jobs, settings.since), settings.held_out)
    steering = [pair for job in split.dev for pair in job.pairs]
    refuse_one_class(steering)
    anew = settings.fresh or not tuning.lora
    start = Start.anew(tuning.base) if anew else choose_start(catalog, split, tuning.base)
    chosen = choose_pairs(gathered, split, settings.since, tuning.seed)

    origin = start.fingerprint or start.name
    folder = run_folder(catalog, data_hash(chosen.pairs, split), tuning.describe(), origin)
    workshop = Workshop(folder, catalog.folder / "encoders", tuning, say)
    weighted = any(gathered.exposed[job.job_id] for job in split.train)
    model, exposure = workshop.train_candidate(chosen.pairs, split.dev, start, weighted)
    control = workshop.train_control(_blind(catalog, served, split))
    before = PRIOR if start.folder is None else TRUSTING
    calibration = fit_calibration(read_closely(model, steering), before)

    say("Comparing", 0, 0)
    sizes = sizes_of(split, len(chosen.pairs), gathered.unlabelled)
    metrics = {
        **sizes,
        "pairs": {**sizes["pairs"], "graded": chosen.graded},
        **evidence.compare(catalog, split.test, model, calibration, control),
        "encoder": encoder.fingerprint,
        "name swap": evidence.swap_names(catalog, served, split.test),
        "forgotten": evidence.find_forgotten(catalog, chosen.older, model, calibration),
        "exposure": exposure,
        "few labels": chosen.few,
        "started from": start.name,
        "trained on jobs": sorted({pair.job_id for pair in chosen.pairs}),
        "settings": tuning.describe(),
        "seconds": round(perf_counter() - began, 1),
    }
    candidate = Candidate(
        kind="reranker",
        base=tuning.base.spec,
        metrics=metrics,
        examples=chosen.pairs,
        split=split,
        card=card,
        parent=start.fingerprint,
        calibration=calibration,
    )
    trained = record_candidate(catalog, folder / REAL, candidate)
    shutil.rmtree(folder, ignore_errors=True)
    return trained


def _recent(jobs: Sequence[JobPairs], since: date | None) -> list[JobPairs]:
    return [job for job in jobs if since is None or job.opened >= since]


def _blind(catalog: Catalog, served: Served, split: Split) -> Split:
    """The same people without their jobs."""
    train, dev, test = (
        blind(catalog, served, jobs) for jobs in (split.train, split.dev, split.test)
    )
    return Split(train, dev, test)
