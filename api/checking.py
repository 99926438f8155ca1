"""The command that compares what belongs together."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.console import AsJson, open_workplace, print_json, show_stages

if TYPE_CHECKING:
    from indexer.checking import Repaired


def check(
    context: typer.Context,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Repair what can be repaired safely; no original document is ever removed.",
        ),
    ] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Do not read the original documents, only see them there."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the catalog with the index, the originals, the vectors and the models.

    Each finding says what to do. The exit status is 1 when something is wrong. Searches and
    imports go on meanwhile.

    --repair builds a damaged index anew (and goes back to an older one until that is done), takes
    damaged vectors from the index or computes them, brings originals back from backups, and
    removes what killed processes left.
    """
    from indexer import checking

    place = open_workplace(context)
    catalog = place.catalog
    with show_stages(quiet=as_json) as stage:
        if repair:
            said = checking.repair(catalog, lambda: place.encoder, stage)
        else:
            found = checking.check(catalog, stage, contents=not quick)
            said = checking.Repaired((), (), tuple(found))
    wrong = bool(said.failed) or any(finding.wrong for finding in said.left)
    if as_json:
        print_json(
            {
                "ok": not wrong,
                "done": list(said.done),
                "failed": list(said.failed),
                "findings": [asdict(finding) for finding in said.left],
            }
        )
    else:
        _show(said, asked_to_repair=repair)
    if wrong:
        raise typer.Exit(1)


def _show(said: Repaired, *, asked_to_repair: bool) -> None:
    from api.screen import out

    for done in said.done:
        out.print(f"✓ {done}", soft_wrap=True)
    for failed in said.failed:
        out.print(f"✗ {failed}", soft_wrap=True)
    for finding in said.left:
        out.print(f"{'✗' if finding.wrong else '·'} {finding.message}", soft_wrap=True)
    if not said.left and not said.failed:
        out.print("Everything agrees." if not said.done else "Everything agrees now.")
    elif not asked_to_repair and any(finding.repairable for finding in said.left):
        out.print("Next: bole check --repair")
