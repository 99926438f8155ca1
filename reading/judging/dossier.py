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
from itertools import islice

from reading.dates import Month, experience, find_durations
from reading.folding import fold
from reading.identity.scoring_view import ScoringView
from reading.phrases import is_han, places_of
from reading.resume import Position, Resume, Section, SectionKind, SkillMention, Stance
from reading.resumes.stance import stance_of
from reading.spans import Span, union

_SENTENCE_END = re.compile(
    r"\n(?:(?![ \t]*[a-z(])|(?=[ \t]*\n))|[;；。！!]|[.?](?=\s+[A-Z•]|\n)(?<=[\w)%].)"
)
_MARK = re.compile(
    r"^[ \t　]*(?P<mark>(?:[-–—*•·●○◦▪■□◆◇★➢➤✓√]|[（(]?\d{1,2}[.、)）])[ \t]*)$", re.MULTILINE
)
_MOST_WORDS = (
    60  # a "sentence" longer than this is a text without marks; it proves nothing together
)
_EXPERIENCE = re.compile(
    r"experience|working|worked|career|经验|经历|从业|从事|工作", re.IGNORECASE
)
_HIDDEN = re.compile(r"[^\n]")
_UNITS = ("year", "yrs", "month", "年", "月")
_SPEAKING = (Stance.SHOWN, Stance.LISTED)
_NOT_WORK = frozenset({SectionKind.REFERENCES, SectionKind.PERSONAL})


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, bullet or list entry outside references and personal details."""

    span: Span
    kind: SectionKind
    position: int | None
    heading: bool  # of a position


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
    _word_lines: dict[str, frozenset[int]] = field(default_factory=dict, init=False, repr=False)

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
        if self._shown == [Span(0, len(text))]:
            return text
        for span in self._shown:
            parts += [_HIDDEN.sub(" ", text[at : span.start]), span.of(text)]
            at = span.end
        return "".join([*parts, _HIDDEN.sub(" ", text[at:])])

    @cached_property
    def folded(self) -> str:
        """The same in the form that terms are looked up in."""
        lowered = self.text.lower()
        plain = len(lowered) == len(self.text) and not is_han(lowered)
        return lowered if plain else fold(self.text)

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
        """Every sentence, bullet and heading, in reading order."""
        found = []
        headings = [p.heading for p in self.resume.positions]
        whole = (Section(SectionKind.OTHER, Span(0, len(self.text))),)
        for section in self.resume.sections or whole:
            if section.kind in _NOT_WORK:
                continue
            for span in _sentences(self.text, section.span):
                position = self.position_at(span)
                heading = position is not None and headings[position].overlaps(span)
                found.append(Line(span, section.kind, position, heading))
        return found

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.span.start for line in self.lines]

    def lines_with(self, term: str) -> frozenset[int]:
        """Which lines (by index) have all words of a term ("project manag")."""
        parts = [self._lines_with_word(part) for part in term.split()]
        return frozenset.intersection(*parts) if parts else frozenset()

    def _lines_with_word(self, word: str) -> frozenset[int]:
        known = self._word_lines.get(word)
        if known is None:
            found = set()
            for place in places_of(word, self.folded):
                index = bisect_right(self._line_starts, place.start) - 1
                if index >= 0 and place.end <= self.lines[index].span.end:
                    found.add(index)
            known = self._word_lines[word] = frozenset(found)
        return known

    def speaks(self, line: Line, words: Span) -> bool:
        """Whether a line says these of its words for the person: not denied, wished or others'."""
        return stance_of(self.text, words, line.span, line.kind) in _SPEAKING

    def names_any(self, line: Line, terms: Iterable[str]) -> bool:
        """Whether a line speaks for the person of one of some terms."""
        index = bisect_right(self._line_starts, line.span.start) - 1
        return any(index in self.lines_with(t) and self.says(line, (t,)) for t in terms)

    def says(self, line: Line, terms: Iterable[str]) -> bool:
        """Whether a line speaks for the person in the words from its first to its last term."""
        here = line.span.of(self.folded)
        words = {part for term in terms for part in term.split()}
        found = [place for word in words for place in islice(places_of(word, here), 1)]
        if not found:
            return False
        start, end = min(p.start for p in found), max(p.end for p in found)
        return self.speaks(line, Span(line.span.start + start, line.span.start + end))

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
            here = line.span.of(self.folded)
            if not line.heading and any(unit in here for unit in _UNITS):
                for months, place in find_durations(here):
                    span = place.shifted(line.span.start)
                    if self.speaks(line, span):
                        found.append(Claim(months, line, span))
        return found

    @cached_property
    def overall_claims(self) -> list[Claim]:
        return [
            claim for claim in self.claims if _EXPERIENCE.search(claim.line.span.of(self.folded))
        ]

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

    def with_mark(self, span: Span) -> Span:
        """A bullet with its mark, without which it could be taken for a heading."""
        start = self.resume.text.rfind("\n", 0, span.start) + 1
        mark = _MARK.search(self.resume.text, start, span.start)
        return Span(mark.start("mark"), span.end) if mark else span

    def reads_as_sentence(self, span: Span) -> bool:
        """Whether nobody takes a line for a heading: it has a bullet's mark or a full stop."""
        return self.with_mark(span) != span or self.resume.text[span.end - 1] in ".;。；!！"

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
