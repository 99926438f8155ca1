"""A résumé's rows: written for a new one, copied when a merge gives it another owner."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.resumes import Facts, NewResume
from catalog.store.tables import (
    EducationRow,
    PassageRow,
    PositionRow,
    ResumeLanguageRow,
    ResumeRow,
    ResumeSkillRow,
    Row,
)
from catalog.store.unit import Unit
from reading.dates import Experience, Month, Period

_PARTS: tuple[type[Row], ...] = (
    PositionRow,
    EducationRow,
    ResumeSkillRow,
    ResumeLanguageRow,
    PassageRow,
)


def insert_resume(unit: Unit, person_id: int, extraction_id: int, new: NewResume) -> int:
    """Write a résumé and all its parts, visible from this transaction's sequence on."""
    resume_id = unit.insert(
        ResumeRow,
        {
            "person_id": person_id,
            "extraction_id": extraction_id,
            "parser": new.parser,
            "from_sequence": unit.take_sequence(),
            "language": new.language,
            "scoring_text": new.scoring_text,
            "segments": [(part.view, part.source, part.length) for part in new.segments],
            "parsed": dict(new.parsed),
            **_columns(new.facts),
        },
    )
    _insert_positions(unit, resume_id, new.facts)
    _insert_skills(unit, resume_id, new.facts)
    unit.insert_all(
        PassageRow,
        [
            {
                "resume_id": resume_id,
                "ordinal": ordinal,
                "view_start": passage.view.start,
                "view_end": passage.view.end,
                "start": passage.source.start,
                "end": passage.source.end,
                "content_key": passage.content_key,
            }
            for ordinal, passage in enumerate(new.passages)
        ],
    )
    return resume_id


def copy_resume(unit: Unit, resume_id: int, person_id: int) -> int:
    """The same résumé for another person, visible from this transaction's sequence on.

    A copy, because the old row must go on saying whose it was at earlier sequences.
    """
    own = {"person_id": person_id, "from_sequence": unit.take_sequence(), "to_sequence": None}
    copy_id = unit.connection.execute(
        _copying(ResumeRow, ResumeRow.id == resume_id, own).returning(ResumeRow.id)
    ).scalar_one()
    for part in _PARTS:
        columns = sa.inspect(part).columns
        unit.connection.execute(
            _copying(part, columns.resume_id == resume_id, {"resume_id": copy_id})
        )
    return copy_id


def _copying(
    row: type[Row], which: sa.ColumnElement[bool], changed: dict[str, int | None]
) -> sa.Insert:
    table = row.__table__
    assert isinstance(table, sa.Table)
    names = [column.name for column in table.columns if column.name != "id"]
    values = [
        sa.cast(sa.literal(changed[name]), table.c[name].type) if name in changed else table.c[name]
        for name in names
    ]
    order = [table.c.id] if "id" in table.c else list(table.primary_key)
    return sa.insert(table).from_select(names, sa.select(*values).where(which).order_by(*order))


def _columns(facts: Facts) -> dict[str, object]:
    location, salary = facts.location, facts.salary
    return {
        "headline": facts.headline,
        "country": location and location.country,
        "region": location and location.region,
        "city": location and location.city,
        "remote": location and location.remote,
        **_experience(facts.experience),
        "degree": _number(facts.degree),
        "work_permission": facts.work_permission,
        "availability": facts.availability,
        "salary_min": salary and salary.minimum,
        "salary_max": salary and salary.maximum,
        "salary_currency": salary and salary.currency,
    }


def _insert_positions(unit: Unit, resume_id: int, facts: Facts) -> None:
    unit.insert_all(
        PositionRow,
        [
            {
                "resume_id": resume_id,
                "ordinal": ordinal,
                "title": position.title,
                "employer": position.employer,
                **_period(position.period),
                "span_start": position.span.start,
                "span_end": position.span.end,
            }
            for ordinal, position in enumerate(facts.positions)
        ],
    )
    unit.insert_all(
        EducationRow,
        [
            {
                "resume_id": resume_id,
                "ordinal": ordinal,
                "degree": _number(education.degree),
                "field": education.field,
                "institution": education.institution,
                **_period(education.period),
                "in_progress": education.in_progress,
                "span_start": education.span.start,
                "span_end": education.span.end,
            }
            for ordinal, education in enumerate(facts.education)
        ],
    )


def _insert_skills(unit: Unit, resume_id: int, facts: Facts) -> None:
    unit.insert_all(
        ResumeSkillRow,
        [
            {
                "resume_id": resume_id,
                "skill": fact.skill,
                "shown": fact.shown,
                **_experience(fact.experience),
                "last_used": fact.last_used and fact.last_used.ordinal,
            }
            for fact in facts.skills
        ],
    )
    best: dict[str, int | None] = {}  # a language named twice counts at its higher level
    for language in facts.languages:
        levels = (best.get(language.code), _number(language.level))
        best[language.code] = max((x for x in levels if x is not None), default=None)
    unit.insert_all(
        ResumeLanguageRow,
        [{"resume_id": resume_id, "code": code, "level": level} for code, level in best.items()],
    )


def _experience(experience: Experience | None) -> dict[str, object]:
    if experience is None:
        return {"months_before": None, "open_since": None}
    return {
        "months_before": experience.months_before,
        "open_since": _ordinal(experience.open_since),
    }


def _period(period: Period | None) -> dict[str, object]:
    return {
        "start": period and period.start.ordinal,
        "end": _ordinal(period.end) if period else None,
    }


def _ordinal(month: Month | None) -> int | None:
    return None if month is None else month.ordinal


def _number(value: int | None) -> int | None:
    return None if value is None else int(value)
