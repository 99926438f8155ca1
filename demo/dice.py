"""Seeded chance, and the small grammar that fills a sentence's slots."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_SLOT = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)-(\d+)(?:/(\d+))?\Z")


class Dice(random.Random):
    """A stream of chance that depends on its seed and name alone, not on who drew before."""

    def __new__(cls, seed: int, *name: object) -> Dice:
        """Accept the parts of the name; `random.Random` takes one argument at most."""
        return super().__new__(cls)

    def __init__(self, seed: int, *name: object) -> None:
        super().__init__("/".join(map(str, (seed, *name))))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One key, with probability proportional to its weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items (all, where there are fewer), in random order."""
        return self.sample(items, min(count, len(items)))

    def fill(self, template: str, known: Mapping[str, str] | None = None) -> str:
        """Fill `{name}` from `known`, `{5-20}` or `{200-900/50}` with a number, `{a|b|c}` with one.

        An unknown slot is an error in the data and raises KeyError.
        """

        def one(match: re.Match[str]) -> str:
            inner: str = match[1]
            if known and inner in known:
                return known[inner]
            if found := _RANGE.match(inner):
                return str(self.randrange(int(found[1]), int(found[2]) + 1, int(found[3] or 1)))
            if "|" in inner:
                return self.choice(inner.split("|"))
            raise KeyError(f"no value for slot {{{inner}}} in {template!r}")

        return _SLOT.sub(one, template)
