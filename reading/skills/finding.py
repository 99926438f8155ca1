"""Finding the skills that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reading.folding import is_chinese, narrow
from reading.skills.vocabulary import Care, Label, Skill, Vocabulary, search_form, vocabulary
from reading.spans import Span

__all__ = ["Skill", "SkillHit", "Vocabulary", "find_skills", "vocabulary"]

# Between two entries of one list.
_BETWEEN = re.compile(
    r"\s*(?:[,;/、|&+•·*()]|\n|\s-\s|(?:,\s*)?(?:and|or|及|和|与|以及|或)\b)[\s(•·*-]*$"
)
_COMMA = re.compile(r"[,;/、|•·\n]")
# Words beside an ambiguous label that settle it.
_BEFORE = re.compile(
    r"(?:\b(?:in|using|with|via|use|used|know|knows|ms|microsoft|language|languages|apple)|"
    r"使用|熟悉|精通|掌握|熟练|运用|利用|了解|通过|用|学习|擅长)[:\s]*$"
)
_AFTER = re.compile(
    r"\s*(?:programming|language|developer|development|script|code|coding|framework|boot|"
    r"microservice|studio|shiny|package|skills|proficien|spreadsheet|formula|macro|pivot|database|"
    r"语言|编程|开发|函数|透视|表格|框架|程序|脚本|后端|软件|制作|数据)"
)
_NEVER_AFTER = re.compile(
    r"(?:\s(?:to|at|level|suite|of|through|up|live|on)\b|-(?:level|suite)|'s\b|&)"
)
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_JOINED = re.compile(r"[a-z0-9_]")


@dataclass(frozen=True, slots=True)
class SkillHit:
    """One place where a text names a skill of the vocabulary."""

    skill: str
    span: Span


class _Candidate(NamedTuple):  # made by the thousand, so no dataclass
    start: int
    end: int
    labels: tuple[Label, ...]


def find_skills(text: str, known: Vocabulary | None = None) -> list[SkillHit]:
    """Every mention of a skill, in reading order, without overlaps; of two labels the longer wins.

    Latin labels stand at word boundaries, Chinese ones of two characters never cross the words
    of their sentence (开会计划 names no 会计), ambiguous ones need the company that settles them.
    """
    known = known or vocabulary()
    folded = search_form(text)
    original = narrow(text)
    chosen = _longest(_candidates(folded, known))
    hits = []
    for index, candidate in enumerate(chosen):
        before = chosen[index - 1] if index else None
        after = chosen[index + 1] if index + 1 < len(chosen) else None
        label = next(
            (
                label
                for label in candidate.labels
                if _settled(label, candidate, before, after, folded, original)
            ),
            None,
        )
        if label is not None:
            hits.append(SkillHit(label.skill, Span(candidate.start, candidate.end)))
    return hits


def _candidates(folded: str, known: Vocabulary) -> Iterator[_Candidate]:
    for last, (length, labels) in known.automaton.iter(folded):
        start, end = last + 1 - length, last + 1
        if folded[last] in _ALPHANUMERIC and folded[end : end + 1] in _ALPHANUMERIC:
            continue  # the cheap look at both sides, before the exact one
        if start and folded[start] in _ALPHANUMERIC and folded[start - 1] in _ALPHANUMERIC:
            continue
        if _stands_alone(folded, start, end):
            yield _Candidate(start, end, labels)


def _longest(candidates: Iterator[_Candidate]) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.start, -c.end)):
        if not chosen or candidate.start >= chosen[-1].end:
            chosen.append(candidate)
    return chosen


def _stands_alone(folded: str, start: int, end: int) -> bool:
    first, last = folded[start], folded[end - 1]
    before = folded[start - 1] if start else " "
    after = folded[end] if end < len(folded) else " "
    if is_chinese(first) and is_chinese(last):
        return end - start > 2 or _keeps_to_words(folded, start, end)
    if _JOINED.match(before) and not is_chinese(first):
        return False
    if is_chinese(last):
        return True
    if last in "+#":
        return after not in "+#" and not _JOINED.match(after)
    if _JOINED.match(after) or after in "+#":
        return False
    # "node.js" is not "node", a file "plan.word" no mention of Word
    following = folded[end + 1] if end + 1 < len(folded) else " "
    return not (after == "." and _JOINED.match(following) and not following.isdigit())


def _keeps_to_words(folded: str, start: int, end: int) -> bool:
    """Whether two Chinese characters are a word, a part of one word, or whole words."""
    import rjieba

    left = start
    while left and start - left < 8 and is_chinese(folded[left - 1]):
        left -= 1
    right = end
    while right < len(folded) and right - end < 8 and is_chinese(folded[right]):
        right += 1
    at = left
    for word in rjieba.cut(folded[left:right]):
        here, at = at, at + len(word)
        if here <= start < at:
            return end <= at or here == start
    return True


def _settled(
    label: Label,
    candidate: _Candidate,
    before: _Candidate | None,
    after: _Candidate | None,
    folded: str,
    original: str,
) -> bool:
    if label.care is Care.ANY:
        return True
    start, end = candidate.start, candidate.end
    as_written = original[start:end].replace("-", " ").replace("\n", " ")
    wanted = label.exact.replace("-", " ")
    exact = as_written == wanted or (len(wanted) > 2 and as_written == wanted.upper())
    if label.care is Care.EXACT:
        return exact
    gap_before = original[before.end : start] if before else None
    gap_after = original[end : after.start] if after else None
    listed = [gap for gap in (gap_before, gap_after) if gap and _BETWEEN.match(gap.lower())]
    if listed:
        return exact or any(_COMMA.search(gap) for gap in listed)
    if not exact or _NEVER_AFTER.match(folded, end) or _NEVER_AFTER.match(original, end):
        return False
    if _BEFORE.search(folded, max(0, start - 12), start) or _AFTER.match(folded, end):
        return True
    if _beside_chinese(folded, start, end) or folded[end : end + 2].lstrip()[:1] in (":", "("):
        return True
    line_before = original.rfind("\n", 0, start) + 1
    line_after = original.find("\n", end)
    rest = original[line_before:start] + original[end : line_after if line_after >= 0 else None]
    return not rest.strip(" -•·*.;,|:")


def _beside_chinese(folded: str, start: int, end: int) -> bool:
    """Latin words within a Chinese sentence are names: 会Word, 用Go写后端."""
    before, after = (
        folded[max(0, start - 2) : start].rstrip(" ")[-1:],
        folded[end : end + 2].lstrip(" ")[:1],
    )
    return (bool(before) and is_chinese(before)) or (bool(after) and is_chinese(after))
