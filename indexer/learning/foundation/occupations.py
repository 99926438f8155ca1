"""Occupations as O*NET and ESCO describe them: names, work in short clauses, software and tools."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from indexer.learning.foundation.leaving_out import CODE, Forbidden, key_of, read_titles
from indexer.learning.foundation.tables import ESCO, ONET, read_rows

_CUTS = re.compile(
    r",? (?:such as|including|in accordance with|according to|in order to|so that)\b.*"
    r"|,? (?:and|or) (?:accept|adjust|prepare|provide|maintain|ensure|determine|keep|make|record|"
    r"transport|explain|identify|perform|recommend|develop|remove|replace|obtain|select) .*"
    r"|, (?:using|ensuring|and ensure|to ensure|based on|as well as|when|while|as)\b.*"
)
_LINKS = "to for by with using when in from at during through while of"
JOINTS = frozenset(_LINKS.split())  # words that a shortened clause must not end with
_SENTENCE = re.compile(r"\bThey (?:also |may )?([a-z][^.;]+)[.;]")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_DULL = re.compile(r"\b(?:other|all|misc|worker not|personal computers?|n/a)\b", re.I)
_MOST_OWNERS = 2  # a title of more occupations than this says too little


@dataclass(frozen=True, slots=True)
class Occupation:
    """`code` is O*NET's ("17-2051.01"); its first seven characters are the SOC code."""

    code: str
    titles: tuple[str, ...]
    clauses: tuple[str, ...]  # what is done, a verb first, at most 13 words
    skills: tuple[str, ...]  # software and tools by name
    related: frozenset[str]  # SOC codes

    @property
    def soc(self) -> str:
        """The SOC code, as of 2018."""
        return self.code[:7]

    @property
    def minor(self) -> str:
        """The SOC minor group."""
        return self.code[:4]

    @property
    def major(self) -> str:
        """The SOC major group."""
        return self.code[:2]


@dataclass(frozen=True, slots=True)
class Facts:
    """All occupations that may be used, by code, and the verbs that open their clauses."""

    occupations: dict[str, Occupation]
    verbs: frozenset[str]


def clause_of(sentence: str, most: int) -> str | None:
    """The head of a task sentence in four to `most` words, or None where it cannot be cut."""
    text = _CUTS.sub("", _BRACKETS.sub("", sentence)).strip(" .;")
    words = text.split()
    if len(words) > most:
        ends = [at for at in range(3, most + 1) if words[at - 1].endswith(",")]
        ends += [at for at in range(4, most + 1) if words[at].lower() in JOINTS]
        if not ends:
            return None
        words = words[: max(ends)]
    while words and words[-1].strip(",").lower() in JOINTS | {"and", "or", "the", "a"}:
        words.pop()
    return " ".join(words).rstrip(",") if len(words) >= 3 else None


