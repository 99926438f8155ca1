"""The key of the tombstones: a file beside the database, never in it.

Without it a tombstone says nothing: e-mails and phones are too few to hide behind a plain hash.
Whoever has both can test a guess, so the file is its owner's alone.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from catalog.durability import flush, flush_names
from catalog.errors import Damaged, NotReady, StoreUnavailable

KEY_FILE = "erasure.key"
_BYTES = 32


class KeyFile:
    """The key in a data folder; made once, at the first erasure."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEY_FILE

    def read(self) -> bytes:
        """The key.

        Raises:
            NotReady: it is not there, so nobody can tell who was erased.
            Damaged: it is not a key.
        """
        try:
            text = self.path.read_text("ascii").strip()
        except FileNotFoundError:
            raise NotReady(
                f"{self.path} is missing: without it Bole cannot tell whether somebody who was "
                "erased comes back. Restore it from a backup"
            ) from None
        except (OSError, ValueError) as error:
            raise StoreUnavailable(f"{self.path} cannot be read") from error
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != _BYTES:
            raise Damaged(f"{self.path} is no key: restore it from a backup")
        return key

    def make(self) -> bytes:
        """The key, made now where there is none; of two who make one at once both get the same."""
        try:
            if not self.path.exists():
                self._remove_debris()
                self._write(secrets.token_bytes(_BYTES))
            flush_names(self.path.parent)  # also of a key whose maker was killed before
        except OSError as error:
            raise StoreUnavailable(f"{self.path} cannot be written") from error
        return self.read()

    def _remove_debris(self) -> None:
        """What a kill left of an earlier try; nobody takes an hour to write 65 bytes."""
        for aside in self.path.parent.glob(f".{KEY_FILE}-*"):
            with suppress(FileNotFoundError):
                if aside.stat().st_mtime < time.time() - 3600:
                    aside.unlink()

    def _write(self, key: bytes) -> None:
        # Readable by the owner only (mkstemp); linked, because a link does not replace a file.
        handle, aside = tempfile.mkstemp(dir=self.path.parent, prefix=f".{KEY_FILE}-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(key.hex() + "\n")
                flush(file)
            with suppress(FileExistsError):
                os.link(aside, self.path)
        finally:
            Path(aside).unlink(missing_ok=True)
