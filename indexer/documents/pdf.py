"""PDF by PDFium: words with their boxes, set in reading order by geometry."""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from catalog.errors import Unreadable
from indexer.documents import scan
from indexer.documents.characters import has_content
from indexer.documents.extraction import Extraction
from indexer.documents.layout import arrange
from indexer.documents.limits import Clock, Limits, check_characters
from indexer.documents.pages import Page, assemble
from indexer.documents.pdf_fragments import fragments_of
from indexer.documents.sniff import PDF

READER = "pdf/1"

_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
# Glyphs that the PDF does not map to characters: the page is legible to the eye only.
_UNMAPPED = re.compile("[\ue000-\uefff\uf100-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_MAX_UNMAPPED = 0.3  # of the page's characters
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
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
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
        page = _load_page(document, number)
    except pdfium.PdfiumError:
        return Page([]), False
    try:
        textpage = page.get_textpage()
        try:
            rows = arrange(fragments_of(page, textpage, limits))
        finally:
            textpage.close()
        text = "".join(row.text for row in rows)
        if len(_UNMAPPED.findall(text)) > len(text) * _MAX_UNMAPPED:
            return Page([]), True
        return Page(rows), len(text) < _MIN_CHARACTERS and _has_picture(page)
    except pdfium.PdfiumError:
        return Page([]), False
    finally:
        page.close()


def _load_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """The page, with what is filled into its forms as part of its text."""
    page = document[number]
    if page.formenv is not None:
        try:
            page.flatten()
        finally:
            page.close()
        page = document[number]
    return page


def _has_picture(page: pdfium.PdfPage) -> bool:
    """Whether a picture covers a third of the page, as a scan's does."""
    width, height = page.get_size()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > width * height / 3:
            return True
    return False
