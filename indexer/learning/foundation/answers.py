"""Invented answers to a question, with what they are worth: who fits, who nearly does, who does
not.

1.0 the same occupation; 0.6 a speciality of it, or somebody who left it years ago; 0.4 a related
one; 0.1 another trade that shares the job's words; 0 another world of work. Too few years take
0.3 off, a demanded skill that is not shown 0.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from indexer.learning.foundation.people import Trade, answer_text, invent_person
from indexer.learning.foundation.questions import Question
from indexer.learning.foundation.trades import Trades

_SAME, _ALMOST, _RELATED, _ALIKE, _OTHER = 1.0, 0.6, 0.4, 0.1, 0.0
_FEW_YEARS, _NO_SKILL = 0.3, 0.2


@dataclass(frozen=True, slots=True)
class _Twist:
    """What is not as the question would have it. `stuffed`: names demanded skills that are not
    of the trade. `left_for`: the trade that somebody went into years ago."""

    few: bool = False
    unskilled: bool = False
    stuffed: bool = False
    left_for: Trade | None = None

    @property
    def lost(self) -> float:
        """What it takes off the label."""
        return self.few * _FEW_YEARS + self.unskilled * _NO_SKILL


_NONE: Final = _Twist()


def answers_to(
    question: Question, language: str, trades: Trades, chance: Random
) -> Iterator[tuple[str, float]]:
    """Three to seven answers in this language with their labels, the fitting ones first."""
    mine = question.trade
    same = trades.counterpart(mine.code, language)
    yield _answer(question, same, trades, chance), _SAME
    far = trades.other(mine, language, chance)
    for twist in _twists(question, language, far, chance):
        text = _answer(question, same, trades, chance, twist)
        yield text, _ALMOST if twist.left_for else round(_SAME - twist.lost, 2)
    related = trades.related(mine, language)
    for each in chance.sample(related, min(len(related), chance.choice((1, 2)))):
        label = _ALMOST if each.occupation.soc == mine.occupation.soc else _RELATED
        twist = _Twist(few=question.years >= 2 and chance.random() < 0.25)
        yield _answer(question, each, trades, chance, twist), round(label - twist.lost, 2)
    if alike := trades.alike(mine, question.text, language):
        each, stuffed = chance.choice(alike), _Twist(stuffed=chance.random() < 0.3)
        yield _answer(question, each, trades, chance, stuffed), _ALIKE
    far = trades.other(mine, language, chance)
    if far and chance.random() < 0.75:
        yield _answer(question, far, trades, chance, _Twist(unskilled=True)), _OTHER


def _twists(
    question: Question, language: str, far: Trade | None, chance: Random
) -> Iterator[_Twist]:
    """One or two ways in which somebody of the trade itself answers; it may be none."""
    names_skills = bool(question.skills) and question.trade.language == language
    kinds = ["same", "left"] if far else ["same"]
    kinds += ["few"] * 2 if question.years >= 2 else []
    kinds += ["unskilled"] * 2 if names_skills else []
    kinds += ["both"] if names_skills and question.years >= 2 else []
    for kind in dict.fromkeys(chance.choices(kinds, k=2)):
        yield _Twist(
            few=kind in ("few", "both"),
            unskilled=kind in ("unskilled", "both"),
            left_for=far if kind == "left" else None,
        )


def _answer(
    question: Question, trade: Trade, trades: Trades, chance: Random, twist: _Twist = _NONE
) -> str:
    """The answer of somebody of `trade` to the question."""
    mine = question.trade.code == trade.code
    years = _years(question, twist, chance)
    avoid = _avoided(question, mine, twist, chance)
    tasks = _tasks(question, trade, twist, chance)
    skills = _skills(question, trade, mine, twist, chance)
    near = trades.related(trade, trade.language)
    before = chance.choice(near) if near and chance.random() < 0.3 and not twist.left_for else None
    person = invent_person(
        trade,
        years,
        skills,
        avoid,
        chance,
        trades.verbs,
        tasks if mine else (),
        before,
        twist.left_for,
    )
    return answer_text(person, question.text)


def _years(question: Question, twist: _Twist, chance: Random) -> int:
    least = max(1, question.years)
    if twist.few:
        return chance.randint(0, max(0, least // 2 - 1))
    return least + chance.randint(0, 9)


def _avoided(question: Question, mine: bool, twist: _Twist, chance: Random) -> frozenset[str]:
    """What is not named (casefolded): mostly the very title that is asked for, titles of a trade
    that is not one's own, and what somebody without the skills would not have done."""
    avoid: set[str] = set()
    if not mine:
        avoid |= {title.casefold() for title in question.trade.titles}
    elif chance.random() < 0.8:
        avoid.add(question.title.casefold())
    if twist.unskilled:
        avoid |= {shown.casefold() for shown in (*question.skills, *question.tasks)}
    return frozenset(avoid)


def _tasks(question: Question, trade: Trade, twist: _Twist, chance: Random) -> list[str]:
    """Which of the demanded tasks are told, in the words of the question."""
    if question.trade.language != trade.language:
        return []
    told = [task for task in question.tasks if chance.random() < 0.6]
    return [] if twist.unskilled else told


def _skills(
    question: Question, trade: Trade, mine: bool, twist: _Twist, chance: Random
) -> list[str]:
    """Which of the demanded skills are shown; across languages only those in Latin letters."""
    if twist.unskilled:
        return []
    shown = list(question.skills)
    if question.trade.language != trade.language:
        shown = [skill for skill in shown if skill.isascii()]
    if mine or twist.stuffed:
        return shown
    return [skill for skill in shown if skill in trade.skills or chance.random() < 0.5]
