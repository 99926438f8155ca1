"""A fresh process after a kill: it looks, recovers as a night does, and looks again."""

from __future__ import annotations

import copy
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from catalog.errors import Conflict, NotReady
from catalog.resumes import NewResume
from catalog.store import Catalog, open_catalog
from indexer.checking import Kind, check, repair
from indexer.embedding import keep_up
from indexer.erasure import finish_erasures
from indexer.reindex import reindex
from tests.crash import cast
from tests.crash.byte_checks import check_by_product, check_folder, check_gone, check_vectors_gone
from tests.crash.deeds import Place
from tests.crash.expected import Expected, Seen
from tests.crash.index_checks import (
    check_found,
    check_log,
    check_service,
    check_states,
    check_vectors,
)
from tests.crash.keeping_checks import check_backups, check_restored
from tests.crash.people_checks import check_erased, check_outcomes, check_people, look

# What a kill may leave for `bole check --repair`; anything else that it finds is wrong.
LEFT_BY_KILLS = {Kind.UNOWNED, Kind.DEBRIS}
_PATIENCE = 20.0  # seconds for the sessions of the killed to end
_LONG_AGO = 7200.0  # seconds: what a kill left counts as left once nobody can still be writing it


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, before and after recovering; `seen`: what of all that may be true is."""

    found: tuple[str, ...]
    seen: Seen | None


def recover_and_report(
    url: str,
    folder: Path,
    expected: Expected,
    read: Mapping[tuple[int, int], NewResume],
    answer: Connection,
) -> None:
    """Sends a Report. Safe to be killed: then somebody else recovers."""
    cast.READ.update(read)
    try:
        catalog = open_catalog(url, folder)
        place = Place(catalog)
        found = [f"at once: {each}" for each in look_at_once(place, expected)]
        found += [f"recovering: {each}" for each in recover(place)]
        found += [f"recovered: {each}" for each in look_after(place, expected)]
        answer.send(Report(tuple(found), look(catalog, expected)))
    except Exception:
        answer.send(Report((f"the harness or the product broke:\n{traceback.format_exc()}",), None))


def look_at_once(place: Place, expected: Expected) -> Iterator[str]:
    """What has to hold before anything was recovered."""
    catalog = place.catalog
    return _all_of(
        lambda: check_people(catalog, expected),
        lambda: check_erased(catalog, expected),
        lambda: check_outcomes(catalog, expected),
        lambda: check_service(place, expected),
        lambda: check_found(place, expected, all_of_them=False),
        lambda: check_backups(place, expected, at_once=True),
        lambda: check_gone(catalog, expected.gone),
    )


def recover(place: Place) -> Iterator[str]:
    """As a night does: vectors, index, erasures, and a check that repairs what the kill left."""
    catalog, encoder = place.catalog, place.encoder
    _wait_for_the_dead(catalog)
    keep_up(catalog, encoder)
    with suppress(NotReady):  # nobody is in search
        _patiently(lambda: reindex(catalog, encoder))
    _patiently(lambda: finish_erasures(catalog, lambda: reindex(catalog, encoder)))
    _let_time_pass(catalog)
    left = check(catalog)
    yield from (f"bole check: {f.message}" for f in left if f.kind not in LEFT_BY_KILLS)
    if left:
        repair(catalog, lambda: encoder)


def look_after(place: Place, expected: Expected) -> Iterator[str]:
    """What has to hold once a night has recovered."""
    catalog, encoder = place.catalog, place.encoder
    erased = set(look(catalog, expected).erased)
    present = copy.deepcopy(expected)
    present.generations = None  # the night may have built one
    return _all_of(
        lambda: check_people(catalog, present),
        lambda: check_erased(catalog, present),
        lambda: check_outcomes(catalog, present),
        lambda: check_service(place, present),
        lambda: check_states(place),
        lambda: check_found(place, present, all_of_them=True),
        lambda: check_vectors(place),
        lambda: check_log(place, present),
        lambda: check_backups(place, present),
        lambda: check_restored(place, present),
        lambda: check_gone(catalog, erased),
        lambda: check_vectors_gone(catalog, encoder, present, erased - expected.gone),
        lambda: check_by_product(catalog),
        lambda: check_folder(catalog),
    )


def _all_of(*checks: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What all of them find; a check that what it meets breaks has found something."""
    for each in checks:
        try:
            yield from each()
        except Exception:
            yield f"a check broke:\n{traceback.format_exc()}"


def _patiently(act: Callable[[], object]) -> None:
    """PostgreSQL may not have noticed yet that the holder of a lock is dead."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            act()
        except Conflict:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _wait_for_the_dead(catalog: Catalog) -> None:
    """On PostgreSQL a killed process' last statement may still be under way."""
    if catalog.engine.dialect.name != "postgresql":
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    until = time.monotonic() + _PATIENCE
    catalog.engine.dispose()
    while time.monotonic() < until:
        with catalog.reading() as reading:
            if not reading.unit.connection.scalar(others):
                return
        time.sleep(0.02)
    raise AssertionError("sessions of killed processes do not end")


def _let_time_pass(catalog: Catalog) -> None:
    """As if all that lies there had lain there for hours."""
    then = time.time() - _LONG_AGO
    for path in (*catalog.blobs.folder.rglob("*"), *catalog.folder.glob(".*")):
        if path.is_file():
            os.utime(path, (then, then))
