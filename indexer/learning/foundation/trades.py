"""All trades of the taxonomies in both languages, and what stands near what."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

from indexer.learning.foundation.chinese import read_chinese
from indexer.learning.foundation.occupations import Facts
from indexer.learning.foundation.people import Trade, trade_in, words_of


class Trades:
    """By language ("en", "zh") and O*NET's code, in the order of the taxonomies."""

    def __init__(self, facts: Facts) -> None:
        words = read_chinese()
        self.verbs = facts.verbs
        self._trades = {
            "en": {code: trade_in(each, None) for code, each in facts.occupations.items()},
            "zh": {
                code: trade_in(each, words[each.soc])
                for code, each in facts.occupations.items()
                if code.endswith(".00") and each.soc in words
            },
        }
        self._words: dict[str, dict[str, frozenset[str]]] = {}
        self._rarity: dict[str, dict[str, float]] = {}
        for language, trades in self._trades.items():
            bags = {
                code: words_of("\n".join((*each.titles, *each.clauses, *each.skills)))
                for code, each in trades.items()
            }
            count = Counter(word for bag in bags.values() for word in bag)
            self._words[language] = bags
            self._rarity[language] = {
                word: math.log(len(bags) / times) for word, times in count.items()
            }

    def draw(self, asked_in: str, told_in: str, chance: Random) -> Trade | None:
        """A trade of the first language that the second has too, the oftener the more titles it
        has; None where there is none."""
        scarce = self._trades["zh" if "zh" in (asked_in, told_in) else "en"]
        if not scarce:
            return None
        sizes = [math.sqrt(len(trade.titles)) for trade in scarce.values()]
        return self.counterpart(chance.choices(list(scarce), sizes)[0], asked_in)

    def counterpart(self, code: str, language: str) -> Trade:
        """The trade of this code in this language."""
        return self._trades[language][code]

    def related(self, trade: Trade, language: str) -> list[Trade]:
        """Trades whose occupation O*NET relates to this one, or that share its minor group."""
        mine = trade.occupation
        return [
            each
            for each in self._trades[language].values()
            if each.code != mine.code
            and (
                each.occupation.soc in mine.related
                or mine.soc in each.occupation.related
                or each.occupation.minor == mine.minor
            )
        ]

    def alike(self, trade: Trade, text: str, language: str) -> list[Trade]:
        """The six trades unrelated to this one whose words cover most of the text's rare words.

        The sum is exact: the order of a set, which differs between runs, must not decide a tie.
        """
        asked = words_of(text)
        rarity, bags = self._rarity[trade.language], self._words[trade.language]
        near = {each.code for each in self.related(trade, language)} | {trade.code}
        scored = sorted(
            (-math.fsum(rarity[word] for word in asked & bags[code]), code)
            for code in self._trades[language]
            if code not in near and code in bags
        )
        return [self._trades[language][code] for score, code in scored[:6] if score < 0]

    def other(self, trade: Trade, language: str, chance: Random) -> Trade | None:
        """A trade of another major group that nobody relates to this one, if there is one."""
        near = {each.code for each in self.related(trade, language)}
        far = [
            each
            for each in self._trades[language].values()
            if each.occupation.major != trade.occupation.major and each.code not in near
        ]
        return chance.choice(far) if far else None
