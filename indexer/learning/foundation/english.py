"""English lines of a résumé, and English demands, made of an occupation's facts."""

from __future__ import annotations

from random import Random

from indexer.learning.foundation.inflection import put_into
from indexer.learning.foundation.occupations import JOINTS, clause_of

_DUTIES = (
    "{ing}", "{past}", "{past}", "{plain}", "Main duty: {low}", "Day to day: {low}",
    "Trusted with {low}", "Tasks: {low}", "In charge of {low}", "Hired for {low}",
)  # fmt: skip
_GAINS = (
    "{past}, about {n} a month", "{past} for {m} sites", "{past} with a crew of {m}",
    "{past}; rework down by {p} %", "{past}, {p} % quicker than the year before",
    "{past} on {m} projects in a row", "{past} for some {n} clients",
    "{past} without one complaint",
)  # fmt: skip
_ROWS = ("{ing} | {y} yrs", "{ing} – since {s}", "{title} | {ing}", "{s}: {past}")
_HEADS = (
    "{title}, {y} years of {low}", "{y} years in {low}", "{title} looking back on {low}",
    "{title} who knows {low}",
)  # fmt: skip
_SKILLS = (
    "Tools: {all}", "{all} used every week", "Software and equipment: {all}", "Good with {all}",
    "{first} ({y} years), {rest}", "Trained on {all}", "Proficiency: {all}",
)  # fmt: skip
_LOOSE = JOINTS | {"and", "or", "the", "a", "an", "other", "on", "about", "up", "out"}
_RANKS = ("Senior", "Lead", "Junior", "Assistant", "Principal", "Trainee")
_RANKED = (*_RANKS, "Chief", "Head", "Manager", "Director", "Supervisor", "Apprentice")


def rank_title(title: str, years: int, chance: Random) -> str:
    """Now and then the rank that somebody with so many years has, before the title."""
    if chance.random() > 0.15 or any(rank in title for rank in _RANKED):
        return title
    return f"{chance.choice(_RANKS[:2] if years >= 5 else _RANKS[2:3])} {title}"


def work_line(
    clause: str, title: str, years: int, since: int, verbs: frozenset[str], chance: Random
) -> str:
    """A clause as a duty, an achievement, a table's row or a headline."""
    kind = chance.choices((_DUTIES, _GAINS, _ROWS, _HEADS), (58, 22, 11, 9))[0]
    if years < 2 and kind is not _DUTIES:
        kind = _GAINS
    past, doing = put_into("past", clause, verbs), put_into("gerund", clause, verbs)
    return chance.choice(kind).format(
        plain=clause,
        past=past,
        ing=doing,
        low=doing[:1].lower() + doing[1:],
        title=title,
        y=years,
        s=since,
        n=chance.choice((15, 30, 40, 60, 90, 140, 250)),
        m=chance.randint(2, 9),
        p=chance.choice((8, 11, 17, 22, 35)),
    )


def skill_line(skills: list[str], years: int, chance: Random) -> str:
    """One line that lists software and tools."""
    template = chance.choice(_SKILLS if len(skills) > 1 and years > 1 else _SKILLS[:4])
    return template.format(
        all=", ".join(skills), first=skills[0], rest=", ".join(skills[1:]), y=years
    )


def demand_of(clause: str, verbs: frozenset[str], chance: Random) -> str:
    """A clause in the shorthand of a posting: six words at most, now and then without its verb."""
    short = clause_of(clause, 6) or " ".join(clause.split()[:6])
    words = short.split()
    while words[-1].strip(",").lower() in _LOOSE:
        words.pop()
    short = " ".join(words)
    bare = words[2:] if words[1].lower() in ("the", "a", "an") else words[1:]
    stands = len(bare) > 1 and bare[0].lower() not in _LOOSE and "," not in words[0]
    if stands and chance.random() < 0.4:
        return " ".join(bare)
    form = put_into("gerund", short, verbs) if chance.random() < 0.6 else short
    return form[:1].lower() + form[1:]


def years_words(years: int) -> str:
    """So many years, as search.digest says it."""
    return f"{years} years"
