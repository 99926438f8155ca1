"""A job and a résumé in a few dozen tokens each: what the cross-encoder reads.

A pair of 100 tokens costs a third of one of 256 and holds what decides: the last titles with their
years, and the lines that speak of what the job asks for. Nothing depends on anybody else in the
pool, so the same two texts always make the same pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from reading.dates import Month, Period
from reading.identity.scoring_view import ScoringView
from reading.job import (
    DegreeValue,
    ExperienceValue,
    Job,
    Kind,
    LanguageValue,
    PermissionValue,
    PhraseValue,
    Requirement,
    SkillValue,
)
from reading.judging.findings import degree_name, language_name
from reading.resume import Position, Resume, Stance
from reading.skills.vocabulary import vocabulary
from reading.spans import Span
from search.words import HAN, is_chinese, question_terms

RULES: Final = 1  # raise whenever the same texts would yield another digest
QUESTION_TOKENS: Final = 40
ANSWER_TOKENS: Final = 56
_TITLE_TOKENS: Final = 24  # of an answer, for the titles held
_TITLES: Final = 3
_DEMAND_TOKENS: Final = 12
_UNIT_TOKENS: Final = 24  # a line that is longer is divided
_UNITS: Final = 400  # lines of a résumé that are looked at
_MUST, _NICE = 2.0, 1.0

_HAN = re.compile(f"[{HAN}]+")
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
_CLAUSES = re.compile(r"(?<=[,，、|·])\s*")
_EDGES = " \t-–—*•·●▪■◦○★|｜,，;；"


def question_of(job: Job) -> str:
    """The job in about 40 tokens: its title, then its demands in shorthand, musts first."""
    title = _cut(_flat(job.title or ""), QUESTION_TOKENS / 2)
    kept, left = [title] if title else [], QUESTION_TOKENS - tokens_of(title)
    for demand in _demands(job):
        cost = tokens_of(demand)
        if demand and cost <= left:
            kept.append(demand)
            left -= cost
    if len(kept) <= 1 and not job.requirements:
        head = _cut(_flat(job.text), left)
        kept = [*kept, head] if head else kept
    return "; ".join(kept)


def answer_of(job: Job | None, resume: Resume, view: ScoringView, as_of: Month) -> str:
    """The résumé in about 56 tokens: the latest titles with their years, then the lines that cover
    most of what the job asks for, in reading order.

    Everything in it stands in the scoring view, except years and separators. Without a job: the
    titles and the first lines.
    """
    heads, told = _titles(resume, view, as_of)
    left = ANSWER_TOKENS - sum(map(tokens_of, heads))
    wanted = {} if job is None else _wanted(job)
    skills = {} if job is None else _skills_shown(job, resume, view)
    units = _units(resume, view, told, skills)
    return "\n".join([*heads, *_choose(units, wanted, left)])


def tokens_of(text: str) -> float:
    """About how many tokens a multilingual model makes of the text."""
    han = sum(map(len, _HAN.findall(text)))
    return han / 1.2 + sum(max(1.3, len(word) / 5) for word in _HAN.sub(" ", text).split())


def _demands(job: Job) -> Iterator[str]:
    """Each demand in a few words, musts first; alternatives as one demand."""
    together: dict[str, list[Requirement]] = {}
    for requirement in sorted(job.requirements, key=lambda each: each.kind is not Kind.MUST):
        together.setdefault(requirement.group or f"alone {requirement.id}", []).append(requirement)
    said: set[str] = set()
    for alternatives in together.values():
        words = dict.fromkeys(_shorthand(each, job.language) for each in alternatives)
        demand = " / ".join(word for word in words if word)
        if demand not in said:
            said.add(demand)
            yield demand


def _shorthand(requirement: Requirement, language: str) -> str:
    """The demand in a few words; nothing for a work permit, which no reading decides."""
    match requirement.value:
        case SkillValue(skill, months):
            words = f"{vocabulary().label(skill, language)} {_length(months, language)}"
        case ExperienceValue(months, terms):
            words = f"{_length(months, language)} {_joined(terms)}"
        case DegreeValue(minimum, fields):
            words = f"{degree_name(minimum, language)} {_joined(fields)}"
        case LanguageValue(code, level):
            words = f"{language_name(code, language)} {level.name if level else ''}"
        case PhraseValue(terms):
            text = _flat(requirement.text)
            words = text if tokens_of(text) <= _DEMAND_TOKENS else _joined(terms)
        case PermissionValue():
            words = ""
    return _cut(_flat(words), _DEMAND_TOKENS)


def _length(months: int | None, language: str) -> str:
    if not months:
        return ""
    years = f"{months / 12:.2g}"
    return f"{years}年" if language == "zh" else f"{years} years"


def _joined(terms: Iterable[str]) -> str:
    """Words with spaces between them; Chinese ones without."""
    listed = list(terms)
    return ("" if all(map(_HAN.fullmatch, listed)) else " ").join(listed)


@lru_cache(maxsize=64)
def _wanted(job: Job) -> Mapping[str, float]:
    """The terms of what the job asks for and their weight; of its whole text where it asks for
    nothing in particular. Single Chinese characters mean too little."""
    weights: dict[str, float] = {}
    texts = [(job.title or "", _MUST)]
    for requirement in job.requirements:
        texts.append((requirement.text, _MUST if requirement.kind is Kind.MUST else _NICE))
    if not job.requirements:
        texts.append((job.text, _NICE))
    for text, weight in texts:
        for term in question_terms(text) if text.strip() else ():
            if not is_chinese(term):
                weights[term] = max(weight, weights.get(term, 0.0))
    for skill, weight in _skills(job).items():
        weights[_key(skill)] = weight
    return weights


def _skills(job: Job) -> dict[str, float]:
    found: dict[str, float] = {}
    for requirement in job.requirements:
        if isinstance(requirement.value, SkillValue):
            weight = _MUST if requirement.kind is Kind.MUST else _NICE
            skill = requirement.value.skill
            found[skill] = max(weight, found.get(skill, 0.0))
    return found


def _key(skill: str) -> str:
    return f"skill {skill}"  # no term holds a space


@lru_cache(maxsize=64)
def _serving(job: Job) -> Mapping[str, frozenset[str]]:
    """Skill → keys of the asked skills that it shows ("Spring" shows Java)."""
    serves: dict[str, frozenset[str]] = {}
    for asked in _skills(job):
        for skill in vocabulary().satisfying(asked) | {asked}:
            serves[skill] = serves.get(skill, frozenset()) | {_key(asked)}
    return serves


def _skills_shown(job: Job, resume: Resume, view: ScoringView) -> dict[int, frozenset[str]]:
    """Where in the view → keys of the asked skills that are shown there, whatever their name."""
    serves = _serving(job)
    shown: dict[int, frozenset[str]] = {}
    for mention in resume.skills:
        if mention.skill in serves and mention.stance in (Stance.SHOWN, Stance.LISTED):
            place = view.to_view(mention.span)
            if place is not None:
                shown[place.start] = shown.get(place.start, frozenset()) | serves[mention.skill]
    return shown


def _titles(resume: Resume, view: ScoringView, as_of: Month) -> tuple[list[str], list[Span]]:
    """The latest titles with their years, and where in the view these positions' headings stand."""
    now = "今" if resume.language == "zh" else "now"
    heads: list[str] = []
    told: list[Span] = []
    left: float = _TITLE_TOKENS
    for position in sorted(resume.positions, key=_age):
        heading = view.to_view(position.heading)
        title = _flat(position.title or "")
        if heading is None or not title or title not in _flat(heading.of(view.text)):
            continue  # nothing that the view does not show
        head, period = _cut(title, _TITLE_TOKENS - 4), position.period
        if period is not None:
            if period.start > as_of:
                continue
            head += f" {_years(period, as_of, now)}"
        left -= tokens_of(head)
        if len(heads) == _TITLES or (heads and left < 0):
            break
        heads.append(head)
        told.append(heading)
    return heads, told


