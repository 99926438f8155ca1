"""Cutting a scoring view into passages: what one vector stands for.

Every character of the view is in exactly one passage, so nothing is silently left out. Cuts fall
between positions and sections where these are long enough, else between lines, sentences, words.
Lengths are estimated without a tokenizer, because résumés are read in workers that load no model;
the encoder checks the true length and never truncates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from reading.identity.scoring_view import ScoringView
from reading.resume import Resume
from reading.spans import Span

VERSION = "passages/1"
LONGEST = 180  # estimated tokens; both packaged models take 256 and more
SHORTEST = 40  # a stretch shorter than this joins its neighbour

_TOKENS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_]+|[^\s]")
_BREAKS = (
    re.compile(r"\n\s*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"(?<=[.!?;。！？；])\s*"),
    re.compile(r"(?<=[\s,，、])"),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the scoring view, and the stretch of the original it was taken from."""

    ordinal: int
    view: Span
    source: Span


def estimated_tokens(text: str) -> int:
    """About how many word pieces a text has: a Latin word counts for each started 5 letters."""
    return sum(1 + (len(token) - 1) // 5 for token in _TOKENS.findall(text))


def cut(resume: Resume, view: ScoringView) -> tuple[Passage, ...]:
    """The passages of a résumé in reading order; none where the view is blank."""
    if not view.text.strip():
        return ()
    pieces = [
        piece
        for stretch in _between(_natural_cuts(resume, view), Span(0, len(view.text)))
        for piece in _split(view.text, stretch)
    ]
    return tuple(
        Passage(ordinal, piece.span, view.to_source(piece.span))
        for ordinal, piece in enumerate(_join_short(pieces))
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    tokens: int  # 0: white space only

    def and_then(self, after: _Piece) -> _Piece:
        return _Piece(Span(self.span.start, after.span.end), self.tokens + after.tokens)


def _natural_cuts(resume: Resume, view: ScoringView) -> list[int]:
    starts = {section.span.start for section in resume.sections}
    starts |= {position.span.start for position in resume.positions}
    cuts = set()
    for start in starts:
        rest = view.to_view(Span(start, len(resume.text)))
        if rest is not None:
            cuts.add(rest.start)
    return sorted(cuts)


def _between(cuts: list[int], span: Span) -> list[Span]:
    points = [span.start, *sorted({at for at in cuts if span.start < at < span.end}), span.end]
    return [Span(a, b) for a, b in pairwise(points)]


def _split(text: str, span: Span, level: int = 0) -> list[_Piece]:
    """Parts of at most LONGEST tokens, cut at the widest kind of break that does it."""
    whole = _Piece(span, estimated_tokens(span.of(text)))
    if whole.tokens <= LONGEST:
        return [whole]
    if level == len(_BREAKS):
        middle = span.start + len(span) // 2
        halves = [Span(span.start, middle), Span(middle, span.end)]
        return [part for half in halves for part in _split(text, half, level)]
    edges = [match.end() + span.start for match in _BREAKS[level].finditer(span.of(text))]
    packed: list[_Piece] = []
    for part in _between(edges, span):
        for piece in _split(text, part, level + 1):
            if packed and packed[-1].tokens + piece.tokens <= LONGEST:
                packed[-1] = packed[-1].and_then(piece)
            else:
                packed.append(piece)
    return packed


def _join_short(pieces: list[_Piece]) -> list[_Piece]:
    """Short stretches join the one before them, within LONGEST; white space always does."""
    joined: list[_Piece] = []
    for piece in pieces:
        if joined and _belong_together(joined[-1], piece):
            joined[-1] = joined[-1].and_then(piece)
        else:
            joined.append(piece)
    return joined


def _belong_together(before: _Piece, after: _Piece) -> bool:
    shorter = min(before.tokens, after.tokens)
    return shorter == 0 or (shorter < SHORTEST and before.tokens + after.tokens <= LONGEST)
