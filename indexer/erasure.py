"""Forgetting a person: unfindable at once, then gone from every file.

`erase` is one transaction, and a line in the ledger of erasures. `finish_erasures` removes what is
kept by content and by generation, and may be killed anywhere: it looks at what is there, never at
how far it came. The order is fixed: rows before blobs and indexes, the database's own leftovers
last, and only then is an erasure called done.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from catalog.errors import BoleError, Conflict
from catalog.forgetting import Erasure, ErasureRecord
from catalog.generations import Generation, GenerationState
from catalog.store import Catalog, Reading
from catalog.store.forgetting.erasures import DAYS
from catalog.store.locks import INDEX
from indexer.learning.training.runs import MODELS, alone
from indexer.ledger import tell
from indexer.publish import remove_debris
from indexer.scored import find_scored
from search.arrays import open_generation

Ints = NDArray[np.int64]

_TOGETHER = 1000  # blobs that are looked up, and deleted, while the writers wait
_PATIENCE = 2.0  # seconds: who has just let go of a lock on PostgreSQL may still have it
_LATELY = timedelta(days=2)  # no search is under way for longer, nor left out by two nights
_ASIDE = 3600.0  # seconds after which nobody still writes a blob that has no name yet

Rebuild = Callable[[], object]
"""Brings what is served up to the catalog (`indexer.reindex`)."""


def erase(catalog: Catalog, person_id: int, by: str, *, days: int = DAYS) -> Erasure:
    """Erase a person; when this returns nobody finds them, and no import brings them back.

    The bytes follow with `finish_erasures`, at the latest after `days`. Errors: NotFound; Conflict
    under a legal hold; StoreUnavailable.
    """
    key = catalog.erasure_key.make()
    with catalog.reading() as reading:
        reading.forgetting.refuse_held(reading.people.resolve(person_id))
        scored = find_scored(reading, person_id)
    with catalog.writing() as writing:
        # A lock that every writer of people takes comes first, whatever is deleted then.
        writing.unit.take_sequence()
        scores = writing.sweeping.delete_scores(scored.answers, scored.jobs)
        erasure = writing.forgetting.erase(person_id, by, key, days, beside={"pair_score": scores})
    tell(catalog)
    return erasure


def reapply(catalog: Catalog, records: Iterable[ErasureRecord]) -> int:
    """Erase again, in a restored catalog, whom the ledger names; how many people there were.

    Errors: Damaged where the ledger was written with another key; NotReady where the key is not
    there.
    """
    count = 0
    for record in records:
        key = catalog.erasure_key.read()
        with catalog.writing() as writing:
            count += len(writing.forgetting.repeat(record, key))
    tell(catalog)
    return count


def finish_erasures(catalog: Catalog, rebuild: Rebuild | None = None) -> list[Erasure]:
    """Remove the last bytes of everybody who was erased; the erasures that were open, as they are
    now.

    `rebuild` is called where what is served still holds somebody; without it such erasures stay
    open. Safe to repeat and to kill. Errors: Conflict while an index is built.
    """
    tell(catalog)
    _take_out_again(catalog)
    with catalog.reading() as reading:
        waiting = reading.forgetting.open()
    if not waiting:
        return []
    failed = _build_without_them(catalog, rebuild)
    with catalog.lock(INDEX, wait=_PATIENCE):
        retired = _retire_holding(catalog)
        with catalog.writing() as writing:
            writing.sweeping.delete_vectors()
        clean = retired is not None
    _delete_blobs(catalog)
    clean &= _remove_interrupted_trainings(catalog)
    clean &= catalog.compact()
    if failed is not None:
        raise failed
    if not clean:
        return waiting
    with catalog.writing() as writing:
        return [
            writing.forgetting.finish(each.id, {"generations": retired or 0}) for each in waiting
        ]


def _take_out_again(catalog: Catalog) -> None:
    """What a search that was under way wrote after the erasure; also after it was done, lately."""
    since = datetime.now(UTC) - _LATELY
    with catalog.reading() as reading:
        every = reading.forgetting.all()
    for each in every:
        if each.done_at is None or each.done_at > since:
            with catalog.writing() as writing:
                writing.forgetting.erase(each.person_id, each.by, catalog.erasure_key.read())


def _build_without_them(catalog: Catalog, rebuild: Rebuild | None) -> BoleError | None:
    """Why what is served still holds somebody; everything else can go all the same."""
    if rebuild is not None and _is_served_with_them(catalog):
        try:
            rebuild()
        except BoleError as error:
            return error
    return None


def _is_served_with_them(catalog: Catalog) -> bool:
    with catalog.reading() as reading:
        served = reading.generations.pointer()
        passages = _passages(reading)
    return served is not None and _holds(catalog, served.generation, passages)


def _retire_holding(catalog: Catalog) -> int | None:
    """Retire the generations that hold somebody erased; how many, None while one is served."""
    with catalog.writing() as writing:
        passages = _passages(writing)
        served = writing.generations.pointer()
        holding = [
            each
            for each in writing.generations.all(GenerationState.PUBLISHED)
            if _holds(catalog, each, passages)
        ]
        gone = [each for each in holding if served is None or each.id != served.generation.id]
        for each in gone:
            writing.generations.retire(each.id)
    remove_debris(catalog)
    left = [each for each in holding if (catalog.folder / each.folder).exists()]
    return None if left else len(gone)


def _passages(reading: Reading) -> Ints:
    return np.array(reading.sweeping.passages(), np.int64)


def _holds(catalog: Catalog, generation: Generation, passages: Ints) -> bool:
    """Whether a generation holds a passage that no longer is: only erasure takes passages away.

    A folder that cannot be read may hold anybody.
    """
    try:
        rows = open_generation(catalog.folder / generation.folder).arrays["row_ids"]
    except (BoleError, KeyError):
        return True
    return not bool(np.isin(rows, passages).all())


def _delete_blobs(catalog: Catalog) -> None:
    """Delete the originals that only erased people had, and what crashes left half-written.

    Others that belong to nobody may be all that is left of somebody (`bole check` tells of them).
    """
    with catalog.reading() as reading:
        keys = iter(sorted(reading.forgetting.erased_contents(catalog.blobs.keys())))
    while lot := list(islice(keys, _TOGETHER)):
        with catalog.writing() as writing:
            for key in writing.sweeping.unowned(lot):
                catalog.blobs.delete(key)
    for aside in catalog.blobs.folder.glob("??/??/.aside-*"):
        with suppress(FileNotFoundError):
            if aside.stat().st_mtime < time.time() - _ASIDE:
                aside.unlink()


def _remove_interrupted_trainings(catalog: Catalog) -> bool:
    """Remove what a training that was stopped left: it cannot go on with the same people. False
    while one is running."""
    if not (catalog.folder / MODELS).is_dir():
        return True
    try:
        with alone(catalog):
            for folder in (catalog.folder / MODELS).glob(".run-*"):
                shutil.rmtree(folder, ignore_errors=True)
    except Conflict:
        return False
    return True
