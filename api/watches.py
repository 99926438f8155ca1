"""`bole watch`: being told when somebody new enters a job's shortlist."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.console import (
    AsJson,
    Blend,
    By,
    IncludeUnknown,
    Where,
    Words,
    open_workplace,
    print_json,
    who,
)


class _JobFirst(TyperGroup):
    """`bole watch J01` means `bole watch job J01`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["job", *args]
        return super().parse_args(ctx, args)


watch = typer.Typer(
    cls=_JobFirst,
    help="Be told when somebody new enters a job's shortlist: `bole watch JOB`.\n\n"
    "Watched jobs are looked at after each `bole ingest` and each `bole nightly`.",
    no_args_is_help=True,
)


@watch.command("job")
def job(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="A stored job: its id in `bole jobs`.")],
    where: Where = None,
    text: Words = None,
    blend: Blend = 0.5,
    limit: Annotated[int, typer.Option(help="How long the shortlist is.")] = 20,
    include_unknown: IncludeUnknown = False,
    blind: Annotated[bool, typer.Option("--blind", help="Without names.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Watch a stored job. Whoever is on its shortlist now is where that starts.

    From then on everybody who enters the first --limit is listed once (`bole watch matches`),
    whoever leaves it again. Edits of the job count from the next look on.
    """
    from datetime import UTC, datetime

    from api.watching import find_job, watch_job
    from reading.dates import Month
    from search.request import SearchRequest
    from search.where import read_where

    place = open_workplace(context)
    with place.catalog.reading() as reading:
        stored = reading.jobs.get(find_job(reading, job))
    now = datetime.now(UTC)
    request = SearchRequest(
        job=stored.job,
        as_of=Month(now.year, now.month),
        filters=read_where(where or "", let_in_unknown=include_unknown),
        text=text,
        blend=blend,
        limit=limit,
        blind=blind,
    )
    number, shortlist = watch_job(place, stored.id, request, who(by))
    if as_json:
        starts = [hit.candidate_id for hit in shortlist.hits]
        print_json({"watch": number, "search_id": shortlist.search_id, "starts_from": starts})
        return
    from api.screen import out, plain

    title = plain(stored.job.title or job)
    out.print(f"Watch {number}: {title}. {len(shortlist.hits)} people are on its shortlist now.")
    out.print("Who enters it: bole watch matches --new", soft_wrap=True)


@watch.command("list")
def list_watches(context: typer.Context, as_json: AsJson = False) -> None:
    """List the watched jobs, and how many people have entered each."""
    from api.watching import describe_watches

    with open_workplace(context).catalog.reading() as reading:
        listed = describe_watches(reading)
    if as_json:
        print_json(listed)
        return
    from api.screen import out, show_table

    if not listed:
        out.print("No job is watched. Next: bole watch JOB")
        return
    columns = ("watch", "job", "title", "by", "since", "first", "entered", "new")
    rows = [
        (
            each["watch"],
            _name(each["job"]),
            each["job"]["title"],
            each["by"],
            each["since"][:10],
            each["limit"],
            each["entered"],
            each["new"],
        )
        for each in listed
    ]
    show_table("Watched jobs", columns, rows)


@watch.command("matches")
def matches(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(metavar="[WATCH]", help="Only of this watch; also of an old one."),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Only whom nobody has looked at yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who has entered the watched shortlists. Who is listed counts as seen from then on."""
    from api.watching import describe_matches

    catalog = open_workplace(context).catalog
    with catalog.reading() as reading:
        if number is not None:
            reading.watches.get(number)
        found = reading.watches.matches(number, only_new=new)
        listed = describe_matches(reading, found)
        watched = number is not None or bool(reading.watches.open())
    if as_json:
        print_json(listed)
    else:
        _show(listed, watched=watched, new=new)
    unseen = [match for match in found if match.seen_at is None]
    if unseen:  # after they were printed: a broken pipe must not hide anybody
        with catalog.writing() as writing:
            writing.watches.mark_seen(unseen)


@watch.command("stop")
def stop(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="WATCH", help="Its number in the list.")],
    as_json: AsJson = False,
) -> None:
    """Watch a job no longer. Who was found stays: `bole watch matches WATCH`."""
    with open_workplace(context).catalog.writing() as writing:
        ended = writing.watches.stop(number)
    if as_json:
        print_json({"watch": ended.id, "ended_at": ended.ended_at.isoformat()})
        return
    from api.screen import out

    out.print(f"Watch {ended.id} has ended.")


def _name(job: dict[str, Any]) -> str:
    return str(job["external_id"] or job["id"])


def _show(listed: list[dict[str, Any]], *, watched: bool, new: bool) -> None:
    from api.screen import out, show_table

    if not listed:
        nobody = "Nobody new has entered." if new else "Nobody has entered yet."
        out.print(nobody if watched else "No job is watched. Next: bole watch JOB")
        return
    columns = ("job", "candidate", "name", "rank", "score", "entered", "")
    rows = [
        (
            _name(each["job"]),
            each["external_id"] or each["candidate_id"],
            each["name"] or "",
            each["rank"],
            f"{each['score']:.2f}",
            each["at"][:16].replace("T", " "),
            "new" if each["new"] else "",
        )
        for each in listed
    ]
    show_table("Entered a watched shortlist", columns, rows)
