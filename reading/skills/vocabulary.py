"""The skills that Bole knows: ids, labels in English and Chinese, and what a skill implies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from reading.folding import fold, is_chinese

if TYPE_CHECKING:
    from ahocorasick import Automaton

FILES = ("skills.tsv", "skills_taxonomy.tsv")  # ours first: where both have a label, ours wins


class Care(StrEnum):
    """How a label has to be met before it counts."""

    ANY = ""  # in any case, anywhere
    EXACT = "="  # as written ("=POS")
    CONTEXT = "~"  # as written, and in a list or beside a word that settles it ("~Go", "~R")


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill. The first label of a language is the one shown."""

    id: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    implies: tuple[str, ...] = ()  # ids of skills that whoever has this one has too


@dataclass(frozen=True, slots=True)
class Label:
    """One way to write a skill; `exact` is what the text must show where care is taken."""

    skill: str
    exact: str
    care: Care


def search_form(text: str) -> str:
    """The form labels are looked up in, as long as the text: folded, dashes and line ends blank."""
    folded = fold(text)
    for mark in "-_\n\r":
        folded = folded.replace(mark, " ")
    return folded


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Skills by id, with everything needed to find them in a text."""

    skills: Mapping[str, Skill]
    fingerprint: str  # of everything that decides what is found
    labels: Mapping[str, tuple[Label, ...]] = field(repr=False)  # by search form
    automaton: Automaton = field(repr=False, compare=False)

    def label(self, skill: str, language: str = "en") -> str:
        """A skill's name as shown, in Chinese where it has one and `language` is "zh".

        An id that the vocabulary does not know (any more) is shown as it is.
        """
        known = self.skills.get(skill)
        if known is None:
            return skill
        names = known.chinese or known.english if language == "zh" else known.english
        return (names or known.chinese)[0]

    def resolve(self, name: str) -> str | None:
        """The id of the skill that a person means by a name (an id or any label, in any case)."""
        if name in self.skills:
            return name
        found = self.labels.get(search_form(name.strip()))
        return found[0].skill if found else None

    def satisfying(self, skill: str) -> frozenset[str]:
        """The ids that show a skill: itself, and every skill that implies it."""
        return self._implied_by().get(skill, frozenset({skill}))

    def _implied_by(self) -> Mapping[str, frozenset[str]]:
        return _implied_by(self.fingerprint, tuple(self.skills.values()))


@cache
def _implied_by(fingerprint: str, skills: tuple[Skill, ...]) -> Mapping[str, frozenset[str]]:
    direct = {skill.id: skill.implies for skill in skills}
    reached: dict[str, set[str]] = {}
    for skill in skills:
        seen: set[str] = set()
        waiting = [skill.id]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting += direct.get(at, ())
        for implied in seen:
            reached.setdefault(implied, set()).add(skill.id)
    return MappingProxyType({name: frozenset(ids) for name, ids in reached.items()})


def build_vocabulary(tables: Iterable[str]) -> Vocabulary:
    """A vocabulary from tables of lines "id, English labels, Chinese labels, implied ids".

    Columns are separated by tabs, labels by ";"; "=" and "~" before a label are `Care`. A line
    that repeats an id adds labels to it. ValueError on an implied id that no line defines.
    """
    import ahocorasick

    digest = hashlib.sha256(b"skills/1")
    skills: dict[str, Skill] = {}
    written: list[Label] = []
    for table in tables:
        digest.update(table.encode())
        for line in table.splitlines():
            if not line or line.startswith("#"):
                continue
            skill, labels = _read_line(line)
            before = skills.get(skill.id)
            skills[skill.id] = _merged(before, skill) if before else skill
            written += labels
    for skill in skills.values():
        if unknown := [other for other in skill.implies if other not in skills]:
            raise ValueError(f"{skill.id} implies unknown skills: {', '.join(unknown)}")
    by_form = _by_form(written)
    automaton = ahocorasick.Automaton()
    for form, found in by_form.items():
        automaton.add_word(form, (len(form), found))
    automaton.make_automaton()
    return Vocabulary(MappingProxyType(skills), digest.hexdigest()[:16], by_form, automaton)


def _merged(one: Skill, other: Skill) -> Skill:
    return Skill(
        one.id,
        tuple(dict.fromkeys(one.english + other.english)),
        tuple(dict.fromkeys(one.chinese + other.chinese)),
        tuple(dict.fromkeys(one.implies + other.implies)),
    )


def _read_line(line: str) -> tuple[Skill, list[Label]]:
    columns = [*line.split("\t"), "", "", ""]
    english, chinese, implies = (
        tuple(part for word in column.split(";") if (part := word.strip()))
        for column in columns[1:4]
    )
    labels = [
        Label(columns[0], word.lstrip("=~"), Care(word[0]) if word[0] in "=~" else Care.ANY)
        for word in english + chinese
    ]
    names = [label.exact for label in labels]
    cut = len(english)
    return Skill(columns[0], tuple(names[:cut]), tuple(names[cut:]), implies), labels


def _by_form(written: list[Label]) -> dict[str, tuple[Label, ...]]:
    """Labels by every spelling of theirs; the first skill that claims a spelling keeps it."""
    mark = "\x1f"  # folding all at once is much quicker than one by one
    forms = search_form(mark.join(label.exact for label in written)).split(mark)
    found: dict[str, tuple[Label, ...]] = {}
    for label, form in zip(written, forms, strict=True):
        for spelling in _forms(form, label.care):
            known = found.get(spelling, ())
            if not known or known[0].skill == label.skill:
                found[spelling] = (*known, label)
    return found


def _forms(form: str, care: Care) -> Iterator[str]:
    """A label's spellings: "&" and "and", singular and plural."""
    spellings = [form]
    if " & " in form:
        spellings.append(form.replace(" & ", " and "))
    elif " and " in form:
        spellings.append(form.replace(" and ", " & "))
    for spelling in spellings:
        yield spelling
        if care is Care.ANY and not is_chinese(spelling[-1]) and _COUNTABLE.search(spelling):
            yield re.sub(r"(?<=[^aeiou])y$", "ie", spelling) + (
                "es" if spelling.endswith(("ch", "sh", "x")) else "s"
            )
        elif care is Care.ANY and _PLURAL.search(spelling):
            yield spelling[:-1]


_PLURAL = re.compile(r" [a-z]{3,}[^aiousx\W]s$(?<!ics)")
# A last word of four letters or more that is neither plural already nor a name for an activity.
_COUNTABLE = re.compile(r"(?:^| )[a-z]{3,}(?:[^s\W\d_])$(?<!ing)(?<!ics)")


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary."""
    folder = resources.files("reading").joinpath("data")
    return build_vocabulary(folder.joinpath(name).read_text(encoding="utf-8") for name in FILES)
