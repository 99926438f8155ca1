"""The résumé: the latest titles, and the lines that speak of what the job asks for."""

from __future__ import annotations

from typing import Final

from reading.dates import Month, Period
from reading.identity.scoring_view import ScoringView
from reading.job import Job
from reading.resume import Position, Resume
from reading.spans import Span
from search.digest.tokens import cut, flat, tokens_of
from search.digest.units import choose_units, units_of
from search.digest.wanted import skills_shown, wanted_of

ANSWER_TOKENS: Final = 56
_TITLE_TOKENS: Final = 24  # of an answer, for the titles held
_TITLES: Final = 3


def answer_of(job: Job | None, resume: Resume, view: ScoringView, as_of: Month) -> str:
    """The résumé in about 56 tokens: the latest titles with their years, then the lines that cover
    most of what the job asks for, in reading order.

    Everything in it stands in the scoring view, except years and separators. Without a job: the
    titles and the first lines.
    """
    heads, told = _titles(resume, view, as_of)
    left = ANSWER_TOKENS - sum(map(tokens_of, heads))
    wanted = {} if job is None else wanted_of(job)
    skills = {} if job is None else skills_shown(job, resume, view)
    units = units_of(resume, view, told, skills)
    return "\n".join([*heads, *choose_units(units, wanted, left)])


def _titles(resume: Resume, view: ScoringView, as_of: Month) -> tuple[list[str], list[Span]]:
    """The latest titles with their years, and where in the view these positions' headings stand."""
    now = "今" if resume.language == "zh" else "now"
    heads: list[str] = []
    told: list[Span] = []
    left: float = _TITLE_TOKENS
    for position in sorted(resume.positions, key=_age):
        heading = view.to_view(position.heading)
        title = flat(position.title or "")
        if heading is None or not title or title not in flat(heading.of(view.text)):
            continue  # nothing that the view does not show
        head, period = cut(title, _TITLE_TOKENS - 4), position.period
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
