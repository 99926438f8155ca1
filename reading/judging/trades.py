"""Titles that are the named work in other words: who was a chef has worked in kitchens.

Only titles that leave no doubt count by themselves. "Engineer" is of many trades: it counts for
software where a line of the same position shows a language that programs are written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reading.judging.citations import settled
from reading.judging.dossier import Dossier
from reading.spans import Span


@dataclass(frozen=True, slots=True)
class Trade:
    """`words` are stems a job names the work by, `skills` the vocabulary's ids for it."""

    words: frozenset[str]
    skills: frozenset[str]
    titles: re.Pattern[str]
    broad_titles: re.Pattern[str] | None = None  # need one of `tools` in a line of the position
    tools: frozenset[str] = frozenset()


def _title(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_TRADES = (
    Trade(
        frozenset({"kitchen", "culinari", "厨房", "后厨"}),
        frozenset({"cooking"}),
        _title(r"\bchef\b(?! d['e]s? ?(?:projet|cabinet|equipe|équipe))|\bcook\b|厨师|厨工|主厨"),
    ),
    Trade(
        frozenset({"softwar develop", "softwar engin", "软件开发"}),
        frozenset({"software-development"}),
        _title(
            r"\b(?:software|back-?end|front-?end|full[- ]?stack|web|java|python|php|android|ios)"
            r"\s+(?:\w+\s+)?(?:developer|engineer|programmer)\b|\bprogrammer\b|程序员|软件工程师|"
            r"(?:前端|后端|全栈|java|python|php)\s*(?:开发|工程师)"
        ),
        _title(r"\b(?:engineer|developer|tech(?:nical)? lead)\b|开发|研发|工程师"),
        frozenset(
            {"java", "python", "javascript", "typescript", "csharp", "go", "rust-language"}
            | {"ruby", "ruby-on-rails", "php", "kotlin", "scala", "react", "spring", "spring-boot"}
            | {"frontend", "backend"}
        ),
    ),
    Trade(
        frozenset({"account", "会计"}),
        frozenset({"accounting"}),
        _title(r"\b(?:accountant|bookkeeper)\b|会计(?!师事务所)"),
    ),
    Trade(
        frozenset({"patient care", "bedsid"}),
        frozenset({"nursing"}),
        _title(r"\b(?:nurse|midwife)\b(?! (?:recruit|educat))|护士|护师"),
    ),
    Trade(
        frozenset({"classroom", "teach", "教学", "带班"}),
        frozenset({"teaching"}),
        _title(r"\bteacher\b(?!['’]?s? (?:aide|assistant))|班主任|幼师|幼儿(?:园)?(?:教师|老师)"),
    ),
)


def positions_by_terms(terms: Iterable[str], dossier: Dossier) -> dict[int, Span | None]:
    """Dated positions of a trade that one of some terms names, each with the line it rests on.

    None where the heading is enough.
    """
    asked = frozenset(terms)
    return _positions([trade for trade in _TRADES if trade.words & asked], dossier)


def positions_by_skill(skill: str, dossier: Dossier) -> dict[int, Span | None]:
    """The same for the trade that a skill of the vocabulary is."""
    return _positions([trade for trade in _TRADES if skill in trade.skills], dossier)


def _positions(trades: Iterable[Trade], dossier: Dossier) -> dict[int, Span | None]:
    proof: dict[int, Span | None] = {}
    for trade in trades:
        for index, position in enumerate(dossier.resume.positions):
            title = position.title
            if title is None or not dossier.dated(index):
                continue
            if trade.titles.search(title):
                proof[index] = None
            elif trade.broad_titles and trade.broad_titles.search(title):
                line = _line_with_a_tool(trade, index, dossier)
                if line is not None:
                    proof.setdefault(index, line)
    return proof


def _line_with_a_tool(trade: Trade, index: int, dossier: Dossier) -> Span | None:
    mentions = [
        mention
        for tool in trade.tools
        for mention in dossier.mentions.get(tool, ())
        if mention.position == index
    ]
    best = min(mentions, key=lambda mention: mention.span, default=None)
    return settled(dossier, best) if best else None
