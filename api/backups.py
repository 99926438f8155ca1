"""The commands that keep a second copy of everything, and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import AsJson, open_workplace, print_json, show_bar, show_stages

if TYPE_CHECKING:
    from catalog.store.backups.folder import Manifest, Stage

Backup = Annotated[Path, typer.Argument(help="The backup's folder.")]


def backup(
    context: typer.Context,
    place: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Make nothing: read the backup that is there and compare every byte."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy everything into a folder, while others go on searching and writing.

    It holds one state of the catalog (as a SQLite file, whatever the database is), the original
    documents, the trained models and the index that is served. It appears under its name when
    it is whole. `bole restore` brings it back on either database.

    Whoever can read the folder can read the résumés: keep it on an encrypted disk. It goes on the
    list of backups (`bole backups`): an erasure leaves word in it.
    """
    from catalog.store.backups.folder import verify_backup
    from catalog.store.backups.making import make_backup
    from indexer.ledger import tell

    if verify:
        with show_stages(quiet=as_json) as stage:
            made = verify_backup(place, stage)
    else:
        catalog = open_workplace(context).catalog
        with show_stages(quiet=as_json) as stage:
            made = make_backup(catalog, place, stage)
        tell(catalog)
    told = _describe(place, made)
    if as_json:
        print_json(told)
    else:
        from api.screen import out

        out.print(
            f"{'Verified' if verify else 'Backup'}: {place} ({told['people']} people, "
            f"{told['files']} files, {told['bytes'] / 1e6:,.1f} MB).",
            soft_wrap=True,
        )
        if made.missing:
            out.print(
                f"{len(made.missing)} files were damaged or gone in the data folder already and"
                " are not in it: bole check --repair"
            )
    if made.missing:
        raise typer.Exit(1)


def backups(
    context: typer.Context,
    forget_gone: Annotated[
        bool,
        typer.Option(
            "--forget-gone", help="Take those off the list whose folder was deleted for good."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the backups that were made. An erasure leaves word in each of them.

    One whose folder is not there now (an unplugged disk) is told the next time something is
    erased, or at night. Take it off the list only when it is gone for good.
    """
    from indexer.ledger import tell

    catalog = open_workplace(context).catalog
    if forget_gone:
        with catalog.writing() as writing:
            for listed in writing.backups.all():
                if not Path(listed.path).is_dir():
                    writing.backups.remove(listed.id)
    untold = set(tell(catalog))
    with catalog.reading() as reading:
        rows = [
            {
                "path": listed.path,
                "at": listed.at.isoformat(timespec="seconds"),
                "there": Path(listed.path).is_dir(),
                "told of erasures": listed.path not in untold,
            }
            for listed in reading.backups.all()
        ]
    if as_json:
        print_json(rows)
        return
    from api.screen import out

    if not rows:
        out.print("There is no backup yet: bole backup FOLDER")
    for row in rows:
        state = "" if row["there"] else "  not there now"
        out.print(f"{row['at']}  {row['path']}{state}", soft_wrap=True)


def restore(
    context: typer.Context,
    place: Backup,
    into: Annotated[
        Path | None,
        typer.Option(help="The data folder to make.", show_default="that of --data"),
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="A PostgreSQL database that is empty; without, a file in the folder."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move a data folder that is there aside.")
    ] = False,
    erasures: Annotated[
        list[Path] | None,
        typer.Option(help="Another ledger (erasures.jsonl) of people erased since the backup."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a data folder (and its database) of a backup, whatever database it was made from.

    Every checksum is compared first. Whoever was erased since the backup was made stays erased:
    the ledgers beside the backup and in the data folder that is replaced say who.

    Stop whatever uses the data folder before you replace it.
    """
    from api.settings import read_settings
    from catalog.errors import InvalidRequest

    settings = read_settings(context.obj)
    data = settings.data if into is None else into
    url = database_url or (settings.database_url if into is None else None)
    if replace and data.exists() and not yes:
        if as_json:
            raise InvalidRequest("with --json nothing is asked: add --yes")
        typer.confirm(f"Move {data} aside and put the backup in its place?", abort=True)
    with show_stages(quiet=as_json) as stage:
        told = restore_backup(place, data, url, erasures or [], stage, replace=replace)
    if as_json:
        print_json(told)
        return
    from api.screen import out

    out.print(f"Restored: {data} ({told['people']} people).", soft_wrap=True)
    if told["erased again"]:
        out.print(f"{told['erased again']} people erased since the backup are erased here, too.")
    if replace:
        out.print("What was there lies beside it; delete it when you no longer need it: the bytes")
        out.print("of people who are erased from now on stay in it until then.")
    out.print("Next: bole check")


def restore_backup(
    backup: Path,
    data: Path,
    url: str | None,
    ledgers: list[Path],
    stage: Stage,
    *,
    replace: bool = False,
) -> dict[str, Any]:
    """Restores, and erases again whom the ledgers name before anybody can see them.

    Errors: as `catalog.store.backups.restoring`; NotFound for a ledger that is not there.
    """
    from catalog.errors import NotFound
    from catalog.store.backups.folder import LEDGER
    from catalog.store.backups.restoring import restoring
    from indexer.erasure import reapply
    from indexer.ledger import read_ledger

    for ledger in ledgers:
        if not ledger.is_file():
            raise NotFound(f"there is no ledger of erasures at {ledger}")
    records = [
        record
        for ledger in (backup / LEDGER, data / LEDGER, *ledgers)
        for record in read_ledger(ledger)
    ]
    with restoring(backup, data, url, replace=replace, stage=stage) as catalog:
        again = reapply(catalog, records)
        with catalog.reading() as reading:
            people = reading.counts().people
    return {"data": str(data), "people": people, "erased again": again}


def copy(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(help="An empty database: postgresql://… or sqlite:///FILE.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the whole catalog into another database: the way from SQLite to PostgreSQL, or back.

    Stop everything that writes first; make a backup. Numbers, the search log's chain and all else
    stay as they are. The data folder is shared: only the database moves. Then set
    BOLE_DATABASE_URL to the new one and start again.
    """
    from catalog.store.copying import copy_catalog, count_rows
    from catalog.store.engine import transaction

    catalog = open_workplace(context).catalog
    with transaction(catalog.engine, writes=False) as connection:
        total = sum(count_rows(connection).values())
    with show_bar("Copying", total, "records", quiet=as_json) as advance:
        copied = copy_catalog(catalog.engine, url, advance)
    if as_json:
        print_json(
            {
                "rows": dict(copied.rows),
                "sequence": copied.sequence,
                "changed_meanwhile": copied.changed_meanwhile,
            }
        )
    else:
        _tell_what_to_do(copied.changed_meanwhile, sum(copied.rows.values()))
    if copied.changed_meanwhile:
        raise typer.Exit(1)


def _tell_what_to_do(changed_meanwhile: bool, records: int) -> None:
    from api.screen import out

    if changed_meanwhile:
        out.print("Somebody wrote to the catalog meanwhile, and that is not in the copy. Stop what")
        out.print("writes, empty the new database and copy again.")
        return
    out.print(f"{records} records copied and counted.")
    out.print("Next: set BOLE_DATABASE_URL to the new database, then bole check. Delete the old")
    out.print("database when all is well: nobody is erased from it any more.")


def _describe(place: Path, made: Manifest) -> dict[str, Any]:
    return {
        "path": str(place),
        "made_at": made.made_at.isoformat(),
        "sequence": made.sequence,
        "people": made.rows["person"],
        "files": len(made.files),
        "bytes": sum(kept.bytes for kept in made.files.values()),
        "missing": list(made.missing),
    }
