"""The commands that find people and account for what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.console import (
    AsJson,
    Blend,
    IncludeUnknown,
    Where,
    Words,
    open_workplace,
    print_json,
    read_job_option,
    read_month_option,
    show_bar,
)

if TYPE_CHECKING:
    from search.pipeline import Searcher
    from search.serving import Current


def job(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A file with the job description, or - .")],
    as_json: AsJson = False,
) -> None:
    """Show what a job asks for, as Bole reads it.

    `bole job JOB.txt --json > job.json` gives a file to edit, which `bole search --job job.json`
    then uses.
    """
    from reading.record import job_to_record

    read = read_job_option(file)
    if as_json:
        print_json(job_to_record(read))
        return
    from api.screen import show_job

    show_job(read)


def search(
    context: typer.Context,
    job: Annotated[
        str, typer.Option(help="A file with the job description, a .json from `bole job`, or - .")
    ],
    where: Where = None,
    text: Words = None,
    blend: Blend = 0.5,
    limit: Annotated[int, typer.Option(help="How many people.")] = 20,
    include_unknown: IncludeUnknown = False,
    blind: Annotated[
        bool, typer.Option("--blind", help="Without names; evidence without identity.")
    ] = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Also count the eligible by place, skill, …")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option(help="The month in which “present” ends, as 2026-11.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the people for a job: ranked, each requirement with the words that show it."""
    from api.records import shortlist_out
    from search.request import SearchRequest
    from search.where import read_where

    read = read_job_option(job)
    request = SearchRequest(
        job=read,
        as_of=read_month_option(as_of),
        filters=read_where(where or "", let_in_unknown=include_unknown),
        text=text,
        blend=blend,
        limit=limit,
        blind=blind,
        facets=facets,
    )
    shortlist = open_workplace(context).searcher().search(request)
    if as_json:
        print_json(shortlist_out(shortlist))
        return
    from api.screen import show_shortlist

    show_shortlist(shortlist, read)


def replay(
    context: typer.Context,
    search_id: Annotated[str, typer.Argument(help="The id that a search printed.")],
    as_json: AsJson = False,
) -> None:
    """Repeat a past search on its own snapshot, and say whether the ranking is the same.

    It is recomputed where the models of that day still serve. Otherwise (a model was retired, the
    libraries or the processor compute other last bits, somebody was erased since) the stored list
    is recalled, with the reason. `bole log show` lists past searches.
    """
    from api.past_searches import replay_out, show_replay
    from search.replay import replay_search

    place = open_workplace(context)

    def searcher_at(generation: int | None, sequence: int) -> Searcher:
        current: Current = place.current  # loads the encoder: only where it comes to that
        return current.searcher_at(generation, sequence)

    again = replay_search(place.catalog, searcher_at, search_id)
    if as_json:
        print_json(replay_out(again))
    else:
        show_replay(again)


def evaluate(
    context: typer.Context,
    jobs: Annotated[Path, typer.Option(help='A .jsonl with {"id", "text"} a line.')],
    qrels: Annotated[Path, typer.Option(help="TREC qrels: job 0 external-id grade.")],
    run: Annotated[Path | None, typer.Option(help="Write the pipeline's ranking here.")] = None,
    blend: Annotated[float, typer.Option(help="As in search.")] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Measure rankings of the ingested pool against judgements, with 95 % intervals over jobs."""
    from api import evaluation

    place = open_workplace(context)
    with show_bar("Searching", None, "jobs", quiet=as_json) as advance:
        found = evaluation.evaluate(place, jobs, qrels, run, blend, advance)
    if as_json:
        print_json(found)
        return
    from api.screen import show_table

    for name in ("retrieval", "pipeline"):
        rows = [
            (measure, f"{v['mean']:.3f}", f"{v['low']:.3f} – {v['high']:.3f}")
            for measure, v in found[name].items()
        ]
        show_table(f"{name}, {found['jobs']} jobs", ("measure", "mean", "95 % interval"), rows)
    if not found["reranked"]:
        from api.screen import out

        out.print("No reranker is in service: the pipeline ranks by retrieval.")


def show(
    context: typer.Context,
    candidate: Annotated[str, typer.Argument(help="A candidate's id, or external id.")],
    as_json: AsJson = False,
) -> None:
    """Show what is known of one person, and how their résumé was read."""
    from api.dossier import describe_candidate

    described = describe_candidate(open_workplace(context).catalog, candidate)
    if as_json:
        print_json(described)
        return
    from api.screen import show_candidate

    show_candidate(described)
