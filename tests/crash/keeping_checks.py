"""Whether backups are whole and told of erasures, and what was restored is what was backed up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from catalog.errors import BoleError
from catalog.store import open_catalog
from catalog.store.backups.folder import verify_backup
from catalog.store.engine import default_url
from indexer.checking import check
from indexer.ledger import LEDGER, read_ledger
from tests.crash.deeds import Place
from tests.crash.expected import Expected
from tests.crash.index_checks import check_found
from tests.crash.keeping import BACKUPS, RESTORED, backup_at, restore, restored_at
from tests.crash.people_checks import look, tombstones


def check_backups(place: Place, expected: Expected, *, at_once: bool = False) -> Iterator[str]:
    """Every acknowledged one is there and whole to the byte; one that is there is whole; each knows
    of everybody who was erased."""
    catalog = place.catalog
    with catalog.reading() as reading:
        erased = tombstones(catalog, reading, expected)
    certain = {n: person for n, person in erased.items() if expected.candidates[n].erased}
    root = catalog.folder.parent / BACKUPS
    there = (
        {path.name for path in root.iterdir() if path.name[0] != "."} if root.is_dir() else set()
    )
    for name in sorted(there | set(expected.backups)):
        folder = backup_at(catalog, name)
        try:
            verify_backup(folder)
            told = {record.person_id for record in read_ledger(folder / LEDGER)}
        except BoleError as error:
            yield f"backup {name}: {error}"
            continue
        if name not in expected.backups and at_once:  # nobody was told that there is one
            continue
        if untold := [n for n, person in certain.items() if person not in told]:
            yield f"backup {name} has not been told that {untold[:5]} were erased"


def check_restored(place: Place, expected: Expected) -> Iterator[str]:
    """What was restored last, which a kill may have cut short: then it is done again first."""
    if expected.restoring is None:
        return
    name, done = expected.restoring
    if not done and (left := restore(place, name)["left"]):
        yield f"a restore that was killed left {left}"
    data = restored_at(place.catalog)
    with place.catalog.reading() as reading:
        erased = set(tombstones(place.catalog, reading, expected))
    catalog = open_catalog(default_url(data), data)
    try:
        there = look(catalog, expected)
        for number, version in sorted(expected.backups[name].items()):
            found = there.versions.get(number)
            if number in erased:
                if found is not None or number not in there.erased:
                    yield f"backup {name} brings {number} back, who was erased"
            elif found != version:
                yield f"backup {name} gives {number} version {found}, and had {version}"
        yield from (f"restored: bole check: {f.message}" for f in check(catalog) if f.wrong)
        copy = Place(catalog)
        yield from (f"restored: {each}" for each in check_found(copy, _any, all_of_them=False))
    finally:
        catalog.close()
    for before in data.parent.glob(f"{RESTORED}.before-*"):
        shutil.rmtree(before)  # as the page says


_any = Expected(generations=None)
