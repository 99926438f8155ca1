"""The trades: ladders of titles, skills with their synonyms, and sentences that show them.

One TOML file each. `chores` are work that shows no skill of the list. Slots: see `Dice.fill`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from demo.facts import Language
from reading.resume import Degree


@dataclass(frozen=True, slots=True)
class Skill:
    """`level` is the first rung of the ladder on which people come to show it."""

    id: str
    level: int
    core: bool  # most people of the trade have it
    words: dict[Language, tuple[str, ...]]
    bullets: dict[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trade:
    """Each mapping holds the English and the Chinese words for the same thing."""

    key: str
    degree: Degree
    graduate_rung: int  # where somebody with the usual degree starts
    implies: dict[str, str]  # titles that show a skill by themselves
    related: tuple[str, ...]
    salary: tuple[int, int]  # thousands a year, lowest and highest rung, in euros
    subjects: dict[Language, tuple[str, ...]]
    titles: dict[Language, tuple[tuple[str, ...], ...]]
    employers: dict[Language, tuple[str, ...]]
    summaries: dict[Language, tuple[str, ...]]
    certificates: dict[Language, tuple[str, ...]]
    chores: dict[Language, tuple[str, ...]]
    skills: dict[str, Skill]


def _both(source: dict[str, Any], name: str) -> dict[Language, tuple[str, ...]]:
    return {"en": tuple(source[f"{name}_en"]), "zh": tuple(source[f"{name}_zh"])}


def _read(source: dict[str, Any]) -> Trade:
    skills = {}
    for each in source["skills"]:
        skills[each["id"]] = Skill(
            id=each["id"],
            level=each.get("level", 0),
            core=each.get("core", False),
            words={"en": tuple(each["en"]), "zh": tuple(each["zh"])},
            bullets=_both(each, "bullets"),
        )
    return Trade(
        key=source["key"],
        degree=Degree[source["degree"].upper()],
        graduate_rung=source.get("graduate_rung", 0),
        implies=dict(source.get("implies", {})),
        related=tuple(source["related"]),
        salary=(source["salary"][0], source["salary"][1]),
        subjects=_both(source, "subjects"),
        titles={
            "en": tuple(tuple(rung) for rung in source["titles_en"]),
            "zh": tuple(tuple(rung) for rung in source["titles_zh"]),
        },
        employers=_both(source, "employers"),
        summaries=_both(source, "summaries"),
        certificates=_both(source, "certificates"),
        chores=_both(source, "chores"),
        skills=skills,
    )


@cache
def all_trades() -> dict[str, Trade]:
    """Every trade by its key, in the order of the keys."""
    folder = files("demo.trades")
    found = [
        _read(tomllib.loads(entry.read_text("utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {trade.key: trade for trade in sorted(found, key=lambda trade: trade.key)}
