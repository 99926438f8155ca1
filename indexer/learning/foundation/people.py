"""Invented people: what an occupation's facts look like once somebody wrote them into a résumé."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from indexer.learning.foundation import chinese, english
from indexer.learning.foundation.chinese import ChineseWords
from indexer.learning.foundation.leaving_out import key_of
from indexer.learning.foundation.occupations import Occupation
from search.digest import ANSWER_TOKENS, QUESTION_TOKENS, tokens_of

AS_OF = 2026
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_TITLE_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Trade:
    """An occupation in one language."""

    occupation: Occupation
    language: str  # "en" or "zh"
    titles: tuple[str, ...]
    clauses: tuple[str, ...]
    skills: tuple[str, ...]

    @property
    def code(self) -> str:
        """O*NET's code."""
        return self.occupation.code


def trade_in(occupation: Occupation, words: ChineseWords | None) -> Trade:
    """The occupation in Chinese where `words` are given, else in English."""
    if words is None:
        return Trade(occupation, "en", occupation.titles, occupation.clauses, occupation.skills)
    return Trade(occupation, "zh", words.titles, words.duties, words.skills)


@dataclass(frozen=True, slots=True)
class Held:
    """A position; `end` None: held today."""

    title: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Positions, the latest first, and lines in reading order."""

    language: str
    positions: tuple[Held, ...]
    lines: tuple[str, ...]


def words_of(text: str) -> frozenset[str]:
    """What two texts can share: folded words, and pairs of neighbouring Chinese characters."""
    pairs = (run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1))
    return frozenset(word for word in key_of(text) if len(word) > 2) | frozenset(pairs)


def choose_lines(lines: Sequence[str], question: str, tokens: float) -> list[str]:
    """The lines that cover most of the question's words within so many tokens, in reading order.

    Ties go to the earlier line; once nothing more is covered, the earliest lines that fit follow.
    """
    wanted = set(words_of(question))
    left, chosen = list(range(len(lines))), list[int]()
    while left:
        best = max(left, key=lambda at: (len(wanted & words_of(lines[at])), -at))
        left.remove(best)
        if (cost := tokens_of(lines[best])) <= tokens:
            tokens -= cost
            wanted -= words_of(lines[best])
            chosen.append(best)
    return [lines[at] for at in sorted(chosen)]


def invent_person(
    trade: Trade,
    years: int,
    skills: Sequence[str],
    avoid: frozenset[str],
    chance: Random,
    verbs: frozenset[str],
    tasks: Sequence[str] = (),
    before: Trade | None = None,
    since_then: Trade | None = None,
) -> Person:
    """Somebody with `years` in `trade` who shows `skills` and has done `tasks`, clauses of it.

    `avoid` are titles, skills and clauses (casefolded) not to be named. `before` is an
    earlier trade; with `since_then` the person left `trade` seven or more years ago for that one.
    """
    zh = trade.language == "zh"
    end = AS_OF - chance.randint(7, 11) if since_then else AS_OF
    start = end - years
    rank = chinese.rank_title if zh else english.rank_title

    def titled(one: Trade, length: int) -> str:
        allowed = [title for title in one.titles if title.casefold() not in avoid]
        return rank(chance.choice(allowed or list(one.titles)), length, chance)

    positions = []
    if since_then:
        positions.append(Held(titled(since_then, AS_OF - end), end, None))
    if years >= 4 and chance.random() < 0.45:
        turn = start + chance.randint(1, years - 1)
        positions.append(Held(titled(trade, years), turn, None if end == AS_OF else end))
        positions.append(Held(titled(trade, turn - start), start, turn))
    else:
        positions.append(Held(titled(trade, years), start, None if end == AS_OF else end))
    if before:
        positions.append(Held(titled(before, 2), start - chance.randint(1, 5), start))

    def lines_for(one: Trade, count: int, length: int, since: int) -> list[str]:
        spare = [each for each in one.clauses if each.casefold() not in avoid]
        taken = chance.sample(spare, min(count, len(spare)))
        if one is trade:
            taken = list(dict.fromkeys([*tasks, *taken]))[: max(count, len(tasks))]
            chance.shuffle(taken)
        title = titled(one, length)
        if zh:
            return [chinese.work_line(each, title, length, since, chance) for each in taken]
        return [english.work_line(each, title, length, since, verbs, chance) for each in taken]

    lines = lines_for(trade, chance.randint(3, 7), years, start)
    if before:
        lines += lines_for(before, 2, 2, start - 2)
    if since_then:
        lines = lines_for(since_then, 3, AS_OF - end, end) + lines
    spare = [skill for skill in trade.skills if skill.casefold() not in avoid]
    shown = [*skills, *chance.sample(spare, min(len(spare), chance.randint(0, 2)))]
    shown = list(dict.fromkeys(shown))
    if shown:
        chance.shuffle(shown)
        write = chinese.skill_line if zh else english.skill_line
        lines.insert(chance.choice((0, len(lines))), write(shown, years, chance))
    return Person(trade.language, tuple(positions), tuple(lines))


def answer_text(person: Person, question: str) -> str:
    """The person as search.digest writes them: titles with years, then lines on the job."""
    zh = person.language == "zh"
    heads: list[str] = []
    used = 0.0
    for held in person.positions[:3]:
        now = "今" if zh else "now"
        head = f"{held.title} {held.start}–{held.end or now}"
        if heads and used + tokens_of(head) > _TITLE_TOKENS:
            break
        used += tokens_of(head)
        heads.append(head)
    return "\n".join([*heads, *choose_lines(person.lines, question, ANSWER_TOKENS - used)])


def question_text(title: str, demands: Sequence[str]) -> str:
    """A job as search.digest writes it: its title, then the demands for which there is room."""
    kept, used = [title], tokens_of(title)
    for demand in demands:
        used += tokens_of(demand)
        if used > QUESTION_TOKENS:
            break
        kept.append(demand)
    return "; ".join(kept)
