"""Which candidates' passages are nearest to the question: the contract, and the exact index.

Rows are passages; what is asked for are candidates. A candidate's score is a fold of the cosines of
all their passages (`Fold`).

**Why the scores repeat to the bit.** Floating-point sums depend on their order, and the order on
the processor, the thread count and what else is in the batch. So no sum here is ever rounded:
vectors and questions are put on a grid of multiples of 2^-24 (`on_grid`; it moves a cosine by some
1e-8, less than float32 itself does), products are then multiples of 2^-48, and as long as a sum
stays below 32 float64 holds every partial sum exactly. Any order, any BLAS, any neighbour gives the
same number. Indexes that round (float32, compressed, GPU) only *propose*; `Rows.cosines`
*disposes*. Folding takes each candidate's cosines in row order, by themselves.

**What a search should do** (`benchmarks/vectors.py` measures it). Scoring every passage of a pool
exactly costs about 0.2 ms a thousand passages, 20 ms at 100,000: below some 300,000 passages fuse
over `scores_of_all(query, eligible)`, whose mean and spread are then exact too. Above, take the
head from `nearest`, `score` whoever else the lexical side proposes, and mean and spread from
`scores_of_all(query, evenly(eligible, 20_000))`: exact scores of a fixed sample, so the same bits
at every repetition, and a standard error below 1 % of the spread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged, NotFound

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

GRID = float(2**24)
LONGEST = 1.01  # of a "unit" vector: rounding of any encoder stays far below
BLOCK = 1024  # rows that are widened to float64 at a time; they fit the processor's cache


@dataclass(frozen=True, slots=True)
class Fold:
    """How a candidate's passages make one score: `best` · highest + (1 - `best`) · mean of the
    `top`.

    `top` None is the mean of all passages, which is the cosine to their centroid but for its
    length.
    """

    best: float = 1.0
    top: int | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.best <= 1.0 or (self.top is not None and self.top < 1):
            raise ValueError(f"not a fold: {self}")

    def __str__(self) -> str:
        return f"{self.best:g}·best+{1 - self.best:g}·mean({self.top or 'all'})"

    def of(self, cosines: Floats, starts: Ints) -> Floats:
        """One score per candidate; candidate i's cosines are `starts[i]` to `starts[i + 1]`.

        `starts` has one entry more than there are candidates, each of whom has a passage.
        """
        if len(starts) < 2:
            return np.empty(0)
        first = starts[:-1]
        best = np.maximum.reduceat(cosines, first)
        if self.best == 1.0:
            return best
        counts = np.diff(starts)
        if self.top is not None:
            owners = np.repeat(np.arange(len(first)), counts)
            cosines = cosines[np.lexsort((-cosines, owners))]  # each candidate's, highest first
            taken = np.arange(len(cosines)) - np.repeat(first, counts) < self.top
            cosines, counts = cosines[taken], np.minimum(counts, self.top)
            first = np.cumsum(counts) - counts
        mean = np.add.reduceat(cosines, first) / counts
        return self.best * best + (1.0 - self.best) * mean


BEST_PASSAGE = Fold(best=1.0)
MEAN = Fold(best=0.0)


@dataclass(frozen=True, slots=True)
class Hits:
    """Candidates by score, highest first, ties by ascending id; the row of the best passage."""

    candidates: Ints
    scores: Floats
    best_rows: Ints

    def __len__(self) -> int:
        return len(self.candidates)


@dataclass(frozen=True, slots=True)
class Scores:
    """A score for each of the candidates, who are in ascending order."""

    candidates: Ints
    scores: Floats


class Searchable(Protocol):
    """What a search asks of vectors (tests/search/test_vectors.py holds every index to it).

    `query` is a unit vector (d,); `eligible` is a strictly ascending array of candidate ids, or
    None for everybody. Eligible ids without a passage are passed over. A malformed argument:
    ValueError.
    """

    def __len__(self) -> int:
        """How many passages there are."""

    @property
    def fold(self) -> Fold:
        """How passages make a candidate's score."""

    def nearest(self, query: Vectors, k: int, eligible: Ints | None = None) -> Hits:
        """The k nearest eligible candidates; fewer only when fewer have a passage."""

    def score(self, query: Vectors, candidates: Ints) -> Floats:
        """The exact score of each of these, in their order; NotFound when one has no passage."""

    def scores_of_all(self, query: Vectors, eligible: Ints | None = None) -> Scores:
        """The exact score of every eligible candidate who has a passage."""


