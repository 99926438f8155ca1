"""Pairs of a job and a candidate with a label, by what is known about occupations.

1.0 the same occupation; 0.6 a speciality of it, or somebody who left it years ago; 0.4 a related
one; 0.1 another trade that shares the job's words; 0 another world of work. Too few years take
0.3 off, a demanded skill that is not shown 0.2.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from catalog.errors import InvalidRequest
from indexer.learning.foundation import chinese, english
from indexer.learning.foundation.chinese import read_chinese
from indexer.learning.foundation.leaving_out import Forbidden, read_left_out, read_titles
from indexer.learning.foundation.occupations import Facts, read_facts
from indexer.learning.foundation.people import (
    Trade,
    answer_text,
    invent_person,
    question_text,
    trade_in,
    words_of,
)
from reading.jobs.requirements import read_job
from search.digest import QUESTION_TOKENS, question_of, tokens_of

_LANGUAGES = {("en", "en"): 65, ("zh", "zh"): 17, ("en", "zh"): 9, ("zh", "en"): 9}
_SAME, _ALMOST, _RELATED, _ALIKE, _OTHER = 1.0, 0.6, 0.4, 0.1, 0.0
_PATIENCE = 500  # questions in a row that bring nothing new
_FEW_YEARS, _NO_SKILL = 0.3, 0.2
_HEADINGS = {
    "en": ("What you will do:", "Requirements:", "You can:", "Responsibilities:"),
    "zh": ("任职要求：", "岗位职责：", "我们希望你能："),
}
_COMMON = {
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
class FoundationPair:
    """One example. `group` names its question: languages, occupation and a running number."""

    question: str
    answer: str
    label: float
    group: str


@dataclass(frozen=True, slots=True)
class _Question:
    trade: Trade
    title: str
    text: str
    years: int  # 0: not demanded
    skills: tuple[str, ...]
    tasks: tuple[str, ...]


class _World:
    """All trades by language and code, and what stands near what."""

    def __init__(self, facts: Facts) -> None:
        words = read_chinese()
        self.verbs = facts.verbs
        self.trades = {
            "en": {code: trade_in(each, None) for code, each in facts.occupations.items()},
            "zh": {
                code: trade_in(each, words[each.soc])
                for code, each in facts.occupations.items()
                if code.endswith(".00") and each.soc in words
            },
        }
        self._words: dict[str, dict[str, frozenset[str]]] = {}
        self._rarity: dict[str, dict[str, float]] = {}
        for language, trades in self.trades.items():
            kept = {
                code: words_of("\n".join((*each.titles, *each.clauses, *each.skills)))
                for code, each in trades.items()
            }
            count = Counter(word for bag in kept.values() for word in bag)
            self._words[language] = kept
            self._rarity[language] = {
                word: math.log(len(kept) / times) for word, times in count.items()
            }

    def related(self, trade: Trade, language: str) -> list[Trade]:
        """Trades whose occupation O*NET relates to this one, or that share its minor group."""
        mine = trade.occupation
        return [
            each
            for each in self.trades[language].values()
            if each.code != mine.code
            and (
                each.occupation.soc in mine.related
                or mine.soc in each.occupation.related
                or each.occupation.minor == mine.minor
            )
        ]

    def alike(self, question: _Question, language: str) -> list[Trade]:
        """The six unrelated trades whose words cover most of the question's rare words.

        The sum is exact: the order of a set, which differs between runs, must not decide a tie.
        """
        mine, asked = question.trade, words_of(question.text)
        rarity, bags = self._rarity[mine.language], self._words[mine.language]
        near = {each.code for each in self.related(mine, language)} | {mine.code}
        scored = sorted(
            (-math.fsum(rarity[word] for word in asked & bags[code]), code)
            for code in self.trades[language]
            if code not in near and code in bags
        )
        return [self.trades[language][code] for score, code in scored[:6] if score < 0]

    def other(self, trade: Trade, language: str, chance: Random) -> Trade | None:
        """A trade of another major group that nobody relates to this one, if there is one."""
        near = {each.code for each in self.related(trade, language)}
        far = [
            each
            for each in self.trades[language].values()
            if each.occupation.major != trade.occupation.major and each.code not in near
        ]
        return chance.choice(far) if far else None


def _ask(trade: Trade, verbs: frozenset[str], chance: Random) -> _Question:
    zh = trade.language == "zh"
    reported = trade.titles[: max(2, len(trade.titles) // 3)]
    title = chance.choice(reported if chance.random() < 0.7 else trade.titles)
    rare = [skill for skill in trade.skills if len(skill) > 1]
    if chance.random() < 0.35:
        return _ask_by_posting(trade, title, rare, chance)
    skills = chance.sample(rare, min(len(rare), chance.choice((0, 1, 1, 2))))
    tasks = chance.sample(trade.clauses, min(len(trade.clauses), chance.choice((1, 2, 2, 3))))
    years = chance.randint(1, 8) if chance.random() < 0.6 else 0
    say_years = chinese.years_words if zh else english.years_words
    demands = list(skills)
    for task in tasks:
        say = chinese.demand_of(task, chance) if zh else english.demand_of(task, verbs, chance)
        demands.append(say)
    chance.shuffle(demands)
    if chance.random() < 0.2:
        demands.append(chance.choice(_COMMON[trade.language]))
    if years and demands and chance.random() < 0.5:
        demands[0] = f"{demands[0]} {say_years(years)}"
    elif years:
        of = f" {title.lower()}" if chance.random() < 0.4 else ""
        demands.insert(0, say_years(years) + of)
    if chance.random() < 0.15:
        demands, skills, years = [_head_of_text(trade, title, tasks, chance)], [], 0
    text = question_text(title, demands)
    shown = tuple(skill for skill in skills if skill in text)
    return _Question(trade, title, text, years, shown, tuple(tasks))


def _ask_by_posting(trade: Trade, title: str, rare: list[str], chance: Random) -> _Question:
    """The question that serving makes of a posting which lists work and skills under a heading."""
    heading = chance.choice(_HEADINGS[trade.language])
    tasks = chance.sample(trade.clauses, min(len(trade.clauses), 6))
    skills = chance.sample(rare, min(len(rare), chance.randint(1, 4)))
    lines = [title, "", heading, *(f"- {each}" for each in (*tasks, *skills))]
    text = question_of(read_job("\n".join(lines)))
    shown = tuple(skill for skill in skills if skill in text)
    return _Question(trade, title, text, 0, shown, tuple(tasks[:3]))


def _head_of_text(trade: Trade, title: str, tasks: list[str], chance: Random) -> str:
    """How a posting that demands nothing in particular begins; its title may come first."""
    zh = trade.language == "zh"
    start = [title] if chance.random() < 0.5 else []
    words = [*start, *(("岗位职责",) if zh and chance.random() < 0.5 else ())]
    words += (
        [f"{number}.{task}" for number, task in enumerate(tasks, 1)]
        if zh
        else [f"{task}." for task in tasks]
    )
    text = " ".join(words)
    room = QUESTION_TOKENS - 2 - tokens_of(title)
    while tokens_of(text) > room and " " in text:
        text = text.rpartition(" ")[0]
    return text


def _write(
    world: _World,
    question: _Question,
    trade: Trade,
    chance: Random,
    *,
    few: bool = False,
    unskilled: bool = False,
    stuffed: bool = False,
    left_for: Trade | None = None,
) -> str:
    """The answer of somebody of `trade` to the question."""
    mine = question.trade.code == trade.code
    least = max(1, question.years)
    years = chance.randint(0, max(0, least // 2 - 1)) if few else least + chance.randint(0, 9)
    same_language = question.trade.language == trade.language
    avoid = {question.title.casefold()} if mine and chance.random() < 0.8 else set[str]()
    if not mine:
        avoid |= {title.casefold() for title in question.trade.titles}
    skills = list(question.skills) if same_language or stuffed else []
    if not same_language:
        skills = [skill for skill in question.skills if skill.isascii()]
    tasks = [task for task in question.tasks if chance.random() < 0.6] if same_language else []
    if unskilled:
        avoid |= {shown.casefold() for shown in (*question.skills, *question.tasks)}
        skills, tasks = [], []
    if not mine and not stuffed and not unskilled:
        skills = [skill for skill in skills if skill in trade.skills or chance.random() < 0.5]
    near = world.related(trade, trade.language)
    before = chance.choice(near) if near and chance.random() < 0.3 and not left_for else None
    person = invent_person(
        trade,
        years,
        skills,
        frozenset(avoid),
        chance,
        world.verbs,
        tasks if mine else (),
        before,
        left_for,
    )
    return answer_text(person, question.text)


def _answers(
    world: _World, question: _Question, language: str, chance: Random
) -> Iterator[tuple[str, float]]:
    """Five to seven answers with their labels, the fitting ones first."""
    trade = question.trade
    same = world.trades[language][trade.code]
    yield _write(world, question, same, chance), _SAME
    far = world.other(trade, language, chance)
    kinds = ["same", "left"] if far else ["same"]
    kinds += ["few"] * 2 if question.years >= 2 else []
    speaks = trade.language == language
    kinds += ["unskilled"] * 2 if question.skills and speaks else []
    kinds += ["both"] if question.skills and speaks and question.years >= 2 else []
    for kind in dict.fromkeys(chance.choices(kinds, k=2)):
        few, unskilled = kind in ("few", "both"), kind in ("unskilled", "both")
        gone = far if kind == "left" else None
        text = _write(world, question, same, chance, few=few, unskilled=unskilled, left_for=gone)
        lost = few * _FEW_YEARS + unskilled * _NO_SKILL
        yield text, _ALMOST if gone else round(_SAME - lost, 2)
    related = world.related(trade, language)
    for each in chance.sample(related, min(len(related), chance.choice((1, 2)))):
        label = _ALMOST if each.occupation.soc == trade.occupation.soc else _RELATED
        few = question.years >= 2 and chance.random() < 0.25
        text = _write(world, question, each, chance, few=few)
        yield text, round(label - (_FEW_YEARS if few else 0.0), 2)
    if alike := world.alike(question, language):
        text = _write(world, question, chance.choice(alike), chance, stuffed=chance.random() < 0.3)
        yield text, _ALIKE
    far = world.other(trade, language, chance)
    if far and chance.random() < 0.75:
        yield _write(world, question, far, chance, unskilled=True), _OTHER


def make_examples(
    taxonomies: Path, left_out: frozenset[str], seed: int, count: int
) -> list[FoundationPair]:
    """`count` different pairs in mixed order; the same seed and facts, the same pairs.

    `left_out` holds SOC codes ("13-2011"): no example is about them or names them.
    Errors: InvalidRequest for a count below one or above what the taxonomies can give, NotFound
    where a table of theirs is missing, Damaged where one cannot be read.
    """
    if count < 1:
        raise InvalidRequest(f"{count} examples: ask for one at least")
    chance = Random(seed)
    world = _World(read_facts(taxonomies, left_out))
    forbidden = Forbidden(read_titles(taxonomies, left_out) | set(read_left_out().chinese))
    found: dict[tuple[str, str], FoundationPair] = {}
    number, fruitless = 0, 0
    while len(found) < count:
        if fruitless >= _PATIENCE:
            raise InvalidRequest(f"these taxonomies give only {len(found)} of {count} examples")
        asked_in, told_in = chance.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
        scarce = "zh" if "zh" in (asked_in, told_in) else "en"
        fruitless += 1
        codes = list(world.trades[scarce])
        sizes = [math.sqrt(len(world.trades[scarce][code].titles)) for code in codes]
        if not codes:
            continue
        trade = world.trades[asked_in][chance.choices(codes, sizes)[0]]
        question = _ask(trade, world.verbs, chance)
        number += 1
        if forbidden.find(question.text) is not None:
            continue
        group = f"{asked_in}-{told_in}/{trade.code}/{number}"
        for answer, label in _answers(world, question, told_in, chance):
            new = (question.text, answer) not in found
            if new and forbidden.find(answer) is None:
                pair = FoundationPair(question.text, answer, label, group)
                found[question.text, answer] = pair
                fruitless = 0
    examples = list(found.values())[:count]
    chance.shuffle(examples)
    return examples
