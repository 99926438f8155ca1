"""The scoring view: one text with the identity taken out, and the way back to the original.

What is left must not tell how long the mention was: white space, separators and empty lines around
a mention collapse, so that two texts that differ only in their mentions have equal views.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reading.identity.mentions import Mention
from reading.spans import Span, gaps, union

_SEPARATORS = frozenset("|｜¦·•‧∙・●,，、;；/／\\:：-–—―~～_=+<>《》*#‖│")
_BULLETS = frozenset("•·●◦▪■□◆◇★*-–—○‣➢➤✓√>")
_OPENERS = "([{（【［〔“\"'「"
_CLOSERS = ")]}）】］〕”\"'」"
_STOPS = frozenset(".!?。！？…")
_SPACES = re.compile(r"[^\S\n]{2,}")


@dataclass(frozen=True, slots=True)
class Segment:
    """`length` code points of the view from `view` on stand in the original from `source` on."""

    view: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class ScoringView:
    """What models see. Every character of `text` is a character of the original, in order.

    `segments` are ordered, not empty, and cover the view without gaps.
    """

    text: str
    segments: tuple[Segment, ...]

    def to_source(self, span: Span) -> Span:
        """The stretch of the original from the first to the last character of a view span.

        An empty span maps to the empty span before the character it stands at.
        Raises ValueError where the span ends behind the view.
        """
        if span.end > len(self.text):
            raise ValueError(f"{span} ends behind the view ({len(self.text)} characters)")
        if not self.segments:
            return Span(0, 0)
        start = self._source_of(span.start)
        return Span(start, self._source_of(span.end - 1) + 1 if len(span) else start)

    def to_view(self, span: Span) -> Span | None:
        """Where the view shows what is left of a span of the original; None: nowhere."""
        start = self._first_kept(span.start)
        end = self._first_kept(span.end)
        return Span(start, end) if start < end else None

    def _source_of(self, at: int) -> int:
        index = max(bisect_right(self.segments, at, key=lambda s: s.view) - 1, 0)
        segment = self.segments[index]
        return segment.source + at - segment.view

    def _first_kept(self, source: int) -> int:
        """Where in the view the first kept character at or after `source` stands."""
        index = bisect_right(self.segments, source, key=lambda s: s.source) - 1
        if index < 0:
            return 0
        segment = self.segments[index]
        return segment.view + min(source - segment.source, segment.length)


def scoring_view(text: str, mentions: Iterable[Mention]) -> ScoringView:
    """The text without the mentions.

    A line left with nothing but separators goes; lines that held a mention keep single spaces.
    Mentions may overlap and come in any order.
    """
    removed = union(Span(m.span.start, min(m.span.end, len(text))) for m in mentions)
    removed = [span for span in removed if len(span)]
    segments: list[Segment] = []
    at = 0
    for kept in union(_kept(text, removed)):
        segments.append(Segment(at, kept.start, len(kept)))
        at += len(kept)
    shown = "".join(text[s.source : s.source + s.length] for s in segments)
    return ScoringView(shown, tuple(segments))


def _kept(text: str, removed: list[Span]) -> Iterator[Span]:
    """What stays, in order. Of the empty lines around a dropped line at most one stays."""
    dropping, waiting = False, None
    after_blank = True  # the start of the text counts as one
    for start, end, inside in _lines(text, removed):
        is_blank = not inside and not text[start:end].strip()
        if inside:
            pieces = _line_without(text, start, end, inside)
            if not pieces:
                dropping = True
                continue
        elif is_blank and dropping:
            waiting = Span(start, end)
            continue
        else:
            pieces = [Span(start, end)]
        if waiting is not None and not after_blank:
            yield waiting
        dropping, waiting, after_blank = False, None, is_blank
        yield from pieces


def _lines(text: str, removed: list[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    """Each line (its line feed included) with the parts of `removed` inside it."""
    first = start = 0
    while start < len(text):
        feed = text.find("\n", start)
        end = len(text) if feed < 0 else feed + 1
        inside = []
        while first < len(removed) and removed[first].start < end:
            span = removed[first]
            inside.append(Span(max(span.start, start), min(span.end, end)))
            if span.end > end:
                break
            first += 1
        yield start, end, inside
        start = end


def _line_without(text: str, start: int, end: int, inside: list[Span]) -> list[Span]:
    """What is left of one line, its line feed last; nothing where no word is left."""
    stop = end - 1 if text.endswith("\n", start, end) else end
    cuts = [_widened(text, cut, start, stop) for cut in _merged(text, inside)]
    kept: list[Span] = []
    for piece in gaps((cut.shifted(-start) for cut in cuts), stop - start):
        kept.extend(_single_spaced(text, piece.shifted(start)))
    if not any(c.isalnum() for piece in kept for c in piece.of(text)):
        return []
    return [*kept, Span(stop, end)] if stop < end else kept


def _merged(text: str, inside: list[Span]) -> list[Span]:
    """Mentions with nothing but punctuation between them as one."""
    merged = [inside[0]]
    for span in inside[1:]:
        if any(c.isalnum() for c in text[merged[-1].end : span.start]):
            merged.append(span)
        else:
            merged[-1] = Span(merged[-1].start, span.end)
    return merged


def _widened(text: str, cut: Span, start: int, stop: int) -> Span:
    """The cut with what would tell that something stood there: brackets, separators, space."""
    left, right = cut.start, min(cut.end, stop)
    while True:
        before, after = _run_before(text, left, start), _run_after(text, right, stop)
        if start < before and after < stop and _is_pair(text[before - 1], text[after]):
            left, right = before - 1, after + 1
        else:
            break
    if before == start or text[start:before].strip() in _BULLETS:
        at_bullet = text[start:left].strip()
        if len(at_bullet) == 1 and at_bullet in _BULLETS and left > before:
            return Span(left, after)
        return Span(before if before == start else left, after)
    if after == stop:
        return Span(before, stop)
    if text[before - 1] in _OPENERS:
        return Span(before, after)
    if text[after] in _CLOSERS or text[after] in _STOPS:
        return Span(before, after)
    if (
        _has_separator(text[right:after])
        and not _has_separator(text[left - 1 : left])
        and not (_has_separator(text[before:left]))
    ):
        return Span(before, right)
    return Span(left, after if left > before else right)


def _run_before(text: str, at: int, start: int) -> int:
    while at > start and (text[at - 1].isspace() or text[at - 1] in _SEPARATORS):
        at -= 1
    return at


def _run_after(text: str, at: int, stop: int) -> int:
    while at < stop and (text[at].isspace() or text[at] in _SEPARATORS):
        at += 1
    return at


def _is_pair(opener: str, closer: str) -> bool:
    return opener in _OPENERS and closer == _CLOSERS[_OPENERS.index(opener)]


def _has_separator(run: str) -> bool:
    return any(c in _SEPARATORS for c in run)


def _single_spaced(text: str, piece: Span) -> Iterator[Span]:
    """The piece without the second and later characters of each run of white space."""
    at = piece.start
    for run in _SPACES.finditer(text, piece.start, piece.end):
        yield Span(at, run.start() + 1)
        at = run.end()
    yield Span(at, piece.end)
