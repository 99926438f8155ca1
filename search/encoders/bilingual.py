"""Two encoders side by side: one that reads many languages, one that reads English better.

A vector is the two models' vectors one after the other, each of half the weight, so an inner
product is the mean of the two cosines. The English model knows no Chinese character; a text that is
mostly Chinese has zeros in its place, and against it only what both texts have counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from search.encoder import Encoder, Progress, Vector, Vectors
from search.encoders.fingerprints import fingerprint_values

ENGLISH_SHARE: Final = 0.5

# Letters of scripts that the English model never learnt: from Greek on, less punctuation.
_FOREIGN = re.compile(
    r"[\u0370-\u1dff\u2c00-\u2dff\u3005-\u9fff\ua000-\ufaff\U00020000-\U000323af]"
)
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
# Counts up when the same two vectors would be put together otherwise.
_RULE: Final = 1


class BilingualEncoder:
    """Passages and jobs in any language by `every`, those in Latin letters by `english` too."""

    def __init__(self, every: Encoder, english: Encoder, *, name: str) -> None:
        self.name = name
        self.every = every
        self.english = english
        self.dimension = every.dimension + english.dimension
        self.max_tokens = min(every.max_tokens, english.max_tokens)

    @property
    def fingerprint(self) -> str:
        """Of both encoders, their shares and the rule that says what is English."""
        return fingerprint_values(
            {
                "every": self.every.fingerprint,
                "english": self.english.fingerprint,
                "share": ENGLISH_SHARE,
                "rule": _RULE,
            }
        )

    @property
    def numerics(self) -> str:
        """Both encoders'; they share libraries and processor."""
        return " || ".join(dict.fromkeys((self.every.numerics, self.english.numerics)))

    def count_tokens(self, text: str) -> int:
        """By the tokenizer that needs more of them."""
        return len(self.locate_tokens(text))

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        """By the tokenizer that needs more of them."""
        places = self.every.locate_tokens(text)
        if not reads_as_english(text):
            return places
        return max(places, self.english.locate_tokens(text), key=len)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See the contract."""
        report = _halve(progress) if progress is not None else None
        english = [row for row, text in enumerate(texts) if reads_as_english(text)]
        left = self.every.encode_passages(texts, report)
        right = np.zeros((len(texts), self.english.dimension), dtype=np.float32)
        if report is not None:
            report(len(texts) - len(english))
        right[english] = self.english.encode_passages([texts[row] for row in english], report)
        return _put_together(left, right)

    def encode_query(self, text: str) -> Vector:
        """See the contract."""
        left = self.every.encode_query(text)
        right = np.zeros(self.english.dimension, dtype=np.float32)
        if reads_as_english(text):
            right = self.english.encode_query(text)
        together: Vector = _put_together(left[None, :], right[None, :])[0]
        return together


def reads_as_english(text: str) -> bool:
    """Whether the English model has something to read: Latin words, and at least as many of them
    as of other scripts' letters (a Chinese character is about a word)."""
    words = len(_LATIN_WORD.findall(text))
    return words > 0 and words >= len(_FOREIGN.findall(text))


def _put_together(left: Vectors, right: Vectors) -> Vectors:
    """Rows of length one; where the right part is zero, the left has all the length."""
    wide = np.concatenate(
        [
            left.astype(np.float64) * np.sqrt(1 - ENGLISH_SHARE),
            right.astype(np.float64) * np.sqrt(ENGLISH_SHARE),
        ],
        axis=1,
    )
    norms = np.sqrt((wide * wide).sum(axis=1, keepdims=True))
    return (wide / np.where(norms > 0, norms, 1)).astype(np.float32)


def _halve(progress: Progress) -> Progress:
    """A text is finished when two encoders have reported it."""
    halves = 0

    def report(more: int) -> None:
        nonlocal halves
        before, halves = halves // 2, halves + more
        if halves // 2 > before:
            progress(halves // 2 - before)

    return report
