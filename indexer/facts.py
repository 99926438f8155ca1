"""What filters ask about, computed from a résumé once, when it is read."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.resumes import Facts, SkillFact
from reading.dates import Month, Period, experience
from reading.resume import Degree, LanguageSkill, Location, Resume, SkillMention, Stance

_SPEAKS_FOR = (Stance.SHOWN, Stance.LISTED)


def state_facts(resume: Resume) -> Facts:
    """The résumé's query columns; None and empty where it does not say."""
    periods = [position.period for position in resume.positions if position.period]
    permission, availability, salary = resume.work_permission, resume.availability, resume.salary
    return Facts(
        headline=resume.headline,
        location=_folded(resume.location),
        experience=experience(periods) if periods else None,
        degree=_highest(resume),
        work_permission=permission.value if permission else None,
        availability=availability.value if availability else None,
        salary=salary.value if salary else None,
        positions=resume.positions,
        education=resume.education,
        skills=_skills(resume),
        languages=_languages(resume.languages),
    )


def _folded(place: Location | None) -> Location | None:
    """The place as filters compare it: names case-folded."""
    if place is None:
        return None
    country, region, city = (
        level and level.casefold() for level in (place.country, place.region, place.city)
    )
    return Location(country, region, city, place.remote, place.span)


def _highest(resume: Resume) -> Degree | None:
    finished = (e.degree for e in resume.education if e.degree and not e.in_progress)
    return max(finished, default=None)


def _skills(resume: Resume) -> tuple[SkillFact, ...]:
    mentions: dict[str, list[SkillMention]] = {}
    for mention in resume.skills:
        if mention.stance in _SPEAKS_FOR:
            mentions.setdefault(mention.skill, []).append(mention)
    return tuple(_skill(skill, mentions[skill], resume) for skill in sorted(mentions))


def _skill(skill: str, mentions: list[SkillMention], resume: Resume) -> SkillFact:
    held = {m.position for m in mentions if m.position is not None}
    periods = [p for i in sorted(held) if (p := resume.positions[i].period)]
    return SkillFact(
        skill=skill,
        shown=any(mention.stance is Stance.SHOWN for mention in mentions),
        experience=experience(periods) if periods else None,
        last_used=_last(periods),
    )


def _last(periods: Iterable[Period]) -> Month | None:
    """The last month of use; None where it still runs or nothing is dated."""
    ends = [period.end for period in periods]
    closed = [end for end in ends if end is not None]
    return max(closed) if closed and len(closed) == len(ends) else None


def _languages(languages: Iterable[LanguageSkill]) -> tuple[LanguageSkill, ...]:
    """Each language once, at the highest level stated."""
    best: dict[str, LanguageSkill] = {}
    for language in languages:
        known = best.get(language.code)
        if known is None or (language.level or 0) > (known.level or 0):
            best[language.code] = language
    return tuple(best.values())
