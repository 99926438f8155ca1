"""PDF by PDFium: words with their boxes, set in reading order by geometry."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from catalog.errors import Unreadable
from indexer.documents import scan
from indexer.documents.characters import has_content
from indexer.documents.columns import Fragment
from indexer.documents.extraction import Extraction
from indexer.documents.layout import arrange
from indexer.documents.limits import Clock, Limits, check_characters
from indexer.documents.pages import HYPHEN, Page, assemble
from indexer.documents.sniff import PDF

READER = "pdf/1"

_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_HYPHENS = "\x02\ufffe"  # PDFium's mark for a hyphen at a line's end, after which it writes on
_WORD = re.compile(rf"[^\s{_HYPHENS}]*[{_HYPHENS}]|[^\s{_HYPHENS}]+")
_SPLIT_GAP = 0.9  # of the height: a gap within a line that may be a gutter
_MIN_CHARACTERS = 20  # a page with fewer and a large picture is a scan with a stamp


def read_pdf(data: bytes, limits: Limits, ocr: bool) -> Extraction:
    """Text in reading order with one box a line.

    Pages without text are read by OCR where allowed; without it, a document that has no text at all
    raises Unreadable("no_text").
    """
    clock = Clock(limits)
    document = _open(data)
    try:
        count = len(document)
        if count > limits.pages:
            raise Unreadable(
                "too_many_pages", f"The document has {count} pages; the limit is {limits.pages}."
            )
        if count == 0:
            raise Unreadable("damaged", "The PDF has no pages.")
        pages: list[Page] = []
        scanned: list[int] = []
        characters = 0
        for number in range(count):
            clock.check()
            page, needs_ocr = _read_page(document, number, limits)
            pages.append(page)
            if needs_ocr:
                scanned.append(number)
            characters += sum(len(row.text) for row in page.rows)
            check_characters(characters, limits)
        reader = READER
        if scanned and ocr:
            for number in scanned:
                clock.check()
                pages[number] = scan.read_page(document[number], limits)
            reader = f"{READER}+{scan.READER}"
        elif not any(has_content(row.text) for page in pages for row in page.rows):
            if scanned:
                raise Unreadable("no_text", scan.NO_OCR)
            raise Unreadable("empty", "The PDF has no text and no pictures.")
    finally:
        document.close()
    return assemble(pages, PDF, reader)


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in _PASSWORD_ERRORS or "assword" in str(error):
            raise Unreadable("encrypted", "The PDF is protected by a password.") from error
        raise Unreadable("damaged", "The PDF is damaged and cannot be opened.") from error


def _read_page(document: pdfium.PdfDocument, number: int, limits: Limits) -> tuple[Page, bool]:
    """The page and whether it needs OCR; a page that cannot be loaded is an empty one."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return Page([]), False
    try:
        textpage = page.get_textpage()
        try:
            rows = arrange(list(_fragments(page, textpage, limits)))
        finally:
            textpage.close()
        letters = sum(len(row.text) for row in rows)
        return Page(rows), letters < _MIN_CHARACTERS and _has_picture(page)
    except pdfium.PdfiumError:
        return Page([]), False
    finally:
        page.close()


def _has_picture(page: pdfium.PdfPage) -> bool:
    """Whether a picture covers a third of the page, as a scan's does."""
    width, height = page.get_size()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > width * height / 3:
            return True
    return False


def _fragments(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, limits: Limits
) -> Iterator[Fragment]:
    """The page's words, those close together on one line put together."""
    count = textpage.count_chars()
    if count <= 0:
        return
    check_characters(count, limits)
    text = textpage.get_text_range()
    if len(text) != count:  # characters beyond the first plane, or left out: go one by one
        text = "".join(chr(raw.FPDFText_GetUnicode(textpage, i)) for i in range(count))
    boxes = _Boxes(page, textpage)
    order = 0
    line: Fragment | None = None
    previous_end = 0
    for match in _WORD.finditer(text):
        broken = "\n" in text[previous_end : match.start()] or previous_end == 0
        for start, end, box in boxes.of_word(text, match.start(), match.end()):
            word = _as_written(text[start:end])
            if line is not None and not broken and _continues(line, box):
                space = " " if start > previous_end else ""
                line = _extended(line, space + word, box)
            else:
                if line is not None:
                    yield line
                order += 1
                line = Fragment(word, *box, order)
            previous_end, broken = end, False
    if line is not None:
        yield line


Quad = tuple[float, float, float, float]  # left, top, right, bottom from the page's top left corner


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
    """Boxes of words on one page, asked of PDFium for their first and last characters only."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation = page.get_rotation()
        self._textpage = textpage.raw
        self._rect = raw.FS_RECTF()
        self._reference = ctypes.byref(self._rect)

    def of_word(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Quad]]:
        """(start, end, box) of the word, in pieces where PDFium joined it over a line's end."""
        first = self._of_character(start)
        if end - start == 1:
            yield start, end, first
            return
        last = self._of_character(end - 1)
        height = max(first[3] - first[1], 1.0)
        if abs(first[1] - last[1]) < 0.7 * height and last[2] >= first[0]:
            yield start, end, _around(first, last)
            return
        box, begin = first, start
        for at in range(start + 1, end):
            here = self._of_character(at)
            if abs(here[1] - box[1]) > 0.7 * height:
                yield begin, at, box
                box, begin = here, at
            else:
                box = _around(box, here)
        yield begin, end, box

    def _of_character(self, index: int) -> Quad:
        raw.FPDFText_GetLooseCharBox(self._textpage, index, self._reference)
        rect = self._rect
        left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
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
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
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
