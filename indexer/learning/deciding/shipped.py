"""Putting the base reranker that ships with Bole into service where nobody has outcomes yet.

It was measured before it shipped, on jobs that are not this pool's. As soon as there are outcomes
enough to measure on, only they count: training starts from it, and its successor has to beat it.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

from catalog.decisions import Decision
from catalog.durability import flush_names, flush_tree
from catalog.errors import Conflict, NotFound
from catalog.store import Catalog
from indexer.learning.deciding.gates import FEWEST_JOBS
from indexer.learning.deciding.promotion import RERANKER, serve_unmeasured
from indexer.learning.labelling.labels import grade_applications
from indexer.learning.reranker.shipped import NAME, find_foundation, read_evidence
from search.calibration import calibration_to_record
from search.cross_encoders import stated_base


def promote_foundation(catalog: Catalog, by: str) -> Decision:
    """Puts the shipped base reranker into service: enters it as a model, then decides.

    Errors: NotFound where none ships; Conflict where this pool has outcomes to measure on, or a
    reranker serves already; NotReady before the first index; Damaged.
    """
    shipped = find_foundation()
    if shipped is None:
        raise NotFound("no base reranker ships with this version of Bole: bole train reranker")
    jobs = _judged_jobs(catalog)
    if jobs >= FEWEST_JOBS:
        raise Conflict(
            f"for {jobs} jobs it is known here who got further than others: what serves has to be "
            "measured on them. `bole train reranker` starts from the base reranker"
        )
    fingerprint = enter_foundation(catalog, shipped)
    with catalog.reading() as reading:
        evidence = reading.models.get(fingerprint).metrics
    reasons = [
        f"on {name} ({found['jobs']} jobs) nDCG@10 {found['with it']:.3f} against "
        f"{found['retrieval']:.3f} for retrieval alone"
        for name, found in evidence["sets"].items()
    ]
    reasons.append("no outcome of this pool stands behind it, so it names no chances")
    return serve_unmeasured(catalog, fingerprint, by, reasons)


def enter_foundation(catalog: Catalog, shipped: Path) -> str:
    """Copies the shipped folder to the models of the data folder and records it, once.

    Returns its fingerprint. Error: Damaged where what ships cannot be read.
    """
    from search.encoders.fingerprints import fingerprint_model

    fingerprint = fingerprint_model(shipped, {})
    with catalog.reading() as reading:
        if any(model.fingerprint == fingerprint for model in reading.models.all(RERANKER)):
            return fingerprint
    evidence, calibration = read_evidence(shipped)
    path = f"models/{NAME}-{fingerprint[:8]}"
    home = catalog.folder / path
    aside = home.with_name(f".{home.name}")
    for leftover in (aside, home):  # of a process that was killed before the catalog knew of it
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(shipped, aside)
    flush_tree(aside)
    aside.rename(home)
    flush_names(home.parent)
    with catalog.writing() as writing:
        writing.models.add(
            NAME,
            RERANKER,
            fingerprint,
            path,
            evidence,
            base=stated_base(shipped).spec,
            calibration=calibration_to_record(calibration),
        )
    return fingerprint


def _judged_jobs(catalog: Catalog) -> int:
    """Jobs among whose applicants some got further than others."""
    with catalog.reading() as reading:
        events = reading.outcomes.up_to(reading.sequence)
        graded = grade_applications(events, reading.labels.rules())
    grades: dict[int, set[int]] = defaultdict(set)
    for one in graded:
        grades[one.job_id].add(one.grade)
    return sum(len(found) > 1 for found in grades.values())
