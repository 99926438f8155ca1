"""Entering a trained candidate in the catalog, with the evidence and whom it has seen."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.durability import flush_names, flush_tree
from catalog.errors import NotFound
from catalog.generations import Model
from catalog.store import Catalog
from indexer.learning.examples import Pair
from indexer.learning.held_out.splitting import Split
from indexer.learning.training.runs import MODELS
from search.calibration import Calibration, calibration_to_record


@dataclass(frozen=True, slots=True)
class Trained:
    """The candidate that came of it; `again`: the same model was there already."""

    name: str
    fingerprint: str
    metrics: dict[str, Any]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is said of a model when it is entered.

    `examples` were trained on, the development jobs of `split` steered it, its test jobs measured
    it. `card` makes the page beside the weights of the name and the metrics; it is for people and
    no part of the fingerprint.
    """

    kind: str
    base: str
    metrics: dict[str, Any]
    examples: Sequence[Pair]
    split: Split
    card: Callable[[str, Mapping[str, Any]], str]
    parent: str | None = None
    calibration: Calibration | None = None

    @property
    def seen(self) -> list[int]:
        """The people it knows, ascending: those it learned from, and who steered it."""
        steering = [pair for job in self.split.dev for pair in job.pairs]
        return sorted({pair.person_id for pair in (*self.examples, *steering)})


def record_candidate(catalog: Catalog, folder: Path, candidate: Candidate) -> Trained:
    """Moves the model in `folder` to its own one and enters it, with whom it has seen; one that is
    there already is not entered again."""
    from search.encoders.fingerprints import fingerprint_model

    fingerprint = fingerprint_model(folder, {})
    known = _known(catalog, fingerprint)
    if known is not None:
        shutil.rmtree(folder, ignore_errors=True)
        return Trained(known.name, fingerprint, candidate.metrics, again=True)
    name = f"{candidate.kind}-{datetime.now(UTC):%Y%m%d}-{fingerprint[:8]}"
    (folder / "README.md").write_text(candidate.card(name, candidate.metrics), "utf-8")
    home = catalog.folder / MODELS / name
    shutil.rmtree(home, ignore_errors=True)  # a run that was killed before the catalog knew of it
    flush_tree(folder)
    folder.rename(home)
    flush_names(home.parent)
    calibration = candidate.calibration
    with catalog.writing() as writing:
        writing.models.add(
            name,
            candidate.kind,
            fingerprint,
            f"{MODELS}/{name}",
            candidate.metrics,
            base=candidate.base,
            parent=candidate.parent,
            data_hash=data_hash(candidate.examples, candidate.split),
            calibration=None if calibration is None else calibration_to_record(calibration),
        )
        writing.models.add_trained_on(fingerprint, candidate.seen)
    return Trained(name, fingerprint, candidate.metrics)


def sizes_of(split: Split, trained_on: int, unlabelled: int) -> dict[str, Any]:
    """How many jobs and pairs there were, as every candidate's metrics say it."""
    return {
        "jobs": {"train": len(split.train), "dev": len(split.dev), "test": len(split.test)},
        "pairs": {
            "train": trained_on,
            "dev": sum(len(job.pairs) for job in split.dev),
            "test": sum(len(job.pairs) for job in split.test),
            "unlabelled applications": unlabelled,
        },
    }


def data_hash(examples: Sequence[Pair], split: Split) -> str:
    """sha256, hex, over what was trained, fitted and measured on."""
    digest = hashlib.sha256()
    held = [pair for job in (*split.dev, *split.test) for pair in job.pairs]
    for pair in (*examples, *held):
        digest.update(json.dumps(asdict(pair), sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _known(catalog: Catalog, fingerprint: str) -> Model | None:
    with catalog.reading() as reading:
        try:
            return reading.models.get(fingerprint)
        except NotFound:
            return None