def _years(period: Period, as_of: Month, now: str) -> str:
    if period.end is None or period.end > as_of:
        return f"{period.start.year}–{now}"
    start, end = period.start.year, period.end.year
    return str(start) if start == end else f"{start}–{end}"


def _age(position: Position) -> tuple[int, int, int]:
    """Sorts what runs first, then what ended last; the undated follow, in reading order."""
    if position.period is None:
        return 1, 0, position.span.start
    end = position.period.end.ordinal if position.period.end else 10**6
    return 0, -end, -position.period.start.ordinal


@dataclass(frozen=True, slots=True)
class _Unit:
    """A line or a part of one, its tokens, and what it can cover."""

    text: str
    tokens: float
    covers: frozenset[str]


def _units(
    resume: Resume, view: ScoringView, told: list[Span], skills: Mapping[int, frozenset[str]]
) -> list[_Unit]:
    """The lines of the view, long ones divided, without headings and what was said already."""
    seen = [section.heading for section in resume.sections if section.heading]
    seen += [dropped.span for dropped in resume.dropped]
    skipped = [place for span in seen if (place := view.to_view(span))] + told
    units: list[_Unit] = []
    at = 0
    for line in view.text.splitlines(keepends=True):
        span, at = Span(at, at + len(line)), at + len(line)
        words = line.strip(_EDGES + "\n\r")
        start = span.start + line.find(words)
        if not words or any(each.overlaps(Span(start, start + len(words))) for each in skipped):
            continue
        for offset, part in _divided(words):
            here = range(start + offset, start + offset + len(part))
            keys = [key for place, keys in skills.items() if place in here for key in keys]
            flat = _cut(_flat(part), _UNIT_TOKENS)
            units.append(_Unit(flat, tokens_of(flat), frozenset([*_terms(part), *keys])))
        if len(units) >= _UNITS:
            break
    return units


def _terms(text: str) -> list[str]:
    return [term for term in question_terms(text) if not is_chinese(term)]


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


def _choose(units: list[_Unit], wanted: Mapping[str, float], tokens: float) -> list[str]:
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


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, tokens: float) -> str:
    """The first words (or Chinese characters, or letters of one endless word) that fit."""
    if tokens_of(text) <= tokens:
        return text
    low, high = 0, min(len(text), int(tokens * 12))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens_of(text[:middle]) <= tokens else (low, middle - 1)
    space = text.rfind(" ", 0, low + 1)
    inside = low < len(text) and text[low - 1 : low + 1].isascii() and text[low] != " "
    return (text[:space] if inside and space > 0 else text[:low]).rstrip()
