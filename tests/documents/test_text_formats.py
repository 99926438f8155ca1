"""HTML, plain text, JSON Resume and bulk lines."""

from __future__ import annotations

import base64
import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import Unreadable
from indexer.documents.bulk import Line, is_bulk, split_lines
from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits
from indexer.documents.read import REASONS, read_document, sniff
from tests.documents.hostile import outcome

CHINESE = "姓名：欧阳明月\n负责华东地区销售管理，带领十二人团队完成年度目标。"
TRADITIONAL = "姓名：歐陽明月\n負責華東地區銷售管理，帶領十二人團隊完成年度目標。"
FRENCH = "Résumé – employée à l’hôtel, chargée des réservations"


def text_of(data: bytes, name: str) -> str:
    return read_document(data, name).text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (TRADITIONAL, "big5"),
        (FRENCH, "cp1252"),
        ("Registered nurse, two wards", "utf-16-le"),
        ("Registered nurse, two wards", "utf-16-be"),
        ("Registered nurse, two wards", "utf-32"),
    ],
)
def test_text_is_read_in_the_encodings_people_send(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding), "cv.txt") == text


def test_line_ends_of_every_system_become_one_kind() -> None:
    assert text_of(b"a\r\nb\rc\nd\x0be\x0cf \n\n\n\n g", "cv.txt") == "a\nb\nc\nd\ne\nf\n\n g"


def test_content_characters_stay_as_they_are() -> None:
    text = "２０１９年７月－至今　Ｊａｖａ，ﬁnance ½ ①"
    assert text_of(text.encode(), "cv.txt") == text


def test_soft_hyphens_and_invisible_characters_go() -> None:
    assert (
        text_of("manage\u00adment, \u200blogis\u00ad\ntics".encode(), "cv.md")
        == "management, logistics"
    )


@given(st.text())
@settings(max_examples=200)
def test_tidying_twice_is_tidying_once_and_can_be_stored(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    once.encode("utf-8")


@given(
    st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a.json", "a.pdf", "a.docx", "a"])
)
@settings(max_examples=300)
def test_any_bytes_under_any_name_are_a_text_or_a_reason(data: bytes, name: str) -> None:
    result = outcome(data, name)
    assert isinstance(result, Extraction) or result.reason in REASONS


def test_html_is_read_as_it_is_seen() -> None:
    page = """<html><head><title>CV of nobody</title><style>p {color: red}</style></head><body>
      <h1>Ingrid Solberg</h1><p>Purser &amp;   cabin <b>crew</b><br>Bergen</p>
      <script>track()</script><!-- salary: 1 -->
      <p style="display:none">python java</p><div hidden>sql</div>
      <ul><li>Safety drills<li><p>Galley</p></ul>
      <table><tr><td>Norwegian</td><td>native</td></tr><tr><td>German<td>B2</table>
      <pre>kept   as
   is</pre></body></html>"""
    assert text_of(page.encode(), "cv.html") == (
        "Ingrid Solberg\n\nPurser & cabin crew\nBergen\n\n• Safety drills\n• Galley\n\n"
        "Norwegian\tnative\nGerman\tB2\n\nkept   as\nis"
    )


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030", ""])
def test_chinese_html_is_read_with_and_without_its_charset(declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    page = f"<html><head>{meta if declared else ''}</head><body><p>{CHINESE}</p></body></html>"
    assert text_of(page.encode("gb18030"), "cv.htm") == CHINESE.replace("\n", " ")


def test_a_web_page_saved_as_one_file_is_read_even_under_a_word_name() -> None:
    page = f"<html><body><p>{CHINESE}</p></body></html>".encode("gb18030")
    saved = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page)
        + b"\r\n--x--\r\n"
    )
    assert text_of(saved, "简历.doc") == CHINESE.replace("\n", " ")


def test_rich_text_is_read_with_its_codepage_and_tables() -> None:
    rich = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}{\info{\author Nobody}}"
        rb"{\b Ingrid Solberg}\par \'c5\'b7\'d1\'f4 \u26126?\par"
        rb"\trowd Norwegian\cell native\cell\row {\pict\pngblip 89504e47}Bergen\par}"
    )
    assert text_of(rich, "cv.doc") == "Ingrid Solberg\n欧阳 明\nNorwegian\tnative\nBergen"


def test_html_that_lies_about_its_charset_is_read_as_what_it_is() -> None:
    page = f"<html><meta charset='gbk'><body><p>{FRENCH}</p></body></html>"
    assert text_of(page.encode("utf-8"), "cv.html") == FRENCH


