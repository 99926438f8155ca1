"""How much of a document we are willing to read, and the clock that enforces the time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from catalog.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults are ten to a hundred times what a real résumé needs."""

    bytes: int = 25_000_000
    pages: int = 100
    characters: int = 1_000_000
    seconds: float = 180.0  # by the clock, per document: a busy machine must not cost a good file
    memory: int = 2_000_000_000  # bytes of heap for one worker
    unzipped_bytes: int = 200_000_000
    unzip_ratio: float = 200.0  # unpacked over packed, for one member of an archive
    pixels: int = 50_000_000  # of one image; an A4 page at 600 dpi has 35 million


def check_bytes(size: int, limits: Limits) -> None:
    """Raise Unreadable("too_large") when a document of this many bytes is over the limit."""
    if size > limits.bytes:
        raise Unreadable(
            "too_large",
            f"The file has {size / 1e6:.0f} MB; the limit is {limits.bytes / 1e6:.0f} MB.",
        )


def check_characters(count: int, limits: Limits) -> None:
    """Raise Unreadable("too_large") when the text is longer than any résumé."""
    if count > limits.characters:
        raise Unreadable(
            "too_large",
            f"The text is longer than {limits.characters:,} characters: too long for a résumé.",
        )


class Clock:
    """Raises Unreadable("timeout") when asked after the time is up.

    It stops a slow document between its pages; the worker pool kills what hangs inside one.
    """

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = time.monotonic() + limits.seconds

    def check(self) -> None:
        if time.monotonic() > self._end:
            raise Unreadable("timeout", f"Reading took longer than {self._seconds:.0f} seconds.")
