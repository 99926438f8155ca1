"""The demo's postings: what they demand, and how they say it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from demo.facts import Language
from reading.dates import Month
from reading.resume import Degree, LanguageLevel


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand; exactly one of the meanings is set. Several skills or languages: any will do."""

    text: str
    must: bool
    skills: tuple[str, ...] = ()
    months: int = 0  # with one of the skills, or in the trade where there are none
    degree: Degree | None = None
    subject: bool = False  # the degree must be in a subject of the posting's trade
    languages: tuple[str, ...] = ()
    level: LanguageLevel | None = None
    permission: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """A job of the pool. `related` trades' people may be worth a look."""

    id: str
    file: str
    language: Language
    trade: str
    opened: Month
    openings: int
    title: str
    text: str
    demands: tuple[Demand, ...]


def _demand(source: dict[str, Any], must: bool) -> Demand:
    languages = source.get("languages", [source["language"]] if "language" in source else [])
    return Demand(
        text=source["text"],
        must=must,
        skills=tuple(source.get("skills", ())),
        months=12 * (source.get("years", 0) or source.get("trade_years", 0)),
        degree=Degree[source["degree"].upper()] if "degree" in source else None,
        subject=source.get("subject", False),
        languages=tuple(languages),
        level=LanguageLevel[source["level"]] if "level" in source else None,
        permission=source.get("permission", False),
    )


def _points(style: str, lines: list[str], zh: bool) -> str:
    if style == "prose":
        return ("；" if zh else "; ").join(lines) + ("。" if zh else ".")
    if style == "numbered":
        return "\n".join(f"{n}{'、' if zh else '. '}{line}" for n, line in enumerate(lines, 1))
    mark = "• " if not zh else "- "
    return "\n".join(mark + line for line in lines)


def _text(source: dict[str, Any]) -> str:
    zh, style = source["language"] == "zh", source.get("style", "bullets")
    musts = [each["text"] for each in source["musts"]]
    nices = [each["text"] for each in source["nices"]]
    duties = "岗位职责" if zh else "What you will do"
    parts = [
        f"{source['title']}\n{source['place']}",
        source["intro"],
        f"{duties}\n" + _points("bullets", source["duties"], zh),
        f"{source['must_heading']}\n" + _points(style, musts, zh),
        f"{source['nice_heading']}\n" + _points(style, nices, zh),
        source["offer"],
    ]
    return "\n\n".join(parts) + "\n"


def _month(text: str) -> Month:
    year, month = text.split("-")
    return Month(int(year), int(month))


@cache
def all_postings() -> tuple[Posting, ...]:
    """The postings in the order of their ids."""
    sources = tomllib.loads(files("demo").joinpath("jobs.toml").read_text("utf-8"))["jobs"]
    return tuple(
        Posting(
            id=source["id"],
            file=f"{source['id']}-{source['file']}.txt",
            language=source["language"],
            trade=source["trade"],
            opened=_month(source["opened"]),
            openings=source.get("openings", 1),
            title=source["title"],
            text=_text(source),
            demands=tuple(
                _demand(each, must)
                for name, must in (("musts", True), ("nices", False))
                for each in source[name]
            ),
        )
        for source in sorted(sources, key=lambda each: str(each["id"]))
    )