def test_the_content_tells_the_type_and_the_name_breaks_ties() -> None:
    assert sniff(b"%PDF-1.7 ...", "cv.docx") == "application/pdf"
    assert sniff(b"<!DOCTYPE html><p>x", "cv.txt") == "text/html"
    assert sniff(b"I know <b> and <p> tags", "cv.txt") == "text/plain"
    assert sniff(b"# Ingrid", "cv.md") == "text/markdown"
    assert sniff(b'{"basics": {}}', "cv.txt") == "application/json"
    assert sniff(b"MZ Consulting, 2019", "cv.txt") == "text/plain"
    assert sniff(b"BM Rao, accountant", "cv.txt") == "text/plain"


def test_a_sheet_that_begins_with_a_brace_is_text() -> None:
    assert text_of(b"{ Ingrid Solberg }\nPurser {Bergen}", "cv.txt").startswith("{ Ingrid")


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    source = """# Ingrid Solberg
[ingrid@example.no](mailto:ingrid@example.no) · [LinkedIn](https://example.no/in)
## Work history ##
**Purser**, *Fjordfly* -- 2019 to 2021
* Led crews of nine
- Used C++, C#, `Node.js`, snake_case_names and 2 * 3 * 4
  + Nested

| Language | Level |
|----------|:-----:|
| German   | B2    |

---
> Calm. <!-- hidden -->
```
"""
    assert text_of(source.encode(), "cv.md") == (
        "Ingrid Solberg\n\ningrid@example.no · LinkedIn (https://example.no/in)\n\n"
        "Work history\n\nPurser, Fjordfly -- 2019 to 2021\n• Led crews of nine\n"
        "• Used C++, C#, Node.js, snake_case_names and 2 * 3 * 4\n  • Nested\n\n"
        "Language\tLevel\nGerman\tB2\n\nCalm."
    )


