"""Occupations that no example may be about, and the search for any name they go by."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from indexer.learning.foundation.tables import ONET, read_rows

CODE = "O*NET-SOC Code"
Key = tuple[str, ...]

_WORD = re.compile(r"[0-9a-z&+#']+")
_BETWEEN = re.compile(r"[\n;|:·•,()\[\]/—–]| - |\d+(?: years?)?")
_BRACKETS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The broad SOC codes ("13-2011") that are kept out, and Chinese names for the same trades."""

    codes: frozenset[str]
    chinese: tuple[str, ...]


def read_left_out() -> LeftOut:
    """The room's own list: the jobs of the evaluation on real résumés."""
    text = files(__package__).joinpath("left_out.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    names = (name for row in rows for name in row["chinese"].split("|"))
    return LeftOut(frozenset(row["soc"] for row in rows), tuple(names))


def key_of(text: str) -> Key:
    """A name's words, folded: case, punctuation and a plural's s do not matter."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return tuple(word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words)


def keys_of_title(title: str) -> set[Key]:
    """The ways to write one title: whole, without what is in brackets, and the brackets alone."""
    forms = [title, _BRACKETS.sub(" ", title), *_BRACKETS.findall(title)]
    return {key for form in forms if (key := key_of(form))}


def read_titles(taxonomies: Path, codes: frozenset[str]) -> frozenset[str]:
    """Every name that O*NET has for the occupations with these SOC codes.

    Errors: NotFound and Damaged, as for reading any of the tables.
    """
    found: set[str] = set()
    for name, column in (
        ("Occupation Data.txt", "Title"),
        ("Alternate Titles.txt", "Alternate Title"),
        ("Alternate Titles.txt", "Short Title"),
        ("Sample of Reported Titles.txt", "Reported Job Title"),
    ):
        for row in read_rows(taxonomies / ONET / name, CODE, column):
            if row[CODE][:7] in codes and row[column] not in ("", "n/a"):
                found.add(row[column])
    return frozenset(found)


class Forbidden:
    """Finds forbidden titles in a text.

    A title of several words counts wherever the words stand together. A title of one word
    ("Buyer", "Receiver") is an ordinary word as well and counts where it stands as a title of
    its own, between punctuation, years or line ends. Chinese names count anywhere.
    """

    def __init__(self, titles: Iterable[str]) -> None:
        self._chinese = {title for title in titles if not title.isascii() and not key_of(title)}
        keys = {key for title in titles for key in keys_of_title(title)}
        self._single = {key[0] for key in keys if len(key) == 1}
        self._phrases = {key for key in keys if len(key) > 1}
        self._lengths = sorted({len(key) for key in self._phrases})

    def find(self, text: str) -> str | None:
        """The first forbidden title in the text, folded, or None."""
        for name in sorted(self._chinese):
            if name in text:
                return name
        words = key_of(text)
        for length in self._lengths:
            for start in range(len(words) - length + 1):
                if (phrase := words[start : start + length]) in self._phrases:
                    return " ".join(phrase)
        for piece in _BETWEEN.split(text):
            if len(key := key_of(piece)) == 1 and key[0] in self._single:
                return key[0]
        return None


def find_left_out(examples: Iterable[tuple[str, str]], titles: Iterable[str]) -> list[str]:
    """What of `titles` the (question, answer) pairs give away: one line for each find, in order."""
    forbidden = Forbidden(frozenset(titles))
    return [
        f"pair {number}: {found!r} in {text!r}"
        for number, pair in enumerate(examples)
        for text in pair
        if (found := forbidden.find(text)) is not None
    ]
