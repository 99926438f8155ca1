"""Pairs of a job and a candidate with a label, by what is known about occupations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from catalog.errors import InvalidRequest
from indexer.learning.foundation.answers import answers_to
from indexer.learning.foundation.leaving_out import Forbidden, read_left_out, read_titles
from indexer.learning.foundation.occupations import read_facts
from indexer.learning.foundation.questions import ask
from indexer.learning.foundation.trades import Trades

_LANGUAGES: Final = {("en", "en"): 65, ("zh", "zh"): 17, ("en", "zh"): 9, ("zh", "en"): 9}
_PATIENCE: Final = 500  # questions in a row that bring nothing new


@dataclass(frozen=True, slots=True)
class FoundationPair:
    """One example, its label from 0 (another world of work) to 1 (fits). `group` names its
    question: languages, occupation and a running number."""

    question: str
    answer: str
    label: float
    group: str


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
    trades = Trades(read_facts(taxonomies, left_out))
    forbidden = Forbidden(read_titles(taxonomies, left_out) | set(read_left_out().chinese))
    found: dict[tuple[str, str], FoundationPair] = {}
    fruitless = 0
    for pairs in _rounds(trades, forbidden, chance):
        fruitless += 1
        for pair in pairs:
            if (pair.question, pair.answer) not in found:
                found[pair.question, pair.answer] = pair
                fruitless = 0
        if len(found) >= count:
            break
        if fruitless >= _PATIENCE:
            raise InvalidRequest(f"these taxonomies give only {len(found)} of {count} examples")
    examples = list(found.values())[:count]
    chance.shuffle(examples)
    return examples


def _rounds(trades: Trades, forbidden: Forbidden, chance: Random) -> Iterator[list[FoundationPair]]:
    """Question after question, without end, with the answers to it that may be shown."""
    number = 0
    while True:
        asked_in, told_in = chance.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
        trade = trades.draw(asked_in, told_in, chance)
        if trade is None:
            yield []
            continue
        number += 1
        question = ask(trade, trades.verbs, chance)
        if forbidden.find(question.text) is not None:
            yield []
            continue
        group = f"{asked_in}-{told_in}/{trade.code}/{number}"
        yield [
            FoundationPair(question.text, answer, label, group)
            for answer, label in answers_to(question, told_in, trades, chance)
            if forbidden.find(answer) is None
        ]
