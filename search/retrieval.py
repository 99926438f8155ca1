"""Everyone eligible, ranked by what the job means and by the words it uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder
from search.fusion import MEANING, WORDS, Scale, fuse
from search.lexical import Wordy
from search.vectors import Searchable, evenly
from search.words import question_terms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_UP_TO = 300_000  # passages: below, scoring all of them takes some tens of milliseconds
FIRST = 50  # how many of the best are sought where nobody says
SAMPLE = 20_000  # candidates whose exact scores stand for all when there are more


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first, and the parts of their scores; the parts add up to `scores`."""

    candidates: Ints
    scores: Floats
    parts: dict[str, Floats]

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
    """The two indexes of a snapshot and the encoder that asks them."""

    def __init__(self, encoder: Encoder, vectors: Searchable, lexical: Wordy) -> None:
        self._encoder = encoder
        self._vectors = vectors
        self._lexical = lexical

    def retrieve(
        self, text: str, eligible: Ints, blend: float, limit: int, watch: Stopwatch
    ) -> Ranked:
        """The best `limit` of the eligible, who are ascending ids with a passage each.

        Bits repeat: the job is encoded alone, and no index decides a score (see search.vectors).
        """
        found = self._score(text, eligible, limit, watch)
        with watch.time("fuse"):
            return _fused(found, blend).first(limit)

    def parts_of(
        self, text: str, people: Ints, eligible: Ints, blend: float, watch: Stopwatch
    ) -> dict[str, Floats]:
        """The parts of these people's scores, in their order: the very bits that `retrieve` gives
        each of them among the same (ascending) eligible, who include them."""
        found = self._score(text, eligible, FIRST, watch, people)
        with watch.time("fuse"):
            ranked = _fused(found, blend)
            places = np.searchsorted(ranked.candidates, people)
            return {name: part[places] for name, part in ranked.parts.items()}

    def _score(
        self,
        text: str,
        eligible: Ints,
        limit: int,
        watch: Stopwatch,
        others: Ints | None = None,
    ) -> _Found:
        """Both scores of all the eligible, or of many the most promising and `others`."""
        with watch.time("encode"):
            query = self._encoder.encode_query(text)
        terms = question_terms(text)
        with watch.time("words"):
            all_bm25 = self._lexical.scores(terms, eligible)
        if len(self._vectors) <= EXACT_UP_TO:
            with watch.time("vectors"):
                cosines = self._vectors.scores_of_all(query, eligible).scores
            return _Found(eligible, cosines, all_bm25, Scale.of(cosines), Scale.of(all_bm25))
        with watch.time("vectors"):
            sample = Scale.of(self._vectors.scores_of_all(query, evenly(eligible, SAMPLE)).scores)
            nearest = self._vectors.nearest(query, 4 * limit, eligible)
            wordy = eligible[_order(eligible, all_bm25)[: 4 * limit]]
            head = np.union1d(nearest.candidates, wordy)
            best = max(sample.best, float(self._vectors.score(query, head).max(initial=-1.0)))
            if others is not None:
                head = np.union1d(head, others)
            cosines = self._vectors.score(query, head)
        bm25 = all_bm25[np.searchsorted(eligible, head)]
        return _Found(head, cosines, bm25, Scale(sample.average, best), Scale.of(all_bm25))


@dataclass(frozen=True, slots=True)
class _Found:
    """Raw scores of (ascending) candidates, and the scales that all the eligible make."""

    candidates: Ints
    cosines: Floats
    bm25: Floats
    of_cosines: Scale
    of_bm25: Scale


def _fused(found: _Found, blend: float) -> Ranked:
    """The candidates in their order, with the parts of their scores."""
    scales = found.of_cosines, found.of_bm25
    parts = fuse(found.cosines, found.bm25, blend, scales=scales)
    return Ranked(found.candidates, parts[MEANING] + parts[WORDS], parts)


def _order(candidates: Ints, scores: Floats) -> Ints:
    """Positions from the highest score down; equal scores by ascending id."""
    order: Ints = np.lexsort((candidates, -scores))
    return order
