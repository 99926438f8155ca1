"""Making a backup while others write: one state of the catalog, and the files it refers to."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from catalog.durability import flush_names, flush_tree
from catalog.errors import Conflict, InvalidRequest, StoreUnavailable
from catalog.store.backups.folder import (
    BLOBS,
    DATABASE,
    KEY,
    Kept,
    Manifest,
    Stage,
    copy_file,
    measure,
    write_manifest,
)
from catalog.store.catalog import Catalog
from catalog.store.copying import copy_catalog, count_rows
from catalog.store.engine import default_url, make_engine, transaction
from catalog.store.tables import (
    DocumentRow,
    GenerationRow,
    ModelRow,
    QuarantineRow,
    SequenceRow,
    ServingRow,
)
from catalog.store.translation import translated


@dataclass(slots=True)
class _Speaks:
    """What a state of the catalog speaks of: keys of blobs, and folders."""

    sequence: int
    rows: dict[str, int]
    blobs: list[str]
    models: list[str]
    generation: str | None
    files: dict[str, Kept] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def make_backup(
    catalog: Catalog, place: Path, stage: Stage = lambda name, done, of: None
) -> Manifest:
    """Write a backup to `place`, a folder that is not there yet; it is there whole or not at all.

    People who are erased while it is made may be in it: tell it afterwards (`indexer.ledger.tell`).

    Raises:
        Conflict: there is something at `place`, or another backup is being made.
        InvalidRequest: it lies in the data folder.
        StoreUnavailable: it cannot be written.
    """
    place = place.absolute()
    if place.resolve().is_relative_to(catalog.folder.resolve()):
        raise InvalidRequest("a backup in the data folder is lost with it: name another place")
    if place.exists():
        raise Conflict(f"there is something at {place} already: name a new folder")
    with catalog.lock("backup"):
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = _make_aside(catalog, place)
            try:
                manifest = _fill(catalog, aside, stage)
                _put_in_place(catalog, manifest, place, aside)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
        except OSError as error:
            raise StoreUnavailable(
                f"the backup cannot be written to {place}: {error.strerror}"
            ) from error
    return manifest


def _make_aside(catalog: Catalog, place: Path) -> Path:
    """A folder beside the backup's place; what a killed run of this catalog left there goes."""
    mine = hashlib.sha256(str(catalog.folder.resolve()).encode()).hexdigest()[:12]
    for leftover in place.parent.glob(f".*.{mine}.part"):
        shutil.rmtree(leftover, ignore_errors=True)
    return Path(
        tempfile.mkdtemp(prefix=f".{place.name}.", suffix=f".{mine}.part", dir=place.parent)
    )


def _fill(catalog: Catalog, aside: Path, stage: Stage) -> Manifest:
    stage("Copying the catalog", 0, 0)
    _copy_database(catalog, aside / DATABASE)
    speaks = _read(aside / DATABASE)
    speaks.files[DATABASE] = _seal_database(aside / DATABASE)
    stage("Copying index and models", 0, 0)
    # The index first: it is the only one of them that may be cleared away meanwhile.
    for folder in [*filter(None, [speaks.generation]), *speaks.models]:
        if not _copy_tree(catalog.folder, folder, aside, speaks):
            speaks.missing.append(folder)
    _copy_blobs(catalog, aside, speaks, stage)
    if not speaks.rows["tombstone"]:
        catalog.erasure_key.make()  # whoever is erased later is recognised by this very key
    if catalog.erasure_key.path.is_file():
        speaks.files[KEY] = copy_file(catalog.erasure_key.path, aside / KEY)
    else:
        speaks.missing.append(KEY)
    manifest = Manifest(
        made_at=datetime.now(UTC),
        sequence=speaks.sequence,
        rows=speaks.rows,
        files=speaks.files,
        missing=tuple(sorted(speaks.missing)),
        generation=speaks.generation,
    )
    flush_tree(aside)  # the manifest comes last, on the disk too
    write_manifest(aside, manifest)
    flush_tree(aside)
    return manifest


def _put_in_place(catalog: Catalog, manifest: Manifest, place: Path, aside: Path) -> None:
    """Listed first: whatever is erased from then on, the list says which backups have to be told
    (`indexer.ledger.tell`), and there is none that it does not name."""
    with catalog.writing() as writing:
        writing.backups.add(str(place), manifest.sequence)
    os.rename(aside, place)
    flush_names(place.parent)


def _copy_database(catalog: Catalog, file: Path) -> None:
    """One state of the catalog as one SQLite file; the others go on writing meanwhile."""
    if catalog.engine.dialect.name == "sqlite":
        with translated(), closing(catalog.engine.raw_connection()) as ours:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(file)) as copy:
                # In one step: the log keeps this state for us, and no writer has to wait.
                ours.driver_connection.backup(copy)  # type: ignore[union-attr]
    else:
        copy_catalog(catalog.engine, default_url(file.parent))


def _seal_database(file: Path) -> Kept:
    """Makes one file of the database and its log, readable where nobody can write."""
    with translated(), closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    return measure(file)


def _read(file: Path) -> _Speaks:
    engine = make_engine(default_url(file.parent))
    try:
        with transaction(engine, writes=False) as connection:
            documents = sa.select(DocumentRow.content_hash)
            kept = sa.select(QuarantineRow.content_hash).where(QuarantineRow.kept)
            served = sa.select(GenerationRow.folder).join(
                ServingRow, ServingRow.generation_id == GenerationRow.id
            )
            return _Speaks(
                sequence=connection.execute(sa.select(SequenceRow.value)).scalar_one(),
                rows=count_rows(connection),
                blobs=sorted(set(connection.scalars(documents.union(kept)))),
                models=sorted(set(connection.scalars(sa.select(ModelRow.path)))),
                generation=connection.scalar(served),
            )
    finally:
        engine.dispose()


def _copy_blobs(catalog: Catalog, aside: Path, speaks: _Speaks, stage: Stage) -> None:
    gone: list[str] = []
    for done, key in enumerate(speaks.blobs):
        stage("Copying documents", done, len(speaks.blobs))
        name = f"{BLOBS}/{catalog.blobs.name_of(key)}"
        try:
            kept = copy_file(catalog.folder / name, aside / name)
        except FileNotFoundError:
            gone.append(key)
            continue
        if kept.sha256 != key:
            (aside / name).unlink()
            speaks.missing.append(name)
            continue
        speaks.files[name] = kept
    # Whoever was erased since the state was fixed took their documents along: nothing is missing.
    with catalog.reading() as reading:
        still = reading.originals.known(gone)
    speaks.missing += [f"{BLOBS}/{catalog.blobs.name_of(key)}" for key in gone if key in still]


def _copy_tree(data: Path, name: str, aside: Path, speaks: _Speaks) -> bool:
    """Copies a folder of immutable files; whether it was there to the end."""
    copied: dict[str, Kept] = {}
    try:
        for path in _files(data / name):
            relative = path.relative_to(data).as_posix()
            copied[relative] = copy_file(path, aside / relative)
    except FileNotFoundError:  # retired and cleared away meanwhile
        copied.clear()
    if not copied:
        shutil.rmtree(aside / name, ignore_errors=True)
    speaks.files.update(copied)
    return bool(copied)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path
