"""The folder of a backup: its files, and the manifest that says what they are."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from catalog.errors import Damaged, NotFound, StoreUnavailable
from catalog.sealing import FormatError, SealError, seal, unseal

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "catalog.db"
BLOBS = "blobs"
KEY = "erasure.key"
LEDGER = "erasures.jsonl"

Stage = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is (0: unknown)."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What one file must be."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `sequence` is the catalog's, `rows` counts each table's.

    `missing` are files that the catalog speaks of and that were not there, or damaged, already.
    """

    made_at: datetime
    sequence: int
    rows: Mapping[str, int]
    files: Mapping[str, Kept]  # path relative to the backup, with "/"
    missing: tuple[str, ...]
    generation: str | None  # the served one's folder; None: there was none
    format: int = FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, sealed with a checksum of itself."""
    facts = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    with private_file(folder / MANIFEST) as file:
        file.write(seal(facts))


def read_manifest(folder: Path) -> Manifest:
    """What a backup says it holds.

    Raises:
        NotFound: no backup there, or one that was never finished.
        Damaged: the manifest was changed, or is of another version.
    """
    path = folder / MANIFEST
    try:
        facts = unseal(path.read_bytes(), FORMAT)
        files = {name: Kept(**kept) for name, kept in facts.pop("files").items()}
        if not all(map(_lies_within, files)):
            raise Damaged(f"{path} names files elsewhere: this is no backup of ours")
        made_at = datetime.fromisoformat(facts.pop("made_at"))
        missing = tuple(facts.pop("missing"))
        return Manifest(made_at, files=files, missing=missing, **facts)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"there is no finished backup at {folder}") from None
    except FormatError as other:
        raise Damaged(
            f"{folder} has format {other.found}, this version of Bole restores {FORMAT}:"
            " restore it with the version that made it"
        ) from None
    except SealError:
        raise Damaged(f"{path} is damaged: use another backup") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{path} cannot be read: use another backup") from None
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be read: {error.strerror}") from error


def verify_backup(folder: Path, stage: Stage = lambda name, done, of: None) -> Manifest:
    """Read every byte of a backup and compare; what it holds.

    Raises:
        NotFound: no backup there.
        Damaged: a file is missing or changed; the message names it.
    """
    manifest = read_manifest(folder)
    for done, (name, kept) in enumerate(sorted(manifest.files.items())):
        stage("Verifying", done, len(manifest.files))
        try:
            with open(folder / name, "rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise _damaged(folder, name, "it is missing") from None
        except OSError as error:
            raise StoreUnavailable(f"{folder / name} cannot be read: {error.strerror}") from error
        if found != kept.sha256:
            raise _damaged(folder, name, "its checksum does not match")
    _check_database(folder / DATABASE)
    return manifest


def copy_file(source: Path, target: Path) -> Kept:
    """Copy one file, readable by its owner only; what it is. Only `flush_tree` makes it durable.

    Errors are the operating system's own, for the caller to put into words.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with open(source, "rb") as original, private_file(target) as copy:
        while piece := original.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
    return Kept(size, digest.hexdigest())


def measure(path: Path) -> Kept:
    """What a file is."""
    with open(path, "rb") as file:
        return Kept(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def private_file(path: Path) -> BinaryIO:
    """A new file for its owner only, to write to."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _check_database(path: Path) -> None:
    """The checksum says that these are the bytes that were written; this, that they make sense."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Damaged(f"{path} cannot be read as a database: use another backup") from error
    if verdict != "ok":
        raise Damaged(f"{path} is damaged: use another backup")


def _lies_within(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _damaged(folder: Path, name: str, how: str) -> Damaged:
    return Damaged(f"{folder / name} is damaged ({how}): use another backup")
