"""One résumé laid out for judging: what is shared by the verdicts on all requirements of all jobs.

Only what the scoring view shows can be found here: a Swift in a name is no skill.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from reading.dates import Month, experience, find_durations
from reading.folding import fold
from reading.phrases import names, place_of, stems
from reading.resume import Position, Resume, Section, SectionKind, SkillMention, Stance
from reading.scoring_view import ScoringView
from reading.spans import Span, union
from reading.stance import stance_of

_SENTENCE_END = re.compile(
    r"\n(?![ \t]*[a-z(])|\n(?=[ \t]*\n)|[;；。！!]|(?<=[\w)%])\.(?=\s+[A-Z•])|(?<=[\w)%])[.?](?=\n)"
)
_MOST_WORDS = (
    60  # a "sentence" longer than this is a text without marks; it proves nothing together
)
_EXPERIENCE = re.compile(
    r"experience|working|worked|career|经验|经历|从业|从事|工作", re.IGNORECASE
)
_SPEAKING = (Stance.SHOWN, Stance.LISTED)
_NOT_WORK = frozenset({SectionKind.REFERENCES, SectionKind.PERSONAL})


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, bullet or list entry, with what looking up terms in it needs."""

    span: Span
    words: frozenset[str]  # stems of its Latin words
    folded: str
    kind: SectionKind
    position: int | None
    heading: bool  # of a position

    def names(self, term: str) -> bool:
        return names(term, self.words, self.folded)

    def where(self, terms: Iterable[str]) -> Span:
        """From the first to the last word of the line that belongs to a term."""
        parts = {part for term in terms for part in term.split()}
        found = [span for part in parts if (span := place_of(part, self.folded)) is not None]
        start = min((span.start for span in found), default=0)
        end = max((span.end for span in found), default=len(self.folded))
        return Span(self.span.start + start, self.span.start + end)


@dataclass(frozen=True, slots=True)
class Claim:
    """A length of experience that the résumé states in words, in the line that states it."""

    months: int
    line: Line
    span: Span


@dataclass
class Dossier:
    """Lookups over one résumé; build once, judge many requirements."""

    resume: Resume
    view: ScoringView | None
    as_of: Month
    _shown: list[Span] = field(init=False, repr=False)
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.view is None:
            self._shown = [Span(0, len(self.resume.text))]
        else:
            self._shown = union(Span(s.source, s.source + s.length) for s in self.view.segments)
        self._starts = [span.start for span in self._shown]

    def shows(self, span: Span) -> bool:
        """Whether the scoring view shows every character of a span."""
        index = bisect_right(self._starts, span.start) - 1
        return index >= 0 and self._shown[index].covers(span)

    @cached_property
    def text(self) -> str:
        """The résumé with blanks where identity stands, as long as the original."""
        text, parts, at = self.resume.text, [], 0
        for span in self._shown:
            parts += [re.sub(r"[^\n]", " ", text[at : span.start]), span.of(text)]
            at = span.end
        return "".join([*parts, re.sub(r"[^\n]", " ", text[at:])])

    @cached_property
    def mentions(self) -> dict[str, list[SkillMention]]:
        """By skill: the mentions that speak for the person."""
        found: dict[str, list[SkillMention]] = defaultdict(list)
        for mention in self.resume.skills:
            if mention.stance in _SPEAKING and self.shows(mention.span):
                found[mention.skill].append(mention)
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """Every sentence, bullet and heading outside references, in reading order."""
        found = []
        text, folded = self.text, fold(self.text)
        headings = [p.heading for p in self.resume.positions]
        for section in self.resume.sections or (Section(SectionKind.OTHER, Span(0, len(text))),):
            if section.kind in _NOT_WORK:
                continue
            for span in _sentences(text, section.span):
                here = folded[span.start : span.end]
                position = self.position_at(span)
                heading = any(h.overlaps(span) for h in headings)
                found.append(Line(span, stems(here), here, section.kind, position, heading))
        return found

    def speaks(self, line: Line, words: Span) -> bool:
        """Whether a line says these of its words for the person: not denied, wished or others'."""
        return stance_of(self.text, words, line.span, line.kind) in _SPEAKING

    def position_at(self, span: Span) -> int | None:
        """The position whose stretch of text a span stands in."""
        for index, position in enumerate(self.resume.positions):
            if position.span.start <= span.start < position.span.end:
                return index
        return None

    @cached_property
    def claims(self) -> list[Claim]:
        """Stated lengths of experience outside the dates of positions."""
        found = []
        for line in self.lines:
            if (
                "year" in line.folded or "yrs" in line.folded or "年" in line.folded
            ) and not line.heading:
                for months, span in find_durations(line.folded):
                    here = span.shifted(line.span.start)
                    if self.speaks(line, here):
                        found.append(Claim(months, line, here))
        return found

    @cached_property
    def overall_claims(self) -> list[Claim]:
        return [claim for claim in self.claims if _EXPERIENCE.search(claim.line.folded)]

    def months(self, positions: list[int]) -> int:
        """The union of some positions' months until `as_of`."""
        periods = [p for i in positions if (p := self.resume.positions[i].period) is not None]
        return experience(periods, self.as_of).months(self.as_of) if periods else 0

    def dated(self, index: int | None) -> bool:
        return index is not None and self.resume.positions[index].period is not None

    def position(self, index: int) -> Position:
        return self.resume.positions[index]

    def section_heading(self, span: Span) -> Span | None:
        for section in self.resume.sections:
            if section.span.covers(span) and section.heading is not None:
                return section.heading
        return None

    def line_of(self, span: Span) -> Span:
        """The whole line a span stands in, without outer white space."""
        text = self.resume.text
        start = text.rfind("\n", 0, span.start) + 1
        end = text.find("\n", span.end)
        return trimmed(text, start, len(text) if end < 0 else end)


def trimmed(text: str, start: int, end: int) -> Span:
    """The same stretch without the white space around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _sentences(text: str, within: Span) -> list[Span]:
    found, at = [], within.start
    for match in _SENTENCE_END.finditer(text, within.start, within.end):
        found.append((at, match.end()))
        at = match.end()
    found.append((at, within.end))
    spans = (trimmed(text, start, end) for start, end in found)
    return [span for span in spans if len(span) > 1 and span.of(text).count(" ") <= _MOST_WORDS]