class VectorIndex(Searchable, Protocol):
    """An index that is built once and stored in a generation's folder."""

    @property
    def rows(self) -> Rows:
        """The passages behind the index."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays, for a generation's folder."""


def on_grid(vectors: NDArray[Any]) -> Vectors:
    """The nearest vectors whose coordinates are multiples of 2^-24; ValueError if not of unit
    length.

    The zero vector passes: an encoder's "nothing" is like nothing, with score 0.
    """
    given = np.atleast_2d(vectors)
    placed = np.empty(given.shape, np.float32)
    for start in range(0, len(given), BLOCK):
        wide = np.asarray(given[start : start + BLOCK], np.float64)
        if not (np.einsum("nd,nd->n", wide, wide) <= LONGEST**2).all():  # NaN fails too
            raise ValueError("vectors must be finite and of unit length")
        # + 0.0 turns -0.0 into 0.0: equal vectors have equal bytes.
        placed[start : start + BLOCK] = np.rint(wide * GRID) / GRID + 0.0
    return placed.reshape(np.shape(vectors))


@dataclass(frozen=True, slots=True)
class Rows:
    """Passage vectors on the grid, sorted by candidate id, then passage id; every id only once.

    Candidate `candidates[i]` owns the rows `starts[i]` to `starts[i + 1]`.
    """

    vectors: Vectors  # (n, d)
    ids: Ints  # (n,) passage ids
    owners: Ints  # (n,) candidate ids
    candidates: Ints  # (c,) ascending
    starts: Ints  # (c + 1,)

    @classmethod
    def arrange(cls, vectors: NDArray[Any], row_ids: Ints, candidate_of_row: Ints) -> Rows:
        """Rows in any order, put in order."""
        ids, owners = np.asarray(row_ids, np.int64), np.asarray(candidate_of_row, np.int64)
        if np.ndim(vectors) != 2 or not len(vectors) == len(ids) == len(owners):
            raise ValueError("vectors, passage ids and candidate ids must be of one length")
        if len(np.unique(ids)) != len(ids):
            raise ValueError("a passage id is given twice")
        order = np.lexsort((ids, owners))
        return cls._of_sorted(on_grid(vectors)[order], ids[order], owners[order])

    @classmethod
    def _of_sorted(cls, vectors: Vectors, ids: Ints, owners: Ints) -> Rows:
        candidates, first = np.unique(owners, return_index=True)
        starts = np.append(first, len(owners)).astype(np.int64)
        return cls(vectors, ids, owners, candidates, starts)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def question(self, query: NDArray[Any]) -> Vectors:
        """The query on the grid, once it is known to fit the rows."""
        if np.shape(query) != (self.dimension,):
            raise ValueError(f"a query has shape ({self.dimension},), not {np.shape(query)}")
        return on_grid(query)

    def holding(self, eligible: Ints | None) -> Ints:
        """Positions in `candidates` of the eligible; those without a passage are left out."""
        if eligible is None:
            return np.arange(len(self.candidates))
        wanted = np.asarray(eligible)
        if wanted.ndim != 1 or (len(wanted) and wanted.dtype.kind not in "iu"):
            raise ValueError("eligible must be a flat array of candidate ids")
        if (wanted[1:] <= wanted[:-1]).any():
            raise ValueError("eligible must ascend, every id once")
        if not len(self.candidates):
            return np.empty(0, np.int64)
        at = np.minimum(np.searchsorted(self.candidates, wanted), len(self.candidates) - 1)
        found: Ints = at[self.candidates[at] == wanted]
        return found

    def cosines(self, question: Vectors, rows: Ints | None = None) -> Floats:
        """Exact inner products, float64 (see the module's docstring), of all or of some rows."""
        wide = question.astype(np.float64)
        count = len(self) if rows is None else len(rows)
        found = np.empty(count)
        room = np.empty((min(BLOCK, count), self.dimension))
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            block = room[: stop - start]
            block[:] = self.vectors[slice(start, stop) if rows is None else rows[start:stop]]
            np.dot(block, wide, out=found[start:stop])
        return found

    def of_candidates(self, positions: Ints) -> tuple[Ints, Ints]:
        """These candidates' rows one after another, and where each one's begin (and the end)."""
        counts = self.starts[positions + 1] - self.starts[positions]
        ends = np.cumsum(counts)
        offsets = np.repeat(self.starts[positions] - (ends - counts), counts)
        return np.arange(len(offsets)) + offsets, np.append(0, ends).astype(np.int64)

    def cosines_of(self, question: Vectors, positions: Ints) -> tuple[Floats, Ints, Ints]:
        """Cosines of these candidates' rows, the rows, and where each candidate's begin."""
        rows, starts = self.of_candidates(positions)
        if 2 * len(rows) > len(self):  # reading all in order is quicker than picking most
            return self.cosines(question)[rows], rows, starts
        return self.cosines(question, rows), rows, starts

    def nearest(self, question: Vectors, k: int, positions: Ints, fold: Fold) -> Hits:
        """The k best of the candidates at these (ascending) positions, by exact scores."""
        if k < 0:
            raise ValueError("k must not be negative")
        cosines, rows, starts = self.cosines_of(question, positions)
        scores = fold.of(cosines, starts)
        if k < len(scores):
            # Everyone who ties with the k-th stays until ids decide.
            kept = (
                np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
                if k
                else np.empty(0, np.int64)
            )
        else:
            kept = np.arange(len(scores))
        head = kept[np.lexsort((positions[kept], -scores[kept]))][:k]
        best = [int(starts[i] + np.argmax(cosines[starts[i] : starts[i + 1]])) for i in head]
        return Hits(self.candidates[positions[head]], scores[head], rows[np.array(best, np.int64)])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays, for a generation's folder; `of_arrays` is the way back."""
        return {"vectors": self.vectors, "row_ids": self.ids, "candidate_of_row": self.owners}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Rows:
        """The rows that `arrays` came from; Damaged when they are not in order."""
        try:
            vectors, ids, owners = (
                arrays[name] for name in ("vectors", "row_ids", "candidate_of_row")
            )
        except KeyError as error:
            raise Damaged(f"the generation has no {error}: build it anew, `bole reindex`") from None
        after = (owners[1:] > owners[:-1]) | ((owners[1:] == owners[:-1]) & (ids[1:] > ids[:-1]))
        if vectors.ndim != 2 or not len(vectors) == len(ids) == len(owners) or not after.all():
            raise Damaged("the generation's rows are out of order: build it anew, `bole reindex`")
        return cls._of_sorted(vectors, ids, owners)


