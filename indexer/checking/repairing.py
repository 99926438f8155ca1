"""Repairing what can be repaired safely. No original document is ever removed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from catalog.errors import BoleError
from catalog.generations import GenerationState
from catalog.store import Catalog
from catalog.store.locks import INDEX
from indexer.checking.findings import Finding, Kind, Stage
from indexer.checking.originals import SETTLED, half_written
from indexer.checking.unowned import put_on_quarantine
from indexer.embedding import embed_missing
from indexer.publish import give_up_unfinished, remove_debris
from indexer.reindex import reindex
from indexer.rollback import roll_back_generation
from search.arrays import open_generation
from search.encoder import Encoder
from search.vectors import Rows

BY = "check"  # who did it, for the record

OpenEncoder = Callable[[], Encoder]
"""Loads the encoder of this installation; called only where something has to be computed."""


def repair_findings(
    catalog: Catalog, findings: Iterable[Finding], open_encoder: OpenEncoder, stage: Stage
) -> tuple[list[str], list[str]]:
    """Repairs what these findings are about; in sentences what was done, and what could not be.

    Errors: Conflict while an index is being built. Everything may be repeated, and killed.
    """
    found: dict[Kind, list[str]] = {}
    for finding in findings:
        if finding.repairable:
            found.setdefault(finding.kind, []).extend(finding.subjects)
    done: list[str] = []
    failed: list[str] = []
    if Kind.DEBRIS in found:
        done += _clear(catalog)
    if Kind.KEPT_INDEX in found:
        done += _retire(catalog, found[Kind.KEPT_INDEX])
    if Kind.ORIGINAL in found:
        done += _bring_back(catalog, found[Kind.ORIGINAL])
    if Kind.UNOWNED in found:
        done += put_on_quarantine(catalog, found[Kind.UNOWNED])
    if Kind.VECTOR in found or Kind.WAITING in found:
        done += _replace_vectors(catalog, found.get(Kind.VECTOR, []), open_encoder, stage)
    if Kind.INDEX in found:
        try:
            done += _go_back(catalog)
            built = reindex(catalog, open_encoder(), stage, full=True)
            done.append(f"built generation {built.generation} ({built.people} people)")
        except BoleError as error:
            failed.append(f"the index could not be built anew: {error}")
    return done, failed


def _clear(catalog: Catalog) -> list[str]:
    with catalog.lock(INDEX):
        give_up_unfinished(catalog)
    cleared = 0
    for path in list(half_written(catalog)):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - SETTLED:
                path.unlink()
                cleared += 1
    return [f"removed what killed processes had left ({cleared} half-written files among it)"]


def _retire(catalog: Catalog, generations: Iterable[str]) -> list[str]:
    done = []
    with catalog.lock(INDEX):
        for number in generations:
            with suppress(BoleError), catalog.writing() as writing:
                writing.generations.retire(int(number))
                done.append(f"retired generation {number}, whose files were damaged")
        remove_debris(catalog)
    return done


def _bring_back(catalog: Catalog, keys: list[str]) -> list[str]:
    """Originals that a backup on the list still has; bytes that are others give way to them."""
    with catalog.reading() as reading:
        backups = [Path(backup.path) for backup in reading.backups.all()]
    back = 0
    for key in keys:
        for backup in reversed(backups):
            try:
                content = (backup / "blobs" / catalog.blobs.name_of(key)).read_bytes()
            except OSError:
                continue
            if hashlib.sha256(content).hexdigest() == key:
                catalog.blobs.replace(content)
                back += 1
                break
    return [f"brought {back} of {len(keys)} originals back from backups"]


def _replace_vectors(
    catalog: Catalog, keys: list[str], open_encoder: OpenEncoder, stage: Stage
) -> list[str]:
    """From the served index where it has them: no score moves by a bit. The others are computed."""
    with catalog.lock(INDEX):
        with catalog.reading() as reading:
            serving, sequence = reading.generations.serving(), reading.sequence
        held = _vectors_held(catalog, serving.generation.folder, keys)
        with catalog.writing() as writing:
            writing.vectors.discard(keys, serving.encoder)
            writing.vectors.put(held, serving.encoder)
        computed = 0
        for at in (serving.generation.sequence, sequence):
            with catalog.reading() as reading:
                missing = next(reading.resumes.without_vector(serving.encoder, at), None)
            if missing is not None:
                computed += embed_missing(
                    catalog,
                    open_encoder(),
                    at,
                    lambda done, of: stage("Embedding", done, of),
                )
    return [f"took {len(held)} vectors from the index and computed {computed}"]


def _vectors_held(catalog: Catalog, folder: str, keys: list[str]) -> dict[str, bytes]:
    """Those of these texts' vectors that the index has and that are vectors."""
    try:
        opened = open_generation(catalog.folder / folder)
        opened.verify()
        rows = Rows.of_arrays(opened.arrays)
    except BoleError:
        return {}
    wanted = set(keys)
    with catalog.reading() as reading:
        keyed = reading.vectors.keys_of_passages(rows.ids.tolist())
    return {
        keyed[passage]: np.asarray(rows.vectors[at], "<f4").tobytes()
        for at, passage in enumerate(rows.ids.tolist())
        if keyed.get(passage) in wanted and rows.vectors[at].any()
    }


def _go_back(catalog: Catalog) -> list[str]:
    """To the newest older generation that holds: at once, until there is a new one."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
        kept = reading.generations.all(GenerationState.PUBLISHED)
    if serving is None:
        return []
    for older in reversed([each for each in kept if each.id < serving.generation.id]):
        with suppress(BoleError):
            roll_back_generation(catalog, BY, older.id)
            return [f"went back to generation {older.id} while a new one is built"]
    return []
