"""Where a text speaks of the person whose résumé it is, by any part of the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reading.identity.mentions import IdentityKind, Mention
from reading.identity.name_forms import PARTICLES, PersonName, folded
from reading.identity.trade_words import MONTHS, ORGANISATIONS, listed
from reading.spans import Span

_NAMES_TOO = {"abu", "ap", "mac", "mc", "o'", "san", "st", "zur"}  # particles that can stand alone
# Parts of a name that say nothing by themselves.
_SKIPPED = (PARTICLES - _NAMES_TOO) | {"ii", "iii", "iv", "jr", "sr"}
_BETWEEN = re.compile(
    r"(?:[ \u00a0]|, ?|[ ]?[-‑.·][ ]?|_)?(?:[A-Z]\.?[ ]?|(?:de|da|do|dos|das|del|della|di|du|van"
    r"|von|der|den|ter|ten|bin|bint|ibn|al|el|la|le|y|e|af|av|zu)[ -])*"
)
_PARTICLES_BEFORE = re.compile(
    r"(?<![\w])(?:(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|ter|ten|bin|bint|ibn|al|el"
    r"|la|le)[ -])+$",
    re.IGNORECASE,
)
_TITLE_BEFORE = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Sir|Madam)\b\.?[ ]?)+$", re.IGNORECASE
)
_INITIALS_BEFORE = re.compile(r"(?<![\w.])(?:[^\W\d_](?:\.[ ]?|[ ]))+$")
_INITIALS_AFTER = re.compile(
    r",?[ ](?:[A-Z]\.[ ]?)+(?!\w)|[ ][A-Z](?=[ ]*(?:[\n,;|]|$))"
    r"|[ ][A-Z]{2,3}(?=,[ ][A-Z][\w'’-]+,?[ ][A-Z]{1,3}\b)"
)
_INITIALS_IN_BRACKETS = re.compile(r"[ ]?[(（](?:[A-Z]\.?[ -]?){2,5}[)）]")
_SUFFIX_AFTER = re.compile(r",?[ ](?:Jr|Sr|II|III|IV|Esq)\b\.?")
_PERSON_AFTER = re.compile(
    r"['’]s?[ ](?=[a-z])|[ ](?:(?:is|was|has|had|will|would|can|also|then|never|always|now"
    r"|currently|successfully"
    r"|joined|works?|leads?|led|ran|runs|won|built|made|grew|taught|wrote|took|brought|oversaw"
    r"|kept|holds|held|gave|became|began|cut|put|set|swept|drew|sold|found|got|sent|spoke|stood"
    r"|told|threw|rose|fell|met|read|sang|spent|spun|wove|dealt|drove|flew|knew|paid|said|saw"
    r"|who|whose)\b"
    r"|[a-z]{3,}(?:ed|es)\b)"
)
_WORD_AFTER = re.compile(r"-[a-z]|[ ][a-z]+ing(?!\w)")
# How publications cite: "Baker et al. 2021", "Baker R, Smith J", "Smith and Baker (2021)".
_CITED_AFTER = re.compile(
    r",?[ ](?:et al\b|[A-Z]{1,3},[ ][A-Z][\w'’-]+,?[ ](?:[A-Z]\.|[A-Z]{1,3}\b))"
)
_YEAR_AFTER = re.compile(r",?[ ]\((?:19|20)\d\d[a-z]?\)")
_COAUTHOR_BEFORE = re.compile(r"([A-Z][\w'’-]+),?[ ](?:&|and)[ ]$")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|the|an?|of|through|across|around|over|via|using|on|into|and|or|both"
    r"|city of|since|until|till|during)[ ]$",
    re.IGNORECASE,
)
_CAPITAL_BEFORE = re.compile(r"([A-Z][\w&’'-]*)[ ]$")
_CAPITAL_AFTER = re.compile(r"[ ](?:[A-Z0-9]|of\b|&)")
_STARTS_SENTENCE = re.compile(r"(?:^|\n|[.!?:•·*-][ ]?)[ \t]*$")


def name_mentions(
    text: str, names: Sequence[PersonName], kept: Iterable[Span], headings: Iterable[Span]
) -> Iterator[Mention]:
    """Every mention of the names; `kept` are spans that mean something else (skills, employers).

    `headings` are the heading lines of positions, where an occupation that is also a surname is
    the occupation.
    """
    content, titled = list(kept), list(headings)
    latin = [part for name in names if not name.chinese for part in name.parts]
    if latin:
        yield from _latin_mentions(text, latin, content, titled)
    for name in names:
        if name.chinese:
            from reading.identity.chinese_names import chinese_name_mentions

            yield from chinese_name_mentions(text, name.parts[0], content)


def _latin_mentions(
    text: str, parts: list[str], kept: list[Span], titled: list[Span]
) -> Iterator[Mention]:
    forms = _forms(parts)
    if not forms:
        return
    pattern = re.compile(
        rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"
        rf"(?![^\W_])",
        re.IGNORECASE,
    )
    initials = {folded(p)[:1] for p in parts}
    own = {folded(p) for p in parts}
    for run in _runs(text, pattern):
        start, end = run[0].start(), run[-1].end()
        names_several = len({folded(m.group()) for m in run}) > 1
        particles = _PARTICLES_BEFORE.search(text, max(0, start - 16), start)
        if particles and folded(particles.group().split()[0]) in own:
            start = particles.start()
        before = _INITIALS_BEFORE.search(text, max(0, start - 12), start)
        with_initial = before is not None and all(
            c.isupper() and folded(c)[:1] in initials for c in before.group() if c.isalpha()
        )
        if before is not None and with_initial:
            start = before.start()
        after = _INITIALS_AFTER.match(text, end)
        if after and all(folded(c) in initials for c in after.group() if c.isalpha()):
            end, with_initial = after.end(), with_initial or "." in after.group()
        span = Span(start, end)
        title = _TITLE_BEFORE.search(text, max(0, start - 24), start)
        if not (names_several or with_initial or title):
            is_content = any(k.overlaps(span) for k in kept) and not _PERSON_AFTER.match(text, end)
            if is_content or not _is_person(text, run[0], titled):
                continue
        elif any(k.covers(span) and k != span for k in kept) and ORGANISATIONS.match(text, end):
            continue
        suffix = _SUFFIX_AFTER.match(text, end)
        end = suffix.end() if suffix else end
        short = _INITIALS_IN_BRACKETS.match(text, end) if names_several else None
        if short and _are_initials(short.group(), parts):
            end = short.end()
        if text.startswith(("'s", "’s"), end):
            end += 2
        elif text.startswith(("'", "’"), end) and text[end - 1] in "sxz":
            end += 1
        yield Mention(IdentityKind.NAME, Span(title.start() if title else start, end))


def _are_initials(words: str, parts: list[str]) -> bool:
    """Whether "(AMJ)" shortens the name: its letters in order, from the first part to the last."""
    stated = "".join(folded(c) for c in words if c.isalpha())
    own = "".join(folded(p)[:1] for p in parts)
    rest = iter(own)
    return stated[0] == own[0] and stated[-1] == own[-1] and all(c in rest for c in stated)


def _forms(parts: list[str]) -> set[str]:
    forms: set[str] = set()
    for part in parts:
        word = part.strip(".'’")
        pieces = [word, *(p for p in re.split(r"[-‑]", word) if p != word)]
        for piece in pieces:
            if len(piece) >= 2 and piece.casefold() not in _SKIPPED:
                forms.add(piece)
                forms.add(folded(piece))
                forms.add(piece.replace("'", "’"))
                forms.add(piece.replace("’", "'"))
    return forms


def _runs(text: str, pattern: re.Pattern[str]) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for found in pattern.finditer(text):
        if not _is_capitalised(found.group()):
            continue
        if run and not _BETWEEN.fullmatch(text, run[-1].end(), found.start()):
            yield run
            run = []
        run.append(found)
    if run:
        yield run


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() or any(p[:1].isupper() for p in word.split("-")[1:])


def _is_person(text: str, found: re.Match[str], titled: list[Span]) -> bool:
    """Whether one capitalised part of the name, alone, means the person here."""
    word, start, end = found.group().casefold(), found.start(), found.end()
    if word in MONTHS and re.match(r"[ .,'’–—-]*\d|[ ]?[-–—/]", text[end : end + 4]):
        return False
    if _CITED_AFTER.match(text, end):
        return True
    if ORGANISATIONS.match(text, end):
        return False
    before = text[max(0, start - 30) : start]
    if word in MONTHS and re.search(r"\d[ ]?(?:st|nd|rd|th)?[ ]$|[-–—][ ]?$", before):
        return False
    if (
        word not in listed("ambiguous")
        and word not in listed("surnames_too")
        and not re.search(rf"(?<![\w@./-]){re.escape(word)}(?![\w@/-]|\.\w)", text)
    ):
        return True
    if word in listed("surnames_too") and any(t.start <= start < t.end for t in titled):
        return False
    if _PERSON_AFTER.match(text, end):
        return True
    coauthor = _COAUTHOR_BEFORE.search(before)
    if coauthor and _YEAR_AFTER.match(text, end):
        return coauthor.group(1).casefold() not in listed("trades")
    if _WORD_AFTER.match(text, end):
        return False
    if _PLACE_BEFORE.search(before) or _CAPITAL_AFTER.match(text, end):
        return False
    capital = _CAPITAL_BEFORE.search(before)
    if (
        capital
        and word in listed("surnames_too")
        and capital.group(1).casefold() in listed("title_words")
    ):
        return False
    if capital and not _STARTS_SENTENCE.search(before[: capital.start()]):
        return False
    return not _is_listed(text, start, end)


def _is_listed(text: str, start: int, end: int) -> bool:
    """Whether it stands in a line of short entries: "Swift, Rust, Go"."""
    line_end = text.find("\n", end)
    line = text[text.rfind("\n", 0, start) + 1 : line_end if line_end >= 0 else len(text)]
    entries = re.split(r"[,、|•·;/]", line.partition(":")[2] or line)
    return len(entries) > 1 and all(len(entry.split()) <= 3 for entry in entries)
