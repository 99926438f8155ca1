"""The filters in SQL mean what `catalog.filters.holds` means, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from catalog import filters as f
from catalog.people import PersonStatus
from catalog.resumes import Facts, SkillFact
from catalog.store import Catalog
from reading.dates import Experience, Month
from reading.resume import (
    Degree,
    LanguageLevel,
    LanguageSkill,
    Location,
    Salary,
    WorkPermission,
)
from reading.spans import Span
from tests.catalog.conftest import ResumeMaker

AS_OF = Month(2026, 11)
SKILLS = ("python", "audit", "ward-care", "welding")


def some(dice: Random, *values: object) -> object:
    """One of the values or None."""
    return dice.choice((None, *values))


def random_experience(dice: Random) -> Experience | None:
    since = Month.from_ordinal(AS_OF.ordinal + dice.randint(-60, 3))
    return some(  # type: ignore[return-value]
        dice, Experience(dice.randint(0, 120), None), Experience(dice.randint(0, 40), since)
    )


def random_facts(dice: Random) -> f.Facts:
    return f.Facts(
        country=some(dice, "de", "fr"),  # type: ignore[arg-type]
        region=some(dice, "bavaria"),  # type: ignore[arg-type]
        city=some(dice, "berlin", "munich"),  # type: ignore[arg-type]
        remote=some(dice, True, False),  # type: ignore[arg-type]
        experience=random_experience(dice),
        degree=some(dice, *Degree),  # type: ignore[arg-type]
        languages={
            code: some(dice, *LanguageLevel)  # type: ignore[misc]
            for code in dice.sample(("de", "en", "zh"), dice.randint(0, 2))
        },
        skills={s: random_experience(dice) for s in dice.sample(SKILLS, dice.randint(0, 3))},
        work_permission=some(dice, *WorkPermission),  # type: ignore[arg-type]
        salary_minimum=some(dice, 40_000, 60_000),  # type: ignore[arg-type]
        status=dice.choice(list(PersonStatus)),
    )


def random_condition(dice: Random) -> f.Condition:
    months = dice.randint(0, 100)
    return dice.choice(
        (
            f.InPlace("de", None, None),
            f.InPlace("de", None, "berlin"),
            f.InPlace(None, "bavaria", "munich"),
            f.WorksRemotely(dice.random() < 0.5),
            f.Years(minimum=months),
            f.Years(maximum=months),
            f.Years(minimum=months, maximum=months + 30),
            f.Years(minimum=months, skill=dice.choice(SKILLS)),
            f.Years(maximum=months, skill=dice.choice(SKILLS)),
            f.HasDegree(dice.choice(list(Degree))),
            f.Speaks("de"),
            f.Speaks("zh", dice.choice(list(LanguageLevel))),
            f.HasAnySkill(tuple(dice.sample(SKILLS, 2))),
            f.HasNoneOf(tuple(dice.sample(SKILLS, 2))),
            f.MayWork(dice.choice(list(WorkPermission))),
            f.ExpectsAtMost(50_000),
            f.HasStatus(tuple(dice.sample(list(PersonStatus), 2))),
        )
    )


def stored_form(facts: f.Facts) -> Facts:
    span = Span(0, 1)
    salary = facts.salary_minimum
    return Facts(
        location=Location(facts.country, facts.region, facts.city, facts.remote, span),
        experience=facts.experience,
        degree=facts.degree,
        work_permission=facts.work_permission,
        salary=None if salary is None else Salary(salary, None, "EUR"),
        skills=tuple(SkillFact(s, True, months) for s, months in sorted(facts.skills.items())),
        languages=tuple(LanguageSkill(c, lv, span) for c, lv in sorted(facts.languages.items())),
    )


@pytest.fixture
def pool(catalog: Catalog, resume: ResumeMaker) -> tuple[Catalog, dict[int, f.Facts]]:
    dice = Random(20261124)
    people: dict[int, f.Facts] = {}
    with catalog.writing() as writing:
        for number in range(150):
            facts = random_facts(dice)
            new = resume(f"résumé {number}", external=f"x{number}", facts=stored_form(facts))
            person = writing.resumes.store(new).person_id
            writing.people.set_status(person, facts.status)
            people[person] = facts
    return catalog, people


def test_sql_and_the_pure_meaning_agree_on_who_is_eligible_and_who_is_unknown(
    pool: tuple[Catalog, dict[int, f.Facts]],
) -> None:
    catalog, people = pool
    dice = Random(7)
    seen: Counter[bool | None] = Counter()
    with catalog.reading() as reading:
        for _ in range(250):
            conditions = tuple(random_condition(dice) for _ in range(dice.randint(0, 3)))
            filters = f.Filters(conditions, let_in_unknown=dice.random() < 0.5)
            found = reading.find_eligible(filters, reading.sequence, AS_OF)
            verdicts = {p: f.all_hold(filters, facts, AS_OF) for p, facts in people.items()}
            expected = [p for p, facts in people.items() if f.admits(filters, facts, AS_OF)]
            assert list(found.people) == sorted(expected), filters
            assert found.unknown == sum(v is None for v in verdicts.values()), filters
            seen.update(verdicts.values())
    assert min(seen[True], seen[False], seen[None]) > 1000  # the test saw all three


def test_facets_count_exactly_those_asked_about(
    pool: tuple[Catalog, dict[int, f.Facts]],
) -> None:
    catalog, people = pool
    chosen = [person for person, facts in people.items() if facts.country == "de"]
    with catalog.reading() as reading:
        facets = reading.count_facets(chosen, reading.sequence)
    degrees = Counter(
        d.name.lower() if (d := people[person].degree) else "unknown" for person in chosen
    )
    skills = Counter(skill for person in chosen for skill in people[person].skills)
    skills["unknown"] = sum(not people[person].skills for person in chosen)
    assert facets["country"] == {"de": len(chosen)}
    assert facets["degree"] == dict(degrees)
    assert facets["skill"] == dict(+skills)


def test_a_snapshot_before_a_change_still_answers_as_then(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as writing:
        junior = Facts(degree=Degree.SECONDARY)
        person = writing.resumes.store(resume("old", external="a", facts=junior)).person_id
    with catalog.reading() as reading:
        before = reading.sequence
    with catalog.writing() as writing:
        writing.resumes.store(resume("new", external="a", facts=Facts(degree=Degree.DOCTORATE)))
        writing.people.set_status(person, PersonStatus.PLACED)
    asked = f.Filters((f.HasDegree(Degree.MASTER),))
    active = f.Filters((f.HasStatus((PersonStatus.ACTIVE,)),))
    with catalog.reading() as reading:
        now = reading.sequence
        assert list(reading.find_eligible(asked, before, AS_OF).people) == []
        assert list(reading.find_eligible(asked, now, AS_OF).people) == [person]
        assert list(reading.find_eligible(active, before, AS_OF).people) == [person]
        assert list(reading.find_eligible(active, now, AS_OF).people) == []


def test_presence_runs_until_the_month_that_is_asked_about(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    running = Facts(experience=Experience(10, Month(2026, 1)))
    with catalog.writing() as writing:
        person = writing.resumes.store(resume("x", external="a", facts=running)).person_id
    two_years = f.Filters((f.Years(minimum=24),))
    with catalog.reading() as reading:
        # 10 months before, then January 2026 to February 2027 are 14 more.
        assert not reading.find_eligible(two_years, reading.sequence, Month(2027, 1)).people
        found = reading.find_eligible(two_years, reading.sequence, Month(2027, 2))
        assert list(found.people) == [person]


def test_filters_come_back_from_the_log_as_they_went() -> None:
    dice = Random(3)
    conditions = tuple(random_condition(dice) for _ in range(60))
    filters = f.Filters(conditions, let_in_unknown=True)
    assert f.filters_from_record(f.filters_to_record(filters)) == filters
    assert {type(condition) for condition in conditions} == set(f._CONDITIONS.values())


def test_unknown_and_false_together_are_false() -> None:
    facts = f.Facts(country="de")
    filters = f.Filters((f.InPlace("fr"), f.WorksRemotely()), let_in_unknown=True)
    assert f.all_hold(filters, facts, AS_OF) is False
    assert f.all_hold(replace(filters, conditions=(f.WorksRemotely(),)), facts, AS_OF) is None
