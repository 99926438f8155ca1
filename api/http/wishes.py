"""A search as it was asked over HTTP, turned into what the pipeline is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from api.http.schemas.searches import RequirementIn, SearchIn, WishesIn
from api.jobs import read_job_text, read_month
from api.watching import find_job
from catalog.errors import InvalidRequest
from reading.job import Job, Requirement
from reading.record import requirement_from_record

if TYPE_CHECKING:
    from catalog.store import Catalog
    from search.request import SearchRequest


def read_search(catalog: Catalog, asked: SearchIn) -> SearchRequest:
    """The request. Errors: NotFound, Conflict where a job is unclear, InvalidRequest."""
    if asked.job is not None:
        return read_wishes(stored_job(catalog, asked.job), asked)
    return read_wishes(read_job_text((asked.text or "").replace("\r\n", "\n")), asked)


def stored_job(catalog: Catalog, name: str) -> Job:
    """A stored job, by number or external id. Errors: NotFound, Conflict."""
    with catalog.reading() as reading:
        return reading.jobs.get(find_job(reading, name)).job


def read_wishes(job: Job, asked: WishesIn) -> SearchRequest:
    """The request for a job. Errors: InvalidRequest."""
    from search.request import SearchRequest
    from search.where import read_where

    if asked.requirements is not None:
        job = replace(job, requirements=read_requirements(job, asked.requirements))
    return SearchRequest(
        job=job,
        as_of=read_month(asked.as_of),
        filters=read_where(asked.filters, let_in_unknown=asked.include_unknown),
        text=asked.words,
        blend=asked.blend,
        limit=asked.limit,
        blind=asked.blind,
        facets=asked.facets,
        source="api",
    )


def read_requirements(
    job: Job, edited: Sequence[RequirementIn], taken: Iterable[str] = ()
) -> tuple[Requirement, ...]:
    """The edited requirements, in the order given; each keeps the version and the span of the
    requirement it edits. No new one gets an id that is `taken`, i.e. was one's that is gone.

    Errors: InvalidRequest for an id that the job does not have or that comes twice, or a value that
    is none.
    """
    known = {requirement.id: requirement for requirement in job.requirements}
    found: list[Requirement] = []
    numbers = {*known, *taken}
    for place, each in enumerate(edited):
        if each.id is not None and each.id not in known:
            raise InvalidRequest(f"requirements.{place}: the job has no requirement {each.id!r}")
        if any(each.id == other.id for other in found):
            raise InvalidRequest(f"requirements.{place}: {each.id!r} comes twice")
        before = known.get(each.id) if each.id is not None else None
        number = each.id or next(f"r{n}" for n in count(1) if f"r{n}" not in numbers)
        numbers.add(number)
        found.append(_requirement(place, each, before, number))
    return tuple(found)


def _requirement(
    place: int, edited: RequirementIn, before: Requirement | None, number: str
) -> Requirement:
    record: dict[str, Any] = {
        "id": number,
        "version": before.version if before else 1,
        "kind": edited.kind,
        "value": edited.value,
        "text": edited.text,
        "group": edited.group,
        "span": None,
    }
    try:
        read = requirement_from_record(record)
    except (ValueError, TypeError, OverflowError) as error:
        message = str(error).splitlines()[0]
        raise InvalidRequest(f"requirements.{place}: not a value: {message[:200]}") from None
    return replace(read, span=before.span) if before else read
