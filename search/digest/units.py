"""The lines of a résumé, and those of them that answer a job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from reading.identity.scoring_view import ScoringView
from reading.resume import Resume
from reading.spans import Span
from search.digest.tokens import cut, flat, tokens_of
from search.digest.wanted import terms_of

_UNIT_TOKENS: Final = 24  # a line that is longer is divided
_UNITS: Final = 400  # of a résumé that can be chosen
_LINES: Final = 1000  # of a résumé that are looked at

_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
_CLAUSES: Final = re.compile(r"(?<=[,，、|·])\s*")
_EDGES: Final = " \t-–—*•·●▪■◦○★|｜,，;；"


@dataclass(frozen=True, slots=True)
class Unit:
    """A line or a part of one, its tokens, and what it can cover."""

    text: str
    tokens: float
    covers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a line's words stand in the view; where each of its units begins and ends there."""

    start: int
    stop: int
    units: tuple[tuple[int, int, Unit], ...]


def units_of(
    resume: Resume, view: ScoringView, told: list[Span], skills: Mapping[int, frozenset[str]]
) -> list[Unit]:
    """The lines of the view, long ones divided, without headings and what was said already."""
    seen = [section.heading for section in resume.sections if section.heading]
    seen += [dropped.span for dropped in resume.dropped]
    skipped = [place for span in seen if (place := view.to_view(span))] + told
    hidden = [(span.start, span.end) for span in skipped]
    units: list[Unit] = []
    for line in _lines_of(view.text):
        if any(start < line.stop and line.start < end for start, end in hidden):
            continue
        for start, stop, unit in line.units:
            keys = [key for at, keys in skills.items() if start <= at < stop for key in keys]
            units.append(replace(unit, covers=unit.covers.union(keys)) if keys else unit)
        if len(units) >= _UNITS:
            break
    return units


@lru_cache(maxsize=1024)  # the same people are found for many jobs
def _lines_of(text: str) -> tuple[_Line, ...]:
    """What no job changes: the lines that hold words, and the terms of each unit of them."""
    lines: list[_Line] = []
    at = 0
    for line in text.splitlines(keepends=True)[:_LINES]:
        words = line.strip(_EDGES + "\n\r")
        start, at = at + line.find(words), at + len(line)
        if not words:
            continue
        units = []
        for offset, part in _divided(words):
            short = cut(flat(part), _UNIT_TOKENS)
            unit = Unit(short, tokens_of(short), frozenset(terms_of(part)))
            units.append((start + offset, start + offset + len(part), unit))
        lines.append(_Line(start, start + len(words), tuple(units)))
    return tuple(lines)


def _divided(words: str) -> Iterator[tuple[int, str]]:
    """Parts of a line that are short enough to be chosen, and where in it they begin."""
    at, held = 0, ""
    for sentence in _pieces(words, _SENTENCES):
        short = tokens_of(sentence) <= _UNIT_TOKENS
        for piece in [sentence] if short else _pieces(sentence, _CLAUSES):
            if held and tokens_of(held + piece) > _UNIT_TOKENS:
                yield at, held
                at, held = at + len(held), ""
            held += piece
    if held.strip():
        yield at, held


def _pieces(words: str, ends: re.Pattern[str]) -> list[str]:
    """The words cut after each end; put together they are the words again."""
    cuts = [0, *(match.end() for match in ends.finditer(words)), len(words)]
    return [words[a:b] for a, b in pairwise(cuts) if b > a]


def choose_units(units: list[Unit], wanted: Mapping[str, float], tokens: float) -> list[str]:
    """The units that cover most of what is wanted within so many tokens, in reading order.

    Ties go to the earlier one; when nothing more is covered, the first ones that fit follow.
    """
    open_ends = dict(wanted)
    left, chosen = list(range(len(units))), list[int]()
    while left := [at for at in left if units[at].tokens <= tokens]:
        gains = {at: sum(open_ends.get(key, 0.0) for key in units[at].covers) for at in left}
        best = max(left, key=lambda at: (gains[at], -at))
        left.remove(best)
        chosen.append(best)
        tokens -= units[best].tokens
        for key in units[best].covers:
            open_ends.pop(key, None)
    return [units[at].text for at in sorted(chosen)]
