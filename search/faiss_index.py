"""FAISS behind the contract of `search.vectors`: it proposes passages, exact scores dispose.

One or two lists are searched, whichever the fold needs: the passages, and each candidate's mean
vector (its inner product with the question is the mean of the passages' cosines). A candidate in
none of the proposals can score at most what the last entries fetched would give together; when the
k-th exact score is above that, nobody can be missing, else the search goes deeper, at last to
everybody. For flat lists this is a proof (`_rounding` bounds what float32 does to a score). A
compressed list proves nothing, so its depth is tuned against the exact index when it is built, and
`report` says what it reached.

Eligibility is enforced here and never left to FAISS: its GPU indexes accept a selector and ignore
it, and FastScan refuses one. When few are eligible nothing is proposed: all of them are scored.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged, NotReady
from search.vectors import (
    BEST_PASSAGE,
    ExactIndex,
    Floats,
    Fold,
    Hits,
    Ints,
    Rows,
    Scores,
    VectorIndex,
    Vectors,
    evenly,
)

SMALL = 20_000  # rows up to which nothing beats scoring all of them: 4 ms
COMPRESS_ABOVE = 300_000  # rows; up to here a flat list is quick, and proved
WORTH = 4  # proposals are fetched while they are at most one in so many of a list's entries
LEAST = 100  # candidates that are proposed for however few are asked for: approximations are crude
NARROW = 0.08  # share of the rows up to which scoring the eligible beats a compressed list,
NARROW_FLAT = 0.3  # and a flat one; measured by benchmarks/vectors.py at 100,000 rows
RECALL = 0.99  # what a compressed index is tuned to reach
TRAINING = 50_000  # vectors are plenty to place 16 centroids a piece
DEEPEST = 512  # entries fetched per candidate asked for, at most, while tuning


@dataclass(frozen=True, slots=True)
class Report:
    """What a compressed index reached against the exact one when it was built."""

    recall_at_100: float
    depth: int  # entries fetched per candidate asked for, at least LEAST of them
    questions: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ApproximateList:
    """A FAISS index with what must be known to draw conclusions from it."""

    faiss: Any
    owners: Ints  # entry → position in Rows.candidates
    weight: float  # of its scores in the most that a candidate not proposed can reach
    error: float | None  # how far its scores may be from the exact ones; None: nobody knows
    deepest: int | None = None  # entries that it can fetch at once

    def fetch(self, question: Vectors, entries: int) -> tuple[Ints, float]:
        """Owners of the nearest entries, and the most that any other entry can score."""
        scores, found = self.faiss.search(question[None], min(entries, len(self.owners)))
        owners = self.owners[found[0][found[0] >= 0]]
        if entries >= len(self.owners):
            return owners, -math.inf
        return owners, math.inf if self.error is None else float(scores[0, -1]) + self.error


class ProposingIndex:
    """A VectorIndex that scores exactly whoever its lists propose."""

    def __init__(
        self,
        rows: Rows,
        fold: Fold,
        lists: Sequence[ApproximateList],
        depth: int = 4,
        report: Report | None = None,
    ) -> None:
        self.rows = rows
        self.fold = fold
        self.lists = lists
        self.depth = depth
        self.report = report
        self._exact = ExactIndex(rows, fold)

    def __len__(self) -> int:
        return len(self.rows)

    def score(self, query: Vectors, candidates: Ints) -> Floats:
        """See VectorIndex."""
        return self._exact.score(query, candidates)

    def scores_of_all(self, query: Vectors, eligible: Ints | None = None) -> Scores:
        """See VectorIndex."""
        return self._exact.scores_of_all(query, eligible)

    def nearest(self, query: Vectors, k: int, eligible: Ints | None = None) -> Hits:
        """See VectorIndex."""
        question = self.rows.question(query)
        positions = self.rows.holding(eligible)
        k = min(k, len(positions))
        share = self._share(positions)
        compressed = any(each.error is None for each in self.lists)
        if k > 0 and share > (NARROW if compressed else NARROW_FLAT):
            entries = math.ceil(max(k, LEAST) * self.depth / share)
            while self._worth_fetching(entries):
                hits = self._of_proposed(question, k, positions, entries)
                if hits is not None:
                    return hits
                entries *= 4
        return self.rows.nearest(question, k, positions, self.fold)

    def _of_proposed(self, question: Vectors, k: int, positions: Ints, entries: int) -> Hits | None:
        """The k nearest among the proposed, or None when someone else could be nearer."""
        proposed = np.zeros(len(self.rows.candidates), bool)
        most = 0.0
        for each in self.lists:
            owners, most_of_others = each.fetch(question, entries)
            proposed[owners] = True
            most += each.weight * most_of_others
        hits = self.rows.nearest(question, k, positions[proposed[positions]], self.fold)
        if len(hits) < k:
            return None
        unprovable = any(each.error is None for each in self.lists)
        return hits if unprovable or hits.scores[-1] > most else None

    def _share(self, positions: Ints) -> float:
        """The part of all rows that these candidates own."""
        owned = (self.rows.starts[positions + 1] - self.rows.starts[positions]).sum()
        return float(owned) / max(len(self.rows), 1)

    def _worth_fetching(self, entries: int) -> bool:
        """Whether proposals still save work, and every list can give so many."""
        return all(
            WORTH * entries <= len(each.owners) and entries <= (each.deepest or entries)
            for each in self.lists
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The rows and the compressed lists, for a generation's folder; see `open_index`."""
        stored: dict[str, NDArray[Any]] = self.rows.arrays()
        if self.report is not None:
            faiss = _faiss()
            for number, each in enumerate(self.lists):
                stored[f"faiss_{number}"] = faiss.serialize_index(each.faiss)
            stored["faiss_report"] = np.array(
                [
                    self.report.recall_at_100,
                    self.report.depth,
                    self.report.questions,
                    0.0,  # not how long tuning took: equal rows make equal bytes
                    self.fold.best,
                    self.fold.top or 0,
                ]
            )
        return stored


