"""Cutting English and Chinese text into the terms that the lexical index and boolean search count.

One function cuts documents and questions alike, so a term of a question is a term of the index or
occurs nowhere. What a reader would call the same word is the same term: full-width and half-width
forms, traditional and simplified characters, upper and lower case, accents ("résumé", "resume"),
singular and plural.

Two uses, two grains. Ranking counts Porter2 stems (Porter, 2001): a job that asks for management is
glad of a manager. Boolean search does not: who asks for "accountant" does not mean "account", so it
sees words, whose regular plural alone is taken off (Harman's S stemmer, JASIS 1991).

Chinese has no spaces, and a dictionary cuts the same characters differently in different
surroundings. Single characters and pairs of neighbours retrieve as well as words (Nie, Gao, Zhang &
Zhou, IRAL 2000), and no surroundings change them.

Names of the trade stay whole: C++, C#, F#, .NET, Node.js, A/B, R&D, 401k, e-commerce. Stop words
are terms too (the "IT" of "IT manager" is one of them): they are left out of questions, not of
documents.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files

RULES = 1  # raise whenever the same text would yield other terms: it is part of the fingerprint

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
"""Chinese characters, as the inside of a character class of a regular expression."""

STEM = "~"
"""Stands before a stem, so that the stem "manag" is never taken for a word."""

BREAK = ""
"""The atom that stands between sentences and list entries: no phrase reaches across it."""

_END = rf"(?![^\W{HAN}])"  # neither letter nor digit follows; a Chinese character may
# Alternatives stand in the order of preference, and words are taken whole.
_ATOM = re.compile(
    rf"""
    (?P<han>[{HAN}]+)
  | (?P<name>
        (?<![^\W{HAN}]) \.net {_END}                       # .NET
      | [a-z]+ \+\+ | [a-z] \#                            # C++, C#, F#
      | ph \. ?d {_END} \.?                               # Ph.D.
      | (?: [a-z] \. ){{2,}} (?: [a-z] {_END} )?          # U.S., M.B.A
      | [a-z0-9]+ \. (?: js | ts | net | io | ai ) {_END} # Node.js, ASP.NET
      | [a-z] / [a-z] {_END}                              # A/B
      | [a-z]{{1,2}} & [a-z]{{1,2}} {_END}                # R&D, P&L, AT&T
      | \d+ \( [a-z] \)                                   # 401(k)
      | (?<! - ) [a-z] - [a-z]+ {_END}                    # e-mail, T-SQL, X-ray
    )
  | (?P<number> \d+ (?: [.,] \d+ )+ {_END} )
  | (?P<word> [^\W_{HAN}]+ (?: ['’] [^\W\d_{HAN}]+ )* )
  | (?P<break> [.!?;:,、。•·|()\[\]{{}}<>《》【】「」“”"…\t] | \n\s*\n )
    """,
    re.VERBOSE,
)
_CHINESE = re.compile(f"[{HAN}]")
_POSSESSIVE = re.compile(r"['’]s$")
_ACCENTS = re.compile("[\u0300-\u036f]")

_STOP_WORDS = (
    "a about above after again against all also am an and any are as at be because been before "
    "being below between both but by can could did do does doing down during each either etc few "
    "for from further had has have having he her here hers him his how i if in into is it its "
    "itself just may me more most must my no nor not of off on once only or other our ours out "
    "over own per same she should so some such than that the their theirs them then there these "
    "they this those through to too under until up us very via was we were what when where which "
    "while who whom why will with within would you your yours"
)
_STOP_CHARACTERS = (
    "的了和与或及是在有为对等并于以之其由从向到把被让给我你您他她它们这那个也都就而且但"
)


@cache
def _letters() -> dict[int, str]:
    """Traditional to simplified characters, one for one: OpenCC's table, first choice of each."""
    table: dict[int, str] = {}
    text = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        if simplified:
            table[ord(traditional)] = simplified.split(" ")[0]
    return table


def normalise(text: str) -> str:
    """Lower case, half-width, simplified, without accents. Lengths may change: for terms only."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).lower()
    if _ACCENTS.search(decomposed := unicodedata.normalize("NFD", text)):
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))
    return text.translate(_letters())


@lru_cache(maxsize=1 << 17)
def singular(word: str) -> str:
    """The word without a regular English plural or possessive."""
    word = _POSSESSIVE.sub("", word).replace("'", "").replace("’", "")
    if len(word) > 3 and word.endswith("s") and word.isascii() and word.isalpha():
        if word.endswith("ies"):
            return word[:-3] + "y" if len(word) > 4 else word[:-1]
        if word.endswith(("sses", "shes", "ches", "xes")):
            return word[:-2]
        if not word.endswith(("us", "ss", "is")):
            return word[:-1]
    return word


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    # No cache of its own: ours holds the stems already.
    stem_word: Callable[[str], str] = Stemmer.Stemmer("english", 0).stemWord
    return stem_word


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The term under which BM25 counts a plain word: its Porter2 stem, marked."""
    return STEM + (_stemmer()(word) if word.isascii() else word)


@lru_cache(maxsize=1 << 16)
def _named(name: str) -> str:
    """One spelling for a name that holds punctuation."""
    if name.startswith("ph") and name.replace(".", "").replace(" ", "") == "phd":
        return "phd"
    if "&" in name or "/" in name or name == ".net" or name[-1] in "+#":
        return name
    if "(" in name:
        return re.sub(r"\W", "", name)
    if name.endswith(".") or (name.count(".") > 1):
        return name.replace(".", "")
    return name.replace("-", "")


def atoms(text: str) -> list[str]:
    """What phrases are made of, in order: words, names, single Chinese characters, and BREAK.

    Never two BREAKs in a row.
    """
    found: list[str] = []
    for match in _ATOM.finditer(normalise(text)):
        kind, words = match.lastgroup, match.group()
        if kind == "word":
            found.append(singular(words))
        elif kind == "han":
            found.extend(words)
        elif kind == "name":
            found.append(_named(words))
        elif kind == "number":
            found.append(words.replace(",", ""))
        elif found and found[-1] != BREAK:
            found.append(BREAK)
    return found


def terms(cut: Sequence[str]) -> list[str]:
    """What BM25 counts of atoms, with repetitions, in order.

    Words give their stem, numbers and names with signs or digits themselves, and Chinese each
    character and each pair of neighbours (a line break between them does not matter).
    """
    found: list[str] = []
    before = ""  # the Chinese character just before
    for atom in cut:
        if is_chinese(atom):
            found.append(atom)
            if before:
                found.append(before + atom)
            before = atom
        else:
            before = ""
            if atom.isalpha():
                found.append(stem(atom))
            elif atom != BREAK:
                found.append(atom)
    return found


@lru_cache(maxsize=1 << 17)
def is_chinese(atom: str) -> bool:
    """Whether an atom is a Chinese character."""
    return len(atom) == 1 and _CHINESE.match(atom) is not None


@cache
def _stop_terms() -> frozenset[str]:
    return frozenset(map(stem, _STOP_WORDS.split())) | frozenset(_STOP_CHARACTERS)


def question_terms(text: str) -> list[str]:
    """The terms of a question: stop words left out, unless nothing else was asked."""
    every = terms(atoms(text))
    return [term for term in every if term not in _stop_terms()] or every


@cache
def fingerprint() -> str:
    """Changes whenever the same text may yield other terms: the rules, the tables, Unicode."""
    parts = (
        RULES,
        version("pystemmer"),
        version("opencc-python-reimplemented"),
        unicodedata.unidata_version,
        _STOP_WORDS,
        _STOP_CHARACTERS,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
