"""The words of a PDF's page with their boxes, in as few questions to PDFium as possible.

PDFium answers for one character at a time, and each answer costs a microsecond: a page asked for
each of its characters takes longer than all its text. So a line is asked for its first and last
character, and for its words only where a gap may be inside.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from indexer.documents.columns import Fragment
from indexer.documents.limits import Limits, check_characters
from indexer.documents.pages import HYPHEN

Quad = tuple[float, float, float, float]  # left, top, right, bottom from the page's top left corner

# PDFium marks a hyphen at a line's end, and then writes on without a line end.
_HYPHENS = f"{HYPHEN}\ufffe"
_LINE = re.compile(rf"[^\r\n{_HYPHENS}]*[{_HYPHENS}]|[^\r\n{_HYPHENS}]+")
_WORD = re.compile(r"\S+")
_WIDE = re.compile("[\u2e80-\uffef]")
_SPLIT_GAP = 0.9  # of the height: a gap within a line that may be a gutter
_LOOSE = 1.15  # times the page's usual width of a character: the line may hold a gap


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    box: Quad
    units: int  # its width in Latin characters, were there no gaps
    straight: bool  # its last character stands on the height of the first, and behind it

    @property
    def height(self) -> float:
        return max(1.0, self.box[3] - self.box[1])

    @property
    def looseness(self) -> float:
        return (self.box[2] - self.box[0]) / (self.height * self.units)


def fragments_of(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, limits: Limits
) -> list[Fragment]:
    """The page's words, those close together on one line put together, in the stream's order."""
    count = textpage.count_chars()
    if count <= 0:
        return []
    check_characters(count, limits)
    text = textpage.get_text_range()
    if len(text) != count:  # characters beyond the first plane, or left out: go one by one
        text = "".join(chr(raw.FPDFText_GetUnicode(textpage, i)) for i in range(count))
    boxes = _Boxes(page, textpage)
    lines = list(_lines(text, boxes))
    gapped = _lines_with_gaps(lines, boxes)
    usual = median(line.looseness for line in lines) if lines else 0.0
    fragments: list[Fragment] = []
    for number, line in enumerate(lines):
        beyond = (line.looseness - usual) * line.units  # in heights: how much room a gap may have
        if (
            line.straight
            and number not in gapped
            and not (line.looseness > _LOOSE * usual and beyond > _SPLIT_GAP)
        ):
            written = _as_written(text[line.start : line.end])
            fragments.append(Fragment(written, *line.box, len(fragments)))
        else:
            fragments.extend(_split(text, line, boxes, len(fragments)))
    return fragments


def _lines(text: str, boxes: _Boxes) -> Iterator[_Line]:
    """PDFium's lines, without the spaces around them."""
    for match in _LINE.finditer(text):
        written = match.group()
        start = match.start() + len(written) - len(written.lstrip())
        end = match.end() - len(written) + len(written.rstrip())
        if start >= end:
            continue
        first = boxes.of_character(start)
        last = boxes.of_character(end - 1) if end - start > 1 else first
        height = max(1.0, first[3] - first[1])
        middles_apart = abs(first[1] + first[3] - last[1] - last[3]) / 2
        straight = middles_apart < 0.5 * height and last[2] >= first[0]
        units = end - start
        if not written.isascii():
            units += len(_WIDE.findall(written))
        yield _Line(start, end, _around(first, last), units, straight)


def _lines_with_gaps(lines: list[_Line], boxes: _Boxes) -> set[int]:
    """Lines that PDFium put together from text drawn in places far apart."""
    gapped: set[int] = set()
    at = 0
    previous: Quad | None = None
    for rectangle in boxes.of_runs():
        begun = at
        while at < len(lines) and not _inside(rectangle, lines[at]):
            at += 1
        if at == len(lines):  # out of step: look again from where we were
            at = begun
            continue
        if at != begun:
            previous = None
        if previous is not None:
            gap = max(rectangle[0] - previous[2], previous[0] - rectangle[2])
            if gap > 0.8 * _SPLIT_GAP * lines[at].height:
                gapped.add(at)
        previous = rectangle
    return gapped


def _inside(rectangle: Quad, line: _Line) -> bool:
    left, top, right, bottom = line.box
    middle = (rectangle[1] + rectangle[3]) / 2
    return top <= middle <= bottom and rectangle[0] >= left - 2 and rectangle[2] <= right + 2


