"""The view and its two maps, over generated texts and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.identity.mentions import IdentityKind, Mention
from reading.identity.scoring_view import ScoringView, scoring_view
from reading.spans import Span

TEXTS = st.text(alphabet="aB 高，。|·•-(),:\t\n", max_size=80)


@st.composite
def texts_with_mentions(draw: st.DrawFn) -> tuple[str, list[Mention]]:
    text = draw(TEXTS)
    mentions = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        mentions.append(Mention(draw(st.sampled_from(IdentityKind)), Span(start, end)))
    return text, mentions


def marked(words: str) -> tuple[str, list[Mention]]:
    """A text whose mentions stand between « and »."""
    text, mentions = "", []
    for number, part in enumerate(words.replace("»", "«").split("«")):
        if number % 2:
            mentions.append(Mention(IdentityKind.NAME, Span(len(text), len(text) + len(part))))
        text += part
    return text, mentions


def view_of(words: str) -> str:
    return scoring_view(*marked(words)).text


@given(texts_with_mentions())
def test_every_character_of_the_view_is_the_character_of_the_source_it_maps_to(
    case: tuple[str, list[Mention]],
) -> None:
    text, mentions = case
    view = scoring_view(text, mentions)
    for at, character in enumerate(view.text):
        source = view.to_source(Span(at, at + 1))
        assert source.of(text) == character
        assert view.to_view(source) == Span(at, at + 1)


@given(texts_with_mentions())
def test_no_character_of_a_mention_is_in_the_view(case: tuple[str, list[Mention]]) -> None:
    text, mentions = case
    view = scoring_view(text, mentions)
    for mention in mentions:
        shown = view.to_view(mention.span)
        lines = mention.span.of(text)
        assert shown is None or set(shown.of(view.text)) <= {"\n"}, lines


@given(texts_with_mentions())
def test_the_map_to_the_source_is_strictly_increasing(case: tuple[str, list[Mention]]) -> None:
    view = scoring_view(*case)
    sources = [view.to_source(Span(at, at + 1)).start for at in range(len(view.text))]
    assert sources == sorted(set(sources))


@given(texts_with_mentions(), st.data())
def test_a_span_of_the_view_comes_back_whole_from_the_source(
    case: tuple[str, list[Mention]], data: st.DataObject
) -> None:
    view = scoring_view(*case)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    back = view.to_view(view.to_source(Span(start, end)))
    assert back == (Span(start, end) if start < end else None)


@given(texts_with_mentions(), st.data())
def test_what_is_left_of_a_span_of_the_source_lies_within_it(
    case: tuple[str, list[Mention]], data: st.DataObject
) -> None:
    text, mentions = case
    view = scoring_view(text, mentions)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = view.to_view(Span(start, end))
    kept = [
        at for at in range(len(view.text)) if start <= view.to_source(Span(at, at + 1)).start < end
    ]
    assert (kept == []) if shown is None else (kept == list(range(shown.start, shown.end)))


@given(TEXTS)
def test_a_text_without_mentions_is_its_own_view(text: str) -> None:
    assert scoring_view(text, []).text == text


@given(
    st.text(alphabet="ab", min_size=1, max_size=9), st.text(alphabet="高z", min_size=1, max_size=9)
)
def test_the_view_does_not_tell_how_long_a_mention_was(one: str, other: str) -> None:
    frame = "«{0}»\n\nA | «{0}» | B\n(«{0}») C, «{0}», D\n• «{0}»\n\nE «{0}»."
    assert view_of(frame.format(one)) == view_of(frame.format(other))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("«Ada» | Turner | «ada@x»", "Turner"),
        ("A | «b» | C", "A | C"),
        ("with «Ada», we grew", "with, we grew"),
        ("led by «Ada».", "led by."),
        ("Work («Ada») done", "Work done"),
        ("(«Ada», turner)", "(turner)"),
        ("• «Ada» led", "• led"),
        ("• «ada@x»\nNext", "Next"),
        ("由«高兴»负责", "由负责"),
        ("«男» | «34岁» | 会计", "会计"),
        ("«Ada»\n\n«ada@x»\n\nSummary", "Summary"),
        ("A\n\n«x»\n\nB", "A\n\nB"),
        ("A\n\n«x»\n«y»\n\n«z»\n\nB", "A\n\nB"),
        ("A\n«x»\nB", "A\nB"),
        ("one «a»   two", "one two"),
    ],
)
def test_a_mention_takes_its_separators_along(words: str, expected: str) -> None:
    assert view_of(words) == expected


def test_a_span_behind_the_view_is_refused() -> None:
    with pytest.raises(ValueError, match="behind the view"):
        scoring_view("abc", []).to_source(Span(2, 4))


def test_an_empty_view_maps_to_the_start() -> None:
    assert ScoringView("", ()).to_source(Span(0, 0)) == Span(0, 0)
    assert ScoringView("", ()).to_view(Span(0, 5)) is None
