"""What a recruiter filters by, and what it means for one candidate.

A condition is true, false or unknown (None) of a candidate, by Kleene's strong three-valued logic
(S. C. Kleene, Introduction to Metamathematics, 1952, §64): nobody is excluded because a parser
found nothing. `holds` is the meaning; the SQL in `catalog.store.eligibility` must agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from catalog.people import PersonStatus
from reading.dates import Experience, Month
from reading.resume import Degree, LanguageLevel, WorkPermission


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one candidate. None, or an empty collection, means: nothing was stated.

    Names of places are case-folded, here, in conditions and in the database.
    """

    country: str | None = None
    region: str | None = None
    city: str | None = None
    remote: bool | None = None
    experience: Experience | None = None
    degree: Degree | None = None
    languages: Mapping[str, LanguageLevel | None] = field(default_factory=dict)
    skills: Mapping[str, Experience | None] = field(default_factory=dict)  # None: has it, undated
    work_permission: WorkPermission | None = None
    salary_minimum: int | None = None
    status: PersonStatus = PersonStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class InPlace:
    """Lives there. Levels that the filter leaves open match anything."""

    country: str | None = None
    region: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class WorksRemotely:
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Years:
    """Between `minimum` and `maximum` months of experience, overall or with one skill."""

    minimum: int | None = None
    maximum: int | None = None
    skill: str | None = None


@dataclass(frozen=True, slots=True)
class HasDegree:
    minimum: Degree


@dataclass(frozen=True, slots=True)
class Speaks:
    code: str
    minimum: LanguageLevel | None = None


@dataclass(frozen=True, slots=True)
class HasAnySkill:
    """At least one of them. Several such conditions together mean: all."""

    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasNoneOf:
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MayWork:
    permission: WorkPermission


@dataclass(frozen=True, slots=True)
class ExpectsAtMost:
    """The lowest salary asked for, per year, is not above this amount."""

    amount: int


@dataclass(frozen=True, slots=True)
class HasStatus:
    statuses: tuple[PersonStatus, ...]


Condition = (
    InPlace
    | WorksRemotely
    | Years
    | HasDegree
    | Speaks
    | HasAnySkill
    | HasNoneOf
    | MayWork
    | ExpectsAtMost
    | HasStatus
)


@dataclass(frozen=True, slots=True)
class Filters:
    """All conditions must hold; `let_in_unknown` also admits those of whom one is unknown."""

    conditions: tuple[Condition, ...] = ()
    let_in_unknown: bool = False


def both(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's "and"."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def holds(condition: Condition, facts: Facts, as_of: Month) -> bool | None:
    """Whether a condition is true of a candidate; None where the facts do not say."""
    match condition:
        case InPlace():
            return _in_place(condition, facts)
        case WorksRemotely(wanted):
            return None if facts.remote is None else facts.remote == wanted
        case Years():
            return _years(condition, facts, as_of)
        case HasDegree(minimum):
            return None if facts.degree is None else facts.degree >= minimum
        case Speaks(code, minimum):
            return _speaks(facts.languages, code, minimum)
        case HasAnySkill(skills):
            return any(skill in facts.skills for skill in skills) if facts.skills else None
        case HasNoneOf(skills):
            return all(skill not in facts.skills for skill in skills) if facts.skills else None
        case MayWork(permission):
            return None if facts.work_permission is None else facts.work_permission == permission
        case ExpectsAtMost(amount):
            return None if facts.salary_minimum is None else facts.salary_minimum <= amount
        case HasStatus(statuses):
            return facts.status in statuses


def all_hold(filters: Filters, facts: Facts, as_of: Month) -> bool | None:
    verdict: bool | None = True
    for condition in filters.conditions:
        verdict = both(verdict, holds(condition, facts, as_of))
    return verdict


def admits(filters: Filters, facts: Facts, as_of: Month) -> bool:
    verdict = all_hold(filters, facts, as_of)
    return filters.let_in_unknown if verdict is None else verdict


def _in_place(wanted: InPlace, facts: Facts) -> bool | None:
    verdict: bool | None = True
    for asked, known in (
        (wanted.country, facts.country),
        (wanted.region, facts.region),
        (wanted.city, facts.city),
    ):
        if asked is not None:
            verdict = both(verdict, None if known is None else known == asked)
    return verdict


def _years(wanted: Years, facts: Facts, as_of: Month) -> bool | None:
    if wanted.skill is None:
        experience = facts.experience
    elif not facts.skills:
        return None
    elif wanted.skill not in facts.skills:
        return False
    else:
        experience = facts.skills[wanted.skill]
    if experience is None:
        return None
    months = experience.months(as_of)
    above = wanted.minimum is None or months >= wanted.minimum
    below = wanted.maximum is None or months <= wanted.maximum
    return above and below


def _speaks(
    known: Mapping[str, LanguageLevel | None], code: str, minimum: LanguageLevel | None
) -> bool | None:
    if not known:
        return None
    if code not in known:
        return False
    level = known[code]
    if minimum is None:
        return True
    return None if level is None else level >= minimum


def filters_to_record(filters: Filters) -> dict[str, Any]:
    """JSON in which every condition carries its `type`."""
    return {
        "conditions": [
            {"type": type(condition).__name__, **asdict(condition)}
            for condition in filters.conditions
        ],
        "let_in_unknown": filters.let_in_unknown,
    }


def filters_from_record(record: Mapping[str, Any]) -> Filters:
    """The filters again. Errors: KeyError, TypeError, ValueError where the record does not fit."""
    conditions = tuple(_condition(dict(entry)) for entry in record["conditions"])
    return Filters(conditions, bool(record["let_in_unknown"]))


def _condition(entry: dict[str, Any]) -> Condition:
    kind = _CONDITIONS[entry.pop("type")]
    typed = {name: _TYPED.get((kind, name), _same)(value) for name, value in entry.items()}
    return kind(**typed)


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_CONDITIONS: dict[str, type[Condition]] = {kind.__name__: kind for kind in get_args(Condition)}
_TYPED: dict[tuple[type[Condition], str], Callable[[Any], Any]] = {
    (HasDegree, "minimum"): Degree,
    (Speaks, "minimum"): lambda level: None if level is None else LanguageLevel(level),
    (MayWork, "permission"): WorkPermission,
    (HasStatus, "statuses"): lambda names: tuple(PersonStatus(name) for name in names),
}