def build_index(
    rows: Rows, fold: Fold = BEST_PASSAGE, *, compress_above: int = COMPRESS_ABOVE
) -> VectorIndex:
    """The index that suits this many passages; NotReady when it needs FAISS and there is none."""
    if len(rows) > compress_above:
        return compressed_index(rows, fold)
    return flat_index(rows, fold) if len(rows) > SMALL else ExactIndex(rows, fold)


def arrays_of(
    rows: Rows, fold: Fold = BEST_PASSAGE, *, compress_above: int = COMPRESS_ABOVE
) -> dict[str, NDArray[Any]]:
    """What a generation's folder holds of `build_index`'s index, without building a flat one."""
    if len(rows) > compress_above:
        return compressed_index(rows, fold).arrays()
    return rows.arrays()


def open_index(arrays: Mapping[str, NDArray[Any]], fold: Fold = BEST_PASSAGE) -> VectorIndex:
    """The index in a generation's arrays; NotReady when it was compressed for another fold."""
    rows = Rows.of_arrays(arrays)
    if "faiss_report" not in arrays:
        return build_index(rows, fold, compress_above=len(rows))
    recall, depth, questions, seconds, best, top = arrays["faiss_report"].tolist()
    if (best, top) != (fold.best, fold.top or 0):
        raise NotReady("the index was tuned for another fold of passages: run `bole reindex`")
    faiss = _faiss()
    lists = []
    for number, (weight, vectors, owners) in enumerate(_needed(rows, fold)):
        try:
            stored = faiss.deserialize_index(np.array(arrays[f"faiss_{number}"]))
        except (KeyError, RuntimeError) as error:
            raise Damaged("the compressed index cannot be read: run `bole reindex`") from error
        if (stored.ntotal, stored.d) != vectors.shape:
            raise Damaged("the compressed index belongs to other rows: run `bole reindex`")
        lists.append(ApproximateList(stored, owners, weight, error=None))
    report = Report(recall, int(depth), int(questions), seconds)
    return ProposingIndex(rows, fold, lists, report.depth, report)


def flat_index(rows: Rows, fold: Fold = BEST_PASSAGE) -> ProposingIndex:
    """Uncompressed float32 lists: the same answers as the exact index, sooner."""
    return ProposingIndex(rows, fold, _flat_lists(rows, fold))


def gpu_index(rows: Rows, fold: Fold = BEST_PASSAGE, device: int = 0) -> ProposingIndex:
    """Flat lists on a CUDA device, with the same answers again; NotReady without one."""
    faiss = _faiss()
    if not hasattr(faiss, "StandardGpuResources") or faiss.get_num_gpus() <= device:
        raise NotReady("no CUDA device for FAISS: install `bole[gpu]` instead of `bole[cpu]`")
    resources = faiss.StandardGpuResources()
    lists = [
        replace(
            each,
            faiss=faiss.index_cpu_to_gpu(resources, device, each.faiss),
            error=2.0**-10,  # the device may multiply in TF32
            deepest=2048,  # FAISS's own limit there
        )
        for each in _flat_lists(rows, fold)
    ]
    return ProposingIndex(rows, fold, lists)


