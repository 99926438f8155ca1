"""The commands that fill the catalog and look after it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import AsJson, open_workplace, print_json, show_bar, show_stages


def init(
    context: typer.Context,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="packaged:bilingual (the next two side by side), packaged:multilingual (English, "
            "Chinese and about 90 more), packaged:english (light), a Hugging Face name or a "
            "folder. `bole reindex --encoder` moves to another one.",
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
    place = open_workplace(context)
    chosen = place.create(encoder, dtype)
    if as_json:
        print_json({"data": str(place.settings.data), **chosen})
    else:
        from api.screen import out

        ready = f"Ready: {place.settings.data} (encoder {chosen['encoder']}, {chosen['dtype']})."
        out.print(ready, soft_wrap=True)
        out.print("Next: bole ingest FOLDER")


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
    place = open_workplace(context)
    files = intake.find_files(paths)
    total = None if any(is_bulk(file.name) for file in files) else len(files)
    with show_bar("Reading", total, "documents", quiet=as_json) as advance:
        report = intake.ingest(
            place.catalog,
            files,
            workers=workers or place.settings.workers,
            ocr=ocr,
            id_from=IdFrom(id_from),
            progress=advance,
        )
    searchable = _keep_up(place, quiet=as_json)
    entered = _look_at_watched_jobs(place) if report.stored else 0
    if as_json:
        print_json(report_out(report))
        return
    from api.screen import out, plain

    out.print(
        f"{report.stored} stored, {report.unchanged} unchanged, "
        f"{len(report.quarantined)} in quarantine (bole quarantine)."
    )
    for refused in report.refused:
        out.print(plain(f"not kept: {refused.path}: {refused.message}", 600), soft_wrap=True)
    if entered:
        out.print(f"{entered} new on watched shortlists: bole watch matches --new")
    if report.stored:
        ready = "They can be found now: bole search --job JOB.txt"
        out.print(ready if searchable else "Next: bole reindex")


def _keep_up(place: Any, *, quiet: bool) -> bool:
    """Embeds what waits, so that searches find it from now on; whether they do.

    What is stored is stored, whatever comes now.
    """
    from catalog.errors import BoleError
    from indexer.embedding import keep_up

    with place.catalog.reading() as reading:
        served = reading.generations.pointer()
        if served is None:
            return False
        after = served.generation.sequence
        if reading.resumes.ready_sequence(served.encoder, after) == reading.sequence:
            return True  # and no encoder is loaded to find that out
    try:
        with show_stages(quiet=quiet) as stage:
            keep_up(place.catalog, place.encoder, lambda done, of: stage("Embedding", done, of))
    except BoleError as error:
        print(f"bole: searches do not find what is new yet: {error}", file=sys.stderr)
        return False
    return True


def _look_at_watched_jobs(place: Any) -> int:
    """How many people entered a watched shortlist. What is stored is stored, whatever comes now."""
    from datetime import UTC, datetime

    from api.watching import look_if_watched
    from catalog.errors import BoleError

    try:
        looked = look_if_watched(place, datetime.now(UTC))
    except BoleError as error:
        print(f"bole: watched jobs wait for the night: {error}", file=sys.stderr)
        return 0
    return looked.entered if looked else 0


def quarantine(
    context: typer.Context,
    resolve: Annotated[
        int | None, typer.Option(help="This file has been dealt with: take it off the list.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the files that could not be read, why, and what to do."""
    from api.dossier import describe_quarantine

    place = open_workplace(context)
    if resolve is not None:
        with place.catalog.writing() as writing:
            writing.quarantine.resolve(resolve)
    waiting = describe_quarantine(place.catalog)
    if as_json:
        print_json(waiting)
        return
    from api.screen import out, show_quarantine

    if not waiting:
        out.print("Nothing waits in quarantine.")
        return
    show_quarantine(waiting)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is here: people, documents, the served generation, what waits."""
    from api.dossier import describe_status

    described = describe_status(open_workplace(context))
    if as_json:
        print_json(described)
        return
    from api.screen import show_facts

    show_facts(described)
