"""A job and a candidate in few words: the pair of short texts that is read closely.

A cross-encoder's cost grows with what it reads, and most of a résumé says nothing about one job.
The question is the job's title and its demands in shorthand; the answer is what the person was and
for how long, and the lines that have most to do with what is asked. Both depend on these two
documents and the month alone: nobody else in the pool changes what is read of somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import DegreeValue, Job, Kind, LanguageValue, Requirement, SkillValue
from reading.resume import Resume
from reading.spans import Span
from search.words import HAN, question_terms

QUESTION_TOKENS = 40
ANSWER_TOKENS = 56
_TITLES = 3
_TITLE_TOKENS = 9
_LINE_TOKENS = 22
_DEMAND_TOKENS = 9
_PIECE = re.compile(rf"[{HAN}]|[^\W{HAN}]+|[^\w\s]")
_SENTENCE = re.compile(r"[^\n.!?;。！？；]+[.!?;。！？；]?")
_EDGES = " \t\u3000•·●◦▪■-–—*|,，;；。:：>"


def question_of(job: Job) -> str:
    """Title and demands, musts first, within about 40 tokens; the text's head where none are."""
    if not job.requirements:
        return _cut(" ".join(job.text.split()), QUESTION_TOKENS)
    demands = sorted(job.requirements, key=lambda demand: demand.kind is not Kind.MUST)
    parts = [_cut(job.title, _TITLE_TOKENS * 2)] if job.title else []
    return "; ".join(_within([*parts, *map(_shorthand, demands)], QUESTION_TOKENS))


def answer_of(job: Job | None, resume: Resume, view: ScoringView, as_of: Month) -> str:
    """Latest titles with their length, then lines of the view, in reading order.

    Lines are chosen one by one by how many words of the job they add to those already there, per
    token; ties go to the earlier one. Without a job: the view's first lines. About 56 tokens.
    """
    titles = _titles(resume, view, as_of)
    left = ANSWER_TOKENS - sum(map(tokens_in, titles))
    lines = _lines(view.text)
    chosen = _first(lines, left) if job is None else _covering(job, lines, left)
    return "\n".join([*titles, *chosen])


def tokens_in(text: str) -> int:
    """About how many tokens a multilingual model cuts a text into: for budgets, not for limits."""
    pieces = _PIECE.findall(text)
    return sum(1 if len(piece) < 7 else 2 for piece in pieces)


def _shorthand(demand: Requirement) -> str:
    text = " ".join(demand.text.split())
    match demand.value:
        case SkillValue(skill, months):
            years = f" {months // 12}+" if months else ""
            return text if tokens_in(text) <= _DEMAND_TOKENS else f"{skill}{years}"
        case DegreeValue() | LanguageValue():
            return _cut(text, 6)
        case _:
            return _cut(text, _DEMAND_TOKENS)


def _titles(resume: Resume, view: ScoringView, as_of: Month) -> list[str]:
    """The latest positions' titles as the view shows them, each with its years."""
    titles: list[str] = []
    for position in resume.positions[:_TITLES]:
        title = _seen(resume, view, position.title, position.heading)
        if title is None:
            continue
        years = _years(position.period, as_of)
        titles.append(_cut(title, _TITLE_TOKENS) + (f", {years}" if years else ""))
    return titles


def _seen(resume: Resume, view: ScoringView, title: str | None, heading: Span) -> str | None:
    """A title, if all of it stands in the scoring view."""
    if not title:
        return None
    at = resume.text.find(title, heading.start, heading.end)
    if at < 0:
        return None
    shown = view.to_view(Span(at, at + len(title)))
    return " ".join(title.split()) if shown and shown.of(view.text) == title else None


def _years(period: object, as_of: Month) -> str:
    start, end = getattr(period, "start", None), getattr(period, "end", None)
    if start is None:
        return ""
    months = (end or as_of).ordinal - start.ordinal + 1
    if months <= 0:
        return ""
    return f"{round(months / 12)} y" if months >= 12 else f"{months} m"


def _lines(text: str) -> list[str]:
    """The sentences and list entries of a view, long ones cut."""
    found: list[str] = []
    for match in _SENTENCE.finditer(text):
        line = " ".join(match[0].split()).strip(_EDGES)
        if tokens_in(line) >= 2 and line not in found[-3:]:
            found.append(_cut(line, _LINE_TOKENS))
    return found


@lru_cache(maxsize=256)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(question_terms(text))


def _covering(job: Job, lines: list[str], budget: int) -> list[str]:
    asked = _terms_of("\n".join([job.title or "", *(r.text for r in job.requirements)]) or job.text)
    if not asked:
        asked = _terms_of(job.text)
    has = [asked & frozenset(question_terms(line)) for line in lines]
    costs = [tokens_in(line) for line in lines]
    chosen: set[int] = set()
    covered: frozenset[str] = frozenset()
    while True:
        gains = [
            (len(terms - covered) / (costs[place] + 4), -place)
            for place, terms in enumerate(has)
            if place not in chosen and costs[place] <= budget and terms - covered
        ]
        if not gains:
            break
        place = -max(gains)[1]
        chosen.add(place)
        covered |= has[place]
        budget -= costs[place]
    if not chosen:
        return _first(lines, budget)
    return [lines[place] for place in sorted(chosen)]


def _first(lines: Iterable[str], budget: int) -> list[str]:
    return _within(lines, budget)


def _within(parts: Iterable[str], budget: int) -> list[str]:
    """The parts from the first on that fit together; the first is cut rather than left out."""
    kept: list[str] = []
    for part in parts:
        cost = tokens_in(part)
        if cost > budget:
            if not kept and budget > 0:
                kept.append(_cut(part, budget))
            continue
        kept.append(part)
        budget -= cost
    return kept


def _cut(text: str, budget: int) -> str:
    """The text up to so many tokens, never within a word."""
    end = 0
    for piece in _PIECE.finditer(text):
        budget -= 1 if len(piece[0]) < 7 else 2
        if budget < 0:
            return text[:end].rstrip()
        end = piece.end()
    return text
