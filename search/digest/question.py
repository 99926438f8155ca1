"""The job: its title, and what it demands in shorthand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

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
from reading.skills.vocabulary import vocabulary
from search.digest.tokens import CHINESE, cut, flat, tokens_of

QUESTION_TOKENS: Final = 40
_DEMAND_TOKENS: Final = 12


def question_of(job: Job) -> str:
    """The job in about 40 tokens: its title, then its demands in shorthand, musts first."""
    title = cut(flat(job.title or ""), QUESTION_TOKENS / 2)
    kept, left = [title] if title else [], QUESTION_TOKENS - tokens_of(title)
    for demand in _demands(job):
        cost = tokens_of(demand)
        if demand and cost <= left:
            kept.append(demand)
            left -= cost
    if len(kept) <= 1 and not job.requirements:
        head = cut(flat(job.text), left)
        kept = [*kept, head] if head else kept
    return "; ".join(kept)


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
            text = flat(requirement.text)
            words = text if tokens_of(text) <= _DEMAND_TOKENS else _joined(terms)
        case PermissionValue():
            words = ""
    return cut(flat(words), _DEMAND_TOKENS)


def _length(months: int | None, language: str) -> str:
    if not months:
        return ""
    years = f"{months / 12:.2g}"
    return f"{years}年" if language == "zh" else f"{years} years"


def _joined(terms: Iterable[str]) -> str:
    """Words with spaces between them; Chinese ones without."""
    listed = list(terms)
    return ("" if all(map(CHINESE.fullmatch, listed)) else " ").join(listed)
