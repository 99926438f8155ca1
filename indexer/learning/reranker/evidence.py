"""What speaks for and against a trained reranker, on held-out jobs; keys as in Model.metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from catalog.store import Catalog
from indexer.learning.examples import JobPairs
from indexer.learning.labelling.gathering import month_of
from indexer.learning.measuring import comparing
from indexer.learning.measuring.closely import champion_jobs, champion_of, job_read_closely
from indexer.learning.measuring.name_swap import check_name_swap
from reading.identity.finding import find_identity
from reading.identity.scoring_view import scoring_view
from reading.resumes.parse import read_resume
from search.calibration import Calibration
from search.digest import answer_of
from search.loading import Served

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_SWAPPED: Final = 40  # people whose names are swapped


def compare(
    catalog: Catalog,
    test: Sequence[JobPairs],
    model: CrossEncoder,
    calibration: Calibration,
    control: Sequence[JobPairs],
) -> dict[str, Any]:
    """The candidate, retrieval, the champion and the control on the same jobs."""
    read = [job_read_closely(model, job) for job in test]
    compared = comparing.compare(read, calibration, champion_jobs(catalog, test), control)
    champion = champion_of(catalog)
    if compared["champion"] is not None and champion is not None:
        compared["champion"]["fingerprint"] = champion.fingerprint
    return compared


def find_forgotten(
    catalog: Catalog, older: Sequence[JobPairs], model: CrossEncoder, calibration: Calibration
) -> dict[str, Any] | None:
    """How the new one and the champion do on older jobs that the run did not train on; None
    without such jobs or a champion."""
    champion = champion_jobs(catalog, older) if older else None
    if champion is None:
        return None
    now = [job_read_closely(model, job) for job in older]
    return comparing.on_older(now, calibration, *champion)


def swap_names(catalog: Catalog, served: Served, test: Sequence[JobPairs]) -> dict[str, Any]:
    """Other names in held-out people's résumés: whose text, as a reranker reads it, changes?"""
    if not test:
        return {"candidates": 0, "changed": 0}
    people = sorted({pair.person_id for job in test for pair in job.pairs})[:_SWAPPED]
    with catalog.reading() as reading:
        texts = [one.text for one in reading.resumes.of(people, served.sequence).values()]
        job = reading.jobs.get(test[0].job_id).job

    def read(text: str) -> str:
        resume = read_resume(text)
        view = scoring_view(text, find_identity(resume))
        return answer_of(job, resume, view, month_of(test[0].opened))

    return check_name_swap(texts, read)
