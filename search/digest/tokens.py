"""How long a text is to a model, and how to make it shorter."""

from __future__ import annotations

import re
from typing import Final

from search.words import HAN

CHINESE: Final = re.compile(f"[{HAN}]+")


def tokens_of(text: str) -> float:
    """About how many tokens a multilingual model makes of the text."""
    if text.isascii():  # the same sum, without looking for Chinese
        return sum(max(1.3, len(word) / 5) for word in text.split())
    han = sum(map(len, CHINESE.findall(text)))
    return han / 1.2 + sum(max(1.3, len(word) / 5) for word in CHINESE.sub(" ", text).split())


def flat(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def cut(text: str, tokens: float) -> str:
    """The first words (or Chinese characters, or letters of one endless word) that fit."""
    if tokens_of(text) <= tokens:
        return text
    low, high = 0, min(len(text), int(tokens * 12))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens_of(text[:middle]) <= tokens else (low, middle - 1)
    space = text.rfind(" ", 0, low + 1)
    inside = low < len(text) and text[low - 1 : low + 1].isascii() and text[low] != " "
    return (text[:space] if inside and space > 0 else text[:low]).rstrip()
