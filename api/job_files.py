"""Jobs from files into the catalog, and the list of those that are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from api.importing import read_id
from api.jobs import LONGEST, read_job_file, read_job_text
from api.lines import Place, Wrong, read_objects
from api.lots import store_in_lots
from api.problems import Problem, problem_at
from catalog.errors import BoleError, InvalidRequest
from catalog.store import Catalog, Writing
from indexer.documents.bulk import is_bulk
from indexer.learning.labelling.labels import grade_applications
from reading.job import Job

TOGETHER = 50  # jobs that are committed together: each brings its requirements
_PREFIX = re.compile(r"(?:[A-Za-z]{1,12}[-_]?)?[0-9]+(?![A-Za-z0-9])")

Progress = Callable[[int], None]


class IdFrom(StrEnum):
    """Where a file's external id comes from."""

    STEM = "stem"
    PREFIX = "prefix"

    def of(self, file: Path) -> str:
        """The id that a file's name gives. Errors: Wrong where it does not begin with one."""
        if self is IdFrom.STEM:
            return file.stem
        found = _PREFIX.match(file.stem)
        if found is None:
            raise Wrong(
                "no id",
                "The file's name does not begin with an id such as J01 or REQ-204.",
                "Rename it, or use --id-from stem.",
            )
        return found[0]


@dataclass(frozen=True, slots=True)
class NamedJob:
    """A job that was read, with the id that it goes by and where it came from."""

    place: Place
    external_id: str
    job: Job


@dataclass(slots=True)
class Added:
    """What adding jobs did. `changed`: known ones whose text is another now."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def add_jobs(
    catalog: Catalog, files: Iterable[Path], id_from: IdFrom, progress: Progress = lambda done: None
) -> Added:
    """Read and store jobs. `progress` is called with the number of jobs just finished.

    A job whose text has changed replaces the one of the same id; its applications stay with the
    text that people applied to.
    """
    done = Added()
    seen: dict[str, NamedJob] = {}
    jobs = _new_only(_read_all(files, id_from), seen, done.problems)
    for named, stored in store_in_lots(catalog, jobs, _store, progress, TOGETHER):
        if isinstance(stored, BoleError):
            wrong = Wrong("refused", f"{stored}.", "Save the text anew.")
            done.problems.append(problem_at(named.place, wrong))
        elif stored == "added":
            done.added += 1
        elif stored == "changed":
            done.changed += 1
        else:
            done.unchanged += 1
    return done


def _new_only(
    jobs: Iterable[NamedJob | Problem], seen: dict[str, NamedJob], problems: list[Problem]
) -> Iterator[NamedJob]:
    """The jobs that can be stored: of two with one id the second would replace the first."""
    for named in jobs:
        if isinstance(named, Problem):
            problems.append(named)
            continue
        first = seen.setdefault(named.external_id, named)
        if first.job.text == named.job.text:
            yield named
        else:
            wrong = Wrong(
                "id used twice",
                f"{first.place} has the id {named.external_id} too, with another text.",
                "Give every job an id of its own.",
            )
            problems.append(problem_at(named.place, wrong))


def _read_all(files: Iterable[Path], id_from: IdFrom) -> Iterator[NamedJob | Problem]:
    for file in files:
        found = _read_lines(file) if is_bulk(file.name) else [_read_one(file, id_from)]
        try:
            yield from found
        except InvalidRequest as error:
            yield problem_at(Place(str(file), 0), _unreadable(error))


def _read_one(file: Path, id_from: IdFrom) -> NamedJob | Problem:
    place = Place(str(file), 0)
    try:
        name = read_id({"name": id_from.of(file)}, "name")
        if name is None:
            raise Wrong("no id", "The file's name holds no id.", "Rename it.")
        if file.is_file() and file.stat().st_size > 8 * LONGEST:
            raise InvalidRequest("the file is far longer than any job: is it the right one?")
        job = read_job_file(str(file))
        return NamedJob(place, name, _with_text(job))
    except Wrong as wrong:
        return problem_at(place, wrong)
    except (InvalidRequest, OSError) as error:
        return problem_at(place, _unreadable(error))


def _read_lines(file: Path) -> Iterator[NamedJob | Problem]:
    for place, row in read_objects(file):
        try:
            if isinstance(row, Wrong):
                raise row
            name, text = read_id(row, "id"), row.get("text")
            if name is None or not isinstance(text, str):
                raise Wrong(
                    "no job", "A job needs an id and a text.", 'Write {"id": …, "text": …}.'
                )
            text = text.replace("\r\n", "\n").replace("\x00", "")
            yield NamedJob(place, name, _with_text(read_job_text(text)))
        except Wrong as wrong:
            yield problem_at(place, wrong)
        except InvalidRequest as error:
            yield problem_at(place, _unreadable(error))


def _with_text(job: Job) -> Job:
    if not job.text.strip():
        raise InvalidRequest("the job has no text")
    return job


def _unreadable(error: Exception) -> Wrong:
    return Wrong("unreadable", f"{str(error)[:1].upper()}{str(error)[1:]}.", "Look at the file.")


def _store(writing: Writing, named: NamedJob) -> str:
    before = writing.jobs.find(named.external_id)
    stored = writing.jobs.store(named.job, named.external_id)
    return "added" if before is None else "unchanged" if stored == before else "changed"


def describe_jobs(catalog: Catalog) -> list[dict[str, Any]]:
    """The open jobs, in the order in which they were stored, with how many applied.

    Applications to an earlier text of a job are counted with it.
    """
    with catalog.reading() as reading:
        opened = [reading.jobs.get(job_id) for job_id in reading.jobs.all()]
        applications = reading.outcomes.applications(reading.sequence)
        events = list(reading.outcomes.up_to(reading.sequence))
        graded = grade_applications(events, reading.labels.rules())
        current = {job.id: job.id for job in opened}
        by_name = {job.external_id: job.id for job in opened if job.external_id is not None}
        for old in {each.job_id for each in applications} - set(current):
            name = reading.jobs.get(old).external_id
            if name in by_name:
                current[old] = by_name[name]
    applied = _count(current.get(each.job_id) for each in applications)
    taught = _count(current.get(each.job_id) for each in graded)
    return [
        {
            "job_id": job.id,
            "external_id": job.external_id,
            "title": job.job.title,
            "language": job.job.language,
            "requirements": len(job.job.requirements),
            "applications": applied.get(job.id, 0),
            "graded": taught.get(job.id, 0),
        }
        for job in opened
    ]


def _count(ids: Iterable[int | None]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for each in ids:
        if each is not None:
            counted[each] = counted.get(each, 0) + 1
    return counted
