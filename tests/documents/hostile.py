"""Files that mean harm, or have met it: each is made here, none is kept."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

from docx import Document
from fpdf import FPDF

from catalog.errors import Unreadable
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits
from indexer.documents.read import read_document

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def outcome(data: bytes, name: str, ocr: bool = False) -> Extraction | Unreadable:
    """What reading comes to; any other error is the test's failure."""
    try:
        return read_document(data, name, Limits(), ocr)
    except Unreadable as error:
        return error


def pdf(*lines: str, pages: int = 1, encrypted: bool = False) -> bytes:
    paper = FPDF()
    if encrypted:
        paper.set_encryption(owner_password="owner", user_password="user")
    for _ in range(pages):
        paper.add_page()
        paper.set_font("Helvetica", size=11)
        for line in lines:
            paper.cell(0, 7, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def raw_pdf(objects: dict[int, str], root: int = 1) -> bytes:
    """A PDF of hand-written objects, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in sorted(objects):
        out += f"{places[number]:010d} 00000 n \n".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root {root} 0 R >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


def pdf_of_pages(count: int) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
            **dict.fromkeys(range(3, count + 3), page),
        }
    )


def pdf_with_looping_pages() -> bytes:
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 3 /Parent 3 0 R >>",
            3: "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 3 /Parent 2 0 R >>",
        }
    )


def pdf_nested(depth: int) -> bytes:
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: f"<< /Type /Page /Parent 2 0 R /X {'[' * depth}{']' * depth} >>",
        }
    )


def pdf_bomb(size: int) -> bytes:
    """A page whose content unpacks to `size` bytes of nothing."""
    packed = zlib.compress(b" " * size, 9).decode("latin-1")
    body = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed}\nendstream"
    out = raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
            4: "@",
        }
    )
    return out.replace(b"@", body.encode("latin-1"))


def pdf_with_huge_page() -> bytes:
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 -1e30] >>",
        }
    )


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def package(members: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx_of_xml(body: str, prologue: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    document = f'{prologue}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return package({"[Content_Types].xml": "<x/>", "word/document.xml": document, **(more or {})})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def encrypted_zip() -> bytes:
    """A Word file whose members claim to be encrypted."""
    data = bytearray(docx_of_xml(paragraph("secret")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def tiff(pages: int) -> bytes:
    from PIL import Image

    frames = [Image.new("L", (40, 40), 255) for _ in range(pages)]
    stream = io.BytesIO()
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


_XXE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EVERY_TYPE_WRONG = {
    "basics": {"name": 7, "email": ["x"], "phone": {}, "location": 3, "profiles": "none"},
    "work": [None, 5, "Clerk", {"position": [1], "startDate": 2019, "highlights": {"a": 1}}],
    "education": {"institution": "Trent Tech"},
    "skills": "accounting",
    "languages": [[]],
    "references": 1.5,
}

READS = ""  # no reason: the document is read

# file name → (how it is made, the expected reason, or READS)
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "zero_bytes.pdf": (lambda: b"", "empty"),
    "only_space.txt": (lambda: b" \n\t\r\n  " * 99, "empty"),
    "only_nuls.txt": (lambda: b"\0" * 5000, "empty"),
    "only_marks.txt": (lambda: "——…！？•\u200b\ufeff".encode(), "empty"),
    "truncated.pdf": (lambda: pdf("Forklift driver", "Night shift")[:300], "damaged"),
    "header_only.pdf": (lambda: b"%PDF-1.4", "damaged"),
    "noise_after_header.pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "no_cross_reference.pdf": (
        lambda: pdf("Forklift driver").replace(b"startxref", b"startxxxx"),
        READS,
    ),
    "encrypted.pdf": (lambda: pdf("Forklift driver", encrypted=True), "encrypted"),
    "ten_thousand_pages.pdf": (lambda: pdf_of_pages(10_000), "too_many_pages"),
    "nested_objects.pdf": (lambda: pdf_nested(50_000), "empty damaged"),
    "looping_pages.pdf": (pdf_with_looping_pages, "empty damaged"),
    "content_bomb.pdf": (lambda: pdf_bomb(100_000_000), "empty"),
    "huge_page.pdf": (pdf_with_huge_page, "empty damaged"),
    "blank_page.pdf": (lambda: pdf(), "empty"),
    "negative_page_count.pdf": (
        lambda: pdf("Forklift driver").replace(b"/Count 1", b"/Count -1"),
        READS,
    ),
    "program.pdf": (lambda: b"MZ\x90\x00\x03" + bytes(300) + b"This program", "wrong_type"),
    "elf.docx": (lambda: b"\x7fELF\x02\x01\x01" + bytes(400), "wrong_type"),
    "picture.pdf": (lambda: png(2, 2, b"\0\0\0\0\0\0"), "wrong_type"),
    "archive.pdf": (lambda: package({"a.txt": "x"}), "wrong_type"),
    "prose.pdf": (lambda: b"This is no PDF at all, it is a letter.", "wrong_type"),
    "pdf_in_disguise.docx": (lambda: pdf("Forklift driver"), READS),
    "noise.txt": (lambda: bytes((i * 7919 >> 3) % 256 for i in range(9000)), "binary"),
    "noise.pdf": (lambda: bytes((i * 7919 >> 3) % 256 for i in range(9000)), "wrong_type"),
    "archive.zip": (lambda: package({"a.txt": "x"}), "unsupported"),
    "sheet.xlsx": (lambda: package({"xl/workbook.xml": "<x/>"}), "unsupported"),
    "unclosed.rtf": (lambda: b"{\\rtf1 Forklift driver" + b"{" * 200_000, READS),
    "beyond_unicode.rtf": (lambda: rb"{\rtf1 Forklift \u999999999 driver}", "damaged"),
    "unknown_codepage.rtf": (lambda: rb"{\rtf1\ansicpg99999 Forklift \'e9 driver}", READS),
    "broken_escapes.rtf": (lambda: rb"{\rtf1 Forklift \'zz\'8 \bin99999999999 driver}", READS),
    "no_page.mht": (
        lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--",
        "damaged",
    ),
    "old.doc": (lambda: _OLE + bytes(600), "unsupported"),
    "protected.docx": (
        lambda: _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "encrypted_members.docx": (encrypted_zip, "encrypted"),
    "zip_bomb.docx": (lambda: docx_of_xml(" " * 60_000_000), "zip_bomb"),
    "many_members.docx": (
        lambda: docx_of_xml(paragraph("x"), more={f"m{i}": b"" for i in range(20_001)}),
        "zip_bomb",
    ),
    "bomb_beside_the_text.docx": (
        lambda: docx_of_xml(paragraph("x"), more={"word/media/a.png": bytes(40_000_000)}),
        "zip_bomb",
    ),
    "no_document_part.docx": (
        lambda: package({"[Content_Types].xml": "<x/>", "word/styles.xml": "<x/>"}),
        "damaged",
    ),
    "truncated.docx": (lambda: docx("Forklift driver" * 99)[:-400], "damaged"),
    "flipped_bytes.docx": (lambda: _flipped(docx_of_xml(paragraph("Forklift" * 99))), "damaged"),
    "external_entity.docx": (
        lambda: docx_of_xml(paragraph("Forklift &x; driver"), prologue=_XXE),
        READS,
    ),
    "billion_laughs.docx": (
        lambda: docx_of_xml(paragraph("&j;"), prologue=_LAUGHS),
        "empty damaged",
    ),
    "path_traversal.docx": (
        lambda: docx_of_xml(paragraph("Forklift driver"), more={"../../../tmp/owned": "x"}),
        READS,
    ),
    "part_outside.docx": (
        lambda: package(
            {
                "word/x": "",
                "_rels/.rels": f'<R xmlns="{RELATIONS}"><Relationship '
                f'Type="{OFFICE}/officeDocument" Target="../../etc/passwd"/></R>',
            }
        ),
        "damaged",
    ),
    "hundred_thousand_paragraphs.docx": (
        lambda: docx_of_xml("".join(paragraph(f"Line {i * 7919}") for i in range(100_000))),
        "too_large",
    ),
    "deep_tables.docx": (
        lambda: docx_of_xml("<w:tbl><w:tr><w:tc>" * 2000 + "</w:tc></w:tr></w:tbl>" * 2000),
        "damaged",
    ),
    "broken_xml.docx": (lambda: docx_of_xml("<w:p><w:r>"), "damaged"),
    "nested_divs.html": (lambda: b"<html>" + b"<div>" * 2_000_000 + b"Forklift", "damaged"),
    "nuls.html": (lambda: b"<html><body>Fork\0lift\0 driver", READS),
    "never_closed.html": (lambda: b"<html><body><script>alert(1)", "empty"),
    "style_only.html": (lambda: b"<html><style>p { color: red }</style></html>", "empty"),
    "unknown_charset.html": (
        lambda: b"<html><meta charset='zip'><p>Forklift driver caf\xe9",
        READS,
    ),
    "entity_flood.html": (lambda: b"<html><p>Forklift driver" + b"&lt;" * 500_000, READS),
    "invalid_utf8.txt": (
        lambda: b"Forklift driver since 2019 \xff\xfe\xc3\x28 caf\xc3\xa9" * 9,
        READS,
    ),
    "utf16_unmarked.txt": (lambda: "Forklift driver since 2019".encode("utf-16-le"), READS),
    "utf16_odd_length.txt": (lambda: "Forklift driver".encode("utf-16")[:-1], READS),
    "override_marks.txt": (lambda: "Fork\u202elift\u2066 driver\u0000\u0008".encode(), READS),
    "flood_of_spaces.txt": (lambda: b"Forklift" + b" " * 900_000 + b"driver", READS),
    "flood_of_tabs_and_lines.txt": (lambda: b"Forklift" + b"\t\n" * 300_000 + b"driver", READS),
    "flood_of_cells.html": (
        lambda: b"<html><table><tr>" + b"<td></td>" * 60_000 + b"<td>Forklift</table>",
        READS,
    ),
    "one_long_line.txt": (lambda: b"Forklift " * 200_000, "too_large"),
    "larger_than_allowed.txt": (lambda: b"x" * 25_000_001, "too_large"),
    "lone_surrogate.json": (lambda: b'{"text": "Forklift \\ud800 driver \\u0000"}', READS),
    "depth_bomb.json": (lambda: b"[" * 500_000, "damaged"),
    "nested_objects.json": (lambda: b'{"basics":' * 90_000 + b"1" + b"}" * 90_000, "damaged"),
    "wrong_types.json": (lambda: json.dumps(_EVERY_TYPE_WRONG).encode(), READS),
    "text_is_a_number.json": (lambda: b'{"id": 1, "text": 5}', "wrong_type"),
    "huge_number.json": (
        lambda: b'{"text": "Forklift driver", "age": ' + b"9" * 9999 + b"}",
        "damaged",
    ),
    "infinite.json": (lambda: b'{"text": "Forklift driver", "age": 1e999}', READS),
    "only_a_string.json": (lambda: b'"Forklift driver"', "unsupported"),
    "cut_off.json": (lambda: b'{"text": "Forklift dri', "damaged"),
    "two_lines.jsonl": (lambda: b'{"text": "a"}\n{"text": "b"}', "unsupported"),
    "image_bomb.png": (lambda: png(60_000, 60_000), "too_large"),
    "truncated.png": (lambda: png(200, 200, bytes(201 * 200))[:60], "damaged"),
    "blank.png": (lambda: png(64, 64, b"\0" * 1 + bytes(65 * 64 - 1)), "no_text"),
    "many_frames.tiff": (lambda: tiff(101), "too_many_pages"),
    "two_blank_frames.tiff": (lambda: tiff(2), "no_text"),
    "broken.jpg": (lambda: b"\xff\xd8\xff\xe0" + bytes(80), "damaged"),
}


def _flipped(data: bytes) -> bytes:
    """The same archive with bytes of its largest member's packed text turned over."""
    at = data.index(b"word/document.xml") + len("word/document.xml") + 4
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 12]) + data[at + 12 :]
