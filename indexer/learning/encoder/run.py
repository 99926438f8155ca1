"""One training run of an encoder: gather, split, tune, compare on held-out jobs, write it down.

Nothing here puts an encoder into service: vectors of two encoders cannot be compared, so a new one
needs an index of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from catalog.errors import InvalidRequest
from catalog.store import Catalog
from indexer.learning.encoder.card import ENCODER, card
from indexer.learning.encoder.evidence import compare_encoders
from indexer.learning.encoder.triples import Triple, make_triples
from indexer.learning.encoder.tuning import EncoderTuning, tune_encoder
from indexer.learning.held_out.leaks import hold_out, without_copies
from indexer.learning.held_out.splitting import Split
from indexer.learning.labelling.gathering import Gathered, gather
from indexer.learning.measuring.figures import comparable
from indexer.learning.training.recording import (
    Candidate,
    Trained,
    data_hash,
    record_candidate,
    sizes_of,
)
from indexer.learning.training.runs import Say, alone, run_folder, telling
from search.encoder import Encoder
from search.loading import open_served

FEW: Final = 200  # people who reached an interview, below which an encoder learns little that lasts


@dataclass(frozen=True, slots=True)
class EncoderRun:
    """How to train, and the share of the jobs, the latest, that is measured on."""

    tuning: EncoderTuning = field(default_factory=EncoderTuning)
    held_out: float = 0.3


def train_encoder(
    catalog: Catalog,
    encoder: Encoder,
    run: EncoderRun,
    say: Say = lambda stage, done, of: None,
) -> Trained:
    """Trains, measures and records an encoder; `encoder`, which is in service, stays so.

    Errors: InvalidRequest where the outcomes do not suffice, NotReady before the first index or
    where the base is not there, Conflict while another training runs or where a leak was found,
    StoreUnavailable.
    """
    with alone(catalog):
        return _train(catalog, encoder, run, say)


def _train(catalog: Catalog, encoder: Encoder, run: EncoderRun, say: Say) -> Trained:
    from search.encoder import open_encoder

    began = perf_counter()
    tuning, cache = run.tuning, catalog.folder / "encoders"
    served = open_served(catalog, encoder, tuning.device)
    gathered = gather(catalog, served, None, lambda done, of: say("Reading jobs", done, of))
    split = hold_out(gathered.jobs, run.held_out)
    judged = comparable(split.test)
    if not judged:
        raise InvalidRequest(
            "no held-out job has candidates who got differently far: there is nothing to measure "
            "an encoder on"
        )
    triples = _triples(split, gathered, tuning)
    examples = [pair for triple in triples for pair in (triple.positive, triple.negative)]
    folder = run_folder(catalog, ENCODER, data_hash(examples, split), tuning.describe())
    tune_encoder(triples, split.dev, tuning, folder, cache, telling(say, "Training"))
    say("Comparing", 0, 0)
    tuned = open_encoder(str(folder), cache, device=tuning.device)
    base = open_encoder(tuning.base, cache, device=tuning.device)
    metrics = {
        **sizes_of(split, sum(len(job.pairs) for job in split.train), gathered.unlabelled),
        "triples": len(triples),
        **compare_encoders(judged, tuned, base, encoder),
        "encoder": tuned.fingerprint,
        "few labels": len({(t.positive.job_id, t.positive.person_id) for t in triples}) < FEW,
        "trained on jobs": sorted({triple.positive.job_id for triple in triples}),
        "settings": tuning.describe(),
        "seconds": round(perf_counter() - began, 1),
    }
    candidate = Candidate(
        kind=ENCODER,
        base=tuning.base,
        metrics=metrics,
        examples=examples,
        split=split,
        card=card,
    )
    return record_candidate(catalog, folder, candidate)


def _triples(split: Split, gathered: Gathered, tuning: EncoderTuning) -> list[Triple]:
    """Of the training jobs alone, and without whom the later parts know, by id or by text."""
    held = [pair for job in (*split.dev, *split.test) for pair in job.pairs]
    kept_apart = {pair.person_id for pair in held}
    near = {
        job.job_id: without_copies(
            [pair for pair in gathered.near[job.job_id] if pair.person_id not in kept_apart], held
        )
        for job in split.train
    }
    return make_triples(split.train, near, tuning.negatives, tuning.seed)
