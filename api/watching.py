"""Watching stored jobs: who stands on their shortlists now, and who has entered since.

A look costs a search that nobody sees. Only where it finds somebody new is it made again as one
that the log keeps: the log says what people were shown, and not how often we looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog.errors import Conflict, Damaged, InvalidRequest, NotFound
from catalog.filters import filters_from_record, filters_to_record
from catalog.nights import Match, Standing, Watch
from catalog.searches import SearchSource
from reading.dates import Month

if TYPE_CHECKING:
    from api.workplace import Workplace
    from catalog.jobs import StoredJob
    from catalog.store import Catalog, Reading
    from search.pipeline import Searcher
    from search.request import SearchRequest, Shortlist

Say = Callable[[str, int, int], None]
CHANGED = "shortlist.changed"  # the message that is sent when somebody has entered


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at every watched job: how many there are, how many people entered, how many failed."""

    watches: int
    entered: int
    failed: int


def find_job(reading: Reading, name: str) -> int:
    """The job that is stored under an external id, or under our own number.

    Where "7" is one job's number and another's external id, "job:7" and "external:7" tell them
    apart. Errors: NotFound; Conflict where `name` means two jobs.
    """
    kind, _, rest = name.partition(":")
    if kind not in ("job", "external"):
        kind, rest = "", name
    found: set[int] = set()
    if kind != "job" and (known := reading.jobs.find(rest)) is not None:
        found.add(known)
    if kind != "external" and rest.isascii() and rest.isdecimal() and len(rest) < 19:
        with suppress(NotFound):
            found.add(reading.jobs.get(int(rest)).id)
    if not found:
        raise NotFound(f"there is no job {name}: see `bole jobs`, store some with `bole jobs add`")
    if len(found) > 1:
        raise Conflict(
            f"{name} is one job's number and another's external id: "
            f"write job:{name} or external:{name}"
        )
    return found.pop()


def watch_job(
    place: Workplace, job_id: int, request: SearchRequest, by: str
) -> tuple[int, Shortlist]:
    """Watches a job from now on; its number, and the shortlist that it starts from.

    Errors: NotReady before the first index; Conflict where it is watched in this way already.
    """
    shortlist = place.searcher().search(request)
    with place.catalog.writing() as writing:
        watch_id = writing.watches.begin(
            job_id, _wishes_of(request), by, _standing(shortlist), shortlist.search_id
        )
    return watch_id, shortlist


def look_if_watched(
    place: Workplace, now: datetime, say: Say = lambda stage, done, of: None
) -> Looked | None:
    """Looks at every watched job and records who is new; None, at once, where there is none.

    Errors: NotReady where nothing is served.
    """
    with place.catalog.reading() as reading:
        watches = reading.watches.open()
    if not watches:
        return None
    searcher, month = place.searcher(), Month(now.year, now.month)
    entered = failed = 0
    for done, watch in enumerate(watches):
        say("Watched jobs", done, len(watches))
        try:
            entered += _look(place.catalog, searcher, watch, month)
        except (InvalidRequest, NotFound, Damaged):  # of this one job; the others are looked at
            failed += 1
    say("Watched jobs", len(watches), len(watches))
    return Looked(len(watches), entered, failed)


def _look(catalog: Catalog, searcher: Searcher, watch: Watch, as_of: Month) -> int:
    with catalog.reading() as reading:
        job = _present_job(reading, watch)
        known = reading.watches.known(watch.id)
    request = _request(watch.request, job, as_of)
    if known.issuperset(searcher.stand(request)):
        return 0
    shortlist = searcher.search(request)
    with catalog.writing() as writing:
        entered = writing.watches.enter(watch.id, _standing(shortlist), shortlist.search_id)
        if entered:
            # Whose they are is not in the message: then nothing of it has to be erased.
            writing.outbox.add(
                CHANGED,
                f"{watch.id}:{shortlist.search_id}",
                {
                    "watch": watch.id,
                    "job": job.id,
                    "search": shortlist.search_id,
                    "entered": len(entered),
                },
            )
    return len(entered)


def _present_job(reading: Reading, watch: Watch) -> StoredJob:
    """The watched job as it is now: another text under the same external id has replaced it."""
    job = reading.jobs.get(watch.job_id)
    replaced = reading.jobs.find(job.external_id) if job.external_id is not None else None
    return job if replaced in (None, job.id) else reading.jobs.get(replaced)


def _standing(shortlist: Shortlist) -> list[Standing]:
    return [Standing(hit.candidate_id, hit.rank, hit.score) for hit in shortlist.hits]


def _wishes_of(request: SearchRequest) -> dict[str, Any]:
    """What a watch keeps of a request: all but the job and the month, which go on."""
    return {
        "filters": filters_to_record(request.filters),
        "text": request.text,
        "blend": request.blend,
        "limit": request.limit,
        "blind": request.blind,
    }


def _request(wishes: Mapping[str, Any], job: StoredJob, as_of: Month) -> SearchRequest:
    """The request of today. Errors: InvalidRequest, where the wishes were erased or are damaged."""
    from search.request import SearchRequest

    try:
        return SearchRequest(
            job=job.job,
            as_of=as_of,
            filters=filters_from_record(wishes["filters"]),
            text=wishes["text"],
            blend=wishes["blend"],
            limit=wishes["limit"],
            blind=wishes["blind"],
            source=SearchSource.WATCH,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest("what this watch asked for is gone: watch the job anew") from error


def describe_watches(reading: Reading) -> list[dict[str, Any]]:
    """The open watches, oldest first, each with its job and how many entered (and are unseen)."""
    matches = reading.watches.matches()
    return [
        {
            "watch": watch.id,
            "job": _job_out(reading, watch),
            "by": watch.by,
            "since": watch.since_at.isoformat(),
            "limit": watch.request.get("limit"),
            "entered": sum(match.watch_id == watch.id for match in matches),
            "new": sum(match.watch_id == watch.id and match.seen_at is None for match in matches),
        }
        for watch in reading.watches.open()
    ]


def describe_matches(reading: Reading, matches: Iterable[Match]) -> list[dict[str, Any]]:
    """Who entered, in the order given; without names where the watch is blind."""
    listed = list(matches)
    people = {match.person_id for match in listed}
    names, external = reading.people.names(people), reading.people.external_ids(people)
    watches = {number: reading.watches.get(number) for number in {m.watch_id for m in listed}}
    jobs = {number: _job_out(reading, watch) for number, watch in watches.items()}
    return [
        {
            "watch": match.watch_id,
            "job": jobs[match.watch_id],
            "candidate_id": match.person_id,
            "external_id": external.get(match.person_id),
            "name": None
            if watches[match.watch_id].request.get("blind", True)
            else names.get(match.person_id),
            "rank": match.rank,
            "score": match.score,
            "search_id": match.search_id,
            "at": match.at.isoformat(),
            "new": match.seen_at is None,
        }
        for match in listed
    ]


def _job_out(reading: Reading, watch: Watch) -> dict[str, Any]:
    job = _present_job(reading, watch)
    return {"id": job.id, "external_id": job.external_id, "title": job.job.title}
