"""Takes out of every vector what all texts have in common.

multilingual-e5's vectors lie in a narrow cone: any two texts have a cosine of 0.75 or more, most of
it from one direction that says "text" and nothing about which. Taking out the mean leaves what
distinguishes texts (Mu & Viswanath, "All-but-the-Top", ICLR 2018), and brings cosines to the scale
of other models, so that they can be mixed.

The means are constants of ours, made once by data/build_centres.py from neutral texts in both
languages; so a vector depends on its text alone, and not on who else is in the pool.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder, Progress, Vector, Vectors
from search.encoders.fingerprints import fingerprint_values

# Counts up when the same centres would be taken out otherwise.
_RULE = 1


class CentredEncoder:
    """Another encoder's vectors, less a constant, again of length one."""

    def __init__(self, plain: Encoder, query_centre: Vector, passage_centre: Vector) -> None:
        for centre in (query_centre, passage_centre):
            if centre.shape != (plain.dimension,):
                raise ValueError(f"a centre of shape {centre.shape} for {plain.dimension} columns")
        self.plain = plain
        self.name = plain.name
        self.dimension = plain.dimension
        self.max_tokens = plain.max_tokens
        self._query_centre = query_centre
        self._passage_centre = passage_centre

    @property
    def fingerprint(self) -> str:
        """Of the plain encoder and the centres."""
        centres = b"".join(c.astype("<f4").tobytes() for c in self._centres())
        return fingerprint_values(
            {
                "plain": self.plain.fingerprint,
                "centres": hashlib.sha256(centres).hexdigest(),
                "rule": _RULE,
            }
        )

    @property
    def numerics(self) -> str:
        """The plain encoder's."""
        return self.plain.numerics

    def count_tokens(self, text: str) -> int:
        """As the plain encoder."""
        return self.plain.count_tokens(text)

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        """As the plain encoder."""
        return self.plain.locate_tokens(text)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See the contract."""
        return _take_out(self.plain.encode_passages(texts, progress), self._passage_centre)

    def encode_query(self, text: str) -> Vector:
        """See the contract."""
        vector: Vector = _take_out(self.plain.encode_query(text)[None, :], self._query_centre)[0]
        return vector

    def _centres(self) -> tuple[Vector, Vector]:
        return self._query_centre, self._passage_centre


def read_centres(name: str) -> tuple[Vector, Vector]:
    """The query's and the passages' centre of a packaged model."""
    content = (files("search.encoders") / "data" / f"{name}.centres.f4").read_bytes()
    query, passage = np.frombuffer(content, "<f4").reshape(2, -1).astype(np.float32)
    return query, passage


def _take_out(vectors: NDArray[Any], centre: Vector) -> Vectors:
    rows = vectors.astype(np.float64) - centre.astype(np.float64)
    norms = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return (rows / np.where(norms > 0, norms, 1)).astype(np.float32)
