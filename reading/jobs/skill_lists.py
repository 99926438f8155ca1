"""Skills that a posting lists together: whether each is asked, or any of them."""

from __future__ import annotations

import re
from itertools import pairwise

from reading.skills.finding import SkillHit
from reading.skills.implied import ids_that_show
from reading.spans import Span

_OR = re.compile(r"\bor\b|或|/", re.IGNORECASE)
_ANY_OF = re.compile(
    r"\b(?:one (?:or more )?of|at least one|any (?:one )?of|either|such as|e\.?g\.?|"
    r"for example|or (?:similar|equivalent|other|another|comparable))\b|"
    r"至少.{0,4}?[一1两]|[一1两](?:种|门|款|项|个)(?:以上|或|及以上|语言|框架)?|之[一1]|任[一意]|其中|或其(?:他|它)|择一",
    re.IGNORECASE,
)
_ANY_AFTER = re.compile(r"\s*等.{0,8}?(?:框架|数据库|软件|工具|平台|中间件)(?!.{0,3}经验)")
_JOINT = re.compile(
    r"[\s,，、/&+()（）'\"“”]*(?:and/or|and|or|及|和|与|以及|或者?|as well as|plus)?"
    r"[\s,，、/&+()（）'\"“”]*",
    re.IGNORECASE,
)
_KIND_OF = re.compile(r"\s*等[^，,；;。\n]{0,6}")
_AND = re.compile(r"\band\b(?!/)|及|和|与|&", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，、]\s*")


def without_kinds(text: str, hits: list[SkillHit]) -> list[SkillHit]:
    """Without what the list implies: "MySQL、Oracle等数据库" asks for no databases besides."""
    named = {hit.skill for hit in hits}
    kept: list[SkillHit] = []
    for hit in hits:
        implied = (ids_that_show(hit.skill) - {hit.skill}) & named
        kind = kept and _KIND_OF.fullmatch(text, kept[-1].span.end, hit.span.start)
        if not implied and not kind:
            kept.append(hit)
    return kept


def skill_lists(text: str, hits: list[SkillHit]) -> list[list[SkillHit]]:
    """Mentions joined by nothing but commas, slashes, "and" and "or"; each skill once."""
    lists: list[list[SkillHit]] = []
    seen: set[str] = set()
    last: SkillHit | None = None
    for hit in hits:
        gap = Span(last.span.end, hit.span.start) if last else None
        joined = gap and _JOINT.fullmatch(text, gap.start, gap.end)
        if joined and gap and last and _list_ends(text, gap, hit, hits):
            joined = None
        last = hit
        if hit.skill in seen:
            continue
        seen.add(hit.skill)
        if joined and lists:
            lists[-1].append(hit)
        else:
            lists.append([hit])
    return lists


def _list_ends(text: str, gap: Span, hit: SkillHit, hits: list[SkillHit]) -> bool:
    """Whether a comma ends alternatives, as in "Go or Rust, SQL" but not in "Go, Rust or SQL"."""
    if not _COMMA.search(gap.of(text)):
        return False
    at = hits.index(hit)
    before = hits[at - 2 : at] if at >= 2 else []
    if len(before) < 2 or not _OR.search(text[before[0].span.end : before[1].span.start]):
        return False
    after = [text[one.span.end : other.span.start] for one, other in pairwise(hits[at:])]
    following = next((words for words in after if not _COMMA.fullmatch(words)), "")
    slashed = "/" in text[before[0].span.end : before[1].span.start]
    return slashed or not _OR.search(following)


def are_alternatives(text: str, listed: list[SkillHit], clause: Span) -> bool:
    """Whether any one skill of a list will do; `clause` is the stretch the list stands in."""
    start, end = listed[0].span.start, listed[-1].span.end
    between = "".join(
        text[one.span.end : other.span.start] + " " for one, other in pairwise(listed)
    )
    if _OR.search(between):
        return True
    around = text[clause.start : start] + " \x00 " + text[end : min(clause.end, end + 24)]
    return bool(_ANY_OF.search(around)) or (
        not _AND.search(between) and bool(_ANY_AFTER.match(text, end, clause.end))
    )