@pytest.mark.parametrize("mark", ["[", "*", "_", "`", "|", "#", "> ", "- ", "<!--", "![x]("])
def test_floods_of_markdown_s_marks_are_read_in_no_time(mark: str) -> None:
    started = time.process_time()
    outcome((mark * (99_000 // len(mark)) + " Forklift driver").encode(), "cv.md")
    assert time.process_time() - started < 8


RESUME = {
    "basics": {
        "name": "Ingrid Solberg",
        "label": "Purser",
        "email": "ingrid@example.no",
        "phone": "+47 55 00 00 00",
        "url": "https://example.no/ingrid",
        "summary": "Twelve years in the air.",
        "location": {"city": "Bergen", "countryCode": "NO"},
        "profiles": [{"network": "LinkedIn", "url": "https://example.no/in/ingrid"}],
    },
    "work": [
        {
            "name": "Fjordfly",
            "position": "Purser",
            "startDate": "2019-01-01",
            "endDate": "2021-03",
            "highlights": ["Led crews of nine"],
        },
        {"company": "Nordlink", "position": "Cabin crew", "startDate": "2014"},
    ],
    "education": [
        {"institution": "Bergen Handelsskole", "studyType": "Diploma", "area": "Tourism"},
    ],
    "skills": [{"name": "Service", "level": "Expert", "keywords": ["Wine", "First aid"]}],
    "languages": [{"language": "German", "fluency": "B2"}],
    "certificates": [{"name": "Cabin crew attestation", "issuer": "EASA", "date": "2014-05-02"}],
}


def test_json_resume_is_written_as_a_person_would() -> None:
    extraction = read_document(json.dumps(RESUME).encode(), "cv.json")
    assert extraction.text == (
        "Ingrid Solberg\nPurser\n"
        "ingrid@example.no | +47 55 00 00 00 | Bergen, NO | https://example.no/ingrid\n"
        "LinkedIn: https://example.no/in/ingrid\n\n"
        "Summary\nTwelve years in the air.\n\n"
        "Work Experience\nPurser, Fjordfly\nJan 2019 – Mar 2021\n• Led crews of nine\n\n"
        "Cabin crew, Nordlink\n2014 – Present\n\n"
        "Education\nDiploma, Tourism, Bergen Handelsskole\n\n"
        "Skills\nService (Expert): Wine, First aid\n\n"
        "Languages\nGerman: B2\n\n"
        "Certificates\nCabin crew attestation, EASA, May 2014"
    )
    fields = dict(extraction.fields)
    assert fields["name"] == "Ingrid Solberg"
    assert fields["email"] == "ingrid@example.no"
    assert fields["location"] == "Bergen, NO"
    assert fields["label"] == "Purser"


def test_a_chinese_json_resume_gets_chinese_headings_and_dates() -> None:
    resume = {
        "basics": {"name": "欧阳明月", "label": "销售经理"},
        "work": [{"name": "钱江纺织", "position": "销售经理", "startDate": "2019-07"}],
        "education": [{"institution": "浙江大学", "area": "市场营销", "studyType": "本科"}],
    }
    assert text_of(json.dumps(resume).encode(), "cv.json") == (
        "欧阳明月\n销售经理\n\n工作经历\n销售经理，钱江纺织\n2019年7月 – 至今\n\n"
        "教育背景\n本科，市场营销，浙江大学"
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
SECTIONS = st.sampled_from([*RESUME, "projects", "references", "volunteer", "interests", "awards"])
KEYS = st.sampled_from(
    [
        "name",
        "position",
        "startDate",
        "endDate",
        "highlights",
        "keywords",
        "summary",
        "level",
        "language",
        "fluency",
        "institution",
        "area",
        "studyType",
        "courses",
        "date",
        "issuer",
        "location",
        "email",
        "profiles",
        "label",
        "roles",
    ]
)


@given(
    st.dictionaries(
        SECTIONS,
        JSON_VALUES | st.lists(st.dictionaries(KEYS, JSON_VALUES, max_size=5), max_size=3),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=200)
def test_a_json_resume_of_any_types_is_a_text_or_a_reason(resume: dict[str, object]) -> None:
    result = outcome(json.dumps(resume).encode(), "cv.json")
    if isinstance(result, Extraction):
        result.text.encode("utf-8")
    else:
        assert result.reason in REASONS


def test_bulk_lines_are_documents_of_their_own_and_a_broken_one_harms_no_other() -> None:
    stream = io.BytesIO(
        b"\xef\xbb\xbf"
        + b'{"id": "A1", "text": "Forklift driver, Oulu", "email": "a@example.fi"}\n'
        + b"\n"
        + b'{"id": 7, "text": "three short words"}\r\n'
        + b'{"id": "A3", "text": \n'
        + json.dumps({"id": "A4", "resume": RESUME, "location": "Oslo"}).encode()
        + b"\n"
        + b'{"external_id": "A5", "text": 12}\n'
        + b'{"id": "A6", "text": "last, without a line end"}'
    )
    results = {
        line.number: outcome(line.data, f"pool.jsonl#{line.number}")
        for line in split_lines(stream, Limits())
    }
    assert sorted(results) == [1, 3, 4, 5, 6, 7]
    first, second, fourth = (results[number] for number in (1, 3, 5))
    assert isinstance(first, Extraction)
    assert isinstance(second, Extraction)
    assert isinstance(fourth, Extraction)
    assert first.text == "Forklift driver, Oulu"
    assert dict(first.fields) == {"email": "a@example.fi", "external_id": "A1"}
    assert (second.text, dict(second.fields)) == ("three short words", {"external_id": "7"})
    assert fourth.text.startswith("Ingrid Solberg")
    assert dict(fourth.fields)["location"] == "Oslo"
    broken = [results[number] for number in (4, 6)]
    reasons = [result.reason for result in broken if isinstance(result, Unreadable)]
    assert reasons == ["damaged", "wrong_type"]


def test_a_bulk_line_over_the_limit_is_skipped_to_its_end() -> None:
    stream = io.BytesIO(b'{"text": "ok"}\n' + b"x" * 5000 + b'\n{"text": "also"}\n')
    lines = list(split_lines(stream, Limits(bytes=100)))
    assert [(line.number, line.error and line.error.reason) for line in lines] == [
        (1, None),
        (2, "too_large"),
        (3, None),
    ]
    assert lines[2] == Line(3, b'{"text": "also"}')


def test_bulk_files_are_known_by_their_names() -> None:
    assert is_bulk("pool.JSONL")
    assert is_bulk("a/b.ndjson")
    assert not is_bulk("cv.json")


def test_a_bulk_line_s_fields_can_be_stored() -> None:
    line = rb'{"id": "A\ud800", "text": "Driver", "name": "Eino\u0000", "tags": ["a\udfff"]}'
    fields = dict(read_document(line, "pool.jsonl#1").fields)
    assert fields == {"external_id": "A", "name": "Eino", "tags": ["a"]}
