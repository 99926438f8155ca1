"""A simulated pool in a data folder of its own, put there by the product's own functions."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from api.matching import Plan
from api.recording import read_lines, store_plan
from api.settings import Settings
from api.workplace import Workplace
from catalog.searches import Impression, SearchRecord, SearchSource
from demo.facts import Candidate
from demo.jobs import Posting
from indexer.intake import IdFrom, find_files, ingest
from indexer.reindex import reindex
from reading.jobs.requirements import read_job

EARLIER_SYSTEM = "an earlier system"


@dataclass(frozen=True, slots=True)
class Company:
    """A data folder, and what is known of its people and jobs by their ids in the catalog."""

    place: Workplace
    people: Mapping[int, Candidate]
    jobs: Mapping[int, Posting]


def found_company(
    folder: Path,
    pool: Path,
    candidates: tuple[Candidate, ...],
    postings: tuple[Posting, ...],
    encoder: str,
    workers: int = 2,
) -> None:
    """Init, ingest, jobs, index; nobody has applied yet. `pool` is what `simulate` wrote."""
    place = _open(folder)
    place.create(encoder, "float32")
    report = ingest(
        place.catalog,
        find_files([pool / "resumes"]),
        workers=workers,
        ocr=False,
        id_from=IdFrom.FOLDER,
    )
    if report.stored != len(candidates):
        raise RuntimeError(f"{report.stored} of {len(candidates)} résumés were stored")
    with place.catalog.writing() as writing:
        for posting in postings:
            writing.jobs.store(read_job(posting.text), posting.id)
    reindex(place.catalog, place.encoder)
    place.catalog.close()


def branch(folder: Path, to: Path) -> None:
    """A copy of a company, to which other things happen; the unpacked encoders are shared."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("encoders", "*.lock"))
    os.symlink((folder / "encoders").resolve(), to / "encoders")


def open_company(
    folder: Path, candidates: tuple[Candidate, ...], postings: tuple[Posting, ...]
) -> Company:
    """The company in a folder."""
    place = _open(folder)
    with place.catalog.reading() as reading:
        ids = reading.people.of_external([candidate.id for candidate in candidates])
        jobs = {reading.jobs.find(posting.id): posting for posting in postings}
    people = {ids[candidate.id]: candidate for candidate in candidates}
    return Company(place, people, {job: posting for job, posting in jobs.items() if job})


def record_outcomes(company: Company, truth: Path) -> None:
    """What came of the applications, as `bole outcomes import` stores it, and who was shown where.

    Errors: RuntimeError where a line was not understood.
    """
    catalog = company.place.catalog
    lines = read_lines(
        [truth / "applications.jsonl", truth / "outcomes.jsonl"], progress=lambda done: None
    )
    with catalog.reading() as reading:
        plan = Plan(reading, lines, EARLIER_SYSTEM)
    done = store_plan(catalog, plan, lambda done: None)
    if done.problems:
        raise RuntimeError(f"outcomes that were not understood: {done.problems[:3]}")
    _log_exposures(company, truth / "exposures.jsonl")


def _log_exposures(company: Company, path: Path) -> None:
    people = {candidate.id: person for person, candidate in company.people.items()}
    shown: defaultdict[str, list[Impression]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        shown[row["job"]].append(
            Impression(row["rank"], people[row["candidate"]], 0.0, {}, EARLIER_SYSTEM)
        )
    with company.place.catalog.writing() as writing:
        sequence = writing.sequence
        for job, posting in company.jobs.items():
            if posting.id in shown:
                opened = posting.opened
                record = SearchRecord(
                    id=uuid4().hex,
                    at=datetime(opened.year, opened.month, 28, tzinfo=UTC),
                    request={},
                    job_key=writing.jobs.get(job).text_key,
                    sequence=sequence,
                    generation_id=None,
                    as_of=opened,
                    source=SearchSource.API,
                )
                writing.searches.log(record, shown[posting.id])


def _open(folder: Path) -> Workplace:
    return Workplace(Settings(data=folder))
