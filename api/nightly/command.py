"""`bole nightly` runs what is due each night; `bole nights` says how the last ones went."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import AsJson, open_workplace, print_json, show_stages

if TYPE_CHECKING:
    from catalog.nights import Night


def nightly(
    context: typer.Context,
    if_due: Annotated[
        bool,
        typer.Option(
            "--if-due",
            help="Only if the last night that was due (BOLE_NIGHT_AT, 03:30) has not run to its "
            "end: for schedulers that call often. However many were missed, one makes up for all.",
        ),
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="HH:MM",
            help="Stay in the foreground and run every night at this local time, until stopped.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run everything that is due each night, and report. Nobody has to be there.

    The index is brought up to date, watched jobs are looked at, the reranker is trained again if
    BOLE_NIGHT_RETRAIN asks for it, people whose retention is over are erased, erasures are
    finished, catalog and index are compared, and the reranker is monitored.

    A task that fails keeps no other from running; then the exit status is 1. While another `bole
    nightly` runs, this one steps aside with status 0. Stopped by Ctrl-C or SIGTERM, it keeps what
    was done, and the next one goes on from there.
    """
    from api.nightly.schedule import read_time
    from catalog.errors import InvalidRequest

    if if_due and at is not None:
        raise InvalidRequest("--at waits for the night by itself: leave --if-due out")
    place = open_workplace(context)
    with _signals_end_the_night(as_json=as_json):
        if at is not None:
            settings = place.settings.model_copy(update={"night_at": read_time(at)})
            _stay(replace(place, settings=settings), as_json=as_json)
        else:
            _run(place, if_due=if_due, as_json=as_json)


def nights(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Say how the last nights went, task by task.

    A night that says it is running although none is was killed; the next one takes its place.
    """
    from api.nightly.report import night_lines, night_out

    with open_workplace(context).catalog.reading() as reading:
        found = reading.nights.newest(limit)
    if as_json:
        print_json([night_out(night) for night in found])
        return
    if not found:
        _say("No night has run yet. Next: bole nightly")
    for night in found:
        for line in night_lines(night):
            _say(line)


def _run(place: Any, *, if_due: bool, as_json: bool) -> None:
    from api.nightly.running import NightShift
    from catalog.errors import Conflict
    from catalog.nights import NightState

    try:
        with show_stages(quiet=as_json or not sys.stderr.isatty()) as say:
            shift = NightShift(place, say=say)
            night = shift.run_if_due() if if_due else shift.run()
    except Conflict as busy:  # only the lock says so: what tasks say is in the report
        _tell("stepped_aside", f"{str(busy).partition(':')[0]}: this one steps aside.", as_json)
        return
    if night is None:
        _tell("not_due", "Nothing is due: the last night has run. See `bole nights`.", as_json)
        return
    _show(night, as_json=as_json)
    if night.state is not NightState.DONE:
        raise typer.Exit(1)


def _stay(place: Any, *, as_json: bool) -> None:
    from api.nightly.running import NightShift
    from api.nightly.watchman import Watchman
    from catalog.errors import BoleError

    def tell(what: Night | Exception) -> None:
        if not isinstance(what, Exception):
            _show(what, as_json=as_json)
            return
        why = str(what) if isinstance(what, BoleError) else type(what).__name__
        print(f"bole: the night has to wait: {why}", file=sys.stderr, flush=True)

    if not as_json:
        _say(f"Every night at {place.settings.night_at:%H:%M}, until stopped (Ctrl-C).")
    place.catalog  # noqa: B018 (what is wrong with it is said now, and not at night)
    Watchman(NightShift(place), tell).stay()


@contextmanager
def _signals_end_the_night(*, as_json: bool) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the night in good order; once it is ending, they change nothing.

    Exit status: 128 and the number of the signal, as the shell has it.
    """
    from api.nightly.running import CutShort

    received: list[int] = []

    def end(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        received.append(number)
        raise CutShort

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        for each in before:
            signal.signal(each, end)
        yield
    except KeyboardInterrupt:
        said = "Ended before its end; what was done is kept. See `bole nights`."
        _tell("cut_short", said, as_json)
        raise typer.Exit(128 + (received or [signal.SIGINT])[0]) from None
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _show(night: Night, *, as_json: bool) -> None:
    from api.nightly.report import night_lines, night_out

    if as_json:
        print_json(night_out(night))
        return
    for line in night_lines(night):
        _say(line)


def _tell(state: str, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json({"state": state})
    else:
        _say(sentence)


def _say(line: str) -> None:
    from api.screen import out

    out.print(line, soft_wrap=True)
