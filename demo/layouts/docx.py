"""Word documents: plain, in tables, or with a real text box; headers and footers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from demo.dice import Dice
from demo.paper import NARROW, Block, Bullets, Entry, Pairs, Paper, Paragraph, Section, Tags

if TYPE_CHECKING:
    from docx.document import Document

STYLES = ("plain", "tables", "text box")
_WRITTEN = datetime(2026, 10, 1, 9, 0)
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("o", "urn:schemas-microsoft-com:office:office"),
    )
)
# Word writes a text box twice: a drawing for itself and VML for readers older than 2010.
_TEXT_BOX = """<w:r {ns}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0"
 relativeHeight="251659264" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:posOffset>4150000</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>
<wp:extent cx="1900000" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
<wp:wrapSquare wrapText="bothSides"/><wp:docPr id="1" name="Text Box 1"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="1900000" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
<a:solidFill><a:srgbClr val="EEF2F6"/></a:solidFill></wps:spPr>
<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr wrap="square"/></wps:wsp>
</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:shape id="box1" type="#_x0000_t202"
 style="position:absolute;margin-left:327pt;margin-top:0;width:150pt;height:{points}pt"
 fillcolor="#eef2f6"><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>
</mc:Fallback></mc:AlternateContent></w:r>"""


def _reproducible(packed: bytes) -> bytes:
    """The same archive with every member's time set to the earliest that zip knows."""
    rewritten = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as source,
        zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            fixed = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(member))
    return rewritten.getvalue()


def _empty(paper: Paper) -> Document:
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = docx.Document()
    font = document.styles["Normal"].font
    font.name, font.size = "Calibri", Pt(10.5)
    if paper.language == "zh":
        properties: Any = document.styles["Normal"].element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    core = document.core_properties
    core.created = core.modified = _WRITTEN
    core.author, core.title, core.comments = "", "", ""
    return document


def _colon(paper: Paper) -> str:
    return "：" if paper.language == "zh" else ": "


def _block(holder: Any, block: Block, paper: Paper) -> None:
    """Set one block into a document or a table's cell."""
    document_style = {"style": "List Bullet"}
    match block:
        case Paragraph(text):
            holder.add_paragraph(text)
        case Bullets(items):
            for item in items:
                holder.add_paragraph(item, **document_style)
        case Tags(items):
            holder.add_paragraph(("、" if paper.language == "zh" else ", ").join(items))
        case Pairs(rows):
            for label, value in rows:
                holder.add_paragraph(f"{label}{_colon(paper)}{value}")
        case Entry(title, place, dates, bullets, prose):
            line = holder.add_paragraph()
            line.add_run(title).bold = True
            line.add_run(f"\t{dates}")
            if place:
                holder.add_paragraph(place)
            for item in bullets:
                holder.add_paragraph(item, **({} if prose else document_style))


def _table_section(document: Any, section: Section, paper: Paper) -> None:
    """Entries as rows of dates and content, pairs as a four-column grid."""
    for block in section.blocks:
        if isinstance(block, Entry):
            row = document.add_table(rows=1, cols=2, style="Table Grid").rows[0].cells
            row[0].text = block.dates
            row[1].paragraphs[0].add_run(block.title).bold = True
            if block.place:
                row[1].add_paragraph(block.place)
            for item in block.bullets:
                row[1].add_paragraph(item, style=None if block.prose else "List Bullet")
        elif isinstance(block, Pairs):
            table = document.add_table(rows=(len(block.rows) + 1) // 2, cols=4, style="Table Grid")
            for index, (label, value) in enumerate(block.rows):
                cells = table.rows[index // 2].cells
                cells[2 * (index % 2)].text, cells[2 * (index % 2) + 1].text = label, value
        elif isinstance(block, Tags):
            table = document.add_table(rows=(len(block.items) + 2) // 3, cols=3, style="Table Grid")
            for index, item in enumerate(block.items):
                table.rows[index // 3].cells[index % 3].text = item
        else:
            _block(document, block, paper)


def _plain_lines(section: Section, paper: Paper) -> Iterable[str]:
    yield section.heading
    for block in section.blocks:
        match block:
            case Pairs(rows):
                yield from (f"{label}{_colon(paper)}{value}" for label, value in rows)
            case Bullets(items) | Tags(items):
                yield from items
            case Paragraph(text):
                yield text


def _text_box(document: Any, lines: list[str]) -> None:
    """Put the lines into a floating text box anchored in the document's last paragraph."""
    from docx.oxml import parse_xml

    content = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines
    )
    points = 16 * len(lines) + 20
    xml = _TEXT_BOX.format(ns=_NAMESPACES, content=content, points=points, height=points * 12700)
    document.paragraphs[-1]._p.append(parse_xml(xml))


def write_docx(dice: Dice, paper: Paper, style: str) -> bytes:
    """The paper in one of `STYLES`."""
    document: Any = _empty(paper)
    in_header = dice.chance(0.25)  # some put name and contacts into the page header
    if in_header:
        document.sections[0].header.paragraphs[
            0
        ].text = f"{paper.name}  {'  '.join(paper.contacts)}"
    if paper.footer:
        document.sections[0].footer.paragraphs[0].text = paper.footer
    document.add_heading(paper.name, level=0)
    if paper.headline:
        document.add_paragraph(paper.headline)
    boxed = [s for s in paper.sections if style == "text box" and s.kind in NARROW]
    contacts = [] if in_header else list(paper.contacts)
    if boxed:
        lines = contacts + [line for s in boxed for line in _plain_lines(s, paper)]
        _text_box(document, lines)
    elif contacts:
        document.add_paragraph(" | ".join(contacts))
    for section in paper.sections:
        if section in boxed:
            continue
        document.add_heading(section.heading, level=1)
        if style == "tables":
            _table_section(document, section, paper)
        else:
            for block in section.blocks:
                _block(document, block, paper)
    packed = io.BytesIO()
    document.save(packed)
    return _reproducible(packed.getvalue())
