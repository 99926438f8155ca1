"""Names given away outside the top lines: by a phrase, or by an address that spells them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reading.identity.clues import Clues, near
from reading.identity.name_forms import (
    PARTICLES,
    FoundName,
    PersonName,
    has_name_form,
    is_heading,
    is_job_title,
    letters,
    person_name,
)
from reading.identity.trade_words import SENTENCE_WORDS, listed
from reading.spans import Span

_NAME_WORDS = r"(?:[A-ZÀ-ÞĀ-Ž](?:[\w'’-]*\w|\.)?|al-\w+|de|da|la|van|von|der|bin|ibn|del|dos|di)"
_CUE = re.compile(
    r"(?:\b[Mm]y name is|\bI am called|\bI, the undersigned,|\b[Ss]igned(?: by)?:?"
    r"|\b[Tt]he undersigned,"
    r"|(?:[Yy]ours (?:[Ss]incerely|[Ff]aithfully|[Tt]ruly)|[Ss]incerely(?: [Yy]ours)?|(?:[Kk]ind"
    r"|[Bb]est|[Ww]arm) [Rr]egards"
    r"|[Rr]egards|[Cc]urriculum [Vv]itae (?:of|for)|[Rr][ée]sum[ée] (?:of|for)),?)"
    rf"[ \t]*\n{{0,3}}[ \t]*(?P<name>{_NAME_WORDS}(?:[ ]{_NAME_WORDS}){{0,5}})"
)
_CUE_WORDS = (
    "name is",
    "am called",
    "undersigned",
    "igned",
    "incerely",
    "aithfully",
    "ruly",
    "egards",
    "itae of",
    "itae for",
    "sumé of",
    "sumé for",
    "sume of",
    "sume for",
)
_CUE_CLUES = frozenset(
    [
        "name",
        "called",
        "undersigned",
        "signed",
        "sincerely",
        "faithfully",
        "truly",
        "regards",
        "vitae",
        "resume",
        "r",
    ]
)
_CUE_ZH = re.compile(
    r"(?:我叫|我的名字是|我是(?=[\u3400-\u9fff]{2,3}[，。])|(?:声明|承诺|申请|求职|应聘|聲明"
    r"|申請)人[:：]|签[名字][:：]|此致\s*敬[礼禮][!！。]?\s*)"
    r"\s*(?P<name>[\u3400-\u9fff]{2,10}·[\u3400-\u9fff]{2,8}|[\u3400-\u9fff]{2,4})"
    r"(?=[，。,.!！\s、]|$)"
)
_SHORT_LINE = re.compile(r"^[ \t]*(?P<name>[^\W\d_][^\n\d:,;|]{2,40}?)[ \t]*$", re.MULTILINE)


def cued_names(text: str, known: Clues) -> Iterator[FoundName]:
    """Names that a phrase introduces: "my name is", "yours sincerely", 我叫, 声明人."""
    found_cues = list(near(_CUE, _CUE_WORDS, text, 16, 160)) if known.any_of(_CUE_CLUES) else []
    if known.chinese:
        found_cues += _CUE_ZH.finditer(text)
    for found in found_cues:
        words = _without_next_sentence(found["name"], text[found.end() : found.end() + 2])
        name = person_name(words)
        if name and not is_job_title(words) and not is_heading(words):
            start = found.start("name")
            yield FoundName(name, Span(start, start + len(words)))


def _without_next_sentence(words: str, after: str) -> str:
    """The name without the word that starts what follows: "Owen Headman Highly skilled"."""
    kept = words.split(" ")
    if len(kept) > 2 and after[:1] == " " and after[1:].islower():
        kept.pop()
    for number, word in enumerate(kept):
        plain = word.casefold()
        if number and (
            plain in listed("headings") or plain in SENTENCE_WORDS or plain in listed("title_words")
        ):
            kept = kept[:number]
            break
    return " ".join(kept)


def spelt_names(text: str, handles: Iterable[str], where: Span) -> Iterator[FoundName]:
    """Lines further down that an e-mail address spells (the name above the main column)."""
    known = [letters(h) for h in handles]
    for found in _SHORT_LINE.finditer(text, where.start, where.end):
        words = found["name"].split()
        if not 2 <= len(words) <= 5 or not has_name_form(words):
            continue
        name = PersonName(tuple(words))
        if _is_spelt_out(name, known):
            yield FoundName(name, Span(*found.span("name")))


def _is_spelt_out(name: PersonName, handles: list[str]) -> bool:
    """All the name's long parts, or its initial and last part, stand in an address."""
    parts = [letters(p) for p in name.parts if p.casefold() not in PARTICLES]
    lasts = [letters(p) for p in re.split(r"[-‑ ]", name.parts[-1])] + parts[-1:]
    first = parts[0]
    return bool(first) and any(
        len(last) >= 2
        and (
            (len(last) >= 3 and first[0] + last in handle)
            or (last in handle and first in handle and len(last) + len(first) >= 4)
            or (len(first) >= 5 and handle.startswith(first))
        )
        for last in lasts
        for handle in handles
    )
