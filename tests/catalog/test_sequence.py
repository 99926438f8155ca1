"""The catalog's clock: numbers become visible in their order, on both databases."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from catalog.people import PersonStatus
from catalog.store import Catalog, open_catalog


def _seen(catalog: Catalog) -> tuple[int, int]:
    """The sequence a reader sees, and how many people."""
    with catalog.reading() as r:
        return r.sequence, r.counts().people


def test_a_transaction_has_one_number_however_much_it_changes(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first = w.sequence
        w.people.add("Ines")
        w.people.add("Tomasz")
        assert w.sequence == first
    assert _seen(catalog) == (first, 2)


def test_a_transaction_that_is_undone_uses_up_no_number(catalog: Catalog) -> None:
    class OnPurposeError(Exception):
        pass

    before, _ = _seen(catalog)
    try:
        with catalog.writing() as w:
            w.people.add("Nobody")
            raise OnPurposeError
    except OnPurposeError:
        pass
    assert _seen(catalog) == (before, 0)


def test_a_later_number_never_becomes_visible_before_an_earlier_one(
    catalog: Catalog, catalog_url: str, tmp_path: Path
) -> None:
    """A slow writer takes its number first; a quick one starts while it still works."""
    other = open_catalog(catalog_url, tmp_path / "data")
    taken: dict[str, int] = {}
    slow_has_number, quick_started, release = (threading.Event() for _ in range(3))

    def slow() -> None:
        with catalog.writing() as w:
            taken["slow"] = w.sequence
            w.people.add("Slow")
            slow_has_number.set()
            release.wait(10)

    def quick() -> None:
        slow_has_number.wait(10)
        quick_started.set()
        with other.writing() as w:
            taken["quick"] = w.sequence
            w.people.add("Quick")

    threads = [threading.Thread(target=work) for work in (slow, quick)]
    for thread in threads:
        thread.start()
    assert quick_started.wait(10)
    time.sleep(0.2)  # time enough for the quick one to overtake, if it could
    assert "quick" not in taken
    assert _seen(catalog) == (0, 0)
    release.set()
    for thread in threads:
        thread.join(20)
    assert taken == {"slow": 1, "quick": 2}
    assert _seen(catalog) == (2, 2)
    other.close()


def test_who_has_seen_a_number_never_finds_a_new_row_up_to_it(
    catalog: Catalog, catalog_url: str, tmp_path: Path
) -> None:
    """Three writers at once; each commit is one person, so at n there are n people, always."""
    catalogs = [open_catalog(catalog_url, tmp_path / "data") for _ in range(3)]

    def write(own: Catalog) -> None:
        for _ in range(8):
            with own.writing() as w:
                w.people.add("somebody")

    threads = [threading.Thread(target=write, args=(own,)) for own in catalogs]
    for thread in threads:
        thread.start()
    sightings = set()
    while any(thread.is_alive() for thread in threads):
        sightings.add(_seen(catalog))
    sightings.add(_seen(catalog))
    assert max(sightings) == (24, 24)
    assert all(sequence == people for sequence, people in sightings)
    for own in catalogs:
        own.close()


def test_a_reader_sees_one_state_throughout(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Aurelie")
    with catalog.reading() as r:
        assert (r.sequence, r.counts().people) == (1, 1)
        with catalog.writing() as w:
            w.people.add("Later")
            w.people.set_status(person, PersonStatus.PLACED)
        assert (r.sequence, r.counts().people) == (1, 1)
        assert r.people.get(person).status is PersonStatus.ACTIVE
    assert _seen(catalog) == (2, 2)
