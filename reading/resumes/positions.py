"""Finding the positions held, each with its dates, title and employer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from reading.dates import Period, find_months
from reading.resume import Position, Section, SectionKind
from reading.resumes.sections import lines_of
from reading.resumes.titles import names_employer, names_title, title_and_employer
from reading.spans import Span

_BULLET = re.compile(r"\s*(?:[-*•·●▪■◆‣►➢✓o]\s+|[•●▪■◆‣►➢✓·]|\(?\d{1,2}[.)、）](?!\d)|[①-⑳])")
_SENTENCE_END = (".", "。", "；", ";", "!", "！")
_LONGEST_REST = 110  # characters beside the dates on a heading's line
_LINES_ABOVE = 2
_LINES_BELOW = 2
# Stretches without work that people account for.
_PAUSE = re.compile(
    r"(?i)\b(?:career break|parental leave|maternity|paternity|sabbatical|gap year|travell?ing|"
    r"redundancy|"
    r"unemployed|caring for|family (?:care|leave|reasons)|relocation|language course|sick leave)\b|"
    r"育儿|育兒|产假|產假|待业|待業|休假|照顾家|照顧家|空档|空檔|游学|遊學|职业间歇|离职休整|備考|"
    r"备考|全职妈妈|探亲|gap"
)
_SCHOOLING = re.compile(
    r"\b(?:bachelor|master|degree|diploma|ph\.?d|b\.?sc?|m\.?sc?|mba|gpa|coursework)\b|本科|硕士|"
    r"学士|博士|大专",
    re.IGNORECASE,
)
# Kinds whose dated lines are positions even outside a section of experience, where titles say so.
_STRAY = {SectionKind.OTHER, SectionKind.HEADER, SectionKind.SUMMARY, SectionKind.SKILLS}


@dataclass(frozen=True, slots=True)
class _Heading:
    first: int  # index of the first line
    last: int  # index of the last line
    dates: Span
    period: Period | None


class _Page:
    """A text by lines, with the dates that stand on them."""

    def __init__(self, text: str, dated: Sequence[tuple[Period, Span]]) -> None:
        self.text = text
        self.lines = list(lines_of(text))
        self._starts = [line.start for line in self.lines]
        self.dated = dated

    def line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def words(self, index: int) -> str:
        return self.lines[index].of(self.text)

    def is_bullet(self, index: int) -> bool:
        return _BULLET.match(self.words(index)) is not None


def find_positions(
    text: str, sections: Sequence[Section], dated: Sequence[tuple[Period, Span]]
) -> tuple[Position, ...]:
    """The positions of a résumé in reading order.

    `dated` is what `find_periods` found in the text. Each position runs from its heading to the
    next one, or to the end of its section. Internships and voluntary work count as positions.
    """
    page = _Page(text, dated)
    found: list[Position] = []
    for section in _merged(sections):
        if section.kind is SectionKind.EXPERIENCE:
            headings = _headings(page, section.span) or _undated(page, section.span)
        elif section.kind in _STRAY:
            headings = [h for h in _headings(page, section.span) if _is_titled(page, h)]
        else:
            continue
        found += _positions(page, section.span, headings)
    return tuple(sorted(found, key=lambda position: position.span))


def _merged(sections: Sequence[Section]) -> list[Section]:
    """Sections that furniture interrupts, as one again."""
    whole: list[Section] = []
    for section in sections:
        last = whole[-1] if whole else None
        if last and last.kind is section.kind and last.heading == section.heading:
            whole[-1] = Section(last.kind, Span(last.span.start, section.span.end), last.heading)
        else:
            whole.append(section)
    return whole


def _headings(page: _Page, within: Span) -> list[_Heading]:
    dated = [(p, s) for p, s in page.dated if within.covers(s)]
    headings: list[_Heading] = []
    floor = page.line_at(within.start)
    if page.lines[floor].start < within.start or _heads_section(page, floor, within):
        floor += 1
    ceiling = page.line_at(max(within.start, within.end - 1))
    singles = _single_dates(page, within, dated) if not dated else []
    for period, span in sorted([*dated, *singles], key=lambda item: item[1]):
        first, last = page.line_at(span.start), page.line_at(span.end - 1)
        if headings and first <= headings[-1].last:
            continue
        if not _is_heading_line(page, first, last, span):
            continue
        above = _grow_up(page, first, max(floor, headings[-1].last + 1 if headings else floor))
        below = _grow_down(page, last, min(ceiling, last + _LINES_BELOW), above, span)
        headings.append(_Heading(above, below, span, period))
    return headings


def _heads_section(page: _Page, line: int, within: Span) -> bool:
    from reading.resumes.sections import heading_kind

    return heading_kind(page.words(line)) is not None


def _single_dates(
    page: _Page, within: Span, dated: Sequence[tuple[Period, Span]]
) -> list[tuple[Period, Span]]:
    """Single dates at the edge of a line that carries a title: "Intern, Northgate Ltd, 2018"."""
    found = []
    for period, span in find_months(within.of(page.text)):
        at = span.shifted(within.start)
        words = page.words(page.line_at(at.start))
        if len(words) <= 90 and (names_title(words) or names_employer(words)):
            found.append((period, at))
    return found


def _is_heading_line(page: _Page, first: int, last: int, dates: Span) -> bool:
    start, end = page.lines[first].start, page.lines[last].end
    before, after = page.text[start : dates.start], page.text[dates.end : end]
    rest = f"{before} {after}".strip()
    if len(rest) > _LONGEST_REST or _SCHOOLING.search(rest):
        return False
    if not re.search(r"\w", rest):
        return True
    if rest.rstrip(")）] ").endswith(_SENTENCE_END) and len(rest) > 40:
        return False
    if page.is_bullet(first) and len(before.strip(" -*•·●")) > 30 and not names_title(rest):
        return False
    # a date in the middle of a sentence has small words on both sides
    return not (re.search(r"[a-z]{2,} $", before) and re.match(r"[ ,]*[a-z]{2,}", after))


def _is_plain(page: _Page, index: int) -> bool:
    """Short, no bullet and no sentence: may belong to a heading."""
    words = page.words(index).strip()
    if not words or len(words) > _LONGEST_REST or page.is_bullet(index):
        return False
    if words.endswith(_SENTENCE_END) and not re.search(r"\b(?:inc|ltd|co|corp|st)\.$", words, re.I):
        return False
    return not words[0].islower()


def _speaks(words: str) -> bool:
    return len(words) <= 90 and (names_title(words) or names_employer(words))


def _grow_up(page: _Page, line: int, floor: int) -> int:
    """The first line of the heading whose dates stand on `line`."""
    first = line
    if first - 1 > floor and not page.words(first - 1).strip() and _is_plain(page, first - 2):
        # a title set apart by an empty line, as Markdown and HTML do
        alone = first - 2 == floor or not page.words(first - 3).strip()
        here = page.words(line)
        if alone and names_title(page.words(first - 2)) and not _titled_line(here):
            return first - 2
    while first > floor and line - first < _LINES_ABOVE and _is_plain(page, first - 1):
        words = page.words(first - 1).strip()
        opens = first - 1 == floor or not page.words(first - 2).strip()
        follows_prose = first - 2 >= floor and (
            page.is_bullet(first - 2) or page.words(first - 2).strip().endswith(_SENTENCE_END)
        )
        if not (opens or follows_prose or _speaks(words)):
            break
        if not (_speaks(words) or (opens and len(words) <= 60)):
            break
        first -= 1
    return first


def _titled_line(words: str) -> bool:
    return title_and_employer(words)[0] is not None and names_title(words)


def _grow_down(page: _Page, line: int, ceiling: int, first: int, dates: Span) -> int:
    """The last line of the heading: lines below count while title or employer is missing."""
    last = line
    bare = first == line and not re.search(r"[^\W\d_]", _without(page, first, last, dates))
    if bare and last + 1 <= ceiling and not page.words(last + 1).strip():
        ceiling = min(ceiling + 1, len(page.lines) - 1)
        last += 1  # dates alone, an empty line, then title and employer
    while last < ceiling and _is_plain(page, last + 1):
        if first < line and _is_dated(page, last + 2):
            break  # the next line heads the next position
        title, employer = title_and_employer(_without(page, first, last, dates))
        if title is not None and employer is not None and names_title(title):
            break
        words = page.words(last + 1).strip()
        wanted = names_title(words) if title is None or not names_title(title) else _speaks(words)
        if len(words) > 80 or not (wanted or _speaks(words) or (title is None and last == line)):
            break
        if _is_dated(page, last + 1):
            break
        last += 1
    while last > line and not page.words(last).strip():
        last -= 1
    return last


def _is_dated(page: _Page, index: int) -> bool:
    return index < len(page.lines) and any(
        page.lines[index].overlaps(span) for _, span in page.dated
    )


def _without(page: _Page, first: int, last: int, dates: Span) -> str:
    start, end = page.lines[first].start, page.lines[last].end
    return f"{page.text[start : dates.start]}  |  {page.text[dates.end : end]}"


def _is_titled(page: _Page, heading: _Heading) -> bool:
    words = _without(page, heading.first, heading.last, heading.dates)
    title, _ = title_and_employer(words)
    return title is not None and names_title(title) and not _SCHOOLING.search(words)


def _undated(page: _Page, within: Span) -> list[_Heading]:
    """Headings without dates: a title set apart, by an empty line or beside its employer."""
    headings = []
    floor = page.line_at(within.start) + 1
    for index in range(floor, page.line_at(max(within.start, within.end - 1)) + 1):
        words = page.words(index).strip()
        before = page.words(index - 1)
        set_apart = index == floor or not before.strip() or names_employer(words)
        set_apart = (
            set_apart or page.is_bullet(index - 1) or before.rstrip().endswith(_SENTENCE_END)
        )
        if _is_plain(page, index) and len(words) <= 80 and names_title(words) and set_apart:
            nowhere = Span(page.lines[index].end, page.lines[index].end)
            below = index + 1
            named = not names_employer(words) and below < len(page.lines) and _is_plain(page, below)
            named = named and not names_title(page.words(below))
            headings.append(_Heading(index, below if named else index, nowhere, None))
    return headings


def _positions(page: _Page, within: Span, headings: Sequence[_Heading]) -> list[Position]:
    found = []
    starts = [max(page.lines[heading.first].start, within.start) for heading in headings]
    for heading, start, end in zip(headings, starts, [*starts[1:], within.end], strict=False):
        words = _without(page, heading.first, heading.last, heading.dates)
        title, employer = title_and_employer(words)
        if _PAUSE.search(words) and (title is None or not names_title(title)):
            continue
        found.append(
            Position(
                title=title,
                employer=employer,
                period=heading.period,
                span=Span(start, max(start, end)),
                heading=Span(start, page.lines[heading.last].end),
            )
        )
    return found
