"""Jobs: kept with what they ask for, edited by people, closed, and searched for."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response

from api.http.authorisation import AnyServed, Caller, needs
from api.http.paging import Cursor, Limit, link_next, read_cursor, write_cursor
from api.http.schemas.jobs import (
    JobIn,
    JobOut,
    JobsOut,
    ListedJobOut,
    RequirementOut,
    RequirementsIn,
)
from api.http.schemas.searches import SearchOut, WishesIn
from api.http.schemas.values import Name
from api.http.searches import answer_search
from api.http.versions import check_match, set_tag
from api.http.wishes import read_requirements, read_wishes, stored_job
from api.importing import read_id
from api.jobs import read_job_text
from api.lines import Wrong
from api.watching import find_job
from catalog.errors import Conflict, InvalidRequest
from catalog.keys import Scope
from catalog.store import Reading, Writing
from reading.job import Requirement
from reading.record import requirement_to_record

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

Searching = Annotated[Caller, Depends(needs(Scope.SEARCH))]
_LISTED = "jobs"


@router.post("", status_code=201, summary="Keep a job")
def add_job(job: JobIn, response: Response, served: AnyServed, caller: Searching) -> JobOut:
    """Its requirements are read from the text; look at them, and edit them where Bole is wrong.

    The same text under the same id again is the same job.
    """
    read = read_job_text(job.text.replace("\r\n", "\n"))
    try:
        name = read_id({"external_id": job.external_id}, "external_id")
    except Wrong as wrong:
        raise InvalidRequest(str(wrong)) from None
    with served.place.catalog.writing() as writing:
        number = writing.jobs.store(read, name)
        stored = _job_out(writing, number)
    response.headers["Location"] = f"/v1/jobs/{number}"
    set_tag(response, stored.model_dump())
    return stored


@router.get("", summary="The open jobs")
def list_jobs(
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Searching,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JobsOut:
    """In the order in which they were stored."""
    after = int(next(iter(read_cursor(cursor, _LISTED, int)), 0))
    with served.place.catalog.reading() as reading:
        numbers = [number for number in reading.jobs.all() if number > after]
        jobs = [reading.jobs.get(number) for number in numbers[:limit]]
    following = write_cursor(_LISTED, numbers[limit - 1]) if len(numbers) > limit else None
    link_next(request, response, following)
    return JobsOut(
        jobs=[
            ListedJobOut(
                job_id=stored.id,
                external_id=stored.external_id,
                title=stored.job.title,
                language=stored.job.language,
                requirements=len(stored.job.requirements),
            )
            for stored in jobs
        ],
        next=following,
    )


@router.get("/{job}", summary="A job")
def read_job(job: Name, response: Response, served: AnyServed, caller: Searching) -> JobOut:
    """With what it asks for now, and the ETag that an edit needs."""
    with served.place.catalog.reading() as reading:
        stored = _job_out(reading, find_job(reading, job))
    set_tag(response, stored.model_dump())
    return stored


@router.patch("/{job}", summary="Edit what a job asks for")
def edit_job(
    job: Name,
    edit: RequirementsIn,
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Searching,
) -> JobOut:
    """Send all requirements as they should be: those with an id replace, those without are new,
    and those that are missing go. Every version is kept. Needs `If-Match`.
    """
    with served.place.catalog.writing() as writing:
        # Before looking: no other editor may come between what is matched and what is written.
        writing.unit.take_sequence()
        number = find_job(writing, job)
        check_match(request, _job_out(writing, number).model_dump())
        _refuse_closed(writing, number)
        present = writing.jobs.get(number).job
        taken = {version.requirement_id for version in writing.jobs.versions(number)}
        wanted = read_requirements(present, edit.requirements, taken)
        before = {requirement.id: requirement for requirement in present.requirements}
        for gone in before.keys() - {requirement.id for requirement in wanted}:
            writing.jobs.remove(number, gone, caller.name)
        for requirement in wanted:
            if before.get(requirement.id) != requirement:
                writing.jobs.edit(number, requirement, caller.name)
        stored = _job_out(writing, number)
    set_tag(response, stored.model_dump())
    return stored


@router.post("/{job}/close", summary="Close a job")
def close_job(job: Name, served: AnyServed, caller: Searching) -> JobOut:
    """It leaves the list; its applications and requirements stay. Closing it again does nothing."""
    with served.place.catalog.writing() as writing:
        writing.unit.take_sequence()
        number = find_job(writing, job)
        writing.jobs.close(number)
        return _job_out(writing, number)


@router.post("/{job}/shortlist", summary="The shortlist of a stored job")
async def shortlist_job(
    job: Name,
    asked: WishesIn,
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Searching,
) -> SearchOut:
    """A search with the job's text, and its requirements as they are now."""

    def read() -> Any:
        return read_wishes(stored_job(served.place.catalog, job), asked)

    wanted = await run_sync(read)
    return await answer_search(wanted, asked.page, asked.min_sequence, request, response, served)


def _refuse_closed(writing: Writing, number: int) -> None:
    if not writing.jobs.is_open(number):
        raise Conflict(f"job {number} is closed: nothing of it changes any more")


def _job_out(reading: Reading, number: int) -> JobOut:
    stored = reading.jobs.get(number)
    return JobOut(
        job_id=stored.id,
        external_id=stored.external_id,
        open=reading.jobs.is_open(number),
        title=stored.job.title,
        language=stored.job.language,
        text=stored.job.text,
        requirements=[_requirement_out(requirement) for requirement in stored.job.requirements],
    )


def _requirement_out(requirement: Requirement) -> RequirementOut:
    return RequirementOut(
        id=requirement.id,
        version=requirement.version,
        kind=requirement.kind.value,
        value=requirement_to_record(requirement)["value"],
        text=requirement.text,
        start=requirement.span.start if requirement.span else None,
        end=requirement.span.end if requirement.span else None,
        group=requirement.group,
    )
