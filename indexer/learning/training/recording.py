"""Entering a trained candidate in the catalog, with the evidence and whom it has seen."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.errors import NotFound
from catalog.generations import Model
from catalog.store import Catalog
from indexer.learning.examples import Pair
from indexer.learning.held_out.splitting import Split
from indexer.learning.training.card import write_card
from search.calibration import Calibration, calibration_to_record
from search.encoders.fingerprints import fingerprint_model

MODELS = "models"  # the folder in the data folder


@dataclass(frozen=True, slots=True)
class Trained:
    """The candidate that came of it; `again`: the same model was there already."""

    name: str
    fingerprint: str
    metrics: dict[str, Any]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """What training goes on from."""

    folder: Path | None
    name: str
    fingerprint: str | None = None


def record_candidate(
    catalog: Catalog,
    folder: Path,
    calibration: Calibration,
    metrics: dict[str, Any],
    examples: Sequence[Pair],
    split: Split,
    base: str,
    start: Start,
) -> Trained:
    """Moves the model to its own folder and enters it in the catalog, with whom it has seen."""
    fingerprint = fingerprint_model(folder / "real", {})
    known = known_model(catalog, fingerprint)
    if known is not None:
        shutil.rmtree(folder, ignore_errors=True)
        return Trained(known.name, fingerprint, metrics, again=True)
    name = f"reranker-{datetime.now(UTC):%Y%m%d}-{fingerprint[:8]}"
    write_card(folder / "real", name, metrics)
    home = catalog.folder / MODELS / name
    shutil.rmtree(home, ignore_errors=True)  # a run that was killed before the catalog knew of it
    (folder / "real").rename(home)
    seen = {p.person_id for p in examples} | {p.person_id for job in split.dev for p in job.pairs}
    with catalog.writing() as writing:
        writing.models.add(
            name,
            "reranker",
            fingerprint,
            f"{MODELS}/{name}",
            metrics,
            base=base,
            parent=start.fingerprint,
            data_hash=data_hash(examples, split),
            calibration=calibration_to_record(calibration),
        )
        writing.models.add_trained_on(fingerprint, sorted(seen))
    shutil.rmtree(folder, ignore_errors=True)
    return Trained(name, fingerprint, metrics)


def known_model(catalog: Catalog, fingerprint: str) -> Model | None:
    """The model with this fingerprint, if the catalog has it."""
    with catalog.reading() as reading:
        try:
            return reading.models.get(fingerprint)
        except NotFound:
            return None


def data_hash(examples: Sequence[Pair], split: Split) -> str:
    """sha256, hex, over what was trained, fitted and measured on."""
    digest = hashlib.sha256()
    held = [pair for job in (*split.dev, *split.test) for pair in job.pairs]
    for pair in (*examples, *held):
        digest.update(json.dumps(asdict(pair), sort_keys=True, default=str).encode())
    return digest.hexdigest()
