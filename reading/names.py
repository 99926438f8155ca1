"""Whose résumé it is: the name as its top lines, its labels and the contact give it.

A name is known by its place and form (a short capitalised line at the top, near contacts, above a
job title, spelt like the e-mail address), not by a list of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reading.spans import Span
from reading.trade_words import (
    COMPOUND_SURNAMES_ZH,
    HEADINGS,
    HEADINGS_ZH,
    SENTENCE_WORDS,
    SURNAMES_TOO,
    SURNAMES_ZH,
    TITLE_WORDS,
    TRADE_ENDINGS_ZH,
    TRADES,
)

_CERTAIN = 5  # points from which on a line is a name
_FIELD_BREAK = re.compile(r"[\n|｜¦•∙\t;；/()（）\[\]]+|\s{2,}|\s[·–—-]\s|[–—]|[:：]")
_ZH = re.compile(
    r"[\u3400-\u9fff](?:[ \u3000]?[\u3400-\u9fff]){0,3}|[\u3400-\u9fff]{2,6}(?:·[\u3400-\u9fff]{2,8})+"
)
_ZH_RUN = re.compile(r"[\u3400-\u9fff]")
_PARTICLES = frozenset(
    "de da do dos das del della di du van von der den ter ten bin bint ibn al el la le y e af av zu zur "
    "san st mac mc o' ap abu".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv esq".split())
_TITLES = re.compile(
    r"(?:(?:M[rR]|M[rR][sS]|Ms|Mx|M[iI][sS][sS]|D[rR]|P[rR][oO][fF]|Professor|Sir|Madam|Rev|Eng|Ing|Dipl)"
    r"\b\.?[\s-]*)+"
)
_OPENING = re.compile(
    r"(?:curriculum\s+vitae|r[ée]sum[ée]|c\.?v\.?|profile|portfolio|photo|picture|name)"
    r"(?:\s+(?:of|for))?\s*[-–—:|]?\s+(?=[A-Z])",
    re.IGNORECASE,
)
_OPENING_ZH = re.compile(
    r"^(?:个人|個人)?(?:简历|簡歷|履历|履歷)[\s:：—-]*|(?:的)?(?:个人|個人)?(?:简历|簡歷|履历|履歷)$"
)
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-‑](?=[^\W\d_]))*\.?")
_POST_NOMINAL = re.compile(r"(?=\S*[A-Z]\S*[A-Z.])(?:[A-Z]{1,2}[A-Za-z]{0,3}\.?){1,4}(?:-[A-Z]+)?")
_LETTERS_AFTER = frozenset(
    "rn md phd mba bsn cpa pmp lpn cna dds esq jd msc bsc ma ba msn np dnp pt ot pe cfa acca fca aca".split()
)


# Letters that Unicode does not take apart, as addresses spell them.
_SPELT_OUT = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "Þ": "Th", "þ": "th", "ð": "d", "Ð": "D", "đ": "d", "Đ": "D"}
    | {"ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "ı": "i"}
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name's parts in the order written; `chinese` where it is written in Chinese characters."""

    parts: tuple[str, ...]
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name and the stretch of the text it was read from."""

    name: PersonName
    span: Span


@dataclass(frozen=True, slots=True)
class _Candidate:
    found: FoundName
    points: int


def folded(word: str) -> str:
    """Lower case without accents: "Huamán" is spelt "huaman" in addresses."""
    plain = unicodedata.normalize("NFKD", word.translate(_SPELT_OUT))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def person_name(words: str) -> PersonName | None:
    """A name out of a string known to be one (a label's value, a stated field)."""
    words = (
        _TITLES.sub("", words.strip(), count=1) if _TITLES.match(words.strip()) else words.strip()
    )
    chinese = [
        re.sub(r"\s", "", c)
        for c in re.findall(r"[\u3400-\u9fff·]+(?:[ \u3000][\u3400-\u9fff])*", words)
    ]
    if chinese and len(chinese[0]) >= 2:
        return PersonName(
            (re.sub(r"(?:先生|女士|小姐)$", "", chinese[0]) or chinese[0],), chinese=True
        )
    parts = tuple(token.rstrip(".") for token in _TOKEN.findall(words))
    return PersonName(parts[:6]) if any(len(p) > 1 for p in parts) else None


def is_job_title(field: str) -> bool:
    """Whether a short line names a trade rather than a person."""
    if _ZH_RUN.search(field):
        return bool(TRADE_ENDINGS_ZH.search(field.strip()))
    words = [w.strip(".").casefold() for w in re.findall(r"[\w’'.-]+", field)]
    if not words:
        return False
    if words[-1] in TRADES or words[-1].rstrip("s") in TRADES:
        return words[-1] not in SURNAMES_TOO or len(words) == 1 or words[0] in TITLE_WORDS
    if words[-1] in SURNAMES_TOO:
        return len(words) == 1 or words[0] in TITLE_WORDS
    return any(w in TITLE_WORDS or w in TRADES for w in words[:-1] if w not in _PARTICLES) or (
        words[-1] in TITLE_WORDS
    )


def names_at_the_top(
    text: str, top: Span, handles: Iterable[str], *, has_contacts: bool, places: Iterable[Span] = ()
) -> list[FoundName]:
    """The likeliest name in each script among the top lines of a résumé; nothing where none is certain.

    `handles` are the local parts of e-mail addresses and paths of profile links.
    """
    known_handles = [_letters(h) for h in handles]
    taken = list(places)
    best: dict[bool, _Candidate] = {}
    for candidate in _candidates(text, top, known_handles, has_contacts, taken):
        if any(candidate.found.span.overlaps(place) for place in taken):
            continue
        script = candidate.found.name.chinese
        if candidate.points >= _CERTAIN and (
            script not in best or candidate.points > best[script].points
        ):
            best[script] = candidate
    return [c.found for c in best.values()]


_NAME_WORDS = r"(?:[A-ZÀ-ÞĀ-Ž][\w'’.-]*|al-\w+|de|da|la|van|von|der|bin|ibn|del|dos|di)"
_CUE = re.compile(
    r"(?:\b[Mm]y name is|\bI am called|\bI, the undersigned,|\b[Ss]igned(?: by)?:?|\b[Tt]he undersigned,"
    r"|(?:[Yy]ours (?:[Ss]incerely|[Ff]aithfully|[Tt]ruly)|[Ss]incerely(?: [Yy]ours)?|(?:[Kk]ind|[Bb]est|[Ww]arm) [Rr]egards"
    r"|[Rr]egards|[Cc]urriculum [Vv]itae (?:of|for)|[Rr][ée]sum[ée] (?:of|for)),?)"
    rf"[ \t]*\n{{0,3}}[ \t]*(?P<name>{_NAME_WORDS}(?:[ ]{_NAME_WORDS}){{0,5}})"
)
_CUE_ZH = re.compile(
    r"(?:我叫|我的名字是|我是(?=[\u3400-\u9fff]{2,3}[，。])|(?:声明|承诺|申请|求职|应聘|聲明|申請)人[:：]|签[名字][:：]|此致\s*敬[礼禮][!！。]?\s*)"
    r"\s*(?P<name>[\u3400-\u9fff]{2,10}·[\u3400-\u9fff]{2,8}|[\u3400-\u9fff]{2,4})(?=[，。,.!！\s、]|$)"
)
_SHORT_LINE = re.compile(r"^[ \t]*(?P<name>[^\W\d_][^\n\d:,;|]{2,40}?)[ \t]*$", re.MULTILINE)


def cued_names(text: str) -> Iterator[FoundName]:
    """Names that a phrase introduces: "my name is", "yours sincerely", 我叫, 声明人."""
    for pattern in (_CUE, _CUE_ZH):
        for found in pattern.finditer(text):
            words = _without_next_sentence(found["name"], text[found.end() : found.end() + 2])
            name = person_name(words)
            if name and not is_job_title(words) and not _is_heading(words):
                start = found.start("name")
                yield FoundName(name, Span(start, start + len(words)))


def _without_next_sentence(words: str, after: str) -> str:
    """The name without the capitalised word that starts what follows: "Owen Headman Highly skilled"."""
    kept = words.split(" ")
    if len(kept) > 2 and after[:1] == " " and after[1:].islower():
        kept.pop()
    for number, word in enumerate(kept):
        plain = word.casefold()
        if number and (plain in HEADINGS or plain in SENTENCE_WORDS or plain in TITLE_WORDS):
            kept = kept[:number]
            break
    return " ".join(kept)


def spelt_names(text: str, handles: Iterable[str], where: Span) -> Iterator[FoundName]:
    """Lines further down that an e-mail address spells (the name above the main column)."""
    known = [_letters(h) for h in handles]
    for found in _SHORT_LINE.finditer(text, where.start, where.end):
        words = found["name"].split()
        if not 2 <= len(words) <= 5 or not _has_name_form(words):
            continue
        name = PersonName(tuple(words))
        if _is_spelt_out(name, known):
            yield FoundName(name, Span(*found.span("name")))


def _is_spelt_out(name: PersonName, handles: list[str]) -> bool:
    """All the name's long parts, or its initial and last part, stand in an address."""
    parts = [_letters(p) for p in name.parts if p.casefold() not in _PARTICLES]
    lasts = [_letters(p) for p in re.split(r"[-‑ ]", name.parts[-1])] + parts[-1:]
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


def _letters(words: str) -> str:
    return re.sub(r"[\W\d_]", "", folded(words))


def _candidates(
    text: str, top: Span, handles: list[str], has_contacts: bool, told: list[Span]
) -> Iterator[_Candidate]:
    lines = [
        Span(m.start() + top.start, m.end() + top.start)
        for m in re.finditer(r"[^\n]+", top.of(text))
    ]
    lines = [line for line in lines if line.of(text).strip(" \t\u3000-–—_=*#|")]
    seen_any = False
    for number, line in enumerate(lines):
        below = lines[number + 1].of(text).strip() if number + 1 < len(lines) else ""
        fields = list(_fields(text, line))
        is_first = not seen_any
        for index, field in enumerate(fields):
            found, extra = _as_name(text, field)
            if found is None:
                seen_any = seen_any or not _is_heading(field.of(text))
                continue
            beside = fields[index + 1].of(text) if index + 1 < len(fields) else below
            points = extra + 10 * _spelt_in(found.name, handles)
            alone = len(lines) > 1 and all(
                other == field or any(other.overlaps(t) for t in told) for other in fields
            )
            if has_contacts or (is_first and alone):
                points += 3 * is_first + 2 * has_contacts
                points += 3 * (is_job_title(beside) or is_job_title(below))
                points += bool(beside) and _is_heading(beside)
            yield _Candidate(found, points)
            seen_any = True


def _fields(text: str, line: Span) -> Iterator[Span]:
    at = line.start
    for found in [*_FIELD_BREAK.finditer(text, line.start, line.end), None]:
        end = found.start() if found else line.end
        field = text[at:end]
        if field.strip():
            start = at + len(field) - len(field.lstrip())
            yield from _scripts(text, Span(start, at + len(field.rstrip())))
        at = found.end() if found else end


def _scripts(text: str, field: Span) -> Iterator[Span]:
    """A field with Chinese and Latin words, or several Chinese ones, as its parts."""
    words = field.of(text)
    if not _ZH_RUN.search(words):
        yield field
        return
    if re.fullmatch(r"[\u3400-\u9fff][ \u3000][\u3400-\u9fff]", words):
        yield field
        return
    for part in re.finditer(
        r"[\u3400-\u9fff·]+|[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f '’.,-]*", words
    ):
        yield Span(field.start + part.start(), field.start + part.end())


def _as_name(text: str, field: Span) -> tuple[FoundName | None, int]:
    """The name a field could be, with points for what speaks for it apart from its place."""
    start, words = field.start, field.of(text)
    points = 0
    if _ZH_RUN.search(words):
        return _as_chinese_name(start, words)
    opening = _OPENING.match(words)
    if opening:
        start, words, points = start + opening.end(), words[opening.end() :], points + 4
    title = _TITLES.match(words)
    if title and title.end() < len(words) and not is_job_title(words[title.end() :]):
        start, words, points = start + title.end(), words[title.end() :], points + 3
    if "," in words:
        head, _, tail = words.partition(",")
        if _are_letters_after(tail, shouted=head.isupper() and " " not in head.strip()):
            words, points = head, points + (3 if " " in head.strip() else 0)
        elif (len(head.split()) == 1 and len(tail.split()) in (1, 2)) or (
            head.isupper() and not tail.isupper() and len(tail.split()) <= 3
        ):
            points -= 1
        else:
            words = head
    words = words.rstrip(" .,")
    tokens = [t for t in words.replace(",", " ").split() if t]
    if not _has_name_form(tokens) or is_job_title(words):
        return None, 0
    points += len(tokens) > 1
    parts = tuple(t.rstrip(".") for t in tokens)
    return FoundName(PersonName(parts), Span(start, start + len(words))), points


def _are_letters_after(tail: str, *, shouted: bool) -> bool:
    """Whether "RN, BSN" follows a name; in "WILL, ROSE" only well-known letters count."""
    words = [t for t in re.split(r"[,\s]+", tail.strip()) if t]
    if shouted:
        return all(re.sub(r"\W", "", w).casefold() in _LETTERS_AFTER for w in words)
    return all(_POST_NOMINAL.fullmatch(w) for w in words)


def _as_chinese_name(start: int, words: str) -> tuple[FoundName | None, int]:
    points = 0
    opening = _OPENING_ZH.search(words)
    if opening and len(words) > len(opening.group()):
        if opening.start() == 0:
            start += opening.end()
        words, points = words[: opening.start()] + words[opening.end() :], 4
    bare = re.sub(r"\s", "", words)
    if bare.startswith(("我", "本人")):
        return None, 0
    bare = re.sub(r"(?:先生|女士|小姐)$", "", bare)
    if "·" in bare and re.fullmatch(r"[\u3400-\u9fff]{2,8}(?:·[\u3400-\u9fff]{2,8})+", bare):
        return FoundName(
            PersonName((bare,), chinese=True), Span(start, start + len(words))
        ), points + 4
    if not 2 <= len(bare) <= 4 or "·" in bare:
        return None, 0
    if TRADE_ENDINGS_ZH.search(bare) or HEADINGS_ZH.search(bare):
        return None, 0
    compound = bare[:2] in COMPOUND_SURNAMES_ZH
    if len(bare) == 4 and not compound and not points:
        return None, 0
    points += 2 * (compound or bare[0] in SURNAMES_ZH)
    return FoundName(PersonName((bare,), chinese=True), Span(start, start + len(words))), points


def _has_name_form(tokens: list[str]) -> bool:
    if not 1 <= len(tokens) <= 6:
        return False
    words = [t for t in tokens if t.casefold().rstrip(".") not in _PARTICLES]
    if not words or any(
        t.strip(".").casefold() in HEADINGS or t.casefold() in SENTENCE_WORDS for t in words
    ):
        return False
    return all(_TOKEN.fullmatch(t) and _is_capitalised(t) for t in words) and any(
        len(t.rstrip(".")) > 1 for t in words
    )


def _is_capitalised(token: str) -> bool:
    return token[0].isupper() or (
        token.partition("-")[0].casefold() in _PARTICLES and token.partition("-")[2][:1].isupper()
    )


def _is_heading(field: str) -> bool:
    words = re.findall(r"\w+", field.casefold())
    return (
        bool(words)
        and all(w in HEADINGS or w in {"of", "and", "the"} for w in words)
        or (len(field) <= 8 and bool(HEADINGS_ZH.search(field)))
    )


def _spelt_in(name: PersonName, handles: list[str]) -> bool:
    """Whether an e-mail address or a profile link is made of the name."""
    if name.chinese:
        return False
    parts = [_letters(p) for p in name.parts]
    return any(part in handle for part in parts if len(part) >= 3 for handle in handles)
