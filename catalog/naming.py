"""Whether a text names somebody: what of other people's writing goes when that person is erased."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.people import Claim, ClaimKind

_FEWEST_DIGITS = 6  # a shorter number stands in texts by chance
_TAIL = 8  # digits of a phone that are compared: the country's and trunk prefixes may be left out
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]{0,3}\d){4,}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_ABOUT = frozenset({"person_id", "candidate_id", "person", "candidate"})


@dataclass(frozen=True, slots=True)
class Naming:
    """What identifies one person in a text: names, e-mails, phones and the ids of other systems.

    A full name counts (in either order, with or without what stands in the middle), an e-mail, a
    phone however it is written, and an id that has a digit and four characters. One name alone does
    not: "Baker" is a trade more often than a person.
    """

    people: frozenset[int]
    external: frozenset[str]
    words: re.Pattern[str] | None
    phones: tuple[str, ...]

    @classmethod
    def of(cls, people: Iterable[int], names: Iterable[str], claims: Iterable[Claim]) -> Naming:
        """What these names and claims, all of one person, are looked for by."""
        patterns: dict[str, None] = {}
        phones: dict[str, None] = {}
        external: set[str] = set()
        for name in names:
            patterns.update(dict.fromkeys(_name_patterns(name)))
        for claim in claims:
            if claim.kind == ClaimKind.PHONE:
                digits = re.sub(r"\D", "", claim.value)
                if len(digits) >= _FEWEST_DIGITS:
                    phones[digits[-_TAIL:]] = None
                continue
            value = re.escape(fold(claim.value))
            if claim.kind == ClaimKind.EMAIL:
                patterns[rf"(?<![\w.+-]){value}(?![\w-])(?!\.\w)"] = None
            else:
                external.add(claim.value)
                if len(claim.value) >= 4 and re.search(r"\d", claim.value):
                    patterns[rf"(?<![\w-]){value}(?![\w-])"] = None
        words = re.compile("|".join(patterns)) if patterns else None
        return cls(frozenset(people), frozenset(external), words, tuple(phones))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing by which a text could name the person."""
        return self.words is None and not self.phones

    def stands_in(self, text: str) -> bool:
        """Whether the text names the person."""
        if self.words is not None and self.words.search(fold(text)):
            return True
        if not self.phones:
            return False
        numbers = (re.sub(r"\D", "", found[0]) for found in _NUMBER.finditer(fold(text)))
        return any(phone in number for number in numbers for phone in self.phones)

    def stands_anywhere_in(self, value: Any) -> bool:
        """Whether any text in a JSON value names the person."""
        return any(self.stands_in(text) for text in texts_in(value))

    def is_in_path(self, path: str) -> bool:
        """Whether a file or a folder above it is called by a name or id of the person."""
        parts = re.split(r"[/\\]", path)
        called = {*parts, *(part.rpartition(".")[0] for part in parts)}
        return bool(called & self.external) or any(
            self.stands_in(said) for part in parts for said in (part, re.sub("[_.-]", " ", part))
        )

    def is_subject_of(self, value: Any) -> bool:
        """Whether a message is about the person: it names them, or carries their number or id."""
        return self.stands_anywhere_in(value) or any(
            name in _ABOUT and self._is_meant(held) for name, held in _fields(value)
        )

    def _is_meant(self, held: Any) -> bool:
        if isinstance(held, int) and not isinstance(held, bool):
            return held in self.people
        return isinstance(held, str) and held in self.external


def fold(text: str) -> str:
    """One form for a text's full-width, composed and capital letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def _name_patterns(name: str) -> list[str]:
    folded = fold(name)
    if _HAN.fullmatch("".join(folded.split())):
        plain = "".join(folded.split())
        return [r"\s*".join(map(re.escape, plain))] if len(plain) > 1 else []
    words = re.findall(r"\w+", folded)
    if len(words) < 2:
        return []
    orders = [words, [words[-1], *words[:-1]], [words[0], words[-1]], [words[-1], words[0]]]
    joined = (r"\W+".join(map(re.escape, order)) for order in orders)
    return [rf"(?<!\w){order}(?!\w)" for order in joined]


def texts_in(value: Any) -> Iterable[str]:
    """Every text in a JSON value, the names of its fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield str(key)
            yield from texts_in(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from texts_in(held)


def _fields(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, held in value.items():
            yield str(key), held
            yield from _fields(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _fields(held)
