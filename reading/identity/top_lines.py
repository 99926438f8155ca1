"""The lines of a contact block: what stands there beside contacts and is no content is an address.

Addresses have no form of their own (a house name, a town, a country), so a line is judged by its
company: in a block that gives contacts away, a short field of capitalised words and numbers that
names no trade goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reading.identity.mentions import IdentityKind, Mention
from reading.identity.name_forms import LETTERS_AFTER_NAME, is_job_title
from reading.identity.trade_words import MONTHS
from reading.spans import Span, union

_STRONG = re.compile(r"[\n|｜¦•∙\t;；]+|\s{2,}|\s·\s|·(?=\s)|\s[–—-]\s")
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*|\d[\w/.-]*")
_SMALL = frozenset(
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
        "la",
        "le",
        "les",
        "el",
        "al",
        "of",
        "the",
        "upon",
        "am",
        "an",
        "der",
        "den",
    ]
)
_CONTENT = re.compile(
    r"\d+\s*(?:\+\s*)?(?:years?|yrs?|年)|经验|經驗|学历|本科|硕士|博士|大专|应聘|求职|意向|工作"
    r"|职位|:|："
    r"|\b(?:years?|experience|engineering|bsc|msc|mba|phd|ba|ma|degree|certified|licensed|visa"
    r"|permit|iso)\b",
    re.IGNORECASE,
)
_MONTH_OF_YEAR = re.compile(
    rf"\b(?:{'|'.join(month[:3] for month in sorted(MONTHS))})[a-z]*\.?,? (?:19|20)\d\d",
    re.IGNORECASE,
)
_PLACE_ZH = re.compile(
    r"^[^。]{0,30}$(?<=[省市区區县縣镇鎮村路街号號弄栋棟座楼樓层層室])|[路街道巷弄段]\s*\d+"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_COMPANY = frozenset(
    {
        IdentityKind.EMAIL,
        IdentityKind.PHONE,
        IdentityKind.LINK,
        IdentityKind.ADDRESS,
    }
)
_PERSONAL = frozenset(
    {IdentityKind.GENDER, IdentityKind.AGE, IdentityKind.MARITAL, IdentityKind.BIRTH}
)


def address_lines(
    text: str, block: Span, mentions: Sequence[Mention], names: Sequence[Span], place: Span | None
) -> Iterator[Mention]:
    """Addresses of a contact block: by form, by the line's company, by the neighbouring line."""
    inside = [m for m in mentions if m.span.overlaps(block)]
    if not inside:
        return
    lines = [
        Span(block.start + m.start(), block.start + m.end())
        for m in re.finditer(r"[^\n]+", block.of(text))
    ]
    told = union([*(m.span for m in inside), *names])
    kinds = [{m.kind for m in inside if m.span.overlaps(line)} for line in lines]
    for number, line in enumerate(lines):
        around = set().union(*kinds[max(0, number - 1) : number + 2])
        seen_contact = False
        for field in _fields(text, line):
            of_field = {m.kind for m in inside if m.span.overlaps(field)}
            if of_field & _COMPANY:
                seen_contact = True
            if any(t.covers(field) for t in told):
                continue
            is_town = place is not None and place.overlaps(field) and len(field) <= 80
            if any(n.overlaps(field) for n in names):
                if is_town or kinds[number] & _COMPANY:
                    yield from _places_beside(text, field, names)
            elif IdentityKind.ADDRESS in of_field or is_town:
                yield from _all_but_content(text, field, told)
            elif of_field:
                continue
            elif kinds[number] & _PERSONAL and not kinds[number] & _COMPANY:
                if _is_short_capitalised(field.of(text), most=2):
                    yield Mention(IdentityKind.NATIONALITY, field)
            elif _is_numbered_place(field.of(text)) and around & _COMPANY:
                yield from _all_but_content(text, field, told)
            elif _is_place(field.of(text), listed="," in field.of(text) or seen_contact) and (
                kinds[number] & _COMPANY or (around & _COMPANY and "," in field.of(text))
            ):
                yield Mention(IdentityKind.ADDRESS, field)


def _fields(text: str, line: Span) -> Iterator[Span]:
    at = line.start
    for found in [*_STRONG.finditer(text, line.start, line.end), None]:
        end = found.start() if found else line.end
        if text[at:end].strip():
            yield Span(at, end)
        at = found.end() if found else end


def _all_but_content(text: str, field: Span, told: list[Span]) -> Iterator[Mention]:
    """The comma-separated parts of an address field that are not a trade or a sentence."""
    at = field.start
    for found in [*re.finditer(r"[,，]", field.of(text)), None]:
        end = field.start + found.start() if found else field.end
        part = Span(at, end)
        words = part.of(text)
        if words.strip() and not is_job_title(words) and not _CONTENT.search(words):
            lower = [w for w in _WORD.findall(words) if w[0].islower() and w not in _SMALL]
            is_place = not _CHINESE.search(words) or _PLACE_ZH.search(words.strip()) is not None
            if is_place and len(lower) <= 2:
                yield Mention(IdentityKind.ADDRESS, part)
        at = end + 1 if found else end


def _places_beside(text: str, field: Span, names: Sequence[Span]) -> Iterator[Mention]:
    """The town in "Ada Quux, Leeds, UK"; letters after a name (RN, MSc) stay."""
    for part in re.finditer(r"[^,，]+", field.of(text)):
        span = Span(field.start + part.start(), field.start + part.end())
        words = part.group().strip()
        if not any(n.overlaps(span) for n in names) and (
            _is_place(words, listed=True) and not LETTERS_AFTER_NAME.fullmatch(words)
        ):
            yield Mention(IdentityKind.ADDRESS, span)


def _is_numbered_place(field: str) -> bool:
    """ "Storgata 5, 0155 Oslo", "Villa 12": capitalised words with one to three numbers."""
    words = _WORD.findall(field)
    if _MONTH_OF_YEAR.search(field):
        return False
    numbers = [w for w in words if w[0].isdigit()]
    return 1 <= len(numbers) <= 4 and len(words) > len(numbers) and _is_place(field, listed=True)


def _is_place(field: str, *, listed: bool) -> bool:
    words = _WORD.findall(field)
    if not listed or not 1 <= len(words) <= 12 or _CONTENT.search(field) or _CHINESE.search(field):
        return False
    if any(is_job_title(part) for part in field.split(",") if part.strip()):
        return False
    return all(w[0].isdigit() or w[0].isupper() or w in _SMALL for w in words)


def _is_short_capitalised(field: str, most: int) -> bool:
    words = _WORD.findall(field)
    return (
        1 <= len(words) <= most
        and all(w[0].isupper() for w in words)
        and not is_job_title(field)
        and not _CONTENT.search(field)
    )
