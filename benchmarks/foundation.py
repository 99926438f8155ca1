"""Whether the base reranker that ships beats retrieval alone on jobs that its training left out.

    python -m benchmarks.foundation --data DATA --cache CACHE [--model FOLDER]

DATA holds `livecareer_onet_proxy_dev` (see benchmarks.relevance, which shares CACHE); its jobs are
29 occupations whose facts, titles and Chinese names no training example holds. FOLDER is a trained
model; by default the one that ships. The first 50 by retrieval are read closely, as `search` does.

Printed beside retrieval: the order by close reading alone, by the parts without it, and by all as
they serve before there are outcomes; each with the paired difference in nDCG@10 from retrieval.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.relevance import (
    DEPTH,
    Pool,
    as_bilingual,
    open_plain,
    open_retriever,
    read_pool,
    report,
)
from catalog.errors import NotFound
from catalog.resumes import NewResume
from indexer.learning.measuring.calibrate import PRIOR, TRUSTING
from indexer.learning.reranker.shipped import find_foundation
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job
from reading.jobs.requirements import read_job
from reading.record import resume_from_record
from search.calibration import CLOSE_READING, PARTS, REQUIREMENTS, Calibration, closeness
from search.close_reading import HEAD
from search.cross_encoders import open_cross_encoder
from search.digest import answer_of, question_of
from search.features import UNKNOWN, requirements_part
from search.loading import FOLD
from search.reranker import CrossEncoderReranker
from search.retrieval import Retriever, Stopwatch

SET = "livecareer_onet_proxy_dev"
AS_OF = Month(2026, 11)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Head:
    """The first so many of a job by retrieval, with their raw parts; `order` is everybody."""

    order: list[str]
    raw: Mapping[str, Floats]


def main() -> None:
    """Reads, ranks, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=find_foundation())
    asked = parser.parse_args()
    if asked.model is None:
        raise NotFound("no base reranker ships: name a trained one with --model")
    asked.cache.mkdir(parents=True, exist_ok=True)
    pool = read_pool(asked.data / SET)
    retriever = open_retriever(pool, as_bilingual(open_plain(asked.cache)), FOLD)
    model = open_cross_encoder(asked.model, asked.cache, "cpu")
    reranker = CrossEncoderReranker(model, asked.model.name, "benchmark")
    heads = {
        name: _read(pool, retriever, reranker, read_job(text)) for name, text in pool.jobs.items()
    }
    print(f"{SET}: {len(pool.names)} documents, {len(heads)} jobs, the first {HEAD} read closely")
    retrieval = {name: head.order for name, head in heads.items()}
    report("retrieval alone", retrieval, None, pool.qrels)
    for what, weights in (
        ("close reading alone", {CLOSE_READING: 1.0}),
        ("parts without close reading", PRIOR),
        ("as it serves", TRUSTING),
    ):
        run = {name: _reorder(head, weights) for name, head in heads.items()}
        report(what, run, retrieval, pool.qrels)


def _read(pool: Pool, retriever: Retriever, reranker: CrossEncoderReranker, job: Job) -> Head:
    everybody = np.arange(len(pool.names))
    ranked = retriever.retrieve(job.text, everybody, 0.5, DEPTH, Stopwatch())
    looked = [_look(job, pool.documents[one]) for one in ranked.candidates[:HEAD].tolist()]
    logits = reranker.score(question_of(job), [answer for _, answer in looked])
    return Head(
        [pool.names[one] for one in ranked.candidates.tolist()],
        {
            **{name: part[:HEAD] for name, part in ranked.parts.items()},
            REQUIREMENTS: np.array([shown for shown, _ in looked], np.float64),
            CLOSE_READING: closeness(logits),
        },
    )


def _look(job: Job, document: NewResume | None) -> tuple[float, str]:
    """The share of the demands shown, and the digest."""
    if document is None:
        return UNKNOWN, ""
    resume = resume_from_record(document.parsed, document.extraction.text)
    view = ScoringView(document.scoring_text, document.segments)
    return requirements_part(job, resume, view, AS_OF), answer_of(job, resume, view, AS_OF)


def _reorder(head: Head, weights: Mapping[str, float]) -> list[str]:
    full = {name: weights.get(name, 0.0) for name in PARTS}
    parts = Calibration(0.0, full, labels=0, jobs=0).parts_of(head.raw)
    sums = np.sum(list(parts.values()), axis=0)
    best = np.argsort(-sums, kind="stable").tolist()
    return [*(head.order[at] for at in best), *head.order[len(best) :]]


if __name__ == "__main__":
    main()
