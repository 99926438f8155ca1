"""Invented questions: what a posting for an occupation comes to, as search.digest writes it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from indexer.learning.foundation import chinese, english
from indexer.learning.foundation.people import Trade, question_text
from reading.jobs.requirements import read_job
from search.digest import QUESTION_TOKENS, question_of, tokens_of

_HEADINGS: Final = {
    "en": ("What you will do:", "Requirements:", "You can:", "Responsibilities:"),
    "zh": ("任职要求：", "岗位职责：", "我们希望你能："),
}
_COMMON: Final = {
    "en": (
        "bachelor's degree", "high school diploma", "English C1", "team player", "driving licence",
        "shift work", "weekends", "willing to travel", "master's degree", "good communicator",
    ),
    "zh": (
        "本科及以上", "大专学历", "英语四级", "沟通能力强", "能出差", "接受倒班", "团队协作",
        "驾照", "吃苦耐劳",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A job's text and what it asks for. `skills` are those that the text names."""

    trade: Trade
    title: str
    text: str
    years: int  # 0: not demanded
    skills: tuple[str, ...]
    tasks: tuple[str, ...]


def ask(trade: Trade, verbs: frozenset[str], chance: Random) -> Question:
    """A question for somebody of this trade."""
    reported = trade.titles[: max(2, len(trade.titles) // 3)]
    title = chance.choice(reported if chance.random() < 0.7 else trade.titles)
    rare = [skill for skill in trade.skills if len(skill) > 1]
    if chance.random() < 0.35:
        return _ask_by_posting(trade, title, rare, chance)
    skills = chance.sample(rare, min(len(rare), chance.choice((0, 1, 1, 2))))
    tasks = chance.sample(trade.clauses, min(len(trade.clauses), chance.choice((1, 2, 2, 3))))
    years = chance.randint(1, 8) if chance.random() < 0.6 else 0
    demands = [*skills, *(_demand(trade, task, verbs, chance) for task in tasks)]
    chance.shuffle(demands)
    if chance.random() < 0.2:
        demands.append(chance.choice(_COMMON[trade.language]))
    demands = _with_years(demands, years, title, trade.language, chance)
    if chance.random() < 0.15:
        demands, skills, years = [_head_of_text(trade, title, tasks, chance)], [], 0
    return _question(trade, title, question_text(title, demands), years, skills, tasks)


def _question(
    trade: Trade, title: str, text: str, years: int, skills: list[str], tasks: list[str]
) -> Question:
    named = tuple(skill for skill in skills if skill in text)
    return Question(trade, title, text, years, named, tuple(tasks))


def _demand(trade: Trade, task: str, verbs: frozenset[str], chance: Random) -> str:
    if trade.language == "zh":
        return chinese.demand_of(task, chance)
    return english.demand_of(task, verbs, chance)


def _with_years(
    demands: list[str], years: int, title: str, language: str, chance: Random
) -> list[str]:
    """The demands with the years: behind the first of them, or before them all."""
    if not years:
        return demands
    said = (chinese if language == "zh" else english).years_words(years)
    if demands and chance.random() < 0.5:
        return [f"{demands[0]} {said}", *demands[1:]]
    of = f" {title.lower()}" if chance.random() < 0.4 else ""
    return [said + of, *demands]


def _ask_by_posting(trade: Trade, title: str, rare: list[str], chance: Random) -> Question:
    """The question that serving makes of a posting which lists work and skills under a heading."""
    heading = chance.choice(_HEADINGS[trade.language])
    tasks = chance.sample(trade.clauses, min(len(trade.clauses), 6))
    skills = chance.sample(rare, min(len(rare), chance.randint(1, 4)))
    lines = [title, "", heading, *(f"- {each}" for each in (*tasks, *skills))]
    text = question_of(read_job("\n".join(lines)))
    return _question(trade, title, text, 0, skills, tasks[:3])


def _head_of_text(trade: Trade, title: str, tasks: list[str], chance: Random) -> str:
    """How a posting that demands nothing in particular begins; its title may come first."""
    words = [title] if chance.random() < 0.5 else []
    if trade.language == "zh":
        words += ["岗位职责"] if chance.random() < 0.5 else []
        words += [f"{number}.{task}" for number, task in enumerate(tasks, 1)]
    else:
        words += [f"{task}." for task in tasks]
    text = " ".join(words)
    room = QUESTION_TOKENS - 2 - tokens_of(title)
    while tokens_of(text) > room and " " in text:
        text = text.rpartition(" ")[0]
    return text
