"""The content words of a sentence, in a form in which two sentences can be compared.

English words are stemmed (Porter's Snowball English stemmer, 2001); Chinese is cut by rjieba.
Only words that carry content count: no function words, no recruiting boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from reading.spans import Span

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#&]*(?:[.'’][A-Za-z0-9+#]+)*|[\u3400-\u9fff]+")
_IN_WORD = re.compile(r"[a-z0-9]")
_HAN = re.compile(r"[\u3400-\u9fff]")

_FIRST_STEMS_KEPT = 50_000


@cache
def _empty_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words without content: English in lower case, and Chinese."""
    table = resources.files("reading").joinpath("data/phrase_words.tsv").read_text("utf-8")
    english: set[str] = set()
    chinese: set[str] = set()
    for line in table.splitlines():
        if not line.startswith("#"):
            kind, _, words = line.partition("\t")
            (chinese if kind == "han" else english).update(words.split())
    return frozenset(english), frozenset(chinese)


@cache
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=_FIRST_STEMS_KEPT)
def stem(word: str) -> str:
    """The base form of one English word in lower case."""
    bare = word.lower().replace("’", "'").removesuffix("'s")
    return str(_stemmer().stemWord(bare))  # type: ignore[attr-defined]


@lru_cache(maxsize=_FIRST_STEMS_KEPT)
def _content_stem(word: str) -> str | None:
    lower = word.lower()
    if len(lower) < 2 or lower.isdigit() or lower in _empty_words()[0]:
        return None
    return stem(lower)


def is_han(text: str) -> bool:
    """Whether the text has Chinese characters."""
    return _HAN.search(text) is not None


def _cut(run: str) -> list[str]:
    import rjieba

    return list(rjieba.cut(run))


def content_terms(text: str) -> tuple[str, ...]:
    """The distinct content words in reading order, stemmed or cut."""
    terms: dict[str, None] = {}
    chinese = _empty_words()[1]
    for match in _WORD.finditer(text):
        run = match.group()
        if _HAN.match(run):
            for word in _cut(run):
                if len(word) > 1 and word not in chinese:
                    terms.setdefault(word)
        elif (term := _content_stem(run)) is not None:
            terms.setdefault(term)
    return tuple(terms)


def places_of(word: str, folded: str) -> Iterator[Span]:
    """Where a lower-case text has a stemmed word, or a Chinese one as it stands.

    Words are found by their beginning: what the stemmer changes at the front of a word ("dying",
    "die") is not found.
    """
    if _HAN.match(word):
        at = folded.find(word)
        while at >= 0:
            yield Span(at, at + len(word))
            at = folded.find(word, at + len(word))
        return
    beginning = word[: max(2, len(word) - 1)]
    at = folded.find(beginning)
    while at >= 0:
        match = _WORD.match(folded, at)
        if match and not (at and _IN_WORD.match(folded[at - 1])) and stem(match.group()) == word:
            yield Span(at, match.end())
        at = folded.find(beginning, at + 1)
