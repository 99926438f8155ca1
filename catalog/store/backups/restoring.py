"""A backup becomes a data folder and its database again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from catalog.durability import flush_names, flush_tree
from catalog.errors import Conflict, Damaged, StoreUnavailable
from catalog.generations import GenerationState
from catalog.store.backups.folder import (
    DATABASE,
    KEY,
    Manifest,
    Stage,
    copy_file,
    verify_backup,
)
from catalog.store.catalog import Catalog, create_catalog
from catalog.store.copying import copy_catalog, refuse_database
from catalog.store.engine import default_url, read_url

_PREFIX = ".restoring-"


@contextmanager
def restoring(
    backup: Path,
    data: Path,
    url: str | None = None,
    *,
    replace: bool = False,
    stage: Stage = lambda name, done, of: None,
) -> Iterator[Catalog]:
    """Restore a backup as the data folder `data`; yields it while nobody can see it yet.

    What the block does to the catalog is part of what is restored: people who have been erased
    since the backup never come back, not for a moment. With a PostgreSQL `url` the rows go there
    when the block has ended; that database has to be empty. With `replace` a data folder that is
    there is moved aside, to a name that says when.

    Raises:
        NotFound, Damaged: there is no such backup, or it is not what it was. Nothing was changed.
        Conflict: there is something in the data folder or the database already.
        StoreUnavailable: they cannot be written.
    """
    data = data.absolute()
    database = _elsewhere(url, data)
    _refuse_full(data, database, replace=replace)
    manifest = verify_backup(backup, stage)
    try:
        aside = _make_aside(data)
        try:
            _copy_files(backup, manifest, aside, stage)
            catalog = create_catalog(default_url(aside), aside)
            try:
                _tidy(catalog, manifest, backup)
                yield catalog
            finally:
                catalog.close()
            stage("Putting in place", 0, 0)
            if database is not None:
                _move_rows(aside, database)
            _put_in_place(aside, data)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreUnavailable(f"{data} cannot be restored: {error.strerror}") from error


def _elsewhere(url: str | None, data: Path) -> str | None:
    """The database's URL, unless it is the file in the data folder, as it is when nobody says."""
    if url is None:
        return None
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite":
        same = Path(parsed.database or "").absolute() == data / DATABASE
        return None if same else url
    return url


def _refuse_full(data: Path, database: str | None, *, replace: bool) -> None:
    if database is not None:
        refuse_database(database)
    if _is_full(data) and not replace:
        raise Conflict(
            f"there is something in {data} already: restore into another folder (--into), or"
            " replace it (--replace moves what is there aside)"
        )


def _is_full(data: Path) -> bool:
    if not data.is_dir():
        return data.exists()
    return not all(entry.name.startswith(_PREFIX) for entry in data.iterdir())


def _make_aside(data: Path) -> Path:
    """In an empty data folder, which may be a mount point; else beside where it will be.

    What a restore that was killed left there goes.
    """
    if data.is_dir() and not _is_full(data):
        place, prefix = data, _PREFIX
    else:
        place, prefix = data.parent, f".{data.name}{_PREFIX}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in place.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=place))


def _copy_files(backup: Path, manifest: Manifest, aside: Path, stage: Stage) -> None:
    for done, (name, kept) in enumerate(sorted(manifest.files.items())):
        stage("Restoring", done, len(manifest.files))
        if copy_file(backup / name, aside / name) != kept:
            raise Damaged(f"{backup / name} changed while it was read: use another backup")
    if KEY not in manifest.files and (backup / KEY).is_file():  # an erasure has put it there
        copy_file(backup / KEY, aside / KEY)


def _tidy(catalog: Catalog, manifest: Manifest, backup: Path) -> None:
    """The catalog no longer speaks of indexes that are not in the backup, but of the backup."""
    with catalog.writing() as writing:
        kept = (
            GenerationState.BUILDING,
            GenerationState.VERIFIED,
            GenerationState.PUBLISHED,
        )
        for generation in writing.generations.all(*kept):
            if generation.folder != manifest.generation:
                writing.generations.retire(generation.id)
        writing.backups.add(str(backup.absolute()), manifest.sequence)


def _move_rows(aside: Path, database: str) -> None:
    source = create_catalog(default_url(aside), aside)
    try:
        copy_catalog(source.engine, database)
    finally:
        source.close()
    for file in aside.glob(f"{DATABASE}*"):
        file.unlink()


def _put_in_place(aside: Path, data: Path) -> None:
    """By names only. In an empty folder the database comes last: without it there is no catalog."""
    flush_tree(aside)
    if aside.parent == data:
        for entry in sorted(aside.iterdir(), key=lambda path: path.name.startswith(DATABASE)):
            entry.rename(data / entry.name)
        aside.rmdir()
        flush_names(data)
        return
    before = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    moved = data.exists()
    if moved:
        data.rename(before)
    try:
        os.rename(aside, data)
    except OSError:
        if moved:
            before.rename(data)
        raise
    flush_names(data.parent)
