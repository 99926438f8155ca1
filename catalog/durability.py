"""Making what was written outlast a power cut, as far as the disk tells the truth about fsync."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any


def flush(file: IO[Any]) -> None:
    """Make an open file's bytes durable."""
    file.flush()
    os.fsync(file.fileno())


def flush_file(path: Path) -> None:
    """Make the bytes of a file durable that somebody else has written."""
    _flush(path)


def flush_names(folder: Path) -> None:
    """Make the names in a folder durable (not possible, nor needed, on Windows)."""
    if os.name != "nt":
        _flush(folder)


def flush_tree(folder: Path) -> None:
    """Make everything in a folder durable.

    Linux writes all that waits at once and says when it is done; flushing a hundred thousand files
    one by one would take most of an hour.
    """
    if sys.platform == "linux":
        os.sync()
        return
    for path in [folder, *folder.rglob("*")]:
        if path.is_file() or os.name != "nt":
            _flush(path)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
