"""Who passes the filters, in SQL; the meaning is `catalog.filters.holds`.

SQL's own logic is Kleene's: a comparison with NULL is NULL, and AND keeps it. So each condition is
one boolean expression that is NULL exactly where the facts do not say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from catalog.filters import (
    Condition,
    ExpectsAtMost,
    Filters,
    HasAnySkill,
    HasDegree,
    HasNoneOf,
    HasStatus,
    InPlace,
    MayWork,
    Speaks,
    WorksRemotely,
    Years,
)
from catalog.store.tables.documents import ResumeLanguageRow, ResumeRow, ResumeSkillRow
from catalog.store.tables.people import PersonRow, PersonStatusRow
from reading.dates import Month
from reading.resume import Degree

_AT_ONCE = 5000  # ids in one statement; SQLite takes 32,766 parameters
TOP_SKILLS = 20

Truth = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Eligible:
    """Ids of the people who pass, ascending, and how many could not be decided.

    The undecided are among `people` exactly when the filters let them in.
    """

    people: Sequence[int]
    unknown: int


def find_eligible(
    connection: sa.Connection, filters: Filters, sequence: int, as_of: Month
) -> Eligible:
    """The people of a snapshot who pass. The erased are gone from every snapshot."""
    conditions = [_holds(condition, sequence, as_of) for condition in filters.conditions]
    people = _people_at(sequence)
    if not conditions:
        ids = connection.execute(people.order_by(ResumeRow.person_id)).scalars().all()
        return Eligible(ids, 0)
    verdict = sa.and_(sa.true(), *conditions)
    query = (
        people.add_columns(verdict.is_(None))
        .where(sa.func.coalesce(verdict, sa.true()))
        .order_by(ResumeRow.person_id)
    )
    rows = connection.execute(query).all()
    unknown = sum(1 for row in rows if row[1])
    if filters.let_in_unknown:
        return Eligible([row[0] for row in rows], unknown)
    return Eligible([row[0] for row in rows if not row[1]], unknown)


def count_facets(
    connection: sa.Connection, people: Iterable[int], sequence: int
) -> dict[str, dict[str, int]]:
    """Exact counts over these people, most frequent first, equal counts by name.

    "unknown" counts those of whom nothing is stated. Counts add up over disjoint batches.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FACETS}
    for batch in _batches(people):
        for name, facet in _FACETS.items():
            rows: Any = connection.execute(facet(batch, sequence))
            for value, number in rows:
                counts[name][_shown(name, value)] += number
    return {name: _ordered(name, counter) for name, counter in counts.items()}


