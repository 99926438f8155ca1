"""Pages of rows put together to one text, with boxes and furniture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.documents.characters import clean
from indexer.documents.extraction import Box, Extraction
from indexer.documents.furniture import find_furniture
from indexer.documents.layout import Row
from reading.spans import Span

HYPHEN = "\x02"  # a hyphen at a line's end, as PDFium marks it

_SPACES = re.compile(r"[ \u00a0]{2,}| ?\t[ \t]*")
_UNEVEN = re.compile(r"\s\s|\t")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_LOWER = re.compile(r"^[a-zà-öø-ÿ]")
# Compounds that keep their hyphen when a line ends in it.
_FIRST_PARTS_WORDS = (
    "self non co well cross multi full part long short high low front back end on off mid "
    "pre post ex semi decision detail data team customer client results result user problem "
    "fast hands up real state cost cutting award large small open third time year entry one "
    "two three in out all business quality value performance goal task service product risk "
    "anti inter over under best project day face health object work e follow"
)
_FIRST_PARTS = frozenset(_FIRST_PARTS_WORDS.split())


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page in reading order."""

    rows: list[Row]


def assemble(pages: Sequence[Page], media_type: str, reader: str) -> Extraction:
    """One text of all pages: rows by "\\n", blocks by an empty line, words at line ends made whole.

    A page's end is a line's end and no block's: paragraphs run over it.
    """
    lines = [[_line(row.text) for row in page.rows] for page in pages]
    furniture_at = find_furniture(
        [
            [(line, row.top) for line, row in zip(lines[number], page.rows, strict=True)]
            for number, page in enumerate(pages)
        ]
    )
    compounds = _compounds(lines)
    text = _Text()
    for number, page in enumerate(pages):
        for at, row in enumerate(page.rows):
            is_furniture = (number, at) in furniture_at
            starts_block = (row.starts_block and (at > 0 or number == 0)) or is_furniture
            text.add(lines[number][at], row, number, starts_block, is_furniture, compounds)
    return Extraction(
        text="".join(text.parts),
        media_type=media_type,
        reader=reader,
        pages=len(pages),
        boxes=tuple(text.boxes),
        furniture=tuple(text.furniture),
    )


def _line(text: str) -> str:
    """The row's text with single spaces and tabs; only the hyphen mark is left of the controls."""
    text = text.strip()
    if _UNEVEN.search(text):
        text = _SPACES.sub(lambda gap: "\t" if "\t" in gap.group() else " ", text)
    if text.isascii() and text.isprintable():
        return text
    hyphenated = text.endswith((HYPHEN, "\u00ad"))
    text = clean((text[:-1] if hyphenated else text).replace(HYPHEN, "-"))
    text = text.replace("\n", " ").strip()
    return text + HYPHEN if hyphenated else text


def _compounds(lines: Sequence[Sequence[str]]) -> frozenset[str]:
    """Hyphenated words as they stand inside lines: evidence that a hyphen belongs to its word."""
    if not any(line.endswith(("-", HYPHEN)) for page in lines for line in page):
        return frozenset()
    found = (_COMPOUND.findall(line) for page in lines for line in page if "-" in line)
    return frozenset(word.lower() for words in found for word in words)


class _Text:
    """The text so far and where its lines stand."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.boxes: list[Box] = []
        self.furniture: list[Span] = []
        self._length = 0

    def add(
        self,
        line: str,
        row: Row,
        page: int,
        starts_block: bool,
        is_furniture: bool,
        compounds: frozenset[str],
    ) -> None:
        if not line:
            return
        line = line.removesuffix(HYPHEN) + "-" if line.endswith(HYPHEN) else line
        if self.parts and not self._close_hyphen(line, compounds, starts_block or is_furniture):
            self._write("\n\n" if starts_block else "\n")
        start = self._length
        self._write(line)
        span = Span(start, self._length)
        self.boxes.append(Box(span, page, row.left, row.top, row.right, row.bottom))
        if is_furniture:
            self.furniture.append(span)

    def _write(self, part: str) -> None:
        self.parts.append(part)
        self._length += len(part)

    def _close_hyphen(self, line: str, compounds: frozenset[str], apart: bool) -> bool:
        """Make the word whole that the last line broke off; False where none was."""
        before = self.parts[-1]
        if (
            apart
            or not before.endswith("-")
            or not _LOWER.match(line)
            or not before[-3:-1].isalpha()
            or len(before) < 3
        ):
            return False
        head = re.split(r"[\W\d_]", before[:-1])[-1].lower()
        tail = re.split(r"[\W\d_]", line, maxsplit=1)[0].lower()
        if head in _FIRST_PARTS or f"{head}-{tail}" in compounds:
            return True  # the hyphen stays, the line end goes
        self.parts[-1] = before[:-1]
        self._length -= 1
        last = self.boxes[-1]
        shorter = Span(last.span.start, last.span.end - 1)
        self.boxes[-1] = Box(shorter, last.page, last.left, last.top, last.right, last.bottom)
        return True
