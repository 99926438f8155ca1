"""Scans are read where reading them is allowed, and only where there is no text."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF

from catalog.errors import Unreadable
from indexer.documents.limits import Limits
from indexer.documents.read import read_document

pytest.importorskip("rapidocr")

ENGLISH = ["Warehouse supervisor", "Counted stock every week", "Trained nine drivers"]
CHINESE = ["主管会计", "负责月度结账与税务申报"]


def drawn(lines: list[str], chinese: bool = False) -> FPDF:
    paper = FPDF()
    family = "Helvetica"
    if chinese:
        fonts = pytest.importorskip("pylopdf_fonts_zh_cn")
        folder = Path(fonts.__file__).parent
        paper.add_font("Chinese", fname=str(folder / "NotoSansSC-Regular.otf"))
        family = "Chinese"
    paper.add_page()
    paper.set_font(family, size=16)
    for line in lines:
        paper.cell(0, 12, line, new_x="LMARGIN", new_y="NEXT")
    return paper


def picture(lines: list[str], chinese: bool = False, kind: str = "PNG") -> bytes:
    document = pdfium.PdfDocument(bytes(drawn(lines, chinese).output()))
    stream = io.BytesIO()
    document[0].render(scale=1.6).to_pil().convert("RGB").save(stream, kind)
    return stream.getvalue()


def letters(text: str) -> str:
    return "".join(text.split())


def test_a_picture_is_read_top_down_with_boxes_in_points() -> None:
    extraction = read_document(picture(ENGLISH), "scan.png", Limits(), ocr=True)
    assert [letters(line) for line in extraction.text.split("\n") if line] == [
        letters(line) for line in ENGLISH
    ]
    assert extraction.media_type == "image/png"
    assert 0 < extraction.boxes[0].top < extraction.boxes[-1].bottom < 842


def test_a_chinese_jpeg_is_read() -> None:
    extraction = read_document(picture(CHINESE, True, "JPEG"), "scan.jpg", Limits(), ocr=True)
    assert letters(extraction.text) == letters("".join(CHINESE))


def test_only_the_pages_without_text_are_read_by_ocr() -> None:
    paper = drawn(["This page has a text layer of its own."])
    paper.add_page()
    paper.image(io.BytesIO(picture(ENGLISH)), x=0, y=0, w=210)
    data = bytes(paper.output())
    extraction = read_document(data, "mixed.pdf", Limits(), ocr=True)
    first, _, rest = extraction.text.partition("\n")
    assert first == "This page has a text layer of its own."
    assert letters(rest) == letters("".join(ENGLISH))
    assert extraction.reader == "pdf/1+scan/1"
    assert {box.page for box in extraction.boxes} == {0, 1}
    without = read_document(data, "mixed.pdf", Limits(), ocr=False)
    assert without.text == first


def test_a_scanned_pdf_without_ocr_says_what_to_install() -> None:
    paper = FPDF()
    paper.add_page()
    paper.image(io.BytesIO(picture(ENGLISH)), x=0, y=0, w=210)
    with pytest.raises(Unreadable, match=r"bole\[ocr\]") as caught:
        read_document(bytes(paper.output()), "scan.pdf", Limits(), ocr=False)
    assert caught.value.reason == "no_text"


def test_the_columns_of_a_scan_are_read_one_after_the_other() -> None:
    left = ["SKILLS", "Forklift", "Stocktaking", "Rota planning"]
    right = ["EXPERIENCE", "Warehouse supervisor, Oulu", "Counted stock every week", "Trained nine"]
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=13)
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        paper.text(15, 30 + 9 * number, one)
        paper.text(90, 30 + 9 * number, other)
    stream = io.BytesIO()
    pdfium.PdfDocument(bytes(paper.output()))[0].render(scale=1.6).to_pil().save(stream, "PNG")
    extraction = read_document(stream.getvalue(), "scan.png", Limits(), ocr=True)
    assert letters(extraction.text) == letters("".join(left + right))


def test_a_picture_of_two_frames_has_two_pages() -> None:
    from PIL import Image

    frames = [Image.open(io.BytesIO(picture([line]))) for line in ENGLISH[:2]]
    stream = io.BytesIO()
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:])
    extraction = read_document(stream.getvalue(), "scan.tif", Limits(), ocr=True)
    assert extraction.pages == 2
    assert [box.page for box in extraction.boxes] == [0, 1]


def test_without_the_extra_a_scan_is_quarantined_and_not_an_import_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys

    from indexer.documents import scan

    monkeypatch.setitem(sys.modules, "rapidocr", None)
    scan._engine.cache_clear()
    with pytest.raises(Unreadable, match=r"bole\[ocr\]") as caught:
        read_document(picture(ENGLISH), "scan.png", Limits(), ocr=True)
    assert caught.value.reason == "no_text"
