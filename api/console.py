"""What all commands share: their common options, and how they speak to people and to machines.

Everything heavy is imported where it is used, so that `--help` stays instant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Where = Annotated[
    str | None,
    typer.Option(
        help="Who is considered at all, e.g. 'location=Berlin years>=5 skill=python "
        "years(python)>=3 degree>=bachelor language=German>=B2 permission=permitted'. "
        "skill=a,b means any of them; repeat skill= for all; skill!=c for none."
    ),
]

Words = Annotated[
    str | None,
    typer.Option(help="Words that must stand in the résumé: 'java AND (spring OR quarkus)'."),
]
Blend = Annotated[float, typer.Option(help="1: by meaning alone; 0: by the job's words alone.")]
IncludeUnknown = Annotated[
    bool,
    typer.Option("--include-unknown", help="Let in those of whom a filter cannot be decided."),
]

By = Annotated[
    str | None,
    typer.Option(help="Who decides, for the record.", show_default="the account's name"),
]


def open_workplace(context: typer.Context) -> Any:
    from api.settings import read_settings
    from api.workplace import Workplace

    return Workplace(read_settings(context.obj))


def read_job_option(source: str) -> Any:
    from api.jobs import read_job_file

    return read_job_file(source)


def read_month_option(text: str | None) -> Any:
    from api.jobs import read_month

    return read_month(text)


_CONTROLS = re.compile("[\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


def who(by: str | None) -> str:
    """Who did something, for the record: as told, else the account's name."""
    import getpass

    if by is not None and by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in containers
        return "command line"


def print_json(value: Any) -> None:
    """JSON that is also safe to look at: what could steer a terminal is escaped, as JSON may."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def one_line(message: str) -> str:
    from api.screen import plain

    return plain(message, 1000)


@contextmanager
def show_bar(name: str, total: int | None, unit: str, *, quiet: bool) -> Iterator[Any]:
    """A progress bar; yields the function that moves it."""
    if quiet:
        yield lambda done: None
        return
    from api.screen import progress

    with progress(unit) as shown:
        task = shown.add_task(name, total=total)
        yield lambda done: shown.advance(task, done)


@contextmanager
def show_stages(*, quiet: bool) -> Iterator[Any]:
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
