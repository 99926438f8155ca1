"""The `bole` command: its commands in the order in which a newcomer needs them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from api import (
    backups,
    checking,
    finding,
    forgetting,
    generations,
    keeping,
    keys,
    learning,
    outcomes,
    search_log,
    serving,
    training,
    watches,
)
from api.console import one_line
from api.nightly import command as nights

app = typer.Typer(
    name="bole",
    help="Semantic search over résumés: the right people first, with the reasons.\n\n"
    "Begin with `bole init`, then `bole ingest FOLDER`, `bole reindex`, "
    "`bole search --job JOB.txt`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
        print(f"bole: {one_line(str(error))}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # `bole search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except SystemExit as ended:
        if ended.code == 130:  # Typer's word for Ctrl-C
            print("bole: stopped; what was reported as stored is stored", file=sys.stderr)
        raise


for _command in (
    keeping.init,
    keeping.ingest,
    generations.reindex,
    finding.job,
    finding.search,
    finding.replay,
    finding.evaluate,
    finding.show,
    serving.serve,
    learning.models,
    learning.promote,
    learning.rollback,
    learning.monitor,
    nights.nightly,
    nights.nights,
    forgetting.erase,
    forgetting.erasures,
    forgetting.hold,
    checking.check,
    backups.backup,
    backups.backups,
    backups.restore,
    backups.copy,
    keeping.quarantine,
    keeping.status,
):
    app.command()(_command)

app.command("index", help="The same as `bole reindex`.")(generations.reindex)

for _name, _group in (
    ("generations", generations.generations),
    ("jobs", outcomes.jobs),
    ("outcomes", outcomes.outcomes),
    ("labels", outcomes.labels),
    ("train", training.train),
    ("watch", watches.watch),
    ("log", search_log.log),
    ("keys", keys.keys),
):
    app.add_typer(_group, name=_name)
