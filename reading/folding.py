"""One character in, one character out: the forms of a text that searching needs.

Every function here keeps the length of its input, so that a span found in the folded text is a
span of the original.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources


@cache
def _narrow_table() -> dict[int, str]:
    """Full-width forms to ASCII, every kind of dash to "-", every kind of blank to " "."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t"), " ")
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣－⁃"), "-")
    table |= dict.fromkeys(map(ord, "‘’ʼ＇"), "'")
    table |= dict.fromkeys(map(ord, "～〜∼"), "~")
    return table


@cache
def _simplified_table() -> dict[int, str]:
    """Traditional characters to simplified ones, from OpenCC's character table (Apache-2.0)."""
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt")
    table: dict[int, str] = {}
    for line in lines.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == 1 and len(first) == 1:
            table[ord(traditional)] = first
    table[ord("著")] = "著"  # 著 is a word of its own in simplified text
    return table


@cache
def _search_table() -> dict[int, str]:
    return _simplified_table() | _narrow_table()


def narrow(text: str) -> str:
    """Half-width digits, letters and punctuation; plain dashes, blanks and apostrophes."""
    return _translated(text, _narrow_table())


def _translated(text: str, table: dict[int, str]) -> str:
    """`str.translate`, which is slow, for the characters beyond ASCII only."""
    text = text.replace("\t", " ")
    if text.isascii():
        return text
    return _BEYOND_ASCII.sub(lambda match: match[0].translate(table), text)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """`narrow`, in simplified characters and in lower case."""
    return _fold(text) if len(text) > 200 else _folded(text)


@lru_cache(maxsize=16)  # the readers of one document all fold the same text
def _fold(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    folded = _translated(text, _search_table())
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]")


def has_chinese(text: str) -> bool:
    """Whether a Han ideograph stands in a text."""
    return _CHINESE.search(text) is not None


def is_chinese(char: str) -> bool:
    """Whether a character is a Han ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"
