"""Lines on pages: what the PDF layouts share. Millimetres from the page's top left corner, A4."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.paper import Block, Bullets, Entry, Pairs, Paragraph, Section, Tags

if TYPE_CHECKING:
    from fpdf import FPDF

BOTTOM = 278.0
Colour = tuple[int, int, int]
BLACK: Colour = (25, 25, 25)
_TOKEN = re.compile(r"\s+|[０-９．－]+|[A-Za-z0-9À-ſ'’.,+#/&%@:()_€£-]+|.", re.DOTALL)
_NO_LINE_START = "，。、；：！？）》】%"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with the baseline at `y`."""

    page: int
    x: float
    y: float
    text: str
    size: float
    bold: bool
    colour: Colour


@dataclass(slots=True)
class Face:
    """The typeface of a document and how wide its words are."""

    pdf: FPDF
    family: str
    has_bold: bool

    def use(self, size: float, bold: bool) -> None:
        self.pdf.set_font(self.family, "B" if bold and self.has_bold else "", size)

    def wrap(self, text: str, width: float, size: float, bold: bool) -> list[str]:
        """Lines no wider than `width`; words are kept whole, Chinese breaks between characters."""
        self.use(size, bold)
        lines, current = [], ""
        for token in _TOKEN.findall(text):
            if (
                current.strip()
                and self.pdf.get_string_width((current + token).rstrip()) > width
                and token not in _NO_LINE_START
            ):
                lines.append(current.strip())
                current = ""
            current += token
        return [*lines, current.strip()] if current.strip() else lines


@dataclass(slots=True)
class Column:
    """A column that fills downwards and goes on at `top` of the next page."""

    face: Face
    x: float
    width: float
    y: float
    top: float
    body: float = 10.0
    colour: Colour = BLACK
    accent: Colour = BLACK
    page: int = 0
    lines: list[Line] = field(default_factory=list)

    def gap(self, height: float) -> None:
        self.y += height

    def put(
        self, text: str, scale: float = 1.0, bold: bool = False, indent: float = 0.0,
        bullet: str = "", colour: Colour | None = None,
    ) -> None:  # fmt: skip
        """Set a paragraph; the bullet hangs to the left of an indented one."""
        size = self.body * scale
        step = size * 0.353 * 1.32
        for index, line in enumerate(self.face.wrap(text, self.width - indent, size, bold)):
            if self.y + step > BOTTOM:
                self.page, self.y = self.page + 1, self.top
            self.y += step
            words = bullet + line if bullet and index == 0 else line
            shift = indent
            if bullet and index == 0:
                self.face.use(size, bold)
                shift -= self.face.pdf.get_string_width(bullet)
            self.lines.append(
                Line(self.page, self.x + shift, self.y, words, size, bold, colour or self.colour)
            )

    def point(self, text: str, mark: str) -> None:
        """One point of a list, or a paragraph where `mark` is empty."""
        self.put(text, indent=4 if mark else 0, bullet=mark)

    def heading(self, text: str) -> None:
        if self.y + 18 > BOTTOM:
            self.page, self.y = self.page + 1, self.top
        self.gap(3.2)
        self.put(text, scale=1.22, bold=True, colour=self.accent)
        self.gap(0.8)

    def section(self, section: Section, mark: str = "• ", narrow: bool = False) -> None:
        """A whole section; in a narrow column tags stand one to a line."""
        self.heading(section.heading)
        for block in section.blocks:
            self.block(block, mark, narrow)

    def block(self, block: Block, mark: str, narrow: bool) -> None:
        """One block in the plain manner: title, place and dates on lines of their own."""
        match block:
            case Paragraph(text):
                self.put(text)
            case Bullets(items):
                for item in items:
                    self.point(item, mark)
            case Tags(items) if narrow:
                for item in items:
                    self.put(item)
            case Tags(items):
                comma = "、" if self.face.family == "zh" else ", "
                self.put((" · " if mark == "• " else comma).join(items))
            case Pairs(rows):
                for label, value in rows:
                    colon = "：" if self.face.family == "zh" else ": "
                    self.put(f"{label}{colon}{value}")
            case Entry(title, place, dates, bullets, _):
                self.gap(1.2)
                self.put(title, bold=True)
                self.put(f"{place} | {dates}" if place else dates, scale=0.95)
                for item in bullets:
                    self.point(item, "" if block.prose else mark)
