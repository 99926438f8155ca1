"""Life after life on folders of their own, some of them with PostgreSQL, until enough kills."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from catalog.store.engine import default_url
from tests.conftest import PostgresServer
from tests.crash.lives import Life, Tally

_LIFE = 40  # kills in one data folder
_SAID = 10  # kills from one report to the next


def run(kills: int, seed: str, postgres: float, folder: Path, tally: Tally) -> Iterator[str]:
    """Says how far it is every few kills; ends early where something was found."""
    on_postgres = round(kills * postgres)
    number = 0
    if kills > on_postgres:
        for count in _divide(kills - on_postgres):
            number += 1
            place = _new(folder, number)
            url = default_url(place / "data")
            yield from _live(f"{seed}/{number}", url, place, count, tally)
    if on_postgres and not tally.found:
        # Not in the same folder: a socket's path has room for about 100 characters.
        home = Path(tempfile.mkdtemp(prefix="bole-pg-"))
        try:
            server = PostgresServer(home)
            try:
                for count in _divide(on_postgres):
                    number += 1
                    place = _new(folder, number)
                    url = server.new_database()
                    yield from _live(f"{seed}/{number}", url, place, count, tally)
            finally:
                server.stop()
        finally:
            shutil.rmtree(home)


def _live(seed: str, url: str, place: Path, kills: int, tally: Tally) -> Iterator[str]:
    life = None
    for start in range(0, kills, _SAID):
        if not tally.found:
            life = life or Life(seed, url, place / "data", place, tally)
            life.live(min(_SAID, kills - start))
            said = f"{tally.kills} kills, {tally.rounds} rounds, {len(tally.found)} found"
            yield f"seed {seed}: {said}"
    if not tally.found:
        shutil.rmtree(place)


def _divide(kills: int) -> list[int]:
    whole, rest = divmod(kills, _LIFE)
    return [_LIFE] * whole + ([rest] if rest else [])


def _new(folder: Path, number: int) -> Path:
    place = folder / f"life-{number}"
    place.mkdir()
    return place
