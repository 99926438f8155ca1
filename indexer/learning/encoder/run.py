"""One training run of an encoder: gather, split, tune, compare on held-out jobs, write it down.

Nothing here puts an encoder into service: vectors of two encoders cannot be compared, so a new one
needs an index of its own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from catalog.errors import Conflict, InvalidRequest
from catalog.store import Catalog
from indexer.learning.encoder.triples import Triple, make_triples
from indexer.learning.encoder.tuning import EncoderTuning, tune_encoder
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.held_out.leaks import leave_out_copies, refuse_leaks, without_copies
from indexer.learning.held_out.splitting import Split, split_by_time
from indexer.learning.labelling.gathering import Gathered, gather
from indexer.learning.measuring.figures import (
    by_group,
    comparable,
    gain,
    judgements,
    measure,
    rank_by,
)
from indexer.learning.training.recording import MODELS, Trained, data_hash, known_model
from search.encoder import Encoder
from search.loading import open_served

ENCODER: Final = "encoder"
FEW: Final = 200  # people who reached an interview, below which an encoder learns little that lasts
Say = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0: unknown)."""


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
    from filelock import FileLock, Timeout

    (catalog.folder / MODELS).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(catalog.folder / MODELS / "training.lock", timeout=0):
            return _train(catalog, encoder, run, say)
    except Timeout:
        raise Conflict("another training is running: wait until it has finished") from None


def _train(catalog: Catalog, encoder: Encoder, run: EncoderRun, say: Say) -> Trained:
    from search.encoder import open_encoder

    began = perf_counter()
    tuning, cache = run.tuning, catalog.folder / "encoders"
    served = open_served(catalog, encoder, tuning.device)
    gathered = gather(catalog, served, None, lambda done, of: say("Reading jobs", done, of))
    split = leave_out_copies(split_by_time(gathered.jobs, run.held_out))
    refuse_leaks(split)
    judged = comparable(split.test)
    if not judged:
        raise InvalidRequest(
            "no held-out job has candidates who got differently far: there is nothing to measure "
            "an encoder on"
        )
    triples = _triples(split, gathered, tuning)
    folder = _folder(catalog, triples, split, tuning)
    tune_encoder(
        triples, split.dev, tuning, folder, cache, lambda done, of: say("Training", done, of)
    )
    say("Comparing", 0, 0)
    tuned = open_encoder(str(folder), cache, device=tuning.device)
    base = open_encoder(tuning.base, cache, device=tuning.device)
    metrics = {
        "jobs": {"train": len(split.train), "dev": len(split.dev), "test": len(split.test)},
        "pairs": {
            "train": sum(len(job.pairs) for job in split.train),
            "dev": sum(len(job.pairs) for job in split.dev),
            "test": sum(len(job.pairs) for job in split.test),
            "unlabelled applications": gathered.unlabelled,
        },
        "triples": len(triples),
        **compare_encoders(judged, tuned, base, encoder),
        "encoder": tuned.fingerprint,
        "few labels": len({(t.positive.job_id, t.positive.person_id) for t in triples}) < FEW,
        "trained on jobs": sorted({triple.positive.job_id for triple in triples}),
        "settings": tuning.describe(),
        "seconds": round(perf_counter() - began, 1),
    }
    return _record(catalog, folder, metrics, triples, split)


def compare_encoders(
    jobs: Sequence[JobPairs], tuned: Encoder, base: Encoder, in_service: Encoder
) -> dict[str, Any]:
    """How each orders the jobs' labelled people by the cosine of question and answer, and what the
    tuned one gains over both others (paired bootstrap over jobs); keys as in Model.metrics."""
    qrels = judgements(jobs)
    runs = {
        name: rank_by(jobs, lambda pairs, by=encoder: cosines(by, pairs))  # type: ignore[misc]
        for name, encoder in (("tuned", tuned), ("base", base), ("in service", in_service))
    }
    return {
        **{name: measure(run, qrels) for name, run in runs.items()},
        "gain over base": gain(runs["tuned"], runs["base"], qrels),
        "gain over in service": gain(runs["tuned"], runs["in service"], qrels),
        "by language": by_group(
            jobs,
            lambda job: job.language,
            {"nDCG@10": runs["tuned"], "in service": runs["in service"]},
        ),
    }


