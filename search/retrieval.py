"""Everyone eligible, ranked by what the job means and by the words it uses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder
from search.fusion import MEANING, WORDS, Scale, fuse
from search.lexical import LexicalIndex
from search.vectors import VectorIndex, evenly
from search.words import question_terms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_UP_TO = 300_000  # passages: below, scoring all of them takes some tens of milliseconds
SAMPLE = 20_000  # candidates whose exact scores stand for all when there are more


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first, and the parts of their scores; the parts add up to `scores`."""

    candidates: Ints
    scores: Floats
    parts: dict[str, Floats]

    def with_part(self, name: str, part: Floats) -> Ranked:
        """The same candidates with one part more, put in the order of the new sums."""
        parts = self.parts | {name: part}
        scores = np.array([math.fsum(values) for values in zip(*parts.values(), strict=True)])
        return Ranked(self.candidates, scores, parts).first(len(scores))

    def first(self, limit: int) -> Ranked:
        """The best `limit`; equal scores by ascending id."""
        order = _order(self.candidates, self.scores)[:limit]
        parts = {name: part[order] for name, part in self.parts.items()}
        return Ranked(self.candidates[order], self.scores[order], parts)


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Adds the time of the block to its stage."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start


class Retriever:
    """The two indexes of a generation and the encoder that asks them."""

    def __init__(self, encoder: Encoder, vectors: VectorIndex, lexical: LexicalIndex) -> None:
        self._encoder = encoder
        self._vectors = vectors
        self._lexical = lexical

    def retrieve(
        self, text: str, eligible: Ints, blend: float, limit: int, watch: Stopwatch
    ) -> Ranked:
        """The best `limit` of the eligible, who are ascending ids with a passage each.

        Bits repeat: the job is encoded alone, and no index decides a score (see search.vectors).
        """
        with watch.time("encode"):
            query = self._encoder.encode_query(text)
        terms = question_terms(text)
        if len(self._vectors.rows) <= EXACT_UP_TO:
            with watch.time("vectors"):
                cosines = self._vectors.scores_of_all(query, eligible).scores
            with watch.time("words"):
                bm25 = self._lexical.scores(terms, eligible)
            with watch.time("fuse"):
                return _fused(eligible, cosines, bm25, blend, limit, None)
        with watch.time("words"):
            all_bm25 = self._lexical.scores(terms, eligible)
        with watch.time("vectors"):
            sample = self._vectors.scores_of_all(query, evenly(eligible, SAMPLE)).scores
            nearest = self._vectors.nearest(query, 4 * limit, eligible)
            wordy = eligible[_order(eligible, all_bm25)[: 4 * limit]]
            head = np.union1d(nearest.candidates, wordy)
            cosines = self._vectors.score(query, head)
        with watch.time("fuse"):
            best = max(Scale.of(sample).best, float(cosines.max(initial=-1.0)))
            scales = Scale(Scale.of(sample).average, best), Scale.of(all_bm25)
            bm25 = all_bm25[np.searchsorted(eligible, head)]
            return _fused(head, cosines, bm25, blend, limit, scales)

    def score(
        self, text: str, people: Ints, eligible: Ints, blend: float, watch: Stopwatch
    ) -> dict[str, Floats]:
        """The parts of `people`, some of the eligible in ascending order, as `retrieve` has them.

        Beyond 300,000 passages the scales rest on a sample, as there, but not on the same best.
        """
        with watch.time("encode"):
            query = self._encoder.encode_query(text)
        sampled = eligible if len(self._vectors.rows) <= EXACT_UP_TO else evenly(eligible, SAMPLE)
        bm25 = self._lexical.scores(question_terms(text), eligible)
        average = self._vectors.scores_of_all(query, sampled).scores
        cosines = self._vectors.score(query, people)
        best = max(Scale.of(average).best, float(cosines.max(initial=-1.0)))
        scales = Scale(Scale.of(average).average, best), Scale.of(bm25)
        return fuse(cosines, bm25[np.searchsorted(eligible, people)], blend, scales=scales)


def _fused(
    candidates: Ints,
    cosines: Floats,
    bm25: Floats,
    blend: float,
    limit: int,
    scales: tuple[Scale, Scale] | None,
) -> Ranked:
    parts = fuse(cosines, bm25, blend, scales=scales)
    return Ranked(candidates, parts[MEANING] + parts[WORDS], parts).first(limit)


def _order(candidates: Ints, scores: Floats) -> Ints:
    """Positions from the highest score down; equal scores by ascending id."""
    order: Ints = np.lexsort((candidates, -scores))
    return order
