"""What reading a document's bytes yields: one immutable text in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reading.spans import Span


@dataclass(frozen=True, slots=True)
class Box:
    """Where a stretch of the text stands on a page; PDF points from the page's top left corner."""

    span: Span
    page: int  # from 0
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """Text with lines separated by "\\n" and blocks by an empty line.

    `furniture` are stretches of the text that are not content (running headers and footers, page
    numbers): the résumé reader reports them as dropped. `fields` holds what a structured source
    states outright (JSON Resume, bulk lines): external_id, name, email, phone, location, …
    """

    text: str
    media_type: str
    reader: str  # name and version of the reader, e.g. "pdf/1": part of the extraction's identity
    pages: int = 1
    boxes: tuple[Box, ...] = ()  # one per line, where the format has geometry
    furniture: tuple[Span, ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()
