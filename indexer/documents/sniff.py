"""What a file is, told from its content; its name only breaks ties."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePath

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
MHTML = "multipart/related"
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
JSON = "application/json"
BULK = "application/x-ndjson"
RTF = "application/rtf"
OLE = "application/x-ole-storage"
ENCRYPTED_OFFICE = "application/x-encrypted-office"
EXECUTABLE = "application/x-executable"
ZIP = "application/zip"
BINARY = "application/octet-stream"
EMPTY = "application/x-empty"
IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff"})

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", RTF),
    (b"MZ", EXECUTABLE),
    (b"\x7fELF", EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", EXECUTABLE),
    (b"\xca\xfe\xba\xbe", EXECUTABLE),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"%!PS", "application/postscript"),
)
_TEXT_SIGNATURES = frozenset({b"BM", b"MZ", b"GIF8", b"BZh", b"Rar!"})  # also begin plain words
_OFFICE_MEMBERS = (
    ("word/", DOCX),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_HTML = re.compile(
    rb"<!doctype\s+html|<(html|head|body|div|table|meta|title|style|script|p|h[1-6]|ul|span)[\s>/]",
    re.IGNORECASE,
)
_BULK_NAME = re.compile(
    r"\.(?:jsonl|ndjson)(?:#\d+)?$", re.IGNORECASE
)  # "pool.jsonl#7": its line 7
_MHTML = re.compile(rb"^mime-version:.{0,2000}?multipart/related", re.IGNORECASE | re.DOTALL)
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4096


def sniff(data: bytes, filename: str) -> str:
    """The media type of the bytes.

    Signatures win over the name; between kinds of text (plain, Markdown, HTML, JSON) the name
    decides where the content allows both. Bytes that are no known format and no text are BINARY.
    """
    head = data[:_HEAD]
    if not head:
        return EMPTY
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ENCRYPTED_OFFICE if _ENCRYPTED_PACKAGE in data else OLE
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature) and (
            signature not in _TEXT_SIGNATURES or not _looks_like_text(head)
        ):
            return media_type
    if not _looks_like_text(head):
        return BINARY
    return _text_type(data, head, filename)


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:10_000]
    except Exception:
        # A torn archive has lost its directory; the members' names still stand in the bytes.
        return DOCX if b"word/" in data[:200_000] else ZIP
    for prefix, media_type in _OFFICE_MEMBERS:
        if any(name.startswith(prefix) for name in names):
            return media_type
    if "[Content_Types].xml" in names:
        return DOCX
    if "mimetype" in names and "content.xml" in names:
        return "application/vnd.oasis.opendocument.text"
    return ZIP


def _looks_like_text(head: bytes) -> bool:
    """Whether the bytes could be text in some encoding: almost no controls, or UTF-16/32."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if utf16_without_mark(head):
        return True
    controls = sum(head.count(code) for code in _CONTROL_BYTES)
    return controls <= max(4, len(head) // 50)  # a stray NUL or two is a text with a flaw


_CONTROL_BYTES = [bytes([code]) for code in range(32) if code not in (9, 10, 12, 13, 27)]


def utf16_without_mark(head: bytes) -> str | None:
    """The byte order of UTF-16 text that lacks its mark, where ASCII in it gives it away."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd >= pairs * 0.2 and even <= pairs * 0.01:
        return "utf-16-le"
    if even >= pairs * 0.2 and odd <= pairs * 0.01:
        return "utf-16-be"
    return None


def _is_json(data: bytes) -> bool:
    """Whether text that begins with a brace is JSON, and not a sheet with a brace."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _text_type(data: bytes, head: bytes, filename: str) -> str:
    suffix = PurePath(filename).suffix.lower()
    head = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _BULK_NAME.search(filename):
        return BULK
    if _MHTML.match(head):
        return MHTML
    if suffix not in (".txt", ".md", ".json") and _HTML.search(head):
        return HTML
    if head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return HTML
    if suffix == ".json" or (head[:1] == b"{" and _is_json(data)):
        return JSON
    if suffix in (".html", ".htm", ".xhtml"):
        return HTML
    return MARKDOWN if suffix in (".md", ".markdown") else PLAIN
