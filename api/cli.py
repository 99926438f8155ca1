"""The command line. Each command is short: it reads its options, calls a room below, and shows."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="bole",
    help="Semantic search over résumés: the right people first, with the reasons.\n\n"
    "Begin with `bole init`, then `bole ingest FOLDER`, `bole index`, "
    "`bole search --job JOB.txt`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Where = Annotated[
    str | None,
    typer.Option(
        help="Who is considered at all, e.g. 'location=Berlin years>=5 skill=python "
        "years(python)>=3 degree>=bachelor language=German>=B2 permission=permitted'. "
        "skill=a,b means any of them; repeat skill= for all; skill!=c for none."
    ),
]


@app.callback()
def _choose_data(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(envvar="BOLE_DATA", help="The folder that holds everything."),
    ] = None,
) -> None:
    context.obj = data


def main() -> None:
    """The `bole` command: what Bole says no to is one line and exit status 1, never a traceback."""
    from catalog.errors import BoleError

    try:
        app()
    except BoleError as error:
        print(f"bole: {_one_line(str(error))}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # `bole search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except SystemExit as ended:
        if ended.code == 130:  # Typer's word for Ctrl-C
            print("bole: stopped; what was reported as stored is stored", file=sys.stderr)
        raise


@app.command()
def init(
    context: typer.Context,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="packaged:bilingual (the next two side by side), packaged:multilingual (English, "
            "Chinese and about 90 more), packaged:english (light), a Hugging Face name or a "
            "folder. Chosen once.",
            show_default="packaged:bilingual",
        ),
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option(help="float32 or bfloat16; by default what this processor is faster in."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create the catalog (or bring an older one up to date) and choose the encoder."""
    place = _workplace(context)
    chosen = place.create(encoder, dtype)
    if as_json:
        _print_json({"data": str(place.settings.data), **chosen})
    else:
        from api.screen import out

        ready = f"Ready: {place.settings.data} (encoder {chosen['encoder']}, {chosen['dtype']})."
        out.print(ready, soft_wrap=True)
        out.print("Next: bole ingest FOLDER")


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, folders (walked) and .jsonl with one résumé a line."),
    ],
    ocr: Annotated[bool, typer.Option(help="Read scans (needs the ocr extra).")] = True,
    id_from: Annotated[
        str,
        typer.Option(
            help="Where a file's external id comes from: nothing, folder (its name) or stem (the "
            "file's name without its ending)."
        ),
    ] = "nothing",
    workers: Annotated[int | None, typer.Option(help="Processes that read documents.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read résumés and store them. What cannot be read goes to quarantine; the run goes on.

    A file that was stored before costs nothing. A newer file of the same person (same e-mail,
    or same phone and name) replaces the older one in search; the older one stays as history.
    """
    from api.records import report_out
    from catalog.errors import InvalidRequest
    from indexer import intake
    from indexer.documents.bulk import is_bulk
    from indexer.intake import IdFrom

    if id_from not in set(IdFrom):
        raise InvalidRequest(f"--id-from is one of {', '.join(IdFrom)}, not {id_from!r}")
    place = _workplace(context)
    files = intake.find_files(paths)
    total = None if any(is_bulk(file.name) for file in files) else len(files)
    with _bar("Reading", total, "documents", quiet=as_json) as advance:
        report = intake.ingest(
            place.catalog,
            files,
            workers=workers or place.settings.workers,
            ocr=ocr,
            id_from=IdFrom(id_from),
            progress=advance,
        )
    if as_json:
        _print_json(report_out(report))
        return
    from api.screen import out

    out.print(
        f"{report.stored} stored, {report.unchanged} unchanged, "
        f"{len(report.quarantined)} in quarantine (bole quarantine)."
    )
    if report.stored:
        out.print("Next: bole index")


@app.command()
def index(context: typer.Context, as_json: AsJson = False) -> None:
    """Build a new index generation from the catalog and put it into service.

    Searches go on with the old one until the new one is verified. Unchanged text is never
    embedded twice.
    """
    from dataclasses import asdict

    from indexer import build

    place = _workplace(context)
    with _stages(quiet=as_json) as stage:
        done = build.index(place.catalog, place.encoder, stage)
    if as_json:
        _print_json(asdict(done))
        return
    from api.screen import out

    if done.nothing_new:
        out.print(f"Nothing new since generation {done.generation} ({done.people} people).")
    else:
        out.print(
            f"Generation {done.generation}: {done.people} people, {done.passages} passages, "
            f"{done.embedded} newly embedded."
        )
    out.print("Next: bole search --job JOB.txt")


@app.command()
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

    read = _read_job(file)
    if as_json:
        _print_json(job_to_record(read))
        return
    from api.screen import show_job

    show_job(read)


@app.command()
def search(
    context: typer.Context,
    job: Annotated[
        str, typer.Option(help="A file with the job description, a .json from `bole job`, or - .")
    ],
    where: Where = None,
    text: Annotated[
        str | None,
        typer.Option(help="Words that must stand in the résumé: 'java AND (spring OR quarkus)'."),
    ] = None,
    blend: Annotated[
        float, typer.Option(help="1: by meaning alone; 0: by the job's words alone.")
    ] = 0.5,
    limit: Annotated[int, typer.Option(help="How many people.")] = 20,
    include_unknown: Annotated[
        bool,
        typer.Option("--include-unknown", help="Let in those of whom a filter cannot be decided."),
    ] = False,
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

    read = _read_job(job)
    request = SearchRequest(
        job=read,
        as_of=_month(as_of),
        filters=read_where(where or "", let_in_unknown=include_unknown),
        text=text,
        blend=blend,
        limit=limit,
        blind=blind,
        facets=facets,
    )
    shortlist = _workplace(context).searcher().search(request)
    if as_json:
        _print_json(shortlist_out(shortlist))
        return
    from api.screen import show_shortlist

    show_shortlist(shortlist, read)


@app.command()
def replay(
    context: typer.Context,
    search_id: Annotated[str, typer.Argument(help="The id that a search printed.")],
    as_json: AsJson = False,
) -> None:
    """Repeat a past search on its own snapshot, and say whether the ranking is the same."""
    from api.records import shortlist_out
    from search.replay import replay_search

    place = _workplace(context)
    again = replay_search(place.catalog, place.searcher_of, search_id)
    if as_json:
        _print_json({"same": again.same, "why": again.why, **shortlist_out(again.shortlist)})
        return
    from api.screen import out, show_shortlist

    show_shortlist(again.shortlist, again.request.job)
    out.print(again.why)


@app.command()
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

    place = _workplace(context)
    with _bar("Searching", None, "jobs", quiet=as_json) as advance:
        found = evaluation.evaluate(place, jobs, qrels, run, blend, advance)
    if as_json:
        _print_json(found)
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


@app.command()
def show(
    context: typer.Context,
    candidate: Annotated[str, typer.Argument(help="A candidate's id, or external id.")],
    as_json: AsJson = False,
) -> None:
    """Show what is known of one person, and how their résumé was read."""
    from api.dossier import describe_candidate

    described = describe_candidate(_workplace(context).catalog, candidate)
    if as_json:
        _print_json(described)
        return
    from api.screen import show_candidate

    show_candidate(described)


@app.command()
def quarantine(
    context: typer.Context,
    resolve: Annotated[
        int | None, typer.Option(help="This file has been dealt with: take it off the list.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the files that could not be read, why, and what to do."""
    from api.dossier import describe_quarantine

    place = _workplace(context)
    if resolve is not None:
        with place.catalog.writing() as writing:
            writing.quarantine.resolve(resolve)
    waiting = describe_quarantine(place.catalog)
    if as_json:
        _print_json(waiting)
        return
    from api.screen import out, show_quarantine

    if not waiting:
        out.print("Nothing waits in quarantine.")
        return
    show_quarantine(waiting)


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is here: people, documents, the served generation, what waits."""
    from api.dossier import describe_status

    described = describe_status(_workplace(context))
    if as_json:
        _print_json(described)
        return
    from api.screen import show_facts

    show_facts(described)


def _workplace(context: typer.Context) -> Any:
    from api.settings import read_settings
    from api.workplace import Workplace

    return Workplace(read_settings(context.obj))


def _read_job(source: str) -> Any:
    from api.jobs import read_job_file

    return read_job_file(source)


def _month(text: str | None) -> Any:
    from api.jobs import read_month

    return read_month(text)


_CONTROLS = re.compile("[\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


def _print_json(value: Any) -> None:
    """JSON that is also safe to look at: what could steer a terminal is escaped, as JSON may."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _one_line(message: str) -> str:
    from api.screen import plain

    return plain(message, 1000)


@contextmanager
def _bar(name: str, total: int | None, unit: str, *, quiet: bool) -> Iterator[Any]:
    """A progress bar; yields the function that moves it."""
    if quiet:
        yield lambda done: None
        return
    from api.screen import progress

    with progress(unit) as shown:
        task = shown.add_task(name, total=total)
        yield lambda done: shown.advance(task, done)


@contextmanager
def _stages(*, quiet: bool) -> Iterator[Any]:
    """Bars for the stages of an index run, one under the other."""
    if quiet:
        yield lambda name, done, of: None
        return
    from api.screen import progress

    with progress("") as shown:
        tasks: dict[str, Any] = {}

        def stage(name: str, done: int, of: int) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=of or None)
            shown.update(tasks[name], completed=done, total=of or None)

        yield stage
        for task in tasks.values():
            shown.update(task, total=1, completed=1)
