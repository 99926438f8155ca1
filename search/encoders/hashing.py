"""Content hashes of model files, remembered so that half a gigabyte is not read at each start."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

_LEDGER = "file-sha256.json"


def hash_file(path: Path, folder: Path | None = None) -> str:
    """The sha256 of the file's bytes, in hex.

    With `folder`, answers are kept there under path, size and modification time (nanoseconds); a
    ledger that cannot be read or written only costs time.
    """
    if folder is None:
        return _hash_bytes_of(path)
    status = path.stat()
    key = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    ledger = _read_ledger(folder / _LEDGER)
    known = ledger.get(key)
    if isinstance(known, str):
        return known
    digest = _hash_bytes_of(path)
    _write_ledger(folder / _LEDGER, {**ledger, key: digest})
    return digest


def _hash_bytes_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_ledger(path: Path) -> dict[str, object]:
    try:
        ledger = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return ledger if isinstance(ledger, dict) else {}


def _write_ledger(path: Path, ledger: dict[str, object]) -> None:
    # Aside and renamed: two processes that start together must not read half a ledger.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".sha256-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(ledger, stream, indent=1, sort_keys=True)
        Path(aside).replace(path)
    except OSError:
        return
