"""Whether every text that can be searched has a vector, and whether those kept are vectors."""

from __future__ import annotations

from collections import Counter

import numpy as np

from catalog.store import Catalog, Reading
from indexer.checking.findings import Finding, Findings, Kind, Stage

_UNIT = (0.99, 1.01)  # rounding of any encoder stays far within


def check_vectors(catalog: Catalog, stage: Stage) -> Findings:
    """The vectors of the encoder that is served."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
        if serving is None:
            return
        damaged = _find_damaged(reading, serving.encoder, stage)
        missing = _missing_at(reading, serving.encoder, serving.generation.sequence)
        waiting = _missing_at(reading, serving.encoder, reading.sequence) - missing
    if damaged:
        yield _wrong(
            f"{len(damaged)} vectors are damaged (zeros, not numbers, another length)", damaged
        )
    if missing:
        yield _wrong(f"{len(missing)} texts that are searched have no vector", sorted(missing))
    if waiting:
        yield Finding(
            Kind.WAITING,
            f"{len(waiting)} texts of new résumés have no vector yet, so a search does not see"
            " them: wait for the ingest that is running, or run `bole reindex`",
            repairable=True,
            wrong=False,
            subjects=tuple(sorted(waiting)),
        )


def _find_damaged(reading: Reading, encoder: str, stage: Stage) -> list[str]:
    """The keys of what is no unit vector, or of another length than the others."""
    damaged: list[str] = []
    lengths: dict[str, int] = {}
    seen = 0
    for lot in reading.vectors.all(encoder):
        seen += len(lot)
        stage("Checking vectors", seen, 0)
        damaged += [key for key, vector in lot if not is_unit(vector)]
        lengths |= {key: len(vector) for key, vector in lot}
    if lengths:
        usual, _ = Counter(lengths.values()).most_common(1)[0]
        damaged += [key for key, length in lengths.items() if length != usual]
    return sorted(set(damaged))


def is_unit(kept: bytes) -> bool:
    """Whether bytes are a vector of unit length."""
    if not kept or len(kept) % 4:
        return False
    vector = np.frombuffer(kept, "<f4").astype(np.float64)
    return bool(_UNIT[0] <= np.sqrt(vector @ vector) <= _UNIT[1])  # not-a-number is neither


def _missing_at(reading: Reading, encoder: str, sequence: int) -> set[str]:
    return {text.content_key for text in reading.resumes.without_vector(encoder, sequence)}


def _wrong(what: str, keys: list[str]) -> Finding:
    return Finding(
        Kind.VECTOR,
        f"{what}: run `bole check --repair`, which takes them from the index or computes them",
        repairable=True,
        subjects=tuple(keys),
    )
