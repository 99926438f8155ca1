"""Whether a reranker would see somebody's name: the same résumé under other names, read again.

Every mention of the name is replaced, those that the scoring view overlooks as well, so what it
overlooks is counted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reading.identity.finding import find_identity
from reading.identity.mentions import IdentityKind
from reading.identity.name_forms import PersonName, folded, person_name
from reading.identity.trade_words import COMPOUND_SURNAMES_ZH
from reading.resume import Resume
from reading.resumes.parse import read_resume
from reading.spans import Span, union


@dataclass(frozen=True, slots=True)
class OtherName:
    """Somebody else's name; Chinese ones with their spelling in Latin letters."""

    first: str
    last: str
    chinese: tuple[str, str] | None = None  # surname, given name


# Women and men, in turn; from several countries, since what a name tells differs.
_ENGLISH = (
    OtherName("Margaret", "Ashworth"),
    OtherName("Desmond", "Okafor"),
    OtherName("Priya", "Raghavan"),
    OtherName("Tobias", "Lindqvist"),
    OtherName("Fatima", "Haddad"),
    OtherName("Jamal", "Whitfield"),
    OtherName("Consuelo", "Barrientos"),
    OtherName("Mateusz", "Wozniak"),
)
_CHINESE = (
    OtherName("Shuzhen", "Zhao", ("赵", "淑珍")),
    OtherName("Guoqiang", "Liu", ("刘", "国强")),
    OtherName("Yating", "Chen", ("陈", "雅婷")),
    OtherName("Haoran", "Zhou", ("周", "浩然")),
    OtherName("Meiling", "Ouyang", ("欧阳", "美玲")),
    OtherName("Jianjun", "Wu", ("吴", "建军")),
)
_LABEL_END = re.compile(r"[:：\t\n]")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’\-‑](?=[^\W\d_]))*")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_GONE = "\x00"  # where a middle name stood
_CONTACTS = (IdentityKind.EMAIL, IdentityKind.LINK)


def check_name_swap(
    texts: Sequence[str],
    read: Callable[[str], str],
    score: Callable[[str], float] | None = None,
) -> dict[str, float | int | None]:
    """Each résumé as a woman's and as a man's: how many are read differently under another name.

    `read` maps a résumé's text to what the reranker reads of it; `score`, if given, that to a
    score. {"candidates": with a name to swap, "unnamed": without, "changed", "largest": difference
    of scores (None: differences, but nothing to measure them with)}.
    """
    candidates = unnamed = changed = 0
    largest: float | None = 0.0
    for number, text in enumerate(texts):
        swapped = list(_under_other_names(text, number))
        if not swapped:
            unnamed += 1
            continue
        candidates += 1
        before = read(text)
        others = {after for after in map(read, swapped) if after != before}
        if not others:
            continue
        changed += 1
        if score is None or largest is None:
            largest = None
        else:
            own = score(before)
            largest = max(largest, *(abs(score(other) - own) for other in others))
    return {"candidates": candidates, "unnamed": unnamed, "changed": changed, "largest": largest}


def swap_name(text: str, other: OtherName) -> str | None:
    """The résumé as somebody else's; None where no name is found in it.

    Mentions of the name and the contacts spelt like it change, and so does the whole name wherever
    else it stands. A part of it alone elsewhere (Baker, 高) may be a word, and stays.
    """
    resume = read_resume(text)
    mentions = find_identity(resume)
    named = [m.span for m in mentions if m.kind is IdentityKind.NAME]
    swaps = [_Swap(name, other) for name in _names(resume, named)]
    if not swaps:
        return None
    cuts = [(span, _Swap.mention) for span in union(named)]
    cuts += [(m.span, _Swap.contact) for m in mentions if m.kind in _CONTACTS]
    pieces, at = [], 0
    for span, swap in sorted(cuts, key=lambda cut: cut[0]):
        if span.start < at:
            continue  # a name inside an address: swapped with it
        pieces += [_each(swaps, _Swap.elsewhere, text[at : span.start])]
        pieces += [_each(swaps, swap, span.of(text))]
        at = span.end
    pieces.append(_each(swaps, _Swap.elsewhere, text[at:]))
    return "".join(pieces)


def _under_other_names(text: str, number: int) -> Iterator[str]:
    """The résumé as a woman's and as a man's; other candidates get other names."""
    resume = read_resume(text)
    named = [m.span for m in find_identity(resume) if m.kind is IdentityKind.NAME]
    names = _names(resume, named)
    pool = _CHINESE if any(name.chinese for name in names) else _ENGLISH
    own = {folded(part) for name in names for part in name.parts}
    for gender in (0, 1):
        turned = [pool[(2 * (number + turn) + gender) % len(pool)] for turn in range(len(pool))]
        for other in turned:
            if not own & {folded(other.first), folded(other.last), "".join(other.chinese or ())}:
                swapped = swap_name(text, other)
                if swapped is not None:
                    yield swapped
                break


