"""From bytes to text in reading order, whatever the bytes are.

Reasons of Unreadable, stable words that the quarantine and scripts rely on:

    empty           no bytes, or nothing but space and controls
    encrypted       a password is needed
    damaged         the format's own parser gives up, or a part is missing
    wrong_type      the content is not what the name says (a program named .pdf)
    unsupported     a known kind that is not read (.doc, spreadsheet, archive)
    binary          no known kind and no text
    too_large       over the limit on bytes, characters or pixels
    too_many_pages  over the limit on pages
    zip_bomb        unpacks to far more than it claims to hold
    no_text         pages without text, where reading scans is off or found nothing
    timeout, out_of_memory, crashed     from the worker pool
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from catalog.errors import Unreadable
from indexer.documents import sniff as kinds
from indexer.documents.characters import has_content
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_bytes
from indexer.documents.sniff import sniff

__all__ = ["REASONS", "Limits", "read_document", "sniff"]

REASONS_WORDS = (
    "empty encrypted damaged wrong_type unsupported binary too_large too_many_pages "
    "zip_bomb no_text timeout out_of_memory crashed"
)
REASONS = frozenset(REASONS_WORDS.split())
_UNSUPPORTED = {
    kinds.OLE: "Old Word files (.doc) are not read: save it as DOCX or PDF.",
    kinds.ZIP: "Archives are not opened: unpack it and add the files.",
    kinds.BULK: "The file holds many résumés, one a line: add it under a name that ends in .jsonl.",
}
_DOCUMENT_SUFFIXES_WORDS = ".pdf .docx .doc .html .htm .txt .md .json .jsonl .rtf .odt"
_DOCUMENT_SUFFIXES = frozenset(_DOCUMENT_SUFFIXES_WORDS.split())
_BINARY_SUFFIXES = frozenset({".pdf", ".docx", ".doc", ".odt"})


def read_document(
    data: bytes, filename: str, limits: Limits | None = None, ocr: bool = False
) -> Extraction:
    """The document's text; deterministic in its bytes and the options.

    `ocr` allows reading pages and images that have no text layer. Raises Unreadable with one of
    REASONS and nothing else; only what kills the process itself needs the worker pool.
    """
    limits = limits or Limits()
    try:
        check_bytes(len(data), limits)
        if not data.strip(b"\x00 \t\r\n"):
            raise Unreadable("empty", "The file is empty.")
        media_type = sniff(data, filename)
        _refuse_disguise(media_type, filename)
        extraction = _read(data, media_type, limits, ocr)
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable("out_of_memory", "Reading needs more memory than allowed.") from error
    except RecursionError as error:
        raise Unreadable("damaged", "The document is nested too deeply.") from error
    except Exception as error:
        # Parsers meet bytes that nobody foresaw: whatever they raise is the document's fault here.
        kind = type(error).__name__
        raise Unreadable("damaged", f"The document cannot be read ({kind}).") from error
    if not has_content(extraction.text):
        raise Unreadable("empty", "The document has no text.")
    return extraction


def _read(data: bytes, media_type: str, limits: Limits, ocr: bool) -> Extraction:
    if media_type == kinds.PDF:
        from indexer.documents.pdf import read_pdf

        return read_pdf(data, limits, ocr)
    if media_type == kinds.DOCX:
        from indexer.documents.docx import read_docx

        return read_docx(data, limits)
    if media_type == kinds.HTML:
        from indexer.documents.html import read_html

        return read_html(data, limits)
    if media_type == kinds.MHTML:
        from indexer.documents.html import read_mhtml

        return read_mhtml(data, limits)
    if media_type == kinds.RTF:
        from indexer.documents.rtf import read_rtf

        return read_rtf(data, limits)
    if media_type == kinds.JSON:
        return _read_json(data, limits)
    if media_type == kinds.MARKDOWN:
        from indexer.documents.markdown import read_markdown

        return read_markdown(data, limits)
    if media_type == kinds.PLAIN:
        from indexer.documents.plain import read_plain

        return read_plain(data, limits)
    if media_type in kinds.IMAGES:
        from indexer.documents.scan import read_image

        return read_image(data, media_type, limits, ocr)
    if media_type == kinds.BULK:
        return _read_bulk_line(data, limits)
    if media_type == kinds.ENCRYPTED_OFFICE:
        raise Unreadable("encrypted", "The file is protected by a password.")
    if media_type == kinds.BINARY:
        raise Unreadable("binary", "The file is neither a known document nor text.")
    raise Unreadable(
        "unsupported", _UNSUPPORTED.get(media_type, f"Files of type {media_type} are not read.")
    )


def _refuse_disguise(media_type: str, filename: str) -> None:
    """A program, an archive or a picture under a document's name is quarantined, not read."""
    suffix = PurePath(filename).suffix.lower()
    if media_type == kinds.EXECUTABLE:
        raise Unreadable("wrong_type", "The file is a program, not a document.")
    disguised = media_type.startswith("image/") or media_type == kinds.ZIP
    formless = media_type in (kinds.PLAIN, kinds.MARKDOWN, kinds.JSON, kinds.BINARY)
    if (disguised and suffix in _DOCUMENT_SUFFIXES) or (formless and suffix in _BINARY_SUFFIXES):
        raise Unreadable("wrong_type", f"The file is named {suffix} but is no such document.")


def _read_json(data: bytes, limits: Limits) -> Extraction:
    from indexer.documents.bulk import is_record, read_record
    from indexer.documents.json_resume import is_json_resume, parse_json, read_json_resume

    value = parse_json(data)
    if is_record(value):
        return read_record(value, limits)
    if is_json_resume(value):
        return read_json_resume(value, limits)
    raise Unreadable("unsupported", "The JSON is neither a JSON Resume nor has it a “text”.")


def _read_bulk_line(data: bytes, limits: Limits) -> Extraction:
    if b"\n" in data.strip():
        raise Unreadable("unsupported", _UNSUPPORTED[kinds.BULK])
    extraction = _read_json(data, limits)
    return replace(extraction, media_type=kinds.JSON)
