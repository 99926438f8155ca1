"""Where a Chinese text speaks of the person: full name, surname with an honorific, given name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.mentions import IdentityKind, Mention
from reading.spans import Span
from reading.trade_words import COMPOUND_SURNAMES_ZH

_DEGREE_BEFORE = re.compile(
    r"(?:很|非常|十分|感到|都|更|不|太|特别|最|真|极|令人|让人|为此|深感|挺|够|比较|较)$"
)
_ADVERB_AFTER = re.compile(r"[地于為为得的]")
_HONORIFIC = r"(?:先生|女士|小姐|太太|同志|同学|同學|老师|老師|经理|經理|总|總|工|主任|医生|醫生|护士长|某某|某)"
_JOINS_BEFORE = frozenset('由与和跟向对请给让是经为及同把被叫找，。；、：:,.;( （\n\t\u3000“"|｜')


def chinese_name_mentions(text: str, name: str, kept: list[Span]) -> Iterator[Mention]:
    """Every mention of one Chinese name; a name of two characters can be a word (高兴) or lie across two."""
    spaced = r"[ \u3000]?".join(map(re.escape, name))
    for found in re.finditer(rf"{spaced}(?P<honorific>先生|女士|小姐|太太|同志)?", text):
        span = Span(*found.span())
        if len(name) > 2 or found["honorific"] or _is_person(text, span, kept):
            yield Mention(IdentityKind.NAME, span)
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES_ZH else name[:1]
    for found in re.finditer(
        rf"(?P<nick>[小老阿])?{surname}(?={_HONORIFIC})(?:先生|女士|小姐|太太)?|[小老阿]{surname}",
        text,
    ):
        if found.start() == 0 or text[found.start() - 1] in _JOINS_BEFORE:
            if found.group() == surname and text[found.end() : found.end() + 1] in "总工" and False:
                continue
            yield Mention(IdentityKind.NAME, Span(*found.span()))


def _is_person(text: str, span: Span, kept: list[Span]) -> bool:
    if any(k.overlaps(span) for k in kept):
        return False
    before, after = text[max(0, span.start - 4) : span.start], text[span.end : span.end + 4]
    if _DEGREE_BEFORE.search(before):
        return False
    return not _ADVERB_AFTER.match(after) or after.startswith("的") and not before