class ExactIndex:
    """Every eligible passage is scored: the oracle, and quick enough for most pools."""

    def __init__(self, rows: Rows, fold: Fold = BEST_PASSAGE) -> None:
        self.rows = rows
        self.fold = fold

    def __len__(self) -> int:
        return len(self.rows)

    def nearest(self, query: Vectors, k: int, eligible: Ints | None = None) -> Hits:
        """See VectorIndex."""
        question = self.rows.question(query)
        return self.rows.nearest(question, k, self.rows.holding(eligible), self.fold)

    def score(self, query: Vectors, candidates: Ints) -> Floats:
        """See VectorIndex."""
        return in_order(self.scores_of_all, query, candidates)

    def scores_of_all(self, query: Vectors, eligible: Ints | None = None) -> Scores:
        """See VectorIndex."""
        question = self.rows.question(query)
        positions = self.rows.holding(eligible)
        cosines, _, starts = self.rows.cosines_of(question, positions)
        return Scores(self.rows.candidates[positions], self.fold.of(cosines, starts))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """See VectorIndex."""
        return self.rows.arrays()


def in_order(
    scores_of_all: Callable[[Vectors, Ints], Scores], query: Vectors, candidates: Ints
) -> Floats:
    """The scores of these candidates, in any order, each as often as asked; NotFound when one has
    no passage."""
    ascending, back = np.unique(np.asarray(candidates, np.int64), return_inverse=True)
    found = scores_of_all(query, ascending)
    if len(found.candidates) != len(ascending):
        raise NotFound("a candidate has no passage in this generation: run `bole reindex`")
    in_their_order: Floats = found.scores[back]
    return in_their_order


def evenly(eligible: Ints, size: int) -> Ints:
    """At most `size` of the eligible at even steps: always the same, and ascending as they are."""
    step = -(-len(eligible) // size) if size > 0 else 1
    return eligible[:: max(step, 1)]
