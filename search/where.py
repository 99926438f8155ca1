"""The filter line: `location=Berlin years>=5 skill=python,java language=German>=B2`.

    location=Berlin            a city, region or country; 'location="New York"' with spaces
    remote=yes                 open to working remotely
    years>=5  years<10         experience overall; years(python)>=3 with one skill
    degree>=bachelor           secondary, vocational, associate, bachelor, master, doctorate
    language=German  language=de>=B2
    skill=python,java          any of them; repeat skill= for all; skill!=cobol for none
    permission=permitted       or needs_sponsorship
    salary<=60000              the least that is expected, per year
    status=active              active, paused, placed, do_not_contact; a comma for several

Conditions are joined by "and". Names of skills, places and languages are understood in English and
Chinese.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from catalog.errors import InvalidRequest
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
from catalog.people import PersonStatus
from reading.resume import Degree, LanguageLevel, WorkPermission
from reading.resumes.education import degree_named
from reading.resumes.languages import language_named
from reading.resumes.places import resolve_place
from reading.skills.vocabulary import vocabulary

_PART = re.compile(r"(?P<key>[a-z]+)(?:\((?P<of>[^)]+)\))?(?P<sign>>=|<=|!=|=|>|<)(?P<value>.+)")
_LONGEST = 5000  # characters
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

E = TypeVar("E", bound=Enum)


def read_where(line: str, *, let_in_unknown: bool = False) -> Filters:
    """The filters that a line means; an empty line means everybody.

    Errors: InvalidRequest, with the part that is not understood and how it could be written.
    """
    if len(line) > _LONGEST:
        raise InvalidRequest(f"the filter is longer than {_LONGEST} characters")
    try:
        parts = shlex.split(line)
    except ValueError:
        raise InvalidRequest(f"a quotation mark is not closed in the filter: {line}") from None
    return Filters(tuple(_read(part) for part in parts), let_in_unknown)


def _read(part: str) -> Condition:
    match = _PART.fullmatch(part)
    reader = _READERS.get(match["key"]) if match else None
    if match is None or reader is None:
        raise InvalidRequest(
            f"{part!r} is not a filter: write for example location=Berlin, years>=5 or "
            f"skill=python (known: {', '.join(_READERS)})"
        )
    if match["of"] and match["key"] != "years":
        raise InvalidRequest(f"{part!r}: only years takes a skill in parentheses")
    return reader(part, match["of"] or "", match["sign"], match["value"].strip())


def _location(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "=")
    place = resolve_place(value)
    if place is None:
        raise InvalidRequest(f"{part!r}: the place {value!r} is not known; try the country")
    country, region, city = (
        level and level.casefold() for level in (place.country, place.region, place.city)
    )
    return InPlace(country, None if city else region, city)


def _remote(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "=")
    if value.lower() not in _YES:
        raise InvalidRequest(f"{part!r}: remote is yes or no")
    return WorksRemotely(_YES[value.lower()])


def _years(part: str, skill: str, sign: str, value: str) -> Condition:
    try:
        months = round(float(value) * 12)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"{part!r}: years is a number, as in years>=5") from None
    if not 0 <= months <= 1200:
        raise InvalidRequest(f"{part!r}: between 0 and 100 years")
    named = _skill(part, skill) if skill else None
    match sign:
        case ">=":
            return Years(minimum=months, skill=named)
        case ">":
            return Years(minimum=months + 1, skill=named)
        case "<=":
            return Years(maximum=months, skill=named)
        case "<":
            return Years(maximum=months - 1, skill=named)
        case "=":
            return Years(minimum=months, maximum=months + 11, skill=named)
    raise InvalidRequest(f"{part!r}: years takes >=, >, <=, < or =")


def _degree(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, ">=", "=")
    degree = Degree.__members__.get(value.upper()) or degree_named(value)
    if degree is None:
        raise InvalidRequest(f"{part!r}: a degree is one of {_names(Degree)}")
    return HasDegree(degree)


def _language(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "=")
    name, _, level = value.partition(">=")
    code = language_named(name)
    if code is None:
        raise InvalidRequest(f"{part!r}: the language {name!r} is not known")
    if not level:
        return Speaks(code)
    known = LanguageLevel.__members__.get(level.upper())
    if known is None:
        raise InvalidRequest(f"{part!r}: a level is one of {_names(LanguageLevel)}")
    return Speaks(code, known)


def _skills(part: str, _: str, sign: str, value: str) -> Condition:
    """A skill also stands for those that imply it: PostgreSQL is SQL."""
    _only(part, sign, "=", "!=")
    named = {
        implying
        for name in re.split(r"[,，]", value)
        for implying in vocabulary().satisfying(_skill(part, name))
    }
    return (HasAnySkill if sign == "=" else HasNoneOf)(tuple(sorted(named)))


def _permission(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "=")
    return MayWork(_member(part, WorkPermission, value))


def _salary(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "<=")
    if not re.fullmatch(r"\d{1,12}", value):
        raise InvalidRequest(f"{part!r}: salary is a whole amount per year, as in salary<=60000")
    return ExpectsAtMost(int(value))


def _status(part: str, _: str, sign: str, value: str) -> Condition:
    _only(part, sign, "=")
    return HasStatus(tuple(_member(part, PersonStatus, name) for name in value.split(",")))


_READERS: dict[str, Callable[[str, str, str, str], Condition]] = {
    "location": _location,
    "remote": _remote,
    "years": _years,
    "degree": _degree,
    "language": _language,
    "skill": _skills,
    "permission": _permission,
    "salary": _salary,
    "status": _status,
}


def _skill(part: str, name: str) -> str:
    known = vocabulary().resolve(name.strip())
    if known is None:
        raise InvalidRequest(
            f"{part!r}: the skill {name.strip()!r} is not in the vocabulary; "
            "look for the word itself with --text"
        )
    return known


def _member(part: str, kind: type[E], value: str) -> E:
    try:
        return kind(value.strip().lower())
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise InvalidRequest(f"{part!r}: it is one of {known}") from None


def _names(kind: type[Degree] | type[LanguageLevel]) -> str:
    return ", ".join(name.lower() if kind is Degree else name for name in kind.__members__)


def _only(part: str, sign: str, *allowed: str) -> None:
    if sign not in allowed:
        raise InvalidRequest(f"{part!r}: write it with {' or '.join(allowed)}")
