"""Pronouns, titles and words for a man or a woman, where they speak of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.identity.clues import Clues
from reading.identity.mentions import IdentityKind, Mention
from reading.spans import Span

_PRONOUN_WORDS = r"he|she|his|her|hers|him|himself|herself"
# Capitals are acronyms (HIS, HER2, SHE) unless the whole line shouts.
_PRONOUN = re.compile(
    r"(?<![\w'’.\-@])(?:[Hh]e|[Ss]he|[Hh]is|[Hh]ers?|[Hh]im|[Hh]imself|[Hh]erself)"
    r"(?:\s*(?:/|\bor\b)\s*(?:[Hh]e|[Ss]he|[Hh]is|[Hh]ers?|[Hh]im|[Hh]imself|[Hh]erself))?"
    r"(?:['’](?:s|d|ll)\b)?(?![\w\-@]|\.\w|['’]\w)"
)
_SHOUTED = re.compile(rf"(?<![\w'’.\-@])(?:{_PRONOUN_WORDS.upper()})(?![\w\-@&/])")
_PRONOUN_ZH = re.compile(r"(?<![其吉维維利排])[他她](?:们|們)?(?![人山乡鄉国國])")

_PERSON = r"(?:man|woman|lady|gentleman|male|female|girl|boy|guy|mum|mom|mother|dad|father)"
_SELF_AS = re.compile(
    rf"(?:(?<=\bI am )|(?<=\bI’m )|(?<=\bI'm )|(?<=\bas )|(?<=\bAs )|(?<=\bbeing ))"
    rf"an? (?:[\w]+[ -]){{0,3}}?{_PERSON}(?![\w-]| \w+ward\b)",
)
_GENDERED_TRADE = re.compile(
    r"(?:(?<=\ba )|(?<=\bA )|(?<=\ban )|^|(?<=\n)|(?<=[.!?] ))(?:[Mm]ale|[Ff]emale)\s+"
    r"(?=(?:[\w-]+\s+){0,2}?(?:nurse|engineer|candidate|applicant|teacher|professional|manager"
    r"|developer"
    r"|accountant|driver|assistant|graduate|student|carer|caregiver|midwife|designer|analyst)s?\b)"
)
_PARENT = re.compile(
    r"(?:(?<!\w)(?:(?:a|an|the|proud|single|devoted|loving|married|working|happy|busy)\s+)*)"
    r"(?<!\w)(?:mother|father|mum|mom|dad|mama|papa|parent)\s+(?:of|to)\s+"
    r"(?:(?:a|an|my|one|two|three|four|five|six|\d)\s+)?"
    r"(?:(?:young|small|grown|adult|little|beautiful|wonderful|school-age)\s+)*"
    r"(?:one|two|three|four|five|six|\d|twins|child|children|kids|boys?|girls?|sons?|daughters?)"
    r"(?!\w)"
    r"(?:\s+(?:young\s+)?(?:children|kids|boys|girls|sons|daughters))?",
    re.IGNORECASE,
)
_MARRIED = re.compile(
    r"(?<!\w)(?:happily\s+)?(?:married|divorced|widowed)\b"
    r"(?:\s+(?:with|and have|and)\s+(?:\w+\s+)?(?:children|kids|child|sons?|daughters?))"
    r"|(?<=\bI am )(?:happily )?(?:married|single|divorced|widowed)(?!\s+\w)",
    re.IGNORECASE,
)
_SPOUSE = re.compile(r"(?<=\bmy )(?:husband|wife)\b|(?<=\bMy )(?:husband|wife)\b")

_NOT_A_NAME = (
    r"(?!(?:Universe|World|America|Earth|Teen|Pageant|USA|International|Dior|Sixty|Selfridge)\b)"
)
_NOT_SOFTWARE = (
    r"(?!(?:Word|Excel|Office|Outlook|Access|Power|PP|Project|Windows|SQL|Visio|Dos|DOS|Exchange"
    r"|Teams|Dynamics"
    r"|Azure|CRM|Server|Visual|Paint|Publisher|One|Share|Suite|Applications?|Products?|Price)"
    r"(?![a-z]{4}))"
)
_TITLE = re.compile(
    rf"(?<![\w.])(?:(?:Mr|Mrs|Ms|Mx|Messrs)\b\.?\s*{_NOT_SOFTWARE}"
    rf"(?=[A-Z\u00c0-\u024f\u4e00-\u9fff])"
    rf"|(?:Mr|Mrs|Mx)\.(?!\w)|Miss\s+{_NOT_A_NAME}(?=[A-Z]\w+\s+[A-Z]))"
)
_TITLE_ZH = re.compile(r"(?<=[\u4e00-\u9fff])(?:先生|女士|小姐|太太)(?![装裝服鞋包表内士香])")
_NOT_AFTER = frozenset("空港仪儀咨询导導礼禮众眾位名为為的和与與及")


_PRONOUNS = frozenset(_PRONOUN_WORDS.split("|"))
_SHOUTED_WORDS = ("HE ", "HIS", "HER", "HIM")
_TITLE_WORDS = frozenset(["mr", "mrs", "ms", "mx", "messrs", "miss"])
_GENDERED = frozenset(
    [
        "man",
        "woman",
        "lady",
        "gentleman",
        "male",
        "female",
        "girl",
        "boy",
        "guy",
        "mum",
        "mom",
        "mother",
        "dad",
        "father",
    ]
)
_GENDER_PATTERNS = [
    (IdentityKind.GENDER, _GENDERED, _SELF_AS),
    (IdentityKind.GENDER, frozenset({"male", "female"}), _GENDERED_TRADE),
    (
        IdentityKind.MARITAL,
        frozenset(["mother", "father", "mum", "mom", "dad", "mama", "papa", "parent"]),
        _PARENT,
    ),
    (IdentityKind.MARITAL, frozenset(["married", "single", "divorced", "widowed"]), _MARRIED),
    (IdentityKind.MARITAL, frozenset({"husband", "wife"}), _SPOUSE),
]


def pronouns(text: str, known: Clues) -> Iterator[Mention]:
    """Pronouns of the third person singular: he, she and their cases; 他, 她."""
    if known.any_of(_PRONOUNS):
        for found in _PRONOUN.finditer(text):
            yield Mention(IdentityKind.PRONOUN, Span(*found.span()))
        shouted = any(word in text for word in _SHOUTED_WORDS)
        for found in _SHOUTED.finditer(text) if shouted else ():
            if _shouts(text, found.start()):
                yield Mention(IdentityKind.PRONOUN, Span(*found.span()))
    for found in _PRONOUN_ZH.finditer(text):
        yield Mention(IdentityKind.PRONOUN, Span(*found.span()))


def titles(text: str, known: Clues) -> Iterator[Mention]:
    """Mr, Mrs, Ms and their like in front of anybody's name; 先生, 女士, 小姐 behind one."""
    if known.any_of(_TITLE_WORDS):
        for found in _TITLE.finditer(text):
            yield Mention(IdentityKind.TITLE, Span(*found.span()))
    if not known.chinese:
        return
    for found in _TITLE_ZH.finditer(text):
        if text[found.start() - 1] not in _NOT_AFTER:
            yield Mention(IdentityKind.TITLE, Span(*found.span()))


def gender_words(text: str, known: Clues) -> Iterator[Mention]:
    """ "As a young woman", "female nurse with …", "mother of two", "married with children"."""
    for kind, keys, pattern in _GENDER_PATTERNS:
        if known.any_of(keys):
            for found in pattern.finditer(text):
                yield Mention(kind, Span(*found.span()))


def _shouts(text: str, at: int) -> bool:
    """Whether the line is a sentence in capitals (five words or more)."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) >= 5
