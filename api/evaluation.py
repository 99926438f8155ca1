"""`bole evaluate`: judged jobs run over the ingested pool, and measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.jobs import read_month
from api.records import estimates_out
from api.workplace import Workplace
from catalog.errors import InvalidRequest
from reading.jobs.requirements import read_job
from search.measures import evaluate as measure
from search.measures import read_qrels
from search.request import SearchRequest

DEPTH = 1000


def evaluate(
    place: Workplace,
    jobs: Path,
    qrels: Path,
    run: Path | None,
    blend: float,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Measures of retrieval alone and of the whole pipeline; candidates go by external id.

    Nothing is logged as shown: nobody looked.
    """
    judged = read_qrels(_lines(qrels))
    searcher = place.searcher()
    alone = searcher.without_reranker()
    retrieval: dict[str, list[str]] = {}
    pipeline: dict[str, list[tuple[str, float]]] = {}
    for name, text in _jobs(jobs):
        request = SearchRequest(
            job=replace(read_job(text), text=text), as_of=read_month(None), blend=blend, limit=DEPTH
        )
        pipeline[name] = searcher.rank(request)
        retrieval[name] = (
            [document for document, _ in alone.rank(request)]
            if searcher.reranks
            else [document for document, _ in pipeline[name]]
        )
        progress(1)
    if run is not None:
        _write_run(run, pipeline)
    ranked = {name: [document for document, _ in found] for name, found in pipeline.items()}
    return {
        "jobs": len(judged),
        "reranked": searcher.reranks,
        "retrieval": estimates_out(measure(retrieval, judged)),
        "pipeline": estimates_out(measure(ranked, judged)),
    }


def _jobs(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            job = json.loads(line)
            yield str(job["id"]), str(job["text"])
        except (ValueError, KeyError, TypeError):
            raise InvalidRequest(
                f'line {number} of {path.name} is not {{"id": …, "text": …}}'
            ) from None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidRequest(f"{path} is not UTF-8 text") from None


def _write_run(path: Path, pipeline: dict[str, list[tuple[str, float]]]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for job, found in pipeline.items():
                for place, (document, score) in enumerate(found, start=1):
                    file.write(f"{job} Q0 {document} {place} {score!r} bole\n")
    except OSError as error:
        raise InvalidRequest(f"the run cannot be written to {path}: {error.strerror}") from None
