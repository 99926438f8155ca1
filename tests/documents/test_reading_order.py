"""Columns are read to their end; what belongs on one line stays on one line."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import Unreadable
from indexer.documents.extraction import Extraction
from indexer.documents.read import read_document
from tests.documents.hostile import outcome, raw_pdf

LEFT, RIGHT = 15.0, 112.0  # millimetres

SIDEBAR = ["CONTACT", "Halifax", "902 555 0142", "", "SKILLS", "Triage", "Wound care", "Phlebotomy"]
MAIN = [
    "EXPERIENCE",
    "Charge nurse, Harbour View Clinic",
    "Led a night team of six and wrote the rota for the ward.",
    "Cut the time to first assessment from forty minutes to",
    "eighteen by moving intake to the front desk.",
    "Staff nurse, Dockside Hospital",
    "Looked after twenty post-operative patients a shift.",
    "EDUCATION",
    "Bachelor of Nursing, Dalhousie",
]


class Paper(FPDF):
    """A page on which text is put at a place."""

    def __init__(self, chinese: bool = False) -> None:
        super().__init__()
        self.set_auto_page_break(False)
        self.family = "Helvetica"
        if chinese:
            fonts = pytest.importorskip("pylopdf_fonts_zh_cn")
            folder = Path(fonts.__file__).parent
            self.add_font("Chinese", fname=str(folder / "NotoSansSC-Regular.otf"))
            self.family = "Chinese"
        self.add_page()

    def put(self, x: float, y: float, text: str, size: float = 10) -> None:
        self.set_font(self.family, size=size)
        self.text(x, y, text)

    def put_right(self, x: float, y: float, text: str, size: float = 10) -> None:
        self.set_font(self.family, size=size)
        self.text(x - self.get_string_width(text), y, text)

    def column(
        self, x: float, y: float, lines: list[str], pitch: float = 5, size: float = 10
    ) -> None:
        for number, line in enumerate(lines):
            if line:
                self.put(x, y + number * pitch, line, size)

    def read(self) -> Extraction:
        return read_document(bytes(self.output()), "cv.pdf")


def lines_of(extraction: Extraction) -> list[str]:
    return [line for line in extraction.text.split("\n") if line]


def across(paper: Paper, left: list[str], right: list[str], y: float, pitch: float = 5) -> None:
    """Draw both columns line by line, as files do whose text stream runs across."""
    for number in range(max(len(left), len(right))):
        for x, lines in ((LEFT, left), (75.0, right)):
            if number < len(lines) and lines[number]:
                paper.put(x, y + number * pitch, lines[number])


def test_one_column_keeps_its_order_and_gets_a_box_a_line() -> None:
    paper = Paper()
    paper.column(LEFT, 20, MAIN)
    extraction = paper.read()
    assert lines_of(extraction) == MAIN
    assert [box.span.of(extraction.text) for box in extraction.boxes] == MAIN
    tops = [box.top for box in extraction.boxes]
    assert tops == sorted(tops)
    first = extraction.boxes[0]
    assert first.left == pytest.approx(LEFT * 72 / 25.4, abs=2)
    assert first.top < 20 * 72 / 25.4 < first.bottom + 5


def test_a_sidebar_drawn_across_is_taken_apart() -> None:
    paper = Paper()
    across(paper, SIDEBAR, MAIN, 20)
    assert lines_of(paper.read()) == [line for line in SIDEBAR if line] + MAIN


def test_a_sidebar_drawn_in_turn_and_at_another_pitch_is_taken_apart() -> None:
    paper = Paper()
    paper.column(75, 20, MAIN, pitch=5.7)
    paper.column(LEFT, 20, SIDEBAR, pitch=4.6)
    assert lines_of(paper.read()) == [line for line in SIDEBAR if line] + MAIN


def test_a_header_over_the_columns_and_a_footer_under_them_frame_them() -> None:
    paper = Paper()
    paper.put(
        LEFT, 15, "Rosalind Tremblay-Okafor, Registered Nurse, seeking a clinic in Halifax", 14
    )
    across(paper, SIDEBAR, MAIN, 30)
    paper.put(
        LEFT, 90, "References are gladly given when asked for, from both employers named above."
    )
    lines = lines_of(paper.read())
    assert lines[0].startswith("Rosalind")
    assert lines[-1].startswith("References")
    assert lines[1:-1] == [line for line in SIDEBAR if line] + MAIN


def test_the_column_with_the_name_comes_first() -> None:
    paper = Paper()
    paper.put(75, 20, "Rosalind Tremblay", 22)
    across(paper, ["", "", *SIDEBAR], ["", "", *MAIN], 20)
    lines = lines_of(paper.read())
    assert lines[0] == "Rosalind Tremblay"
    assert lines[1:] == MAIN + [line for line in SIDEBAR if line]


def test_dates_at_the_right_margin_stay_with_their_titles() -> None:
    paper = Paper()
    jobs = [
        ("Depot manager, Norrland Freight", "Jan 2019 – Mar 2021"),
        ("Shift lead, Norrland Freight", "06/2016 – 12/2018"),
        ("Forklift driver, Pohjola Timber", "2012 – 2016"),
        ("Apprentice, Pohjola Timber", "Aug 2010 – present"),
    ]
    y = 20.0
    for title, dates in jobs:
        paper.put(LEFT, y, title)
        paper.put_right(195, y, dates.replace("–", "-"))
        paper.put(LEFT, y + 5, "Ran the dock.")
        y += 12
    expected = []
    for title, dates in jobs:
        expected += [f"{title}\t{dates.replace('–', '-')}", "Ran the dock."]
    assert lines_of(paper.read()) == expected


def test_dates_in_a_column_of_their_own_at_the_left_stay_with_their_titles() -> None:
    paper = Paper()
    for number in range(4):
        y = 20 + number * 15
        paper.put(LEFT, y, f"{2010 + number} - {2011 + number}")
        paper.column(60, y, [f"Clerk at office number {number}", "Kept the ledger of the branch."])
    assert lines_of(paper.read()) == [
        line
        for number in range(4)
        for line in (
            f"{2010 + number} - {2011 + number}\tClerk at office number {number}",
            "Kept the ledger of the branch.",
        )
    ]


def test_a_table_of_labels_and_values_is_read_row_by_row() -> None:
    paper = Paper()
    rows = [("Payroll", "5 years"), ("Auditing", "3 years"), ("Excel", "expert"), ("SAP", "basic")]
    for number, (label, value) in enumerate(rows):
        paper.put(LEFT, 20 + 6 * number, label)
        paper.put(80, 20 + 6 * number, value)
    assert lines_of(paper.read()) == [f"{label}\t{value}" for label, value in rows]


def test_only_the_part_with_two_columns_is_taken_apart() -> None:
    paper = Paper()
    wide = "Accountant with eleven years in shipping companies, used to month ends under pressure."
    paper.column(LEFT, 20, [wide, wide.replace("eleven", "twelve")])
    left = ["SKILLS", "Ledgers", "Audits", "Payroll", "Tax returns"]
    right = ["LANGUAGES", "Norwegian", "German", "Polish"]
    for number in range(5):
        paper.put(LEFT, 40 + 5 * number, left[number])
        if number < len(right):
            paper.put(RIGHT, 40 + 5 * number, right[number])
    paper.column(LEFT, 75, [wide.replace("eleven", "thirteen")])
    lines = lines_of(paper.read())
    assert lines[2:-1] == left + right
    assert lines[-1] == wide.replace("eleven", "thirteen")


def test_bullets_set_apart_from_their_text_are_no_column() -> None:
    paper = Paper()
    for number, line in enumerate(MAIN[1:6]):
        paper.put(LEFT, 20 + 5 * number, "-")
        paper.put(LEFT + 9, 20 + 5 * number, line)
    assert [line.split("\t") for line in lines_of(paper.read())] == [["-", x] for x in MAIN[1:6]]


def test_right_aligned_dates_inside_a_main_column_beside_a_sidebar_stay_with_their_titles() -> None:
    paper = Paper()
    paper.column(LEFT, 20, SIDEBAR)
    y = 20.0
    expected = ["WORK EXPERIENCE"]
    paper.put(75, y, "WORK EXPERIENCE")
    for number in range(4):
        y += 6
        paper.put(75, y, f"Nurse on ward {number}")
        paper.put_right(195, y, f"{2010 + number} - {2011 + number}")
        y += 5
        paper.put(75, y, "Looked after patients after operations, day and night.")
        expected.append(f"Nurse on ward {number}\t{2010 + number} - {2011 + number}")
        expected.append("Looked after patients after operations, day and night.")
    assert lines_of(paper.read()) == [line for line in SIDEBAR if line] + expected


@pytest.mark.parametrize("in_turn", [False, True])
def test_headings_in_the_margin_become_lines_above_their_sections(in_turn: bool) -> None:
    paper = Paper()
    sections = {
        "Experience": ["Clerk, Bank of the North", "Kept the ledger of the branch office."],
        "Education": ["Diploma in bookkeeping, Umea", "With distinction, as the best of the year."],
        "Skills": ["Payroll, ledgers, tax returns"],
    }
    places = []
    y = 20.0
    for heading, lines in sections.items():
        places.append((LEFT, y, [heading]))
        places.append((60, y, lines))
        y += 15
    for x, top, lines in sorted(places, key=lambda place: place[0]) if in_turn else places:
        paper.column(x, top, lines)
    expected = [line for heading, lines in sections.items() for line in (heading, *lines)]
    assert lines_of(paper.read()) == expected


def test_a_sidebar_of_dated_degrees_is_taken_apart() -> None:
    paper = Paper()
    left = ["EDUCATION", "2010 - 2014", "BSc Nursing", "2015 - 2017", "MSc Nursing", "2018", "CCRN"]
    across(paper, left, MAIN, 20)
    assert lines_of(paper.read()) == left + MAIN


def test_chinese_columns_drawn_across_are_taken_apart() -> None:
    paper = Paper(chinese=True)
    left = ["联系方式", "电话 13800138000", "杭州", "", "专业技能", "成本核算", "报表编制"]
    right = [
        "工作经历",
        "主管会计，钱江纺织有限公司",
        "负责月度结账与税务申报，带领三名同事。",
        "完成金蝶系统上线，结账时间由十天缩短到四天。",
        "教育背景",
        "浙江财经大学，会计学，本科",
    ]
    across(paper, left, right, 20, pitch=7)
    assert lines_of(paper.read()) == [line for line in left if line] + right


def test_chinese_dates_at_the_margin_stay_with_their_titles() -> None:
    paper = Paper(chinese=True)
    jobs = [
        ("出纳，钱江纺织", "2015年7月-2018年3月"),
        ("会计，西溪软件", "2018年4月-2021年6月"),
    ] * 2
    for number, (title, dates) in enumerate(jobs):
        paper.put(LEFT, 20 + 14 * number, title)
        paper.put_right(195, 20 + 14 * number, dates)
        paper.put(LEFT, 27 + 14 * number, "日常记账。")
    lines = lines_of(paper.read())
    assert lines[0] == "出纳，钱江纺织\t2015年7月-2018年3月"
    assert len(lines) == 8


def test_running_heads_and_page_numbers_are_furniture_except_the_first_head() -> None:
    paper = Paper()
    for page in range(3):
        if page:
            paper.add_page()
        paper.put(LEFT, 10, "Rosalind Tremblay - r.tremblay@example.org")
        paper.column(LEFT, 25, [f"{line} ({page})" for line in MAIN])
        paper.put(100, 285, f"Page {page + 1} of 3")
    extraction = paper.read()
    dropped = [span.of(extraction.text) for span in extraction.furniture]
    head = "Rosalind Tremblay - r.tremblay@example.org"
    assert dropped == ["Page 1 of 3", head, "Page 2 of 3", head, "Page 3 of 3"]
    assert extraction.text.startswith(head)
    assert extraction.pages == 3
    assert {box.page for box in extraction.boxes} == {0, 1, 2}


def test_a_word_broken_at_a_line_end_is_made_whole() -> None:
    paper = Paper()
    paper.column(
        LEFT, 20, ["Responsible for the recon-", "ciliation of accounts, and self-", "taught."]
    )
    assert paper.read().text == "Responsible for the reconciliation of accounts, and self-taught."


def test_paragraphs_are_set_apart_by_an_empty_line() -> None:
    paper = Paper()
    paper.column(
        LEFT, 20, ["First of one.", "Second of one.", "", "First of two.", "Second of two."]
    )
    assert paper.read().text == "First of one.\nSecond of one.\n\nFirst of two.\nSecond of two."


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_turned_for_reading_is_read_as_it_is_seen(turn: int) -> None:
    paper = Paper()
    with paper.rotation(turn, 105, 105):
        across(paper, SIDEBAR, MAIN, 20)
    data = bytes(paper.output())
    at = data.index(b"/Type /Page\n")
    turned = data[:at] + f"/Rotate {turn} ".encode() + data[at:]
    extraction = read_document(turned, "cv.pdf")
    assert lines_of(extraction) == [line for line in SIDEBAR if line] + MAIN
    assert all(box.right > box.left and box.bottom > box.top for box in extraction.boxes)


def test_a_foot_with_a_page_number_on_the_only_page_is_furniture() -> None:
    paper = Paper()
    paper.column(LEFT, 20, MAIN)
    paper.put(60, 285, "Rosalind Tremblay - Curriculum vitae Page 1")
    extraction = paper.read()
    assert [span.of(extraction.text) for span in extraction.furniture] == [
        "Rosalind Tremblay - Curriculum vitae Page 1"
    ]


def test_two_pages_that_begin_alike_but_for_years_lose_nothing() -> None:
    paper = Paper()
    paper.column(LEFT, 20, ["Clerk, 2019 - 2021", *MAIN])
    paper.add_page()
    paper.column(LEFT, 20, ["Clerk, 2012 - 2016", "Kept the ledger of the branch office."])
    assert paper.read().furniture == ()


def test_a_page_strewn_with_thousands_of_words_is_read_in_seconds() -> None:
    paper = Paper()
    paper.set_font("Helvetica", size=4)
    for row in range(90):
        for column in range(60):
            paper.text(10 + 3.2 * column + (row % 3) * 0.9, 10 + 3 * row, "ab")
    started = time.process_time()
    assert paper.read().text.count("ab") == 5400
    assert time.process_time() - started < 5


def fillable(words: str) -> bytes:
    """A form whose only field shows these words."""
    stream = f"BT /F1 11 Tf 2 5 Td ({words}) Tj ET"
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots [4 0 R] >>",
            4: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [50 700 400 720] /F 4 "
            f"/V ({words}) /AP << /N 5 0 R >> >>",
            5: "<< /Type /XObject /Subtype /Form /BBox [0 0 350 20] "
            "/Resources << /Font << /F1 6 0 R >> >> "
            f"/Length {len(stream)} >>\nstream\n{stream}\nendstream",
            6: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
    )


def test_what_is_filled_into_a_form_is_read() -> None:
    extraction = read_document(fillable("Ingrid Solberg, purser"), "form.pdf")
    assert extraction.text == "Ingrid Solberg, purser"


def test_letters_that_the_file_maps_to_nothing_are_no_text() -> None:
    mapping = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
        "endcodespacerange 1 beginbfrange <20> <7E> <E020> endbfrange endcmap"
    )
    words = "BT /F1 11 Tf 50 700 Td (Ingrid Solberg, purser in Bergen) Tj ET"
    data = raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
            "/Resources << /Font << /F1 5 0 R >> >> >>",
            4: f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
            5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
            6: f"<< /Length {len(mapping)} >>\nstream\n{mapping}\nendstream",
        }
    )
    result = outcome(data, "cv.pdf")
    assert isinstance(result, Unreadable)
    assert result.reason == "no_text"
    read = outcome(data, "cv.pdf", ocr=True)
    assert isinstance(read, Extraction)
    assert "Solberg" in read.text


@given(
    st.lists(
        st.tuples(
            st.integers(5, 150),
            st.integers(10, 280),
            st.sampled_from(
                ["Clerk", "2019 - 2021", "Skills", "kept the ledger of the branch", "-"]
            ),
            st.sampled_from([8, 10, 18]),
        ),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=60)
def test_whatever_stands_where_no_letter_is_lost_or_invented(
    words: list[tuple[int, int, str, int]],
) -> None:
    paper = Paper()
    for x, y, text, size in words:
        paper.put(x, y, text, size)
    data = bytes(paper.output())
    page = pdfium.PdfDocument(data)[0].get_textpage().get_text_range()
    expected = Counter(c for c in page if c.isalnum())
    found = outcome(data, "cv.pdf")
    text = found.text if isinstance(found, Extraction) else ""
    assert Counter(c for c in text if c.isalnum()) == expected
