"""Looking at a generation with a searcher's eyes before anyone is served from it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from catalog.errors import Damaged
from catalog.generations import Generation
from catalog.store import Catalog
from search import words
from search.arrays import open_generation
from search.encoder import Encoder
from search.loading import open_indexes
from search.vectors import VectorIndex

SAMPLE = 50  # passages that must find themselves


def verify(catalog: Catalog, encoder: Encoder, number: int, folder: Path) -> Generation:
    """Checks a built folder and records it as verified.

    Errors: Damaged, with what does not hold.
    """
    opened = open_generation(folder, encoder=encoder.fingerprint, words=words.fingerprint())
    opened.verify()
    vectors, lexical = open_indexes(opened)
    rows = vectors.rows
    if not len(rows):
        raise Damaged("the new index holds nobody")
    if not np.array_equal(rows.candidates, lexical.ids):
        raise Damaged("the vectors and the words of the new index are about different people")
    for row in np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)), dtype=np.int64):
        _finds_itself(vectors, int(row))
    manifest = opened.manifest
    with catalog.writing() as writing:
        writing.generations.verify(
            number,
            passages=len(rows),
            people=len(rows.candidates),
            manifest={**asdict(manifest), "arrays": sorted(manifest.arrays)},
        )
        return writing.generations.get(number)


def _finds_itself(vectors: VectorIndex, row: int) -> None:
    """A passage's own vector must find its candidate at the score the exact rows give them."""
    rows = vectors.rows
    query, owner = rows.vectors[row], rows.owners[row : row + 1]
    expected = float(vectors.score(query, owner)[0])
    found = vectors.nearest(query, 1)
    if not len(found) or float(found.scores[0]) < expected:
        raise Damaged(f"passage {int(rows.ids[row])} of the new index does not find itself")
