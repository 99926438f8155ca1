"""Telling a job title from an employer and a place, among the parts of a position's heading."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from reading.folding import fold, has_chinese, is_chinese

_BRACKETED = re.compile(r"[(（\[].*?[)）\]]")
_WORD = re.compile(r"[a-z][a-z'/-]*")
_PLACEHOLDER = re.compile(r"\bCity\s*,\s*State\b|\bCity\b(?=\s*,)|^State$")
_SEPARATORS = re.compile(
    r"\n|\t|\s{2,}|\s*[|｜•·◆●▪;；]\s*|\s+[-–—―－~]+\s+|\s*[－—–]\s*(?=[\u4e00-\u9fff])|,\s+|\s+,\s*|，|"
    r"\s+@\s+|\s+\bat\b\s+(?=[A-Z])|\s*\(\s*\)\s*|\s+/\s+|\s*ï¼\S?\s*|\s+â€“\s*"
)
# Words for people who do something, where the list of titles knows none: "Piano tuner".
_AGENT = re.compile(r"[a-z]{3}(?:er|or|ist|ian|eur|man|woman|smith|wright)$")
_LABEL = re.compile(
    r"(?:(?:公司|单位|單位|企业)(?:名称)?|职位|職位|岗位|职务|部门|title|position|employer|company)\s*[:：]\s*",
    re.IGNORECASE,
)
_EDGES = " \t\r\n,，.;；:：|｜-–—―－·•●▪◆*_#/()（）[]【】~"


@cache
def _words(kind: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The English words of a kind, and the Chinese ones, longest first."""
    table = resources.files("reading").joinpath("data/titles.tsv").read_text(encoding="utf-8")
    words = [
        word
        for line in table.splitlines()
        if line.startswith(kind + "\t")
        for word in line.split("\t")[1].split()
    ]
    chinese = sorted((w for w in words if is_chinese(w[0])), key=len, reverse=True)
    return frozenset(w for w in words if not is_chinese(w[0])), tuple(chinese)


@lru_cache(maxsize=1024)  # headings are asked about from several sides
def names_title(words: str) -> bool:
    """Whether a part of a heading reads like a job title."""
    folded = fold(words).strip(_EDGES)
    english, chinese = _words("title")
    if has_chinese(folded):
        bare = _BRACKETED.sub("", folded).strip(_EDGES)
        return len(bare) <= 16 and bare.endswith(chinese) and not names_employer(bare)
    found = _WORD.findall(folded)
    return any(_singular(word) in english for word in found)


@lru_cache(maxsize=1024)
def names_employer(words: str) -> bool:
    """Whether a part of a heading carries a word that companies, schools and clinics carry."""
    folded = fold(words)
    english, chinese = _words("employer")
    bare = _BRACKETED.sub("", folded).strip(_EDGES)
    if bare.endswith(chinese) or any(mark in folded for mark in ("公司", "集团", "事务所")):
        return True
    return any(word.strip("'/-") in english for word in _WORD.findall(folded.replace(".", " ")))


def _singular(word: str) -> str:
    word = word.strip("'/-")
    for part in word.split("/"):
        if part in _words("title")[0]:
            return part
    return word


def split_heading(words: str) -> list[str]:
    """The parts of a heading whose dates have been blanked, without separators and empty parts."""
    words = _PLACEHOLDER.sub("  ", words)
    if "Company Name" in words:
        words = re.sub(r"\b(Company Name)\b", r"  \1  ", words)
    parts = []
    for part in _SEPARATORS.split(words):
        part = _stripped(part)
        if not part or not re.search(r"[^\W\d_]{2}", part):
            continue
        if has_chinese(part) and re.search(r"\s", part):
            parts += _split_chinese(part)
        else:
            parts.append(part)
    return parts


def _split_chinese(part: str) -> list[str]:
    """Chinese headings part employer and title by a blank; Latin names keep their blanks."""
    pieces = re.split(r"(?<=[\u4e00-\u9fff)）])\s+|\s+(?=[\u4e00-\u9fff])", part)
    return [piece for words in pieces if (piece := _stripped(words))]


def _stripped(part: str) -> str:
    """Without separators at its ends, but with the brackets that belong together."""
    bare = part.strip(_EDGES)
    for opening, closing in ("()", "（）"):
        if opening in bare and closing not in bare and part.rstrip(" ,，|").endswith(closing):
            bare += closing
    return bare


@lru_cache(maxsize=256)
def title_and_employer(words: str) -> tuple[str | None, str | None]:
    """Best effort: (title, employer) from a heading without its dates; None where unsure."""
    parts = [part for part in split_heading(words) if len(part) <= 90]
    parts = [_unlabelled(part) for part in parts]
    titles = [part for part in parts if names_title(part)]
    titles = titles or [p for p in parts if _AGENT.search(p) and len(p.split()) <= 4]
    strict = [part for part in titles if not names_employer(part)]
    title = next(iter(strict or titles), None)
    rest = [part for part in parts if part != title]
    marked = [part for part in rest if names_employer(part)]
    employer = next(iter(marked), None) or next(
        (part for part in rest if part == "Company Name"), None
    )
    if employer is None:
        employer = next((p for p in rest if _could_be_name(p) and p not in titles), None)
    if title is None and employer is not None:
        title = next((p for p in rest if p != employer and _could_be_name(p)), None)
    return title, employer


def _unlabelled(part: str) -> str:
    label = _LABEL.match(part)
    return part[label.end() :] if label else part


def _could_be_name(part: str) -> bool:
    return 1 < len(part) <= 60 and len(part.split()) <= 8 and not part[0].islower()
