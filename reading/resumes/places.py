"""Finding where somebody lives, and whether they would work remotely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from reading.folding import fold, has_chinese, is_chinese
from reading.resume import Location, Section, SectionKind
from reading.spans import Span

_STATES = dict(
    re.findall(
        r"(\S+)=(\S+)",
        "AL=Alabama AK=Alaska AZ=Arizona AR=Arkansas CA=California CO=Colorado CT=Connecticut "
        "DE=Delaware DC=District_of_Columbia FL=Florida GA=Georgia HI=Hawaii ID=Idaho IL=Illinois "
        "IN=Indiana IA=Iowa KS=Kansas KY=Kentucky LA=Louisiana ME=Maine MD=Maryland "
        "MA=Massachusetts MI=Michigan MN=Minnesota MS=Mississippi MO=Missouri MT=Montana "
        "NE=Nebraska NV=Nevada NH=New_Hampshire NJ=New_Jersey NM=New_Mexico NY=New_York "
        "NC=North_Carolina ND=North_Dakota OH=Ohio OK=Oklahoma OR=Oregon PA=Pennsylvania "
        "RI=Rhode_Island SC=South_Carolina SD=South_Dakota TN=Tennessee TX=Texas UT=Utah "
        "VT=Vermont VA=Virginia WA=Washington WV=West_Virginia WI=Wisconsin WY=Wyoming",
    )
)
_CANADIAN = {
    "ON": "Ontario", "QC": "Quebec", "BC": "British Columbia", "AB": "Alberta", "MB": "Manitoba",
    "SK": "Saskatchewan", "NS": "Nova Scotia", "NB": "New Brunswick",
}  # fmt: skip
_STATES_BY_COUNTRY = tuple(
    (country, letters, frozenset(letters.values()))
    for country, letters in (
        ("US", {letters: name.replace("_", " ") for letters, name in _STATES.items()}),
        ("CA", _CANADIAN),
    )
)
_PROVINCES = dict(
    re.findall(
        r"(\S+)=(\S+)",
        "安徽=Anhui 浙江=Zhejiang 江西=Jiangxi 江苏=Jiangsu 吉林=Jilin 青海=Qinghai 福建=Fujian "
        "黑龙江=Heilongjiang 河南=Henan 河北=Hebei 湖南=Hunan 湖北=Hubei 新疆=Xinjiang 西藏=Tibet "
        "甘肃=Gansu 广西=Guangxi 贵州=Guizhou 辽宁=Liaoning 内蒙古=Inner_Mongolia 宁夏=Ningxia "
        "山西=Shanxi 山东=Shandong 陕西=Shaanxi 云南=Yunnan 广东=Guangdong "
        "海南=Hainan 四川=Sichuan",
    )
)
_COUNTRIES = {
    "uk": "GB", "u.k.": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "great britain": "GB", "northern ireland": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US",
    "united states of america": "US", "the netherlands": "NL", "holland": "NL",
    "czech republic": "CZ", "uae": "AE", "south korea": "KR", "korea": "KR", "hong kong": "HK",
    "taiwan": "TW", "macau": "MO", "香港": "HK", "台湾": "TW", "澳门": "MO", "deutschland": "DE",
    "russia": "RU", "vietnam": "VN", "prc": "CN", "us": "US",
}  # fmt: skip
_SHORT_NAMES = {
    "new york": "new york city", "nyc": "new york city", "xian": "xi'an",
    "saigon": "ho chi minh city", "washington dc": "washington", "washington d.c.": "washington",
    "frankfurt": "frankfurt am main", "zurich": "zürich", "montreal": "montréal",
    "münchen": "munich", "cologne": "köln",
}  # fmt: skip
_LABEL = re.compile(
    r"(?:(?<![\w\u4e00-\u9fff])(?P<label>(?:current |home |permanent |mailing )?(?:location|"
    r"address|residence|"
    r"city|hometown city|place of residence|domicile)|based in|living in|lives in|located in|"
    r"residing in|"
    r"(?:现|目前|当前)?(?:居住地址?|居住城市|居地|所在城市|所在地区?|住址|居住于?|居于?|居)|"
    r"(?:家庭|通讯|联系|现)?地址|"
    r"城市|常住地?|工作地|坐标|a(?=:)))\s*[:：]?\s*(?P<value>[^\n|;；•·]{2,90})"
)
_WISHED = re.compile(
    r"(?:期望|意向|目标|希望|prefer\w*|desired|willing|relocat\w*|target)[^\n]{0,12}$"
)
_CUT = re.compile(r"\s*[|｜·•,，;；/\n●◆]\s*|\s{2,}|\s[-–—]\s")
_POSTCODE = re.compile(
    r"\b\d{4,6}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"\b(?:open to|prefer(?:s|ring|red)?|available for|seeking|looking for|willing to (?:work|do)|"
    r"interested in|"
    r"fully|100%|work(?:ing)?)\s+(?:\w+\s+){0,3}?(?:remote(?:ly)?|telecommut\w+|from home)\b"
    r"|\bremote (?:work|working|position|role|only|preferred|ok)\b|\bremote[- ]?(?:first|"
    r"friendly)\b|^\s*remote\s*$"
    r"|(?:接受|可以?|支持|希望|期望|意向|愿意|优先)[^\n，。；]{0,6}(?:远程|居家)(?:办公|工作)?|"
    r"远程(?:办公|工作)(?:均可|优先|亦可|可)"
)
_NOT_REMOTE = re.compile(
    r"\b(?:no|not|cannot|can't|don't|unable to)\b[^.\n;]{0,24}\bremote|\bon-?site only\b|"
    r"(?:不接受|不考虑|不支持|不能)[^\n，。；]{0,4}远程"
)
_REMOTE_HINTS = ("remote", "telecommut", "from home", "site only", "远程", "居家")
_TOP = 900  # characters at the top of a résumé in which an unlabelled place is the person's own


@dataclass(frozen=True, slots=True)
class _City:
    name: str
    country: str
    region: str | None


@cache
def _cities() -> Mapping[str, tuple[_City, ...]]:
    """Cities by folded English and Chinese name, the most populous first."""
    table = resources.files("reading").joinpath("data/cities.tsv").read_text(encoding="utf-8")
    rows = fold(table.replace("\t", "\x1f")).splitlines()  # folding takes tabs for blanks
    known: dict[str, tuple[_City, ...]] = {}
    for line, row in zip(table.splitlines()[1:], rows[1:], strict=True):
        name = row.split("\x1f")
        columns = [*line.split("\t"), "", ""]
        city = _City(columns[0], columns[1], columns[2] or None)
        for key in {name[0], *(name[3:4])} - {""}:
            known[key] = (*known.get(key, ()), city)
    for short, full in _SHORT_NAMES.items():
        if full in known:
            known.setdefault(short, known[full])
    return known


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    known: dict[str, str] = {}
    for locale in ("en", "zh"):
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha():
                known.setdefault(fold(name), code)
    return known | _COUNTRIES


def _region(words: str) -> tuple[str, str] | None:
    """(country, region) of a state or province, by name or by the letters on an address."""
    bare = words.strip(". ")
    for country, letters, names in _STATES_BY_COUNTRY:
        if bare in letters:
            return country, letters[bare]
        if bare.title() in names:
            return country, bare.title()
    if bare.isascii():
        return None
    folded = fold(bare)
    chinese = re.match(r"([\u4e00-\u9fff]{2,3}?)(?:省|自治区|壮族|回族|维吾尔)?", folded)
    for length in (3, 2):
        name = folded[:length]
        if chinese and name in _PROVINCES:
            return "CN", _PROVINCES[name].replace("_", " ")
    return None


def resolve_place(words: str) -> Location | None:
    """The place that some words name as a whole ("Portland, OR", 湖南长沙), without a span.

    Where a name is shared the region or country beside it decides, else the most populous one.
    """
    words = _POSTCODE.sub(" ", words)
    parts = [part.strip(" .()（）[]【】") for part in re.split(r"[,，/|、]|\s-\s", words)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    if has_chinese(words):
        found = _resolve_chinese("".join(parts))
        if found is not None:
            return found
    country = region = None
    cities: tuple[_City, ...] = ()
    for part in reversed(parts):
        folded = fold(part)
        if country is None and folded in _countries() and not _is_state(folded, parts[0]):
            country = _countries()[folded]
        elif (
            region is None
            and (known := _region(part))
            and (len(parts) > 1 or folded not in _cities())
        ):
            if country in (None, known[0]):
                country, region = known
        elif not cities:
            cities = _cities().get(folded, ()) or _tail_city(folded)
    fitting = [
        city for city in cities if country in (None, city.country) and region in (None, city.region)
    ] or [city for city in cities if country in (None, city.country)]
    if fitting:
        best = fitting[0]
        return Location(best.country, region or best.region, best.name)
    if country is None and region is None:
        return None
    if len(parts) == 1 and any(c.country == country for c in _cities().get(fold(parts[0]), ())):
        return Location(country, region, parts[0])  # a city that is a country
    named = [part for part in parts if fold(part) not in _countries() and _region(part) is None]
    plain = named[-1] if named and re.fullmatch(r"[A-Z][\w' .-]{2,30}", named[-1]) else None
    if plain in ("State", "City", "Province", "Country"):
        plain = None
    return Location(country, region, plain if not re.search(r"\d", plain or "") else None)


def _is_state(folded: str, beside: str) -> bool:
    """Whether "Georgia" beside a place is the American one."""
    if folded != "georgia" or fold(beside) == folded:
        return False
    return not any(city.country == "GE" for city in _cities().get(fold(beside), ()))


def _tail_city(folded: str) -> tuple[_City, ...]:
    """ "12 high street london": the last words of an address."""
    words = folded.split()
    for size in (3, 2, 1):
        name = " ".join(words[-size:])
        if len(words) > size and re.search(r"\d", folded) and name in _cities():
            return _cities()[name]
    return ()


def _resolve_chinese(words: str) -> Location | None:
    folded = re.sub(r"^(?:中国|中华人民共和国)", "", fold(words).replace(" ", ""))
    region = _region(folded)
    if region:
        folded = re.sub(
            r"^[\u4e00-\u9fff]{2,3}?(?:省|自治区|壮族自治区|回族自治区|维吾尔自治区)", "", folded
        )
        name = next((k for k in _PROVINCES if folded.startswith(k) and folded != k), "")
        folded = folded.removeprefix(name) or folded
    for length in range(min(7, len(folded)), 1, -1):
        cities = _cities().get(folded[:length])
        if cities and is_chinese(folded[0]):
            here = [c for c in cities if region is None or c.region == region[1]] or list(cities)
            return Location(here[0].country, here[0].region, here[0].name)
        if length <= len(folded) and folded[:length] in _countries():
            return Location(_countries()[folded[:length]])
    return Location(region[0], region[1]) if region else None


def find_location(
    text: str, sections: Sequence[Section], fields: Mapping[str, Any] | None = None
) -> Location | None:
    """Where the person lives: what a structured source says, a labelled line, or the top lines.

    Wished-for places and those of employers and schools do not count. `remote` is read wherever
    the person speaks of themselves.
    """
    remote = _remote(text, sections)
    found = _from_fields(fields or {}) or _labelled(text, sections) or _top(text, sections)
    if found is None:
        return Location(remote=remote) if remote is not None else None
    return replace(found, remote=remote if remote is not None else found.remote)


def _from_fields(fields: Mapping[str, Any]) -> Location | None:
    stated = fields.get("location")
    if isinstance(stated, str) and stated.strip():
        return resolve_place(stated) or Location(city=stated.strip()[:80])
    if not isinstance(stated, Mapping):
        return None
    words = [
        str(stated[key])
        for key in ("city", "region", "country", "countryCode")
        if isinstance(stated.get(key), str) and stated[key].strip()
    ]
    found = resolve_place(", ".join(w for w in words if len(w) > 2)) or Location()
    code = stated.get("countryCode") or stated.get("country")
    country = code.upper() if isinstance(code, str) and re.fullmatch(r"[A-Za-z]{2}", code) else None
    city, region = (
        value.strip()[:80] if isinstance(value := stated.get(key), str) and value.strip() else None
        for key in ("city", "region")
    )
    place = Location(
        country or found.country,
        found.region or region,
        found.city or city,
    )
    return place if place != Location() else None


def _own_sections(sections: Iterable[Section]) -> list[Section]:
    theirs = {
        SectionKind.EXPERIENCE,
        SectionKind.EDUCATION,
        SectionKind.REFERENCES,
        SectionKind.PROJECTS,
    }
    return [section for section in sections if section.kind not in theirs]


def _labelled(text: str, sections: Sequence[Section]) -> Location | None:
    lowered = fold(text)
    for section in _own_sections(sections):
        for match in _LABEL.finditer(lowered, section.span.start, section.span.end):
            if _WISHED.search(lowered, max(0, match.start() - 16), match.start()):
                continue
            start, end = match.span("value")
            found = _resolve_beginning(text[start:end])
            if found is not None:
                place, length = found
                return replace(place, span=Span(start, start + length))
    return None


def _resolve_beginning(words: str) -> tuple[Location, int] | None:
    """The place with which some words begin, and how far it reaches."""
    words = re.split(
        r"\s{3,}|\s(?=(?:phone|tel|e-?mail|电话|邮箱|手机)\b)|(?<=[\u4e00-\u9fff])\s",
        words,
        flags=re.I,
    )[0]
    for end in (r"[.。](?:\s|$)|$", r"\s+(?:and|with|for|since)\b"):
        match = re.search(end, words)
        if match and (found := resolve_place(words[: match.start()])):
            return found, len(words[: match.start()].rstrip())
    return None


def _top(text: str, sections: Sequence[Section]) -> Location | None:
    for section in sections:
        if (
            section.kind not in (SectionKind.HEADER, SectionKind.PERSONAL)
            or section.span.start > _TOP
        ):
            continue
        start = section.span.start
        for line in section.span.of(text)[:_TOP].split("\n"):
            place = _in_line(line)
            if place is not None:
                location, low, high = place
                return replace(location, span=Span(start + low, start + high))
            start += len(line) + 1
    return None


def _in_line(line: str) -> tuple[Location, int, int] | None:
    """A place among the parts of a contact line; "City, Country" before a lone city."""
    if not line.strip() or len(line) > 160 or _WISHED.search(line.lower()[:30]):
        return None
    edges = [(0, 0), *(match.span() for match in _CUT.finditer(line)), (len(line), len(line))]
    parts = [(a[1], b[0]) for a, b in pairwise(edges) if a[1] < b[0]]
    for size in (3, 2, 1):
        for first, last in zip(parts, parts[size - 1 :], strict=False):
            words = line[first[0] : last[1]]
            if size > 1 and not re.search(r"[,，-]", words):
                continue
            bare = _POSTCODE.sub("", words).strip()
            if (
                not bare
                or bare[0] in ",，"
                or len(bare) > 60
                or "@" in bare
                or re.search(r"(?i)\bcity\s*,\s*state\b", bare)
            ):
                continue
            found = resolve_place(words)
            if found and (found.city or size > 1 or found.country) and _wholly(words, found, size):
                low = first[0] + len(words) - len(words.lstrip())
                return found, low, low + len(words.strip())
    return None


def _wholly(words: str, found: Location, size: int) -> bool:
    """Whether every part of the words is known as a place, so that no name is taken for one."""
    for part in re.split(r"[,，]|\s-\s", _POSTCODE.sub("", words)):
        bare = fold(part).strip(" .")
        if not bare or bare in _cities() or bare in _countries() or _region(part.strip()):
            continue
        if has_chinese(bare) and resolve_place(part) and len(bare) <= 20:
            continue
        if size > 1 and found.city and part.strip() == found.city and found.country:
            continue
        return False
    return True


def _remote(text: str, sections: Sequence[Section]) -> bool | None:
    lowered = fold(text)
    if not any(hint in lowered for hint in _REMOTE_HINTS):
        return None
    for section in _own_sections(sections):
        if _NOT_REMOTE.search(lowered, section.span.start, section.span.end):
            return False
        if _REMOTE.search(lowered, section.span.start, section.span.end):
            return True
    return None
