"""Finding who a résumé is about and how to reach them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reading.folding import is_chinese, narrow
from reading.resume import Contact, Section, SectionKind
from reading.resumes.sections import heading_kind
from reading.resumes.titles import names_employer, names_title

_EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>|，。；、（）()\"']+|"
    r"(?<![\w@./])(?:[a-z]{2,3}\.)?(?:linkedin\.com/in|github\.com|"
    r"gitlab\.com|gitee\.com|behance\.net|dribbble\.com|xing\.com/profile|medium\.com|"
    r"zhihu\.com/people)/[^\s<>|，。；、（）()\"']+",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?:|www\.|\.(?:com|net)/", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,/$€£¥-])(?:\+|00)?\(?\d[\d\s().+/-]{5,20}\d(?![\w%]|[.,]\d)")
_DATES = re.compile(
    r"(?:19|20)\d{2}\s*[-/.]\s*(?:(?:19|20)\d{2}|\d{1,2})|\d{1,2}[/.]\d{1,2}[/.]\d{4}|"
    r"\d{1,2}[/.](?:19|20)\d{2}"
)
_PHONE_LABEL = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|call|contact|手机|电话|電話|手機|联系方式|m|t|p|h|"
    r"c)\W{0,4}$",
    re.I,
)
_ID_LABEL = re.compile(
    r"(?:身份证|证件|编号|学号|工号|qq|微信|邮编|postcode|zip|\bid|no\.?|number)\W{0,6}$",
    re.IGNORECASE,
)
_NAME_LABEL = re.compile(
    r"(?:^|[\n|；;，,\s])(?:姓\s*名|name|full name)\s*[:：]\s*(?P<name>[^\n|；;，,:：]{2,40})",
    re.IGNORECASE,
)
_NOT_IN_NAMES = re.compile(
    r"[\d@_:;/\\|<>{}\[\]=+*&%$#!?\"]|\b(?:curriculum|vitae|portfolio|contact|menu|blog|linkedin|"
    r"github|resume|résumé|cv|profile|summary|page|phone|email|"
    r"address|confidential|street|road|avenue|objective|skills|experience|education|university|"
    r"college)\b|简历|简歷|履历|求职|应聘",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"\s+(?:marital|father|dob|date|gender|sex|age|nationality|phone|e-?mail|tel|性别|出生|年龄|"
    r"电话|手机|民族)",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "de da do dos das del della di van von der den ten ter la le du des al el bin binti ibn "
        "bint y e af zu st san mac mc o' 'd abu",
    )
)
_CREDENTIALS = re.compile(
    r"(?:,\s*|\s+|\()(?:RN|BSN|MSN|MBA|CPA|PhD|Ph\.D\.?|MD|M\.D\.|PMP|LPN|CNA|ACCA|Esq\.?|Jr\.?|"
    r"Sr\.?|II|III|"
    r"PharmD|DDS|PE|CFA|BSc|MSc|MA|BA|Dipl\.-Ing\.|SHRM-CP|PHR|SPHR|he/him|she/her|"
    r"they/them)\b\.?\)?.*$"
)
_TITLES = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir)\.?\s+", re.IGNORECASE)
_ORDINARY = frozenset(
    re.findall(
        r"\w+",
        "recording rose grower senior junior lead account business data project human resources "
        "customer service sales office medical registered licensed professional highly skilled "
        "experienced summary work history",
    )
)
_TOP_LINES = 12


def find_contact(
    text: str,
    sections: Sequence[Section],
    fields: Mapping[str, Any] | None = None,
    language: str = "en",
) -> Contact:
    """Name, e-mails, phones and links; what a structured source states outright comes first.

    Only the top, the personal part and short contact lines are read, never references.
    """
    fields = fields or {}
    own = [s for s in sections if s.kind is not SectionKind.REFERENCES]
    emails = [*_strings(fields.get("email")), *_strings(fields.get("emails"))]
    links = [*_strings(fields.get("url")), *_strings(fields.get("links"))]
    phones = [*_strings(fields.get("phone")), *_strings(fields.get("phones"))]
    region = default_region(language)
    numbers = [number for phone in phones if (number := read_phone(phone, region))]
    for section in own:
        words = narrow(section.span.of(text))
        if "@" in words:
            emails += [match[0] for match in _EMAIL.finditer(words)]
        if _WEB.search(words):
            links += [match[0].rstrip(".,;:") for match in _LINK.finditer(words)]
        numbers += _phones(words, region)
    name = _stated_name(fields) or find_name(text, sections)
    return Contact(
        name=name,
        emails=tuple(dict.fromkeys(email.strip().lower() for email in emails)),
        phones=tuple(dict.fromkeys(numbers)),
        links=tuple(dict.fromkeys(links)),
    )


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return [item for item in value if isinstance(item, str) and item.strip()]
    return []


def _stated_name(fields: Mapping[str, Any]) -> str | None:
    name = fields.get("name")
    return " ".join(name.split()) if isinstance(name, str) and name.strip() else None


def default_region(language: str) -> str:
    """The country whose national numbers a text in this language most likely gives."""
    return "CN" if language == "zh" else "US"


def _phones(words: str, region: str) -> list[str]:
    found = []
    for match in _PHONE.finditer(words):
        digits = re.sub(r"\D", "", match[0])
        before = words[max(0, match.start() - 16) : match.start()]
        if not 7 <= len(digits) <= 15 or _DATES.search(match[0]) or "\n" in match[0]:
            continue
        if _ID_LABEL.search(before):
            continue
        labelled = match[0].startswith(("+", "00", "(")) or _PHONE_LABEL.search(before)
        number = read_phone(match[0], region)
        if number and (labelled or number.startswith("+") or len(digits) >= 9):
            found.append(number)
    return found


@lru_cache(maxsize=4096)
def read_phone(written: str, region: str) -> str | None:
    """A phone number in E.164 where it is valid, else its digits; None where it cannot be one."""
    import phonenumbers

    written = narrow(written)
    for country in (region, "GB" if region == "US" else "TW"):
        try:
            number = phonenumbers.parse(written, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if written.lstrip().startswith("+"):
            break
    digits = re.sub(r"\D", "", written)
    return digits if 7 <= len(digits) <= 15 else None


def find_name(text: str, sections: Sequence[Section]) -> str | None:
    """The person's name: where it is labelled, else among the first lines; None where unsure.

    A line that is a job title, an employer, a place or prose is no name.
    """
    for section in sections:
        if section.kind in (SectionKind.HEADER, SectionKind.PERSONAL):
            labelled = _NAME_LABEL.search(section.span.of(text))
            if labelled and (
                name := _as_name(_OTHER_LABEL.split(labelled["name"])[0], labelled=True)
            ):
                return name
    head = next(
        (s.span for s in sections if s.kind is SectionKind.HEADER and s.span.start < 200), None
    )
    if head is None:
        return None
    lines = [line.strip() for line in head.of(text).splitlines() if line.strip()]
    if len(lines) == 1 and head.end >= len(text.rstrip()) and not lines[0][:1].isupper():
        return None if not is_chinese(lines[0][0]) else _as_name(lines[0])
    parts = [
        part
        for line in lines[:_TOP_LINES]
        if heading_kind(line) is None
        for part in _PARTS.split(line)
    ]
    found = next((name for part in parts if (name := _as_name(part))), None)
    if found is None and len(parts) > 1:
        return _as_name(parts[0], trade=True)
    return found


_PARTS = re.compile(
    r"\s*[|｜•●\t]\s*|\s+·\s+|\s{3,}|\s[–—-]\s|[，,](?=\s*[\u4e00-\u9fff])|,(?=[^,]*$)"
)
# Trades that are surnames too: on the first line, behind a given name, they are.
_TRADE_NAMES = frozenset(
    re.findall(
        r"\w+",
        "baker barber butler carpenter cook cooper draper dyer farmer fisher gardener glover head "
        "hunter joiner marshall mason miller page painter palmer parker porter potter shepherd "
        "singer slater smith steward stewart tailor taylor tiler turner walker weaver",
    )
)
_QUALIFIERS = frozenset(
    re.findall(
        r"\w+",
        "apprentice assistant associate bread cake chief commis deputy executive garden head home "
        "house junior lead line master night pastry personal portrait prep principal private "
        "school senior site sous stone trainee wedding wood",
    )
)


def _as_name(words: str, *, labelled: bool = False, trade: bool = False) -> str | None:
    """The name that some words are; `trade` lets a last word like "Baker" be a surname."""
    words = _TITLES.sub("", _CREDENTIALS.sub("", words.strip(" .,，\ufeff#*_-=~【】"))).strip(" .,")
    words = re.sub(r"(?:先生|女士|小姐|的?(?:个人)?简历|個人簡歷)$", "", words).strip()
    if not 2 <= len(words) <= 40 or _NOT_IN_NAMES.search(words):
        return None
    if is_chinese(words[0]):
        return _chinese_name(words)
    parts = words.split()
    if "," in words:  # "Zhang, Wei"
        last, _, first = words.partition(",")
        parts = [*first.split(), *last.split()]
    if not (1 if labelled else 2) <= len(parts) <= 5:
        return None
    if not all(_is_name_word(part) for part in parts) or not parts[0][0].isupper():
        return None
    surname = trade and parts[-1].lower() in _TRADE_NAMES and parts[0].lower() not in _QUALIFIERS
    if not labelled and not surname and (names_title(words) or names_employer(words)):
        return None
    lowered = {part.lower() for part in parts}
    if lowered <= _ORDINARY or len(lowered & _ORDINARY) >= 2 or _is_place(words):
        return None
    return " ".join(parts) if "," in words else " ".join(words.split())


def _is_name_word(word: str) -> bool:
    if word.lower() in _PARTICLES:
        return True
    return bool(re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’.·-](?=[^\W\d_]|$))*", word)) and (
        word[0].isupper() or not word[0].isascii()
    )


def _is_place(words: str) -> bool:
    from reading.resumes.places import resolve_place

    return resolve_place(words) is not None


def _chinese_name(words: str) -> str | None:
    words = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", words)
    words = re.sub(r"\s*[(（].*$", "", words)
    if not re.fullmatch(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff·]{1,10}", words):
        return None
    if (
        names_title(words)
        or names_employer(words)
        or heading_kind(words) is not None
        or _is_place(words)
    ):
        return None
    return words
