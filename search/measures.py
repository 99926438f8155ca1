"""How good a ranking is, by the field's own implementation (trec_eval through ir_measures).

nDCG: Järvelin and Kekäläinen, TOIS 2002, with linear gains as in trec_eval. Intervals: percentile
bootstrap over jobs, Efron 1979; the difference of two systems is resampled job by job, in pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import InvalidRequest

Qrels = dict[str, dict[str, int]]  # job → document → grade
Run = Mapping[str, Sequence[str]]  # job → documents, best first

MEASURES = ("nDCG@10", "AP", "R@50", "RR")
NAMES = {"nDCG@10": "nDCG@10", "AP": "MAP", "R@50": "Recall@50", "RR": "MRR"}
RESAMPLES = 2000
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over jobs with its 95 % interval."""

    mean: float
    low: float
    high: float


def read_qrels(lines: Iterable[str]) -> Qrels:
    """TREC qrels: `job 0 document grade`, separated by white space."""
    qrels: Qrels = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            job, _, document, grade = line.split()
            qrels.setdefault(job, {})[document] = int(grade)
        except ValueError:
            raise InvalidRequest(
                f"line {number} of the qrels is not 'job 0 document grade': {line.strip()[:80]!r}"
            ) from None
    return qrels


def per_job(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Measure → job → value, over the judged jobs; a judged job without a run counts 0.

    trec_eval orders by score and breaks ties by name; the scores handed to it here are the ranks,
    so that the order measured is the order shown.
    """
    import ir_measures

    judged = [
        ir_measures.Qrel(job, document, grade)
        for job, grades in qrels.items()
        for document, grade in grades.items()
    ]
    ranked = [
        ir_measures.ScoredDoc(job, document, float(-rank))
        for job, documents in run.items()
        if job in qrels
        for rank, document in enumerate(documents)
    ]
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for metric in ir_measures.iter_calc(measures, judged, ranked):
        values[str(metric.measure)][metric.query_id] = metric.value
    return values


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and 95 % percentile bootstrap interval over jobs (seeded, so that it repeats)."""
    import numpy as np

    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        raise InvalidRequest(
            "there is no judged job to measure: do the ids of jobs and qrels agree?"
        )
    picks = np.random.default_rng(SEED).integers(0, sample.size, (RESAMPLES, sample.size))
    low, high = np.quantile(sample[picks].mean(axis=1), [0.025, 0.975])
    return Estimate(float(sample.mean()), float(low), float(high))


def evaluate(run: Run, qrels: Qrels) -> dict[str, Estimate]:
    """All measures of a run, by the names people use."""
    return {
        NAMES[name]: estimate(list(by_job.values())) for name, by_job in per_job(run, qrels).items()
    }


def difference(run: Run, other: Run, qrels: Qrels, measure: str = "nDCG@10") -> Estimate:
    """How much better `run` is than `other`, job by job, with a paired bootstrap interval."""
    ours, theirs = per_job(run, qrels)[measure], per_job(other, qrels)[measure]
    return estimate([ours[job] - theirs[job] for job in qrels])
