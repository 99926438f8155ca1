"""The commands about past searches: listing them, and checking that nobody changed the log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import AsJson, open_workplace, print_json, show_bar

log = typer.Typer(
    help="Past searches: list them, and check that the log is as it was written.",
    no_args_is_help=True,
)


@log.command("show")
def show_log(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    job: Annotated[
        str | None,
        typer.Option(help="Only those for this job: its id in `bole jobs`, or a file with it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List past searches, newest first: for which job, how many were shown, on which snapshot.

    No name and nothing of a résumé is listed. `bole replay SEARCH` shows one again.
    """
    from api.past_searches import listed_out, show_listed

    catalog = open_workplace(context).catalog
    with catalog.reading() as reading:
        key = _key_of_job(reading, job) if job is not None else None
        listed = [listed_out(each) for each in reading.searches.latest(limit, key)]
    if as_json:
        print_json(listed)
    else:
        show_listed(listed)


def _key_of_job(reading: Any, job: str) -> str:
    from api.jobs import read_job_file
    from api.watching import find_job
    from search.reranker import key_of

    if job == "-" or Path(job).is_file():
        return key_of(read_job_file(job).text)
    key: str = reading.jobs.get(find_job(reading, job)).text_key
    return key


@log.command("verify")
def verify_log(
    context: typer.Context,
    head: Annotated[
        list[str] | None,
        typer.Option(
            help="A link that an earlier run printed and that was kept elsewhere; give it again "
            "for more. The chain must still contain it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every logged search against the chain of hashes that was laid when it was logged.

    Finds entries that were changed, dropped, added or reordered, and tells them from what was
    erased with a person. That the newest entries were cut off, or everything from some entry on
    written anew, only a link shows that was noted before: those in the reports of past nights are
    looked for by themselves. Better, note the newest link that this command prints where nobody who
    can change the database can, and give it to --head next time.

    Exit status 1: something was found.
    """
    from api.past_searches import check_out, show_check

    catalog = open_workplace(context).catalog
    with catalog.reading() as reading:
        total = reading.searches.links()
        with show_bar("Checking", total, "links", quiet=as_json) as advance:
            check = reading.searches.check_chain([*(head or ()), *_noted(reading)], advance)
    if as_json:
        print_json(check_out(check))
    else:
        show_check(check)
    if not check.holds:
        raise typer.Exit(1)


def _noted(reading: Any) -> list[str]:
    """The links that past nights' checks noted in their reports."""
    checks = (night.report.get("check") for night in reading.nights.newest(1000))
    noted = (check.get("search_log") for check in checks if isinstance(check, dict))
    return [link for link in noted if isinstance(link, str) and re.fullmatch("[0-9a-f]{64}", link)]
