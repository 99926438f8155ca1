"""Every character of a text belongs to a section or is listed as dropped."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from reading.resumes.parse import read_resume
from reading.resumes.sections import find_sections
from reading.spans import Span

_PIECES = st.sampled_from(
    [
        "Experience\n", "工作经历\n", "Skills: Java, C++\n", "Page 1 of 2\n", "\n\n", "\x00",
        "\ufeff",
        "Jan 2019 – Present", "Cook, Harbour Grill\n", "第 2 页\n", "•  fried fish\n",
        "教育背景：\n", "🙂",
        "ﷺ", "İstanbul\n", "e\u0301", "\r\n", "\t", "２０１９．０３－至今\n", "\ud800",
        "LANGUAGES\nFrench\n",
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=12), max_size=24).map("".join)


def assert_accounted(text: str, furniture: list[Span]) -> None:
    sections, dropped = find_sections(text, furniture)
    spans = sorted([s.span for s in sections] + [d.span for d in dropped])
    assert "".join(span.of(text) for span in spans) == text
    assert all(one.end == other.start for one, other in itertools.pairwise(spans))
    assert all(span.start < span.end for span in spans)
    assert all(d.reason for d in dropped)


@settings(max_examples=150)
@given(_TEXTS, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30)), max_size=4))
def test_every_code_point_is_in_exactly_one_section_or_dropped(
    text: str, furniture: list[tuple[int, int]]
) -> None:
    assert_accounted(text, [Span(start, start + length) for start, length in furniture])


@settings(max_examples=80)
@given(_TEXTS)
def test_no_text_makes_the_reader_fail_and_every_span_lies_in_the_text(text: str) -> None:
    resume = read_resume(text)
    spans = [
        *(p.span for p in resume.positions),
        *(p.heading for p in resume.positions),
        *(e.span for e in resume.education),
        *(m.span for m in resume.skills),
        *(m.sentence for m in resume.skills),
        *(x.span for x in resume.languages),
    ]
    assert all(span.end <= len(text) for span in spans)
    assert all(m.sentence.covers(m.span) for m in resume.skills)
    assert all(
        p.span.covers(p.heading) or p.span.start == p.heading.start for p in resume.positions
    )
    assert all(m.position is None or m.position < len(resume.positions) for m in resume.skills)


def test_an_empty_text_has_no_sections() -> None:
    assert find_sections("") == ((), ())
    assert read_resume("").skills == ()
