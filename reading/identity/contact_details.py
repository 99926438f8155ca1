"""Ways to reach somebody, wherever they stand: e-mail, links, phones, postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.identity.clues import near
from reading.identity.mentions import IdentityKind, Mention
from reading.spans import Span

_EMAIL = re.compile(
    r"(?:mailto:\s*)?[\w.+%'-]+(?:[@＠][\w-]+(?:[.．][\w-]+)*[.．][^\W\d_]{2,}"
    r"|\s?(?:[@＠]|[\[(（]\s?at\s?[\])）])\s?[\w-]+(?:(?:\.|．|\s?[\[(]\s?dot\s?[\])]\s?)[\w-]+)*"
    r"(?:\.|．|\s?[\[(]\s?dot\s?[\])]\s?)(?:com|net|org|edu|cn|de|uk|fr|io|in|me|example))",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>|｜，。；（）()]+", re.IGNORECASE)
_PERSONAL_HOST = re.compile(
    r"(?<![\w.@])(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|bitbucket|behance|dribbble|medium"
    r"|facebook"
    r"|twitter|instagram|x|t|xing|kaggle|stackoverflow|researchgate|orcid|zhihu|weibo|gitee|csdn"
    r"|about|linktr)\.(?:com|org|net|io|me|cn|ee)/[^\s<>|｜，。；（）()]+",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(
    r"(?<![\w.@/])[a-z0-9-]{3,}(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|me|dev|cn|co\.uk|uk|de|fr"
    r"|info|name"
    r"|site|tech|page|app|github\.io|eu|xyz|in|es|ca|com\.au|pro|(?!js|py|ai|go|ts|rb|rs|cc|md"
    r"|vb)[a-z]{2})(?:/[^\s<>|｜，。；（）()]*)?(?![\w@])",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(r"(?:asp|ado|vb|ml|paint)\.net|(?:socket|draw|material)\.io", re.IGNORECASE)
_LINE_BEFORE = re.compile(
    r"(?:^|[\n|｜·•\t,，;；:：()（）/\u3400-\u9fff\u3000-]|[@＠]\S+|\b(?:[Tt]el|[Mm]ob(?:ile)?"
    r"|[Pp]hone|[Cc]ell|[MTP])\.?)[ ]*$"
)
_LINE_AFTER = re.compile(
    r"[ ]*(?:$|[\n|｜·•\t,，;；()（）/\u3400-\u9fff\u3000]|\S+[@＠]|[ ][ ]|- )"
)
_AT = ("@", "＠", "[at", "(at", "（at", "[ at", "( at")
_WEB = ("http", "www.", "HTTP", "WWW.", "Www.", "Http")
_HOSTED = (".com/", ".org/", ".net/", ".io/", ".me/", ".cn/", ".ee/")
_HANDLE = re.compile(r"(?<![\w.])@[A-Za-z][\w.-]{2,}")

# What looks like a phone anywhere: international, grouped national, or a Chinese mobile number.
_PHONE = re.compile(
    r"(?<![A-Za-z0-9_.,$€£¥-])(?:"
    r"[+＋]\s?\(?\d{1,3}\)?(?:[\s.\-‑–－/]?\(?\d{1,5}\)?){2,6}"
    r"|\(\d{2,5}\)[\s.\-‑–]?\d{3,4}(?:[\s.\-‑–]?\d{2,4}){1,2}"
    r"|\d{3}[\-‑–.]\d{3}[\-‑–.]\d{4}"
    r"|0\d{2,4}[\s-]\d{3,4}[\s-]?\d{3,4}"
    r"|1[3-9]\d(?P<gap>[\s\-－]?)\d{4}(?P=gap)\d{4}"
    r"|[1１][3-9３-９][0-9０-９]{9}"
    r"|0\d{2,3}[\-－—]\d{7,8}"
    r")(?:\s*(?:ext\.?|x|转|轉|分机)\s*\d{1,5})?(?![\w%])",
    re.IGNORECASE,
)
# In contact blocks any run of 7 to 15 digits that is not a stretch of years is a phone.
_LOOSE_PHONE = re.compile(
    r"(?<![A-Za-z0-9_.,$€£¥])(?:[+＋]|00)?[(（]?\d[\d \u00a0().（）\-‑–－/]{5,22}\d"
    r"(?:\s*(?:ext\.?|x|转|轉|分机)\s*\d{1,5})?(?![\w%])",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?:19|20)\d\d\s*[\-–/.]\s*(?:(?:19|20)\d\d|\d{1,2}\b)|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|\d{1,2}[/.](?:\d\d)?\d\d\s*[-–—]\s*\d{1,2}[/.]\d\d"
)

_RANGE = re.compile(r"[(（]?\d{4,5}[-–]\d{4,5}|(?:\d/)+\d")  # salaries, scattered digits

_STREET = (
    r"Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Court|Ct\.?"
    r"|Place|Pl\.?|Square|Sq\.?|Terrace|Close|Crescent|Way|Row|Gardens|Grove|Hill|Walk|Mews|Parkway"
    r"|Pkwy\.?|Highway|Hwy\.?|Circle|Cir\.?|Quay|Wharf|Straße|Strasse|Str\.?|Gasse|Platz|Weg"
    r"|[Rr]ue|[Cc]alle|[Vv]ia|STREET|ROAD|AVENUE|LANE|DRIVE"
)
_WORD = r"[^\W\da-z_][\w.'’-]*"
_ADDRESS = re.compile(
    # 12 Upper Hill Street, Flat 3 …, to the end of the field
    r"(?<!\w)(?:(?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Uu]nit|[Ss]uite|[Nn]o\.?|[Hh]ouse"
    r"|[Rr]oom)\s*#?\s*\w{1,5}[,\s]+)?"
    rf"\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,5}})?,?\s+(?:{_WORD}\s+){{0,3}}(?:{_STREET})(?![\w'’]"
    rf"|\s+[a-z]+\s+[a-z])"
    r"[^|｜·•\n\t;]*"
    r"|(?<!\w)[Pp]\.?\s?[Oo]\.?\s?[Bb]ox\s+\d+[^|｜·•\n\t;]*"
    # Hauptstraße 12, 80331 München
    r"|(?<!\w)\w+(?:straße|strasse|gasse|platz|weg)\s+\d{1,4}[a-z]?[^|｜·•\n\t;]*"
)
_STATES = (
    "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    "|T[NX]|UT"
    "|V[AT]|W[AIVY]"
)
_ADDRESS_ZH = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|市|自治区|特别行政区|縣|县|區|区)){0,3}[\u4e00-\u9fff]{1,12}"
    r"(?:路|街|道|巷|弄|胡同|大街|大道|村|小区|花园|花園|苑|里)\s*"
    r"(?:[一二三四五六七八九十]段)?\s*[\d０-９]+\s*(?:号|號|弄|栋|棟|幢|座|室|巷|段)"
    r"[^\s|｜·•,，;；]*"
)
_LIVES_ZH = re.compile(
    r"(?:现居住?(?:于|在|地)?|現居(?:於|在)?|居住[在于]|家住|坐标)[:：]?\s*[^\s|｜，,；;。\n]+"
)
_POSTCODE = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"  # United Kingdom
    r"|[A-Z]\d[A-Z]\s?\d[A-Z]\d"  # Canada
    rf"|(?:{_STATES})\.?,?\s+\d{{5}}(?:-\d{{4}})?"  # United States
    r"|(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT)\s+\d{4})(?!\w)"  # Australia
)


def digits(text: str) -> int:
    """How many digits stand in it, full-width ones included."""
    return sum(c.isdigit() for c in text)


def contact_details(text: str) -> Iterator[Mention]:
    """E-mails, links and phones that give themselves away anywhere in a text."""
    for found in near(_EMAIL, _AT, text, 64, 128):
        yield Mention(IdentityKind.EMAIL, Span(*found.span()))
    for found in near(_URL, _WEB, text, 0, 300):
        yield Mention(IdentityKind.LINK, Span(found.start(), _without_stop(text, found)))
    for found in near(_PERSONAL_HOST, _HOSTED, text, 30, 300):
        yield Mention(IdentityKind.LINK, Span(found.start(), _without_stop(text, found)))
    for found in _PHONE.finditer(text):
        if 7 <= digits(found.group()) <= 19 and not _YEARS.fullmatch(found.group().strip()):
            yield Mention(IdentityKind.PHONE, Span(*found.span()))


def contact_block_details(text: str, block: Span, *, known: bool) -> Iterator[Mention]:
    """What counts as a contact only where contacts stand: bare hosts, handles, digits, addresses.

    `known` says that the block gives other contacts away; without it only whole fields count.
    """
    for found in _LOOSE_PHONE.finditer(text, block.start, block.end):
        words = found.group()
        is_number = 7 <= digits(words) <= 19 and not (
            _YEARS.search(words) or _RANGE.fullmatch(words)
        )
        if is_number and _is_whole_field(text, found):
            yield Mention(IdentityKind.PHONE, Span(*found.span()))
    for pattern in (_BARE_HOST, _HANDLE):
        for found in pattern.finditer(text, block.start, block.end):
            is_stated = known or _is_whole_field(text, found)
            if is_stated and found.group()[0].islower() and not _SOFTWARE.match(found.group()):
                yield Mention(IdentityKind.LINK, Span(*found.span()))
    for pattern in (_ADDRESS, _ADDRESS_ZH, _LIVES_ZH, _POSTCODE):
        for found in pattern.finditer(text, block.start, block.end):
            yield Mention(IdentityKind.ADDRESS, Span(*found.span()))


def _is_whole_field(text: str, found: re.Match[str]) -> bool:
    """Whether nothing but separators, a label or another contact stands beside it on the line."""
    before = _LINE_BEFORE.search(text, max(0, found.start() - 40), found.start())
    after = _LINE_AFTER.match(text, found.end())
    return before is not None and after is not None


def _without_stop(text: str, found: re.Match[str]) -> int:
    end = found.end()
    while end > found.start() and text[end - 1] in ".,;:!?'\"、":
        end -= 1
    return end
