"""Original bytes, kept under their own sha256. A blob is whole or it is not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from catalog.durability import flush, flush_names
from catalog.errors import Damaged, InvalidRequest, NotFound, StoreUnavailable


class Blobs:
    """A folder of immutable files, `ab/cd/abcd…`; equal bytes share one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._durable: set[Path] = set()  # folders whose names are on the disk

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their sha256 in hex; those already there stay."""
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        try:
            if path.is_file() and path.stat().st_size == len(content):
                self._sync_names(path)  # whoever wrote it may have been killed before
                return key
            self._write(path, content)
        except OSError as error:
            raise StoreUnavailable("the data folder cannot be written") from error
        return key

    def replace(self, content: bytes) -> str:
        """Store bytes again in place of damaged ones; returns their key."""
        key = hashlib.sha256(content).hexdigest()
        try:
            self._write(self._path(key), content)
        except OSError as error:
            raise StoreUnavailable("the data folder cannot be written") from error
        return key

    def get(self, key: str) -> bytes:
        """The bytes of a key.

        Raises:
            NotFound: no such blob.
            Damaged: the bytes are not the ones that were stored.
        """
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("the original document is no longer stored") from None
        except OSError as error:
            raise StoreUnavailable("the data folder cannot be read") from error
        if hashlib.sha256(content).hexdigest() != key:
            raise Damaged(f"the stored document {key[:12]}… is damaged; restore a backup")
        return content

    def delete(self, key: str) -> bool:
        """Remove a blob; whether there was one."""
        try:
            self._path(key).unlink()
            flush_names(self._path(key).parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreUnavailable("the data folder cannot be written") from error
        return True

    def keys(self) -> Iterator[str]:
        """All keys, in order; what a crash left half-written is not among them."""
        for path in sorted(self.folder.glob("??/??/" + "?" * 64)):
            yield path.name

    def sweep(self) -> int:
        """Remove what crashes left half-written; only while nobody writes. Returns how many."""
        leftovers = list(self.folder.glob("??/??/.aside-*"))
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)

    def name_of(self, key: str) -> str:
        """Where a blob lies in the folder, whether or not it is there."""
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise InvalidRequest("not the key of a stored document")
        return f"{key[:2]}/{key[2:4]}/{key}"

    def _path(self, key: str) -> Path:
        return self.folder / self.name_of(key)

    def _write(self, path: Path, content: bytes) -> None:
        for parent in (self.folder, path.parent.parent, path.parent):
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Readable by the owner only (mkstemp), and named so that no reader takes it for a blob.
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                flush(file)
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        self._sync_names(path)

    def _sync_names(self, path: Path) -> None:
        """Make the names durable by which a blob is found. Folders are made once and stay, so
        their own names are seen to once by each process."""
        flush_names(path.parent)
        for folder in (path.parent, path.parent.parent, self.folder):
            if folder not in self._durable:
                flush_names(folder.parent)
                self._durable.add(folder)
