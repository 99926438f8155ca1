"""Whether every document's bytes are there as they came, and whose the others are."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from catalog.store import Catalog
from catalog.store.forgetting.key import KEY_FILE
from indexer.checking.findings import Finding, Findings, Kind, Stage

SETTLED = 3600.0  # seconds after which no ingest is still about to say whose a blob is
_NAMED = 3  # keys that a sentence names


def check_originals(catalog: Catalog, stage: Stage, *, contents: bool) -> Findings:
    """The blob store against the catalog; with `contents` every byte is read."""
    with catalog.reading() as reading:
        owned = reading.originals.all()
        erasing = bool(reading.forgetting.open())
    there = set(catalog.blobs.keys())
    gone = owned - there
    damaged = _find_damaged(catalog, sorted(owned & there), stage) if contents else []
    for keys, what in ((gone, "are gone"), (damaged, "are damaged")):
        if wrong := _still_owned(catalog, keys):
            yield Finding(
                Kind.ORIGINAL,
                f"the originals of {len(wrong)} documents {what} ({_names(wrong)}): run `bole"
                " check --repair`, which looks for them in the backups on the list; those that"
                " are in none have to be ingested again",
                repairable=True,
                subjects=tuple(wrong),
            )
    unowned = [key for key in sorted(there - owned) if _is_settled(_path(catalog, key))]
    if unowned and not erasing:
        yield Finding(
            Kind.UNOWNED,
            f"{len(unowned)} files in {catalog.blobs.folder} belong to no document"
            f" ({_names(unowned)}): an ingest was killed, or the database is older than the files;"
            " `bole check --repair` puts them on the quarantine's list, for a person to decide",
            repairable=True,
            subjects=tuple(unowned),
        )


def check_leftovers(catalog: Catalog) -> Findings:
    """What a killed process left half-written: blobs, and the key of the tombstones."""
    left = [path for path in half_written(catalog) if _is_settled(path)]
    if left:
        yield Finding(
            Kind.DEBRIS,
            f"{len(left)} files in {catalog.folder} were left half-written by a process"
            " that was killed: run `bole check --repair`, which removes them",
            repairable=True,
            subjects=tuple(str(path) for path in left),
        )


def half_written(catalog: Catalog) -> Iterable[Path]:
    """Blobs and keys that have no name yet, of whoever is writing now too."""
    return (
        *catalog.blobs.folder.glob("??/??/.aside-*"),
        *catalog.folder.glob(f".{KEY_FILE}-*"),
    )


def _find_damaged(catalog: Catalog, keys: list[str], stage: Stage) -> list[str]:
    damaged = []
    for done, key in enumerate(keys):
        stage("Reading documents", done, len(keys))
        try:
            with _path(catalog, key).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != key:
                    damaged.append(key)
        except OSError:  # not readable, or erased since
            damaged.append(key)
    return damaged


def _still_owned(catalog: Catalog, keys: Iterable[str]) -> list[str]:
    """Those that the catalog speaks of still: somebody may have been erased since it was read."""
    with catalog.reading() as reading:
        return sorted(reading.originals.known(keys))


def _is_settled(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - SETTLED
    except OSError:
        return False


def _path(catalog: Catalog, key: str) -> Path:
    return catalog.blobs.folder / catalog.blobs.name_of(key)


def _names(keys: Iterable[str]) -> str:
    listed = [f"{key[:12]}…" for key in keys]
    return ", ".join(listed[:_NAMED]) + (", …" if len(listed) > _NAMED else "")
