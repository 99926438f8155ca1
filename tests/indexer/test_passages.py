from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import LONGEST, cut, estimated_tokens
from reading.dates import Month, Period
from reading.identity.scoring_view import ScoringView, Segment
from reading.resume import Position, Resume, Section, SectionKind
from reading.spans import Span


def plain_view(text: str) -> ScoringView:
    return ScoringView(text, (Segment(0, 0, len(text)),) if text else ())


def resume_of(text: str, *starts: int) -> Resume:
    points = [0, *starts, len(text)]
    sections = tuple(Section(SectionKind.OTHER, Span(a, b)) for a, b in pairwise(points))
    return Resume(text=text, language="en", sections=sections, dropped=())


@given(st.text(alphabet="ab 9.\n，。护士理 -", max_size=3000))
def test_every_character_of_the_view_is_in_exactly_one_passage(text: str) -> None:
    passages = cut(resume_of(text), plain_view(text))
    if text.strip():
        assert "".join(passage.view.of(text) for passage in passages) == text
    else:
        assert passages == ()


@given(st.text(alphabet="ab 9.\n，。护士理 -", min_size=1, max_size=3000))
def test_no_passage_is_longer_than_the_models_read_and_none_is_blank(text: str) -> None:
    for passage in cut(resume_of(text), plain_view(text)):
        assert estimated_tokens(passage.view.of(text)) <= LONGEST
        assert passage.view.of(text).strip()


def test_one_unbroken_word_is_cut_rather_than_left_out() -> None:
    text = "x" * 5000
    passages = cut(resume_of(text), plain_view(text))
    assert sum(len(passage.view) for passage in passages) == 5000
    assert len(passages) > 1


def test_a_long_job_begins_a_passage_of_its_own() -> None:
    first = "Ran the night ward of a hospital with thirty beds. " * 8
    second = "Drove a delivery van through the old town every day. " * 8
    text = first + "\n" + second
    heading = Span(len(first) + 1, len(first) + 6)
    period = Period(Month(2020, 1), None)
    position = Position(None, None, period, Span(len(first) + 1, len(text)), heading)
    resume = Resume(
        "" + text,
        "en",
        (Section(SectionKind.OTHER, Span(0, len(text))),),
        (),
        positions=(position,),
    )
    starts = [passage.view.start for passage in cut(resume, plain_view(text))]
    assert len(first) + 1 in starts


def test_short_sections_share_a_passage() -> None:
    text = "Languages\nEnglish\nHobbies\nChess\n"
    assert len(cut(resume_of(text, 18), plain_view(text))) == 1


def test_a_passage_knows_where_it_stood_in_the_original() -> None:
    view = ScoringView("nurse", (Segment(0, 5, 5),))
    original = "Rose nurse"
    (passage,) = cut(resume_of(original), view)
    assert passage.source == Span(5, 10)
    assert passage.source.of(original) == "nurse"


def test_chinese_counts_by_the_character_and_latin_by_pieces() -> None:
    assert estimated_tokens("护士长") == 3
    assert estimated_tokens("ward") == 1
    assert estimated_tokens("warden") == 2