def _split(text: str, line: _Line, boxes: _Boxes, order: int) -> Iterator[Fragment]:
    """The line in as many fragments as wide gaps and changes of height leave."""
    fragment: Fragment | None = None
    previous_end = line.start
    for match in _WORD.finditer(text, line.start, line.end):
        for start, end, box in boxes.of_word(match.start(), match.end()):
            word = _as_written(text[start:end])
            if fragment is not None and _continues(fragment, box):
                space = " " if start > previous_end else ""
                fragment = _extended(fragment, space + word, box)
            else:
                if fragment is not None:
                    yield fragment
                    order += 1
                fragment = Fragment(word, *box, order)
            previous_end = end
    if fragment is not None:
        yield fragment


def _continues(line: Fragment, box: Quad) -> bool:
    left, top, _, bottom = box
    height = max(line.height, bottom - top)
    on_line = abs(line.middle - (top + bottom) / 2) < 0.5 * height
    return on_line and -0.5 * height < left - line.right < _SPLIT_GAP * height


def _extended(line: Fragment, text: str, box: Quad) -> Fragment:
    left, top, right, bottom = box
    return Fragment(
        line.text + text,
        min(line.left, left),
        min(line.top, top),
        max(line.right, right),
        max(line.bottom, bottom),
        line.order,
    )


class _Boxes:
    """Asks PDFium where characters of one page stand."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation = page.get_rotation()
        self._textpage = textpage.raw
        self._rect = raw.FS_RECTF()
        self._reference = ctypes.byref(self._rect)

    def of_word(self, start: int, end: int) -> Iterator[tuple[int, int, Quad]]:
        """(start, end, box) of the word, in pieces where PDFium joined it over a line's end."""
        first = self.of_character(start)
        if end - start == 1:
            yield start, end, first
            return
        last = self.of_character(end - 1)
        height = max(first[3] - first[1], 1.0)
        if abs(first[1] - last[1]) < 0.7 * height and last[2] >= first[0]:
            yield start, end, _around(first, last)
            return
        box, begin = first, start
        for at in range(start + 1, end):
            here = self.of_character(at)
            if abs(here[1] - box[1]) > 0.7 * height:
                yield begin, at, box
                box, begin = here, at
            else:
                box = _around(box, here)
        yield begin, end, box

    def of_runs(self) -> Iterator[Quad]:
        """Boxes of what was drawn in one go, in the order of the text."""
        sides = [ctypes.c_double() for _ in range(4)]
        left, top, right, bottom = sides
        references = [ctypes.byref(side) for side in sides]
        for index in range(raw.FPDFText_CountRects(self._textpage, 0, -1)):
            raw.FPDFText_GetRect(self._textpage, index, *references)
            yield self._on_page(left.value, top.value, right.value, bottom.value)

    def of_character(self, index: int) -> Quad:
        raw.FPDFText_GetLooseCharBox(self._textpage, index, self._reference)
        rect = self._rect
        return self._on_page(rect.left, rect.top, rect.right, rect.bottom)

    def _on_page(self, left: float, top: float, right: float, bottom: float) -> Quad:
        """PDF's coordinates, from the bottom and before rotation, as they are seen."""
        if top < bottom:
            top, bottom = bottom, top
        if self._rotation == 0:
            return left - self._left, self._top - top, right - self._left, self._top - bottom
        if self._rotation == 90:
            return bottom - self._bottom, left - self._left, top - self._bottom, right - self._left
        if self._rotation == 180:
            return (
                self._right - right,
                bottom - self._bottom,
                self._right - left,
                top - self._bottom,
            )
        return self._top - top, self._right - right, self._top - bottom, self._right - left


def _around(one: Quad, other: Quad) -> Quad:
    # Conditions and not min and max: this runs for every line, and calls are what costs.
    return (
        one[0] if one[0] < other[0] else other[0],
        one[1] if one[1] < other[1] else other[1],
        one[2] if one[2] > other[2] else other[2],
        one[3] if one[3] > other[3] else other[3],
    )


def _as_written(word: str) -> str:
    """The word with typographic substitutes undone: ligatures, Kangxi radicals, symbol bullets.

    These stand for ordinary characters in PDF fonts only; other compatibility forms are kept.
    """
    if word.isascii():
        return word
    return _SUBSTITUTES.sub(_ordinary, word)


_SUBSTITUTES = re.compile("[\ufb00-\ufb06\u2e80-\u2fd5\uf000-\uf0ff\ufffe]")
_BULLETS = frozenset("\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf076\uf06e\uf071\uf0de\uf0e0\uf06c")


def _ordinary(match: re.Match[str]) -> str:
    character = match.group()
    if character == "\ufffe":
        return HYPHEN
    if character >= "\uf000":
        return "•" if character in _BULLETS else character
    return unicodedata.normalize("NFKC", character)
