"""Where a Chinese text speaks of the person: full name, surname with an honorific, given name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.identity.mentions import IdentityKind, Mention
from reading.identity.trade_words import COMPOUND_SURNAMES_ZH, TRADE_ENDINGS_ZH
from reading.spans import Span

_GENDERED = "先生|女士|小姐|太太|同志"
_HONORIFIC = (
    r"(?:先生|女士|小姐|太太|同志|同学|同學|老师|老師|经理|經理|总(?![体计部务数结])|總"
    r"(?![體計部務數結])|工(?=[负負，。、\s主带帶])"
    r"|主任|医生|醫生|护士长|护士|教授|某)"
)
_JOINS_BEFORE = frozenset(
    '由与和跟向对请给让是经为及同把被叫找與對請給讓經為，。；、：:,.;( （\n\t\u3000“"|｜·•'
)
_CLAUSE_MARKS = frozenset("，。；、：,;")
_NOT_THE_PERSON_AFTER = re.compile(r"(?:的是|地|于|於|为|為|得)")
_DATED_AFTER = re.compile(r"[ ]?(?:于|於|在|自)[ ]?(?:19|20)\d\d")
_SENTENCE_MARKS = frozenset("\n。！？；;!? \t\u3000•·-")
# Verbs that the word list of rjieba takes for something else.
_WORKS = ("干活", "幹活", "做事", "办事", "辦事", "带", "帶")
_CLAUSE = re.compile(r"[\u3400-\u9fff]{1,12}")
_BACK = re.compile(r"[\u3400-\u9fff]{0,6}$")


def chinese_name_mentions(text: str, name: str, kept: list[Span]) -> Iterator[Mention]:
    """Every mention of one Chinese name.

    A name of two characters can be a word (高兴) or lie across two words (张力 in 扩张力度): there
    the words around decide.
    """
    if "·" in name:
        for part in [name, *(p for p in name.split("·") if len(p) > 1)]:
            for found in re.finditer(rf"{re.escape(part)}(?:{_GENDERED})?", text):
                yield Mention(IdentityKind.NAME, Span(*found.span()))
        return
    compound = name[:2] in COMPOUND_SURNAMES_ZH and len(name) > 2
    surname, given = (name[:2], name[2:]) if compound else (name[:1], name[1:])
    spaced = r"[ \u3000]{0,4}".join(map(re.escape, name))
    for found in re.finditer(rf"{spaced}(?P<honorific>{_GENDERED})?", text):
        span = Span(*found.span())
        if any(k.overlaps(span) for k in kept) and not found["honorific"]:
            continue
        if len(name) > 2 or found["honorific"] or _is_person(text, span):
            yield Mention(IdentityKind.NAME, span)
    for found in re.finditer(rf"[小老阿]?{surname}(?={_HONORIFIC})(?:{_GENDERED})?", text):
        if found.start() == 0 or text[found.start() - 1] in _JOINS_BEFORE:
            yield Mention(IdentityKind.NAME, Span(*found.span()))
    yield from _nickname_mentions(text, surname, given)
    if len(given) > 1:
        yield from _given_name_mentions(text, given)


def _nickname_mentions(text: str, surname: str, given: str) -> Iterator[Mention]:
    """小白, 老白, 阿飞 where a sentence starts with one that then does something."""
    of_name = "|".join(map(re.escape, {surname, given[-1:], given} - {""}))
    for found in re.finditer(rf"[小老阿](?:{of_name})", text):
        if found.start() and text[found.start() - 1] not in _SENTENCE_MARKS:
            continue
        ahead = _CLAUSE.match(text, found.end())
        if ahead and _does_something(found.group(), ahead.group()):
            yield Mention(IdentityKind.NAME, Span(*found.span()))


def _does_something(nickname: str, clause: str) -> bool:
    """Whether a verb follows and the nickname is no word of its own (小米, 老化)."""
    import rjieba

    if rjieba.has_word(nickname):
        tags = rjieba.tag(nickname, hmm=False)
        if not all(kind.startswith("nr") for _, kind in tags):
            return False
    _, kind = rjieba.tag(clause, hmm=False)[0]
    return str(kind) == "v" or clause.startswith(_WORKS)


def _given_name_mentions(text: str, given: str) -> Iterator[Mention]:
    """伟明 alone; a given name that is a word (建设) only before an honorific."""
    if given not in text:
        return
    import rjieba

    ending = rf"(?={_HONORIFIC})(?:{_GENDERED})?" if rjieba.has_word(given) else ""
    for found in re.finditer(rf"{given}{ending}", text):
        yield Mention(IdentityKind.NAME, Span(*found.span()))


def _is_person(text: str, span: Span) -> bool:
    """Whether two characters that spell the name mean the person and not a word."""
    import rjieba

    if len(span) != 2:
        return True
    starts_line = span.start == 0 or text[span.start - 1] in "\n。"
    if starts_line and _DATED_AFTER.match(text, span.end):
        return True  # 夏天于2023年获奖
    back = _BACK.search(text, max(0, span.start - 6), span.start)
    ahead = _CLAUSE.match(text, span.start)
    start = back.start() if back else span.start
    clause = text[start : ahead.end() if ahead else span.end]
    at = start
    following: str | None = None
    tag: str | None = None
    for word, kind in rjieba.tag(clause, hmm=False):
        if tag is not None:
            following = kind
            break
        if at == span.start and len(word) == len(span):
            tag = kind
        elif at <= span.start < at + len(word) and len(word) > 1:
            return False  # a longer word, or one across the name's left edge: 和平共处, 扩张力度
        at += len(word)
    if tag is None or tag.startswith("nr"):
        return True
    if _NOT_THE_PERSON_AFTER.match(text, span.end):
        return False
    before = text[span.start - 1] if span.start else "\n"
    if before in _CLAUSE_MARKS:
        return following is None or following[0] in "vdpc"
    return before in _JOINS_BEFORE or (
        tag != "d"
        and TRADE_ENDINGS_ZH.search(text[max(0, span.start - 4) : span.start]) is not None
    )
