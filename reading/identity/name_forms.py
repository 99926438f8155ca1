"""What a name looks like, and what only looks like one: job titles and headings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from reading.identity.trade_words import (
    COMPOUND_SURNAMES_ZH,
    HEADINGS_ZH,
    SENTENCE_WORDS,
    TRADE_ENDINGS_ZH,
    listed,
)
from reading.spans import Span

CHINESE = re.compile(r"[\u3400-\u9fff]")
PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "bin",
        "bint",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "y",
        "e",
        "af",
        "av",
        "zu",
        "zur",
        "san",
        "st",
        "mac",
        "mc",
        "o'",
        "ap",
        "abu",
    ]
)
TITLES = re.compile(
    r"(?:(?:M[rR]|M[rR][sS]|Ms|Mx|M[iI][sS][sS]|D[rR]|P[rR][oO][fF]|Professor|Sir|Madam|Rev|Eng"
    r"|Ing|Dipl)"
    r"\b\.?[\s-]*)+"
)
_OPENING = re.compile(
    r"(?:curriculum\s+vitae|r[ée]sum[ée]|c\.?v\.?|profile|portfolio|photo|picture|name)"
    r"(?:\s+(?:of|for))?\s*[-–—:|]?\s+(?=[A-Z])",
    re.IGNORECASE,
)
_OPENING_ZH = re.compile(
    r"^(?:个人|個人)?(?:简历|簡歷|履历|履歷)[\s:：—-]*|(?:的)?(?:个人|個人)?(?:简历|簡歷|履历"
    r"|履歷)$"
)
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-‑](?=[^\W\d_]))*\.?")
LETTERS_AFTER_NAME = re.compile(
    r"(?=\S*[A-Z]\S*[A-Z.])(?:[A-Z]{1,2}[A-Za-z]{0,3}\.?){1,4}(?:-[A-Z]+)?"
)
_LETTERS_AFTER = frozenset(
    [
        "rn",
        "md",
        "phd",
        "mba",
        "bsn",
        "cpa",
        "pmp",
        "lpn",
        "cna",
        "dds",
        "esq",
        "jd",
        "msc",
        "bsc",
        "ma",
        "ba",
        "msn",
        "np",
        "dnp",
        "pt",
        "ot",
        "pe",
        "cfa",
        "acca",
        "fca",
        "aca",
    ]
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


def folded(word: str) -> str:
    """Lower case without accents: "Huamán" is spelt "huaman" in addresses."""
    plain = unicodedata.normalize("NFKD", word.translate(_SPELT_OUT))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def person_name(words: str) -> PersonName | None:
    """A name out of a string known to be one (a label's value, a stated field)."""
    words = TITLES.sub("", words.strip(), count=1) if TITLES.match(words.strip()) else words.strip()
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
    if CHINESE.search(field):
        return bool(TRADE_ENDINGS_ZH.search(field.strip()))
    words = [w.strip(".").casefold() for w in re.findall(r"[\w’'.-]+", field)]
    if not words:
        return False
    if words[-1] in listed("trades") or words[-1].rstrip("s") in listed("trades"):
        return (
            words[-1] not in listed("surnames_too")
            or len(words) == 1
            or words[0] in listed("title_words")
        )
    if words[-1] in listed("surnames_too"):
        return len(words) == 1 or words[0] in listed("title_words")
    return any(
        w in listed("title_words") or w in listed("trades")
        for w in words[:-1]
        if w not in PARTICLES
    ) or (words[-1] in listed("title_words"))


def letters(words: str) -> str:
    return re.sub(r"[\W\d_]", "", folded(words))


def as_name(text: str, field: Span) -> tuple[FoundName | None, int]:
    """The name a field could be, with points for what speaks for it apart from its place."""
    start, words = field.start, field.of(text)
    points = 0
    if CHINESE.search(words):
        return _as_chinese_name(start, words)
    opening = _OPENING.match(words)
    if opening:
        start, words, points = start + opening.end(), words[opening.end() :], points + 4
    title = TITLES.match(words)
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
    if not has_name_form(tokens) or is_job_title(words):
        return None, 0
    points += len(tokens) > 1
    parts = tuple(t.rstrip(".") for t in tokens)
    return FoundName(PersonName(parts), Span(start, start + len(words))), points


def _are_letters_after(tail: str, *, shouted: bool) -> bool:
    """Whether "RN, BSN" follows a name; in "WILL, ROSE" only well-known letters count."""
    words = [t for t in re.split(r"[,\s]+", tail.strip()) if t]
    if shouted:
        return all(re.sub(r"\W", "", w).casefold() in _LETTERS_AFTER for w in words)
    return all(LETTERS_AFTER_NAME.fullmatch(w) for w in words)


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
    points += 2 * (compound or bare[0] in listed("surnames_zh"))
    return FoundName(PersonName((bare,), chinese=True), Span(start, start + len(words))), points


def has_name_form(tokens: list[str]) -> bool:
    if not 1 <= len(tokens) <= 6:
        return False
    words = [t for t in tokens if t.casefold().rstrip(".") not in PARTICLES]
    if not words or any(
        t.strip(".").casefold() in listed("headings") or t.casefold() in SENTENCE_WORDS
        for t in words
    ):
        return False
    return all(_TOKEN.fullmatch(t) and _is_capitalised(t) for t in words) and any(
        len(t.rstrip(".")) > 1 for t in words
    )


def _is_capitalised(token: str) -> bool:
    return token[0].isupper() or (
        token.partition("-")[0].casefold() in PARTICLES and token.partition("-")[2][:1].isupper()
    )


def is_heading(field: str) -> bool:
    words = re.findall(r"\w+", field.casefold())
    return (
        bool(words) and all(w in listed("headings") or w in {"of", "and", "the"} for w in words)
    ) or (len(field) <= 8 and bool(HEADINGS_ZH.search(field)))
