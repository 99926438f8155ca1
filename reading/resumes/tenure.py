"""How long somebody has worked, overall and with one skill."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reading.dates import Experience, Month, experience, find_durations
from reading.folding import fold
from reading.resume import Resume, SectionKind, Stance

_OF_WORK = re.compile(
    r"experience|working|work(?:ed)?|career|background|industry|从业|经验|工作|行业|资历"
)
_SPOKEN_IN = {SectionKind.HEADER, SectionKind.SUMMARY, SectionKind.SKILLS, SectionKind.OTHER}


def experience_overall(resume: Resume, as_of: Month | None = None) -> Experience | None:
    """The union of the dated positions; where none is dated, the longest length stated.

    Education does not count, internships do. None: nothing says how long. With `as_of`, contracts
    that end later count as still running.
    """
    periods = [p.period for p in resume.positions if p.period is not None]
    if periods:
        return experience(periods, as_of)
    months = stated_months(resume)
    return Experience(months, None) if months is not None else None


def experience_with(
    resume: Resume, skills: Iterable[str], as_of: Month | None = None
) -> Experience | None:
    """The union of the dated positions that show one of some skills.

    None where no dated position does: how long is then unknown, not zero.
    """
    wanted = set(skills)
    shown = {
        mention.position
        for mention in resume.skills
        if mention.skill in wanted and mention.stance is Stance.SHOWN
    }
    periods = [
        position.period
        for index, position in enumerate(resume.positions)
        if index in shown and position.period is not None
    ]
    return experience(periods, as_of) if periods else None


def stated_months(resume: Resume) -> int | None:
    """The longest length of work that summary or skills state ("12 years of experience")."""
    found = [
        months
        for section in resume.sections
        if section.kind in _SPOKEN_IN
        for line in section.span.of(resume.text).splitlines()
        if _OF_WORK.search(fold(line))
        for months, _ in find_durations(line)
    ]
    return max(found, default=None)
