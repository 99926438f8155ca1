"""One score from two: how near a candidate is in meaning, and how many of the job's words they use.

A cosine and a BM25 score have no unit in common, so each is first put on a scale of its own, on
which the average eligible candidate has 0 and the best has 1; then they are mixed. Convex mixing of
so scaled scores beats adding ranks (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for
Hybrid Retrieval", TOIS 2023). Dividing by the spread instead, the usual standard score, would let
BM25 decide alone: most candidates share no rare word with the job and have 0, so the few that do
lie 15 spreads above, where the best cosine lies at 6.

Scales are computed over the eligible candidates, so nobody outside the filter moves anybody's
score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEANING = "meaning"
WORDS = "words"
DEFAULT_BLEND = 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """Where 0 and 1 lie among raw scores."""

    average: float
    best: float

    @classmethod
    def of(cls, scores: Floats) -> Scale:
        """The scale of all eligible candidates' scores; their order changes no bit of it."""
        if not len(scores):
            return cls(0.0, 0.0)
        if not np.isfinite(scores).all():
            raise ValueError("scores must be finite")
        lowest, best = float(scores.min()), float(scores.max())
        # fsum rounds once, and a rounded mean must not leave the range it is the mean of.
        average = math.fsum((scores / len(scores)).tolist())
        return cls(min(max(average, lowest), best), best)

    def place(self, scores: Floats) -> Floats:
        """Raw scores on the scale; all 0 where the best is no better than the average."""
        reach = self.best - self.average
        if not reach > 0.0:
            return np.zeros(len(scores))
        placed: Floats = (scores - self.average) / reach
        return placed


def standardise(scores: Floats) -> Floats:
    """Scores on the scale on which their mean is 0 and the highest is 1; all 0 where all are
    equal."""
    return Scale.of(scores).place(scores)


def fuse(
    cosines: Floats,
    bm25: Floats,
    blend: float = DEFAULT_BLEND,
    *,
    scales: tuple[Scale, Scale] | None = None,
) -> dict[str, Floats]:
    """The parts whose sum is a candidate's score: `blend` 1 is cosine alone, 0 is BM25 alone.

    Both arrays are in one order, of any candidates. `scales` (cosine's, BM25's) must be given when
    these are not all of the eligible, but the head that an index proposed. ValueError for a blend
    outside 0 to 1, arrays of different lengths, or scores that are not finite.
    """
    if not 0.0 <= blend <= 1.0:
        raise ValueError(f"a blend lies between 0 and 1, not {blend}")
    if np.shape(cosines) != np.shape(bm25) or np.ndim(cosines) != 1:
        raise ValueError("each candidate needs a cosine and a BM25 score")
    of_cosines, of_bm25 = scales or (Scale.of(cosines), Scale.of(bm25))
    return {
        MEANING: blend * of_cosines.place(cosines),
        WORDS: (1.0 - blend) * of_bm25.place(bm25),
    }