def _batches(people: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(people)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield batch


def _current_at(sequence: int) -> Truth:
    ended = ResumeRow.to_sequence
    return sa.and_(ResumeRow.from_sequence <= sequence, sa.or_(ended.is_(None), ended > sequence))


def _people_at(sequence: int) -> sa.Select[Any]:
    return (
        sa.select(ResumeRow.person_id)
        .join(PersonRow, PersonRow.id == ResumeRow.person_id)
        .where(_current_at(sequence), PersonRow.erased_at.is_(None))
    )


def _holds(condition: Condition, sequence: int, as_of: Month) -> Truth:
    match condition:
        case InPlace(country, region, city):
            levels = (
                (ResumeRow.country, country),
                (ResumeRow.region, region),
                (ResumeRow.city, city),
            )
            return sa.and_(sa.true(), *(known == asked for known, asked in levels if asked))
        case WorksRemotely(wanted):
            return ResumeRow.remote == wanted
        case Years():
            return _years(condition, as_of)
        case HasDegree(minimum):
            return ResumeRow.degree >= int(minimum)
        case Speaks(code, minimum_level):
            return _speaks(code, None if minimum_level is None else int(minimum_level))
        case HasAnySkill(skills):
            return _where_skills_known(_has_skill(ResumeSkillRow.skill.in_(skills)))
        case HasNoneOf(skills):
            return _where_skills_known(sa.not_(_has_skill(ResumeSkillRow.skill.in_(skills))))
        case MayWork(permission):
            return ResumeRow.work_permission == permission.value
        case ExpectsAtMost(amount):
            return ResumeRow.salary_min <= amount
        case HasStatus(statuses):
            return _status_at(sequence).in_([status.value for status in statuses])


def _years(wanted: Years, as_of: Month) -> Truth:
    if wanted.skill is None:
        return _between(wanted, _months(ResumeRow, as_of))
    row = sa.and_(ResumeSkillRow.resume_id == ResumeRow.id, ResumeSkillRow.skill == wanted.skill)
    months = sa.select(_months(ResumeSkillRow, as_of)).where(row).scalar_subquery()
    return _where_skills_known(
        sa.case((sa.exists().where(row), _between(wanted, months)), else_=sa.false())
    )


def _between(wanted: Years, months: sa.ColumnElement[Any]) -> Truth:
    above = () if wanted.minimum is None else (months >= wanted.minimum,)
    below = () if wanted.maximum is None else (months <= wanted.maximum,)
    # With neither bound it only asks whether the months are known.
    return sa.and_(*above, *below) if above or below else months >= 0


def _months(row: type[ResumeRow] | type[ResumeSkillRow], as_of: Month) -> sa.ColumnElement[Any]:
    """reading.dates.Experience.months in SQL; NULL where nothing is dated."""
    running = as_of.ordinal - row.open_since + 1
    return row.months_before + sa.case((row.open_since <= as_of.ordinal, running), else_=0)


def _has_skill(condition: Truth) -> Truth:
    return sa.exists().where(ResumeSkillRow.resume_id == ResumeRow.id, condition)


def _where_skills_known(truth: Truth) -> Truth:
    known = sa.exists().where(ResumeSkillRow.resume_id == ResumeRow.id)
    return sa.case((known, truth), else_=sa.null())


def _speaks(code: str, minimum: int | None) -> Truth:
    of_resume = ResumeLanguageRow.resume_id == ResumeRow.id
    row = sa.and_(of_resume, ResumeLanguageRow.code == code)
    level = sa.select(ResumeLanguageRow.level).where(row).scalar_subquery()
    spoken = sa.true() if minimum is None else level >= minimum
    return sa.case(
        (sa.exists().where(row), spoken),
        (sa.exists().where(of_resume), sa.false()),
        else_=sa.null(),
    )


def _status_at(sequence: int) -> sa.ColumnElement[Any]:
    ended = PersonStatusRow.to_sequence
    return (
        sa.select(PersonStatusRow.status)
        .where(
            PersonStatusRow.person_id == ResumeRow.person_id,
            PersonStatusRow.from_sequence <= sequence,
            sa.or_(ended.is_(None), ended > sequence),
        )
        .scalar_subquery()
    )


Facet = Callable[[Sequence[int], int], sa.Select[Any]]


def _column(column: Any) -> Facet:
    def counts(people: Sequence[int], sequence: int) -> sa.Select[Any]:
        return (
            sa.select(column, sa.func.count())
            .where(_current_at(sequence), ResumeRow.person_id.in_(people))
            .group_by(column)
        )

    return counts


def _many(column: Any, resume_id: Any) -> Facet:
    """Counts of a list; a résumé with an empty list counts as unknown."""

    def counts(people: Sequence[int], sequence: int) -> sa.Select[Any]:
        return (
            sa.select(column, sa.func.count())
            .select_from(ResumeRow)
            .join(resume_id.class_, resume_id == ResumeRow.id, isouter=True)
            .where(_current_at(sequence), ResumeRow.person_id.in_(people))
            .group_by(column)
        )

    return counts


_FACETS: dict[str, Facet] = {
    "country": _column(ResumeRow.country),
    "city": _column(ResumeRow.city),
    "degree": _column(ResumeRow.degree),
    "work permission": _column(ResumeRow.work_permission),
    "language": _many(ResumeLanguageRow.code, ResumeLanguageRow.resume_id),
    "skill": _many(ResumeSkillRow.skill, ResumeSkillRow.resume_id),
}


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "unknown"
    return Degree(value).name.lower() if name == "degree" else str(value)


def _ordered(name: str, counter: Counter[str]) -> dict[str, int]:
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:TOP_SKILLS] if name == "skill" else ordered)
