"""Which words stand in a text, so that costly patterns run only where they can match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTERS = bytes(b if chr(b).isalnum() else 32 for b in range(128)) + b" " * 128


@dataclass(frozen=True, slots=True)
class Clues:
    """The ASCII words of a text in lower case, and whether it has Chinese characters."""

    words: frozenset[str]
    chinese: bool

    def any_of(self, words: frozenset[str]) -> bool:
        """Whether one of these words stands in the text."""
        return not self.words.isdisjoint(words)


def clues(text: str) -> Clues:
    """What a text could be searched for at all."""
    return Clues(
        frozenset(text.lower().encode("ascii", "replace").translate(_LETTERS).decode().split()),
        not text.isascii() and _CHINESE.search(text) is not None,
    )


def near(
    pattern: re.Pattern[str], keywords: tuple[str, ...], text: str, before: int, after: int
) -> Iterator[re.Match[str]]:
    """The matches of a pattern around any of its keywords; the same match may come twice."""
    for keyword in keywords:
        at = text.find(keyword)
        while at >= 0:
            yield from pattern.finditer(text, max(0, at - before), at + len(keyword) + after)
            at = text.find(keyword, at + len(keyword))
