"""What a job asks for, term by term and skill by skill, and where a résumé shows the skills."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from reading.identity.scoring_view import ScoringView
from reading.job import Job, Kind, SkillValue
from reading.resume import Resume, Stance
from reading.skills.vocabulary import vocabulary
from search.words import is_chinese, question_terms

_MUST: Final = 2.0
_NICE: Final = 1.0


@lru_cache(maxsize=64)
def wanted_of(job: Job) -> Mapping[str, float]:
    """The terms of what the job asks for and their weight; of its whole text where it asks for
    nothing in particular."""
    weights: dict[str, float] = {}
    texts = [(job.title or "", _MUST)]
    for requirement in job.requirements:
        texts.append((requirement.text, _MUST if requirement.kind is Kind.MUST else _NICE))
    if not job.requirements:
        texts.append((job.text, _NICE))
    for text, weight in texts:
        for term in terms_of(text):
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


def skills_shown(job: Job, resume: Resume, view: ScoringView) -> dict[int, frozenset[str]]:
    """Where in the view → keys of the asked skills that are shown there, whatever their name."""
    serves = _serving(job)
    shown: dict[int, frozenset[str]] = {}
    for mention in resume.skills:
        if mention.skill in serves and mention.stance in (Stance.SHOWN, Stance.LISTED):
            place = view.to_view(mention.span)
            if place is not None:
                shown[place.start] = shown.get(place.start, frozenset()) | serves[mention.skill]
    return shown


def terms_of(text: str) -> list[str]:
    """The text's terms as a search knows them. Single Chinese characters mean too little."""
    return [term for term in question_terms(text) if not is_chinese(term)] if text.strip() else []
