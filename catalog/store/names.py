"""Whether two names can be one person's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def names_agree(one: str | None, other: str | None) -> bool:
    """Both are known, and one's words are all among the other's (in any order; initials count)."""
    if one is None or other is None:
        return False
    shorter, longer = sorted((words_of(one), words_of(other)), key=len)
    return bool(shorter) and all(_stands_in(word, longer) for word in shorter)


def names_contradict(one: str | None, other: str | None) -> bool:
    """Both are known, in one script, and have no word in common."""
    if one is None or other is None:
        return False
    first, second = words_of(one), words_of(other)
    if not first or not second or is_han(first) != is_han(second):
        return False
    return not any(_stands_in(word, second) for word in first)


def words_of(name: str) -> list[str]:
    """A name's words without case and accents; a Chinese name is one word, however spaced."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"\w+", plain)
    return ["".join(words)] if words and is_han(words) else words


def is_han(words: Sequence[str]) -> bool:
    """Whether nothing but Han characters stands in these words."""
    return all("㐀" <= c <= "鿿" for word in words for c in word)


def _stands_in(word: str, words: Sequence[str]) -> bool:
    return any(word == w or (min(len(word), len(w)) == 1 and word[0] == w[0]) for w in words)