def _flat_lists(rows: Rows, fold: Fold) -> list[ApproximateList]:
    faiss = _faiss()
    lists = []
    for weight, vectors, owners in _needed(rows, fold):
        flat = faiss.IndexFlatIP(rows.dimension)
        flat.add(vectors)
        lists.append(ApproximateList(flat, owners, weight, _rounding(rows.dimension)))
    return lists


def compressed_index(rows: Rows, fold: Fold = BEST_PASSAGE, questions: int = 50) -> ProposingIndex:
    """Product quantisation, 4 bits for 4 dimensions, scanned in registers (FastScan), tuned.

    André, Kermarrec & Le Scouarnec, "Cache locality is not enough", VLDB 2015. An eighth of
    float16's memory. The depth doubles until `RECALL` is reached on questions half-way between two
    passages, which lie as far from any passage as a job does; fewer than 100 candidates count as
    they are.
    """
    began = time.perf_counter()
    faiss = _faiss()
    lists = []
    for weight, vectors, owners in _needed(rows, fold):
        quantised = faiss.IndexPQFastScan(
            rows.dimension, _pieces(rows.dimension), 4, faiss.METRIC_INNER_PRODUCT
        )
        quantised.pq.cp.min_points_per_centroid = 1
        if len(vectors):
            sample = vectors[evenly(np.arange(len(vectors)), TRAINING)]
            quantised.train(np.resize(sample, (max(len(sample), 16), rows.dimension)))
            quantised.add(vectors)
        lists.append(ApproximateList(quantised, owners, weight, error=None))
    asked = _between_passages(rows, questions)
    truth = [rows.nearest(each, 100, rows.holding(None), fold).candidates for each in asked]
    depth, recall = 4, 0.0
    while recall < RECALL and depth < DEEPEST:
        depth *= 2
        index = ProposingIndex(rows, fold, lists, depth)
        found = [index.nearest(each, 100).candidates for each in asked]
        shares = [
            len(np.intersect1d(ours, theirs)) / len(theirs)
            for ours, theirs in zip(found, truth, strict=True)
        ]
        recall = float(np.mean(shares)) if shares else 1.0
    report = Report(recall, depth, len(asked), time.perf_counter() - began)
    return ProposingIndex(rows, fold, lists, depth, report)


def _needed(rows: Rows, fold: Fold) -> list[tuple[float, Vectors, Ints]]:
    """(weight, vectors, owners) of the lists from which this fold's best candidates can be found.

    No fold exceeds the best passage, so passages alone would do; where the mean of all counts, the
    list of mean vectors makes the bound much tighter.
    """
    positions = np.arange(len(rows.candidates))
    counts = np.diff(rows.starts)
    passages = (np.ascontiguousarray(rows.vectors), np.repeat(positions, counts))
    if fold.best == 1.0 or fold.top is not None or not len(rows):
        return [(1.0, *passages)]
    sums = np.add.reduceat(rows.vectors, rows.starts[:-1], axis=0, dtype=np.float64)
    means = ((sums / counts[:, None]).astype(np.float32), positions)
    if fold.best == 0.0:
        return [(1.0, *means)]
    return [(fold.best, *passages), (1.0 - fold.best, *means)]


def _rounding(dimension: int) -> float:
    """The most that float32, in any order of summation, changes an inner product of unit vectors.

    Higham, Accuracy and Stability of Numerical Algorithms, 2002, (3.5); 1.03 for LONGEST squared.
    """
    return 1.03 * (dimension + 2) * 2.0**-24


def _pieces(dimension: int) -> int:
    """How many pieces of at least four dimensions a vector is cut into."""
    return max(m for m in range(1, max(dimension // 4, 1) + 1) if dimension % m == 0)


def _between_passages(rows: Rows, questions: int) -> list[Vectors]:
    """Directions half-way between passages of different parts of the pool; always the same."""
    chosen = evenly(np.arange(len(rows)), questions)
    pairs = rows.vectors[chosen].astype(np.float64) + rows.vectors[chosen[::-1]]
    lengths = np.linalg.norm(pairs, axis=1)
    apart = lengths > 0.1  # opposite passages have nothing between them
    return [rows.question(pair) for pair in pairs[apart] / lengths[apart, None]]


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise NotReady(
            "FAISS is not installed: `pip install 'bole[cpu]'`, or 'bole[gpu]' with CUDA"
        ) from error
    return faiss
