"""The commands for people who ask to be forgotten, and for what forbids it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import AsJson, By, open_workplace, print_json, show_stages, who


def erase(
    context: typer.Context,
    candidate: Annotated[str, typer.Argument(help="Their number here, or an external id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Annotated[
        str | None,
        typer.Option(help="Why, for the record: without a name, for it is kept."),
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person for good: everything that is stored about them, under all their ids.

    When the command returns no search finds them, and no import brings them
    back. The last bytes (the original file, the index) go with the next night,
    or at once with `bole erasures --finish`. There is no way back.

    A legal hold forbids it (`bole hold`). What stays is a number, keyed hashes
    by which they are recognised if they come in again, and the receipt.
    """
    from api.forgotten import describe_loss, find_to_erase, receipt
    from catalog.errors import InvalidRequest
    from indexer.erasure import erase as erase_person

    place = open_workplace(context)
    catalog = place.catalog
    person = find_to_erase(catalog, candidate, reason)
    if as_json and not yes:
        raise InvalidRequest("with --json nothing is asked: add --yes")
    if not yes:
        from api.screen import out, show_facts

        loss = describe_loss(catalog, person)
        show_facts(loss)
        out.print("It cannot be undone. Merges of this person cannot be undone afterwards either.")
        typer.confirm(f"Erase candidate {person}?", abort=True)
    decided = who(by) if reason is None else f"{who(by)}: {reason.strip()}"
    erasure = erase_person(catalog, person, decided, days=place.settings.erasure_days)
    told = receipt(catalog, erasure)
    if as_json:
        print_json(told)
        return
    _show_receipt(told)


def erasures(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(help="One erasure: its receipt.", show_default=False)
    ] = None,
    finish: Annotated[
        bool, typer.Option("--finish", help="Remove the last bytes now, not tonight.")
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            help="An erasures.jsonl: erase again whom it names, after the database was brought "
            "back by other means than `bole restore`.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List who was erased (by number), what is still to go, and until when.

    --finish does what the night does: the index is built without them, and the
    original files, vectors and the database's own leftovers are removed.
    """
    from api.forgotten import describe_erasures, receipt

    place = open_workplace(context)
    if ledger is not None:
        _erase_again(place, ledger)
    if finish:
        _finish(place, quiet=as_json)
    if number is not None:
        with place.catalog.reading() as reading:
            erasure = reading.forgetting.get(number)
        told = receipt(place.catalog, erasure)
        if as_json:
            print_json(told)
        else:
            _show_receipt(told)
        return
    described = describe_erasures(place.catalog)
    if as_json:
        print_json(described)
        return
    _show_erasures(described)


def _erase_again(place: Any, ledger: Path) -> None:
    from catalog.errors import NotFound
    from indexer.erasure import reapply
    from indexer.ledger import read_ledger

    if not ledger.is_file():
        raise NotFound(f"there is no ledger of erasures at {ledger}")
    reapply(place.catalog, read_ledger(ledger))


def hold(
    context: typer.Context,
    candidate: Annotated[
        str | None,
        typer.Argument(help="Their number here, or an external id.", show_default=False),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why they must not be erased.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="End the person's holds.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Put a person under a legal hold, or end it: while it lasts they cannot be erased.

    Neither by hand nor by a retention date that has passed. Without a
    candidate: list the holds that last.
    """
    from api.forgotten import describe_holds, hold_candidate, lift_holds
    from catalog.errors import InvalidRequest

    place = open_workplace(context)
    if candidate is None:
        if reason is not None or lift:
            raise InvalidRequest("say whose hold: bole hold CANDIDATE --reason TEXT")
    elif lift:
        if reason is not None:
            raise InvalidRequest("--lift ends a hold and takes no reason")
        lift_holds(place.catalog, candidate, who(by))
    elif reason is not None:
        hold_candidate(place.catalog, candidate, reason, who(by))
    told = describe_holds(place.catalog, candidate)
    if as_json:
        print_json(told)
        return
    from api.screen import out, show_table

    if not told:
        out.print("No legal hold.")
        return
    columns = ("candidate_id", "since", "reason", "by", "lifted")
    show_table("legal holds", columns, ([each[name] or "" for name in columns] for each in told))


def _finish(place: Any, *, quiet: bool) -> None:
    from indexer.erasure import finish_erasures
    from indexer.reindex import reindex

    with show_stages(quiet=quiet) as stage:
        finish_erasures(place.catalog, lambda: reindex(place.catalog, place.encoder, stage))


def _show_receipt(told: dict[str, Any]) -> None:
    from api.forgotten import in_words
    from api.screen import out, show_facts

    show_facts(
        {
            "erasure": told["erasure"],
            "candidate": told["candidate_id"],
            "erased": told["at"],
            "by": told["by"],
            "removed": in_words(told["removed"]),
            "models that saw them": ", ".join(told["models"]) or "none",
            "last bytes": f"gone since {told['done_at']}"
            if told["done_at"]
            else f"to go by {told['due_at']}",
        }
    )
    if told["done_at"] is None:
        out.print("The last bytes go with the next night. Now: bole erasures --finish")
    for path in told["backups_not_told"]:
        out.print(f"not there to be told: {path} (it is when the backup is back)", soft_wrap=True)


def _show_erasures(described: dict[str, Any]) -> None:
    from api.screen import out, show_table

    columns = ("erasure", "candidate_id", "at", "by", "due_at", "done_at")
    rows = [[each[name] or "open" for name in columns] for each in described["erasures"]]
    if rows:
        show_table("erasures", columns, rows)
    else:
        out.print("Nobody has been erased.")
    if described["retention_over"]:
        listed = ", ".join(map(str, described["retention_over"]))
        out.print(f"retention is over, to be erased tonight: {listed}", soft_wrap=True)
    if described["held"]:
        listed = ", ".join(map(str, described["held"]))
        out.print(f"under a legal hold (bole hold): {listed}", soft_wrap=True)
    for path in described["backups_not_told"]:
        out.print(f"not there to be told: {path} (it is when the backup is back)", soft_wrap=True)
