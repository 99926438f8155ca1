"""The folder of a generation: named arrays and the manifest that says what they are.

    <folder>/manifest.json      written last: without it there is no generation
    <folder>/<name>.npy         one array each, NumPy's own format, memory-mapped when read

This module alone reads and writes the folder; what the arrays mean is known by those who make them
(`search.vectors.Rows`, `search.lexical.LexicalIndex`, `search.faiss_index`). A folder is written
aside, flushed to the disk, and only then gets its name, so whoever sees the name sees all of it; it
is never changed afterwards. An unknown format, another encoder or other word rules are refused,
never guessed.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from catalog.durability import flush, flush_names
from catalog.errors import BoleError, Conflict, Damaged, NotReady, StoreUnavailable
from catalog.sealing import FormatError, SealError, seal, unseal

FORMAT = 1
MANIFEST = "manifest.json"
_NUMBERS = "biuf"  # the kinds of array that may be stored: never objects

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What one array's file must be."""

    dtype: str
    shape: tuple[int, ...]
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made of. `sequence` is the catalog's commit-ordered sequence number."""

    encoder: str  # fingerprint
    words: str  # fingerprint of search.words
    sequence: int
    counts: Mapping[str, int]  # for people: candidates, passages, …
    arrays: Mapping[str, Stored]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened folder; the arrays are read-only views of the files."""

    folder: Path
    manifest: Manifest
    arrays: Arrays

    def verify(self) -> None:
        """Read every byte and compare checksums; Damaged names the file. Seconds per gigabyte."""
        for name, stored in self.manifest.arrays.items():
            path = self.folder / f"{name}.npy"
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                raise _damaged(path, "it is missing") from None
            except OSError as error:
                raise _unreadable(path, error) from error
            if digest != stored.sha256:
                raise _damaged(path, "its checksum does not match")


def write_generation(
    folder: Path,
    arrays: Arrays,
    *,
    encoder: str,
    words: str,
    sequence: int,
    counts: Mapping[str, int],
) -> Manifest:
    """Write all of the folder or nothing. Conflict when there is one already."""
    if folder.exists():
        raise Conflict(f"{folder} exists already: a generation is never written twice")
    try:
        aside = _make_aside(folder)
        try:
            stored = {name: _write_array(aside, name, arrays[name]) for name in sorted(arrays)}
            manifest = Manifest(encoder, words, sequence, dict(counts), stored)
            with open(aside / MANIFEST, "xb") as file:
                file.write(seal(asdict(manifest)))
                flush(file)
            flush_names(aside)
            aside.rename(folder)
            aside = folder
            flush_names(folder.parent)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreUnavailable(
            f"the generation cannot be written to {folder.parent}: {error.strerror}"
        ) from error
    return manifest


def open_generation(
    folder: Path, *, encoder: str | None = None, words: str | None = None
) -> Generation:
    """Open for reading, quickly: names, sizes, types and shapes are checked, contents by `verify`.

    `encoder` and `words` are the fingerprints that questions will be asked with; None skips the
    check (for tools that ask no question). NotReady when there is no generation or it was made with
    others; Damaged when the files are not what the manifest says.
    """
    manifest = _read_manifest(folder)
    for what, ours, theirs in (
        ("encoder", encoder, manifest.encoder),
        ("word rules", words, manifest.words),
    ):
        if ours is not None and ours != theirs:
            raise NotReady(
                f"the index was built with other {what} ({theirs}, now {ours}): run `bole reindex`"
            )
    arrays = {name: _map_array(folder, name, stored) for name, stored in manifest.arrays.items()}
    return Generation(folder, manifest, arrays)


class _Hashing:
    """A file to write to that hashes and counts what passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.bytes += len(data)
        return self._file.write(data)


def _make_aside(folder: Path) -> Path:
    """A folder beside the one to come, for its owner only; the parents' names are durable."""
    missing = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    for parent in missing:
        flush_names(parent.parent)
    return Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # mode 0700


def _write_array(folder: Path, name: str, array: NDArray[Any]) -> Stored:
    if not name.isidentifier():
        raise ValueError(f"not a name for an array: {name!r}")
    if array.dtype.kind not in _NUMBERS:
        raise ValueError(f"{name} has a type that is not stored: {array.dtype}")
    array = np.asarray(array, array.dtype.newbyteorder("<"), order="C")
    with open(folder / f"{name}.npy", "xb") as file:
        hashing = _Hashing(file)
        np.lib.format.write_array(hashing, array, allow_pickle=False)
        flush(file)
    return Stored(array.dtype.str, array.shape, hashing.bytes, hashing.digest.hexdigest())


def _map_array(folder: Path, name: str, stored: Stored) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    try:
        if path.stat().st_size != stored.bytes:
            raise _damaged(path, "it has another length")
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise _damaged(path, "it is missing") from None
    except (ValueError, EOFError, SyntaxError) as error:
        raise _damaged(path, "it is not an array") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if (array.dtype.str, array.shape) != (stored.dtype, stored.shape):
        raise _damaged(path, "it is another array")
    return array


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        facts = unseal(path.read_bytes(), FORMAT)
        stored = {
            name: Stored(**{**entry, "shape": tuple(entry["shape"])})
            for name, entry in facts.pop("arrays").items()
        }
        if not all(name.isidentifier() for name in stored):
            raise _damaged(path, "it names files elsewhere")
        return Manifest(**facts, arrays=stored)
    except FileNotFoundError:
        raise NotReady(f"there is no index at {folder}: run `bole reindex`") from None
    except FormatError as other:
        raise Damaged(
            f"{folder} has format {other.found}, this version of Bole reads {FORMAT}: "
            "build it anew, `bole reindex`"
        ) from None
    except SealError:
        raise _damaged(path, "its checksum does not match") from None
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "it cannot be read") from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> BoleError:
    """A disk that cannot give back what it holds has damaged it; one that may not has not."""
    if error.errno == errno.EIO:
        return _damaged(path, "the disk cannot read it")
    return StoreUnavailable(f"{path} cannot be read: {error.strerror}")


def _damaged(path: Path, how: str) -> Damaged:
    return Damaged(f"{path} is damaged ({how}): build the index anew, `bole reindex`")
