"""Models as training records them, with a folder of a few bytes instead of weights."""

from __future__ import annotations

import copy
from typing import Any

from catalog.generations import Model
from catalog.store import Catalog

EARNED: dict[str, Any] = {
    "jobs": {"train": 20, "dev": 6, "test": 12},
    "pairs": {"train": 200, "graded": 180, "dev": 60, "test": 120},
    "retrieval": {"nDCG@10": 0.6, "MAP": 0.5},
    "champion": None,
    "challenger": {"nDCG@10": 0.71, "MAP": 0.58, "ECE": 0.04, "Brier": 0.17},
    "control": {"nDCG@10": 0.55},
    "gain over retrieval": {"mean": 0.11, "low": 0.04, "high": 0.17},
    "gain over champion": None,
    "gain over control": {"mean": 0.16, "low": 0.09, "high": 0.23},
    "by language": {
        "en": {"jobs": 7, "nDCG@10": 0.72, "retrieval": 0.61},
        "zh": {"jobs": 5, "nDCG@10": 0.7, "retrieval": 0.58},
    },
    "by trade": {},
    "name swap": {"candidates": 40, "changed": 0, "largest": 0.0},
    "forgotten": None,
    "few labels": False,
    "seconds": 12.5,
}
COMPARED = {
    "champion": {"nDCG@10": 0.68, "MAP": 0.55},
    "gain over champion": {"mean": 0.03, "low": -0.01, "high": 0.07},
}
WEIGHTS = {"meaning": 2.0, "words": 0.5, "requirements": 1.0, "close reading": 1.5}


def metrics(**changes: Any) -> dict[str, Any]:
    """Metrics of a model that has earned its place, changed at the top."""
    return copy.deepcopy(EARNED) | changes


def add_model(catalog: Catalog, name: str, kind: str = "reranker", **changes: Any) -> Model:
    """A candidate with its folder, as `bole train` leaves it; `changes` are of its metrics."""
    from search.calibration import Calibration, calibration_to_record
    from search.encoders.fingerprints import fingerprint_model

    folder = catalog.folder / "models" / name
    (folder / "adapter").mkdir(parents=True)
    (folder / "config.json").write_text(f'{{"trained": "{name}"}}', encoding="utf-8")
    (folder / "adapter" / "adapter_config.json").write_text("{}", encoding="utf-8")
    calibration = calibration_to_record(Calibration(-1.0, WEIGHTS, 120, 12))
    fingerprint = fingerprint_model(folder, {})
    with catalog.writing() as writing:
        writing.models.add(
            name,
            kind,
            fingerprint,
            f"models/{name}",
            metrics(**changes),
            base="a small encoder",
            data_hash="da7a",
            calibration=calibration,
        )
        return writing.models.get(fingerprint)


def add_generation(catalog: Catalog, encoder: str = "encoder one") -> int:
    """A verified generation of nothing, ready to be published."""
    with catalog.writing() as writing:
        number = writing.generations.begin(f"generations/{encoder}", 0, encoder, 1)
        writing.generations.verify(number, passages=0, people=0, manifest={})
    return number


def serve_generation(catalog: Catalog, encoder: str = "encoder one") -> int:
    """A published generation of nothing."""
    number = add_generation(catalog, encoder)
    with catalog.writing() as writing:
        writing.generations.publish(number, vocabulary="v")
    return number


def serving(catalog: Catalog) -> str | None:
    """The reranker that serves; its calibration must be its own."""
    with catalog.reading() as reading:
        pointer = reading.generations.serving()
    assert pointer.reranker == pointer.calibration
    return pointer.reranker