def _titles(taxonomies: Path, forbidden: Forbidden) -> dict[str, list[str]]:
    """Code → usable titles, reported ones first; ambiguous, long and forbidden ones are gone."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, column in (
        ("Sample of Reported Titles.txt", "Reported Job Title"),
        ("Alternate Titles.txt", "Alternate Title"),
    ):
        for row in read_rows(taxonomies / ONET / name, CODE, column):
            title = _BRACKETS.sub("", row[column]).strip()
            if title not in found[row[CODE]]:
                found[row[CODE]].append(title)
    owners: Counter[str] = Counter()
    for titles in found.values():
        owners.update({title.casefold() for title in titles})

    def usable(title: str) -> bool:
        return (
            1 <= len(title.split()) <= 5
            and 4 <= len(title) <= 48
            and owners[title.casefold()] <= _MOST_OWNERS
            and not _DULL.search(title)
            and forbidden.find(title) is None
        )

    return {code: [title for title in titles if usable(title)] for code, titles in found.items()}


def _skills(taxonomies: Path, forbidden: Forbidden) -> dict[str, list[str]]:
    """Code → software and tools; what a tenth of all occupations use names no trade."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in ("Technology Skills.txt", "Tools Used.txt"):
        for row in read_rows(taxonomies / ONET / name, CODE, "Example"):
            example = _BRACKETS.sub("", row["Example"]).removeprefix("The MathWorks ").strip()
            if name.startswith("Tools") and example[1:].islower():
                example = example.lower()
            plain = not _DULL.search(example) and forbidden.find(example) is None
            if plain and len(example.split()) <= 3 and example not in found[row[CODE]]:
                found[row[CODE]].append(example)
    owners = Counter(skill for skills in found.values() for skill in skills)
    common = max(3, len(found) // 10)
    return {
        code: [skill for skill in skills if owners[skill] <= common]
        for code, skills in found.items()
    }


def _add_esco(taxonomies: Path, titles: dict[str, list[str]], forbidden: Forbidden) -> (
    dict[str, list[str]]
):  # fmt: skip
    """Adds ESCO's labels to `titles` where a label is one occupation's title; its clauses by code.

    Each clause is what an ESCO description says "they" do.
    """
    clauses: dict[str, list[str]] = defaultdict(list)
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for code, names in titles.items():
        for name in names:
            owners[key_of(name)].add(code)
    path = taxonomies / ESCO / "occupations_en.csv"
    for row in read_rows(path, "preferredLabel", "altLabels", "description"):
        labels = [row["preferredLabel"], *row["altLabels"].split("\n")]
        named = owners.get(key_of(row["preferredLabel"]), set())
        if len(named) != 1 or any(forbidden.find(label) for label in labels):
            continue
        code = next(iter(named))
        known = {name.casefold() for name in titles[code]}
        for label in labels:
            if label and label.casefold() not in known and len(label.split()) <= 5:
                words = (word[:1].upper() + word[1:] for word in label.split())
                titles[code].append(" ".join(words))
                known.add(label.casefold())
        clauses[code] += _SENTENCE.findall(row["description"])
    return clauses


def read_facts(taxonomies: Path, left_out: frozenset[str]) -> Facts:
    """The occupations of O*NET 29.2 that have titles and tasks, without those left out.

    `left_out` holds SOC codes; whatever mentions one of their titles is dropped too.
    Errors: NotFound where a table is missing, Damaged where one cannot be read.
    """
    forbidden = Forbidden(read_titles(taxonomies, left_out))
    titles = _titles(taxonomies, forbidden)
    skills = _skills(taxonomies, forbidden)
    sentences: dict[str, list[str]] = defaultdict(list)
    first: Counter[str] = Counter()
    for row in read_rows(taxonomies / ONET / "Task Statements.txt", CODE, "Task"):
        sentences[row[CODE]].append(row["Task"])
        first[row["Task"].split(" ", 1)[0].strip(",").lower()] += 1
    verbs = frozenset(verb for verb in first if not verb.endswith(("ly", "ing")))
    for code, extra in _add_esco(taxonomies, titles, forbidden).items():
        sentences[code] += extra
    related: dict[str, set[str]] = defaultdict(set)
    other = "Related O*NET-SOC Code"
    for row in read_rows(taxonomies / ONET / "Related Occupations.txt", CODE, other):
        related[row[CODE]].add(row[other][:7])
    occupations = {}
    for code in sorted(sentences):
        if code[:7] in left_out:
            continue
        cut = [clause_of(sentence, 13) for sentence in sentences[code]]
        clauses = [
            clause[0].upper() + clause[1:]
            for clause in dict.fromkeys(filter(None, cut))
            if clause.split()[0].strip(",").lower() in verbs and forbidden.find(clause) is None
        ]
        if len(clauses) >= 4 and len(titles.get(code, ())) >= 2:
            occupations[code] = Occupation(
                code,
                tuple(titles[code]),
                tuple(clauses),
                tuple(skills.get(code, ())),
                frozenset(related[code]),
            )
    return Facts(occupations, verbs)