def cosines(encoder: Encoder, pairs: Sequence[Pair]) -> list[float]:
    """The cosine of each pair's question and answer, as searches would compute them."""
    if not pairs:
        return []
    asked = {pair.question: encoder.encode_query(pair.question) for pair in pairs}
    answers = encoder.encode_passages([pair.answer for pair in pairs])
    return [
        float(asked[pair.question] @ answer) for pair, answer in zip(pairs, answers, strict=True)
    ]


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


def _pairs_of(triples: Sequence[Triple]) -> list[Pair]:
    return [pair for triple in triples for pair in (triple.positive, triple.negative)]


def _folder(
    catalog: Catalog, triples: Sequence[Triple], split: Split, tuning: EncoderTuning
) -> Path:
    """Where the run works: the same data and settings go on where they were stopped."""
    said = json.dumps([ENCODER, data_hash(_pairs_of(triples), split), tuning.describe()])
    return catalog.folder / MODELS / f".run-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _record(
    catalog: Catalog,
    folder: Path,
    metrics: dict[str, Any],
    triples: Sequence[Triple],
    split: Split,
) -> Trained:
    """Moves the encoder to its own folder and enters it in the catalog, with whom it has seen."""
    from search.encoders.fingerprints import fingerprint_model

    fingerprint = fingerprint_model(folder, {})
    known = known_model(catalog, fingerprint)
    if known is not None:
        shutil.rmtree(folder, ignore_errors=True)
        return Trained(known.name, fingerprint, metrics, again=True)
    name = f"{ENCODER}-{datetime.now(UTC):%Y%m%d}-{fingerprint[:8]}"
    (folder / "README.md").write_text(_card(name, metrics), "utf-8")
    home = catalog.folder / MODELS / name
    shutil.rmtree(home, ignore_errors=True)  # a run that was killed before the catalog knew of it
    folder.rename(home)
    pairs = _pairs_of(triples)
    seen = {pair.person_id for pair in (*pairs, *(p for job in split.dev for p in job.pairs))}
    with catalog.writing() as writing:
        writing.models.add(
            name,
            ENCODER,
            fingerprint,
            f"{MODELS}/{name}",
            metrics,
            base=metrics["settings"]["base"],
            data_hash=data_hash(pairs, split),
        )
        writing.models.add_trained_on(fingerprint, sorted(seen))
    return Trained(name, fingerprint, metrics)


def _card(name: str, metrics: dict[str, Any]) -> str:
    """The card beside the weights, as Markdown."""
    table = "\n".join(
        f"| {what} | {metrics[key]['nDCG@10']:.3f} | {metrics[key]['MAP']:.3f} |"
        for key, what in (
            ("in service", "the encoder in service"),
            ("base", "the base before training"),
            ("tuned", "this encoder"),
        )
    )
    jobs, over = metrics["jobs"], metrics["gain over in service"]
    return f"""# {name}

A sentence-transformers encoder: a job's short form with the query prompt and what a résumé shows of
it with the passage prompt lie near each other where people like that were interviewed.

Trained on {metrics["triples"]} triples of {jobs["train"]} jobs, stopped by {jobs["dev"]} later
jobs, measured on {jobs["test"]} jobs after those; people of later jobs were left out of earlier
ones. Settings: `{metrics["settings"]}`.

| on the held-out jobs | nDCG@10 | MAP |
|---|---|---|
{table}

Gain over the encoder in service {over["mean"]:+.3f} [{over["low"]:+.3f}, {over["high"]:+.3f}]
(paired bootstrap over jobs, 95 %), by the cosine of two short texts; an index holds a résumé's
passages instead, and searches add the words that both texts share.

It knows what past decisions rewarded, not who would have done the work well.
"""