def _names(resume: Resume, named: Sequence[Span]) -> list[PersonName]:
    """Whose résumé it is, in each script: as stated, else the first whole name of the page."""
    found: list[PersonName] = []
    for span in named:
        words = span.of(resume.text)
        label = _LABEL_END.search(words)
        name = person_name(words[label.end() :] if label else words)
        if name is not None:
            found.append(name)
    stated = person_name(resume.contact.name) if resume.contact.name and found else None
    ordered = [stated, *found] if stated else found
    names = []
    for script in (True, False):
        ours = [name for name in ordered if name.chinese is script]
        whole = [n for n in ours if len(n.parts) > 1 or (n.chinese and len(n.parts[0]) > 1)]
        names += (whole or ours)[:1]
    return names


def _each(swaps: Sequence[_Swap], swap: Callable[[_Swap, str], str], words: str) -> str:
    for one in swaps:
        words = swap(one, words)
    return words


class _Swap:
    """One name of a résumé, and how another takes its place."""

    def __init__(self, name: PersonName, other: OtherName) -> None:
        self._chinese = name.chinese
        if name.chinese:
            surname, given = _divided(name.parts[0])
            new = other.chinese or (other.last, other.first)
            self._words = {name.parts[0]: "".join(new), given: new[1], surname: new[0]}
            self._whole = name.parts[0] if len(name.parts[0]) > 2 else None
            return
        parts = [p for p in name.parts if folded(p) not in _SUFFIXES]
        first, last = parts[0], parts[-1]
        self._words = {folded(part): "" for part in parts[1:-1]}
        self._words |= {folded(last): other.last, folded(first): other.first}
        self._initials = (folded(first)[:1], folded(last)[:1])
        self._new_initials = (other.first[0], other.last[0])
        self._whole = rf"{re.escape(first)}\b.{{0,30}}?\b{re.escape(last)}" if parts[1:] else None

    def mention(self, words: str) -> str:
        """What is known to name the person: any part of the name is another's."""
        if self._chinese:
            own = "|".join(_spaced(word) for word in self._words if word)
            return re.sub(own, lambda m: self._words[re.sub(r"\s", "", m[0])], words)
        swapped = _WORD.sub(self._word, words)
        return re.sub(f"{_GONE}\\.?[ \t\u00a0]*", "", swapped)

    def contact(self, words: str) -> str:
        """An address or a link: spelt in small letters, without accents."""
        if self._chinese:
            return words
        for old, new in self._words.items():
            if len(old) > 2 and new:
                words = re.sub(re.escape(old), folded(new), words, flags=re.IGNORECASE)
        return words

    def elsewhere(self, words: str) -> str:
        """What the scoring view takes for content: only the whole name is surely the person."""
        if self._whole is None:
            return words
        if self._chinese:
            return words.replace(self._whole, self._words[self._whole])
        return re.sub(
            rf"\b{self._whole}\b", lambda m: self.mention(m[0]), words, flags=re.IGNORECASE
        )

    def _word(self, found: re.Match[str]) -> str:
        word, owned = found[0], ""
        possessive = re.search(r"['’]s?$", word)
        if possessive:
            word, owned = word[: possessive.start()], possessive[0]
        new = self._words.get(folded(word))
        if new is None:
            return self._initials_of(word) + owned
        if word.isupper():
            new = new.upper()
        elif word.islower():
            new = new.lower()
        return (new or _GONE) + owned

    def _initials_of(self, word: str) -> str:
        """J. for the first name, AMJ for all of it; what is neither stays."""
        letters = folded(word)
        if not word.isupper() or len(word) > 5:
            return word
        if len(word) > 1:
            is_short = (letters[0], letters[-1]) == self._initials
            return "".join(self._new_initials) if is_short else word
        if letters in self._initials:
            return self._new_initials[self._initials.index(letters)]
        is_middle = any(not new and old.startswith(letters) for old, new in self._words.items())
        return _GONE if is_middle else word


def _divided(name: str) -> tuple[str, str]:
    """Surname and given name; of a transcribed name (阿依古丽·买买提) its last and first part."""
    if "·" in name:
        return name.rpartition("·")[2], name.partition("·")[0]
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES_ZH else 1
    return name[:length], name[length:]


def _spaced(word: str) -> str:
    return r"[ \u3000]{0,4}".join(map(re.escape, word))
