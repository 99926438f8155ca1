"""Word files are read as they look: nothing twice, nothing deleted, nothing out of order."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import parse_xml

from catalog.errors import Unreadable
from indexer.documents.limits import Limits
from indexer.documents.read import read_document
from tests.documents.hostile import WORD, docx_of_xml, paragraph, saved

NAMESPACES = (
    f'xmlns:w="{WORD}" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def text_of(data: bytes) -> str:
    return read_document(data, "cv.docx").text


def text_of_body(body: str) -> str:
    return text_of(docx_of_xml(body.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))


def test_headings_lists_and_tables_come_in_the_body_s_order() -> None:
    document = Document()
    document.add_heading("Arturo Benavides", 0)
    document.add_paragraph("Warehouse supervisor")
    document.add_heading("Experience", 1)
    document.add_paragraph("Ran the night shift", style="List Bullet")
    document.add_paragraph("Counted stock", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Forklift", "5 years", "SAP", "2 years"], strict=True):
        cell.text = text
    document.add_paragraph("After the table")
    assert text_of(saved(document)) == (
        "Arturo Benavides\nWarehouse supervisor\n\nExperience\n• Ran the night shift\n"
        "• Counted stock\n\nForklift\t5 years\nSAP\t2 years\n\nAfter the table"
    )


def test_a_layout_table_is_read_cell_by_cell() -> None:
    document = Document()
    table = document.add_table(1, 2)
    left, right = table.rows[0].cells
    left.text = "SKILLS"
    left.add_paragraph("Payroll")
    right.text = "EXPERIENCE"
    right.add_paragraph("Clerk, Bank of the North")
    inner = right.add_table(1, 2)
    inner.cell(0, 0).text = "2019"
    inner.cell(0, 1).text = "2021"
    text = text_of(saved(document))
    assert text == "SKILLS\nPayroll\n\nEXPERIENCE\nClerk, Bank of the North\n\n2019\t2021"


def test_a_merged_cell_is_read_once() -> None:
    document = Document()
    table = document.add_table(2, 3)
    merged = table.cell(0, 0).merge(table.cell(0, 2))
    merged.text = "Employment history"
    table.cell(1, 0).text = "Clerk"
    assert text_of(saved(document)) == "Employment history\nClerk"


def test_headers_come_first_and_page_numbers_in_footers_are_furniture() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Arturo Benavides, +34 600 111 222"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 2"
    document.add_paragraph("Warehouse supervisor")
    extraction = read_document(saved(document), "cv.docx")
    assert (
        extraction.text
        == "Arturo Benavides, +34 600 111 222\n\nWarehouse supervisor\n\nPage 1 of 2"
    )
    assert [span.of(extraction.text) for span in extraction.furniture] == ["Page 1 of 2"]


def text_box(words: str) -> str:
    inner = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    modern = f"<w:drawing><a:graphic><wps:txbx>{inner}</wps:txbx></a:graphic></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    choice = f'<mc:Choice Requires="wps">{modern}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    return f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"


def test_a_text_box_is_read_once_though_it_is_stored_twice() -> None:
    body = f"<w:p>{text_box('Contact: 杭州')}<w:r><w:t>Summary</w:t></w:r></w:p>"
    assert text_of_body(body) == "Contact: 杭州\n\nSummary"


def test_an_old_text_box_without_an_alternative_is_read() -> None:
    inner = f"<w:txbxContent>{paragraph('Old box')}</w:txbxContent>"
    picture = f"<w:r><w:pict><v:textbox>{inner}</v:textbox></w:pict></w:r>"
    body = f"<w:p><w:r><w:t>Body</w:t></w:r>{picture}</w:p>"
    assert text_of_body(body) == "Body\n\nOld box"


def test_deletions_field_codes_and_hidden_words_are_left_out_and_insertions_kept() -> None:
    body = (
        "<w:p>"
        "<w:del><w:r><w:delText>Fired</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>Moved</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>Promoted</w:t></w:r></w:ins>"
        "<w:r><w:instrText>HYPERLINK</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>python java sql</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> twice</w:t></w:r>'
        "<w:hyperlink><w:r><w:t> at Acme</w:t></w:r></w:hyperlink>"
        "</w:p>"
    )
    assert text_of_body(body) == "Promoted twice at Acme"


def test_content_controls_tabs_and_breaks_are_read() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{paragraph('In a control')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Clerk</w:t><w:tab/><w:t>2019</w:t><w:br/><w:t>re</w:t>"
        "<w:noBreakHyphen/><w:t>filed</w:t></w:r></w:p>"
    )
    assert text_of_body(body) == "In a control\nClerk\t2019\nre-filed"


def test_numbered_paragraphs_get_a_bullet_unless_the_number_is_switched_off() -> None:
    def listed(number: int, text: str) -> str:
        properties = (
            f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        )
        return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"

    assert text_of_body(listed(3, "One") + listed(0, "Two")) == "• One\nTwo"


def test_footnotes_are_kept() -> None:
    document = Document()
    document.add_paragraph("Published twice")
    data = BytesIO(saved(document))
    with zipfile.ZipFile(data, "a") as archive:
        name = "word/_rels/document.xml.rels"
        relations = archive.read(name).decode()
        note = '<Relationship Id="rIdN" Type="x/footnotes" Target="footnotes.xml"/></Relationships>'
        archive.writestr(name, relations.replace("</Relationships>", note))
        notes = (
            f'<w:footnotes xmlns:w="{WORD}"><w:footnote>{paragraph("Nature, 2019")}</w:footnote>'
        )
        archive.writestr("word/footnotes.xml", notes + "</w:footnotes>")
    assert text_of(data.getvalue()) == "Published twice\n\nNature, 2019"


def test_a_document_with_nothing_but_a_picture_is_quarantined() -> None:
    document = Document()
    document.element.body.append(parse_xml(f"<w:p {NAMESPACES}><w:r><w:drawing/></w:r></w:p>"))
    with pytest.raises(Unreadable) as caught:
        read_document(saved(document), "cv.docx")
    assert caught.value.reason == "empty"


def test_what_unpacks_to_more_than_allowed_is_not_unpacked() -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(docx_of_xml(paragraph("x" * 900)), "cv.docx", Limits(unzipped_bytes=500))
    assert caught.value.reason == "zip_bomb"
