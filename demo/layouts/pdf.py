"""PDF with a text layer: one column, dates in the margin, a sidebar, or two columns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.dice import Dice
from demo.layouts.typesetting import BLACK, Column, Face, Line
from demo.paper import NARROW, Entry, Paper

if TYPE_CHECKING:
    from fpdf import FPDF

WRITTEN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
STYLES = ("one column", "margin", "sidebar", "two columns")
_ACCENTS = ((25, 25, 25), (31, 73, 125), (140, 28, 40), (0, 98, 88), (85, 85, 85))


def open_pdf(language: str, font: Path | None, serif: bool = False) -> tuple[FPDF, Face]:
    """An empty A4 document and its face; Chinese needs the font file, English none."""
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_creation_date(WRITTEN)
    pdf.set_auto_page_break(False)
    pdf.core_fonts_encoding = "windows-1252"
    if language == "zh":
        if font is None:
            raise ValueError("a Chinese PDF needs a font file")
        pdf.add_font("zh", fname=font)
        cut: Any = pdf.fonts["zh"]
        cut.ttfont.recalcBBoxes = False  # measuring every glyph again is most of the work
        return pdf, Face(pdf, "zh", has_bold=False)
    return pdf, Face(pdf, "times" if serif else "helvetica", has_bold=True)


def _head(column: Column, paper: Paper, contacts: bool = True) -> None:
    column.put(paper.name, scale=2.0, bold=True, colour=column.accent)
    if paper.headline:
        column.put(paper.headline, scale=1.15)
    if contacts:
        column.gap(0.8)
        column.put(" | ".join(paper.contacts), scale=0.92)


def _one_column(dice: Dice, face: Face, paper: Paper, accent: tuple[int, int, int]) -> list[Line]:
    mark = dice.choice(("• ", "- ", "• "))
    column = Column(face, 20, 170 - 28 * paper.photo, 16, 18, accent=accent)
    _head(column, paper)
    column.width = 170
    if paper.photo:
        column.y = max(column.y, 50)
    for section in paper.sections:
        column.section(section, mark)
    return column.lines


def _margin(dice: Dice, face: Face, paper: Paper, accent: tuple[int, int, int]) -> list[Line]:
    """Dates in a left margin, everything else to the right of them: the continental form."""
    column = Column(face, 62, 128 - 28 * paper.photo, 16, 18, accent=accent)
    _head(column, paper)
    column.width = 128
    if paper.photo:
        column.y = max(column.y, 50)
    for section in paper.sections:
        column.heading(section.heading)
        for block in section.blocks:
            if not isinstance(block, Entry):
                column.block(block, "- ", narrow=False)
                continue
            column.gap(1.5)
            column.put(block.title, bold=True)
            first = column.lines[-1]
            for at, words in enumerate(face.wrap(block.dates, 40, 9.5, bold=False)):
                column.lines.insert(
                    len(column.lines) - 1 + at,
                    Line(first.page, 18, first.y + 4.4 * at, words, 9.5, False, BLACK),
                )
            for words in (block.place,) if block.place else ():
                column.put(words)
            for words in block.bullets:
                column.point(words, "" if block.prose else "- ")
    return column.lines


def _sidebar(dice: Dice, face: Face, paper: Paper, accent: tuple[int, int, int]) -> list[Line]:
    """A coloured sidebar with contacts and short sections; the main column beside it."""
    side = Column(
        face,
        8,
        52,
        62 if paper.photo else 20,
        18,
        body=9,
        colour=(250, 250, 250),
        accent=(255, 255, 255),
    )
    side.heading("联系方式" if paper.language == "zh" else "Contact")
    for line in paper.contacts:
        side.put(line)
    main = Column(face, 72, 126, 16, 18, body=9.6, accent=accent)
    _head(main, paper, contacts=False)
    for section in paper.sections:
        if section.kind in NARROW:
            side.section(section, narrow=True)
        else:
            main.section(section)
    return side.lines + main.lines if dice.chance(0.5) else main.lines + side.lines


def _two_columns(dice: Dice, face: Face, paper: Paper, accent: tuple[int, int, int]) -> list[Line]:
    """A full-width head, then two columns; some writers' programs emit them row by row."""
    head = Column(face, 16, 178 - 28 * paper.photo, 14, 18, accent=accent)
    _head(head, paper)
    below = max(head.y + 2, 48.0 * paper.photo)
    left = Column(face, 16, 104, below, 18, body=9.4, accent=accent)
    right = Column(face, 132, 62, below, 18, body=9.4, accent=accent)
    for section in paper.sections:
        narrow = section.kind in NARROW or section.kind == "education"
        (right if narrow else left).section(section, narrow=narrow)
    lines = left.lines + right.lines
    if dice.chance(0.5):
        lines.sort(key=lambda line: (line.page, line.y, line.x))
    return head.lines + lines


def _photo(pdf: FPDF, x: float, y: float) -> None:
    """A stand-in portrait: head and shoulders."""
    pdf.set_fill_color(214, 220, 226)
    pdf.rect(x, y, 26, 33, style="F")
    pdf.set_fill_color(150, 160, 170)
    pdf.ellipse(x + 8, y + 6, 10, 12, style="F")
    pdf.ellipse(x + 4, y + 20, 18, 22, style="F")
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(x, y + 33, 26, 10, style="F")


def _print(
    pdf: FPDF, face: Face, paper: Paper, lines: list[Line], sidebar: tuple[int, int, int] | None
) -> None:
    for page in range(max(line.page for line in lines) + 1):
        pdf.add_page()
        if sidebar:
            pdf.set_fill_color(*sidebar)
            pdf.rect(0, 0, 64, 297, style="F")
        if page == 0 and paper.photo:
            _photo(pdf, 18 if sidebar else 166, 14)
        for line in (each for each in lines if each.page == page):
            face.use(line.size, line.bold)
            pdf.set_text_color(*line.colour)
            pdf.text(line.x, line.y, line.text)
        if paper.footer:
            face.use(8, bold=False)
            pdf.set_text_color(120, 120, 120)
            number = f"第{page + 1}页" if paper.language == "zh" else f"Page {page + 1}"
            pdf.text(72, 290, f"{paper.footer}  {number}")


def write_pdf(dice: Dice, paper: Paper, style: str, font: Path | None) -> bytes:
    """The paper in one of `STYLES`."""
    pdf, face = open_pdf(paper.language, font, serif=dice.chance(0.3))
    accent = dice.choice(_ACCENTS)
    arrange = {
        "one column": _one_column, "margin": _margin,
        "sidebar": _sidebar, "two columns": _two_columns,
    }[style]  # fmt: skip
    lines = arrange(dice, face, paper, accent)
    if dice.chance(0.5):
        pdf.set_title("Resume")
    sidebar = (
        (max(accent[0], 40), max(accent[1], 52), max(accent[2], 64)) if style == "sidebar" else None
    )
    _print(pdf, face, paper, lines, sidebar)
    return bytes(pdf.output())
