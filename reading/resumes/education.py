"""Finding what somebody studied: degree, field, institution, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reading.dates import Period, find_months
from reading.folding import narrow
from reading.resume import Degree, Education, Section, SectionKind
from reading.resumes.sections import heading_kind, lines_of
from reading.spans import Span

# The highest first; within one line the first that matches is the degree.
_DEGREES: tuple[tuple[Degree, re.Pattern[str]], ...] = tuple(
    (degree, re.compile(pattern))
    for degree, pattern in (
        (
            Degree.DOCTORATE,
            r"(?i:\bph\.? ?d\b|\bd\.? ?phil\b|\bdoctor(?:ate|al|) (?:of|in|degree)|\bdoctorate\b|"
            r"\bpharm\.? ?d\b|\bjuris doctor|\bdoctor of)|\bJ\.?D\.?(?=[ ,:]|$)|\bM\.D\.|"
            r"\bEd\.?D\b|"
            r"\bDNP\b|博士(?!后)",
        ),
        (
            Degree.MASTER,
            r"(?i:\bmaster(?:'?s|s')?(?= (?:of|in|degree|program)|[,:;.)]|\s*$)|\bm\.?b\.?a\b|"
            r"\bm\.?sc\b|\bm\.? ?eng\b|\bm\.? ?ed\b|\bm\.? ?phil\b|\bmagister\b|\bpgce\b|"
            r"\bpost-?graduate (?:diploma|degree|certificate))|\b(?:MS|M\.S\.?|M\.A\.?|MFA|MSN|"
            r"MPH|MSW|"
            r"LL\.?M\.?|MPA|MA|MTech|M\.Tech)(?=[\s,:.(]|$)|硕士|碩士|研究生",
        ),
        (
            Degree.BACHELOR,
            r"(?i:\bbachelor|\bbaccalaureate degree|\bb\.? ?sc\b|\bb\.? ?eng\b|\bb\.? ?tech\b|"
            r"\bb\.? ?com\b|\bbba\b|\bb\.?s\.?n\b|\blicen[cs]iatura|\bundergraduate degree)|"
            r"\b(?:BS|B\.S\.?|B\.A\.?|BA|BFA|B\.F\.A\.?|LL\.?B|B\.?Ed|BSW|BSBA|AB)(?=[\s,:.(]|$)|"
            r"本科|学士|學士|大学(?=学历|毕业)",
        ),
        (
            Degree.ASSOCIATE,
            r"(?i:\bassociate(?:'?s)?(?: degree| of| in|\s*:| (?:arts|science|applied))|"
            r"^\s*associate'?s?\s*$|\bfoundation degree|\bhnd\b|\bhigher national diploma)|"
            r"\b(?:A\.?A\.?S?|A\.S\.?|AS)(?=[\s,:.(]|$)|"
            r"大专|大專|(?:专科|專科)(?!学校|學校|医院|醫院)|高职|高職",
        ),
        (
            Degree.VOCATIONAL,
            r"(?i:\bvocational(?! (?:school|college))|\bapprenticeship|\bnvq\b|\btrade school|"
            r"\bbtec\b|\bausbildung|"
            r"\btechnical (?:diploma|certificate)|\bcity (?:&|and) guilds|\bdiploma in|"
            r"\bculinary (?:diploma|certificate))|中专|中專|中技|技校|职高|職高|中职",
        ),
        (
            Degree.SECONDARY,
            r"(?i:\bhigh[- ]school|\bg\.?e\.?d\b|\bsecondary school|\ba-?levels?\b|\bgcses?\b|"
            r"\bmatriculation|\babitur|\bbaccalaur[ée]at\b)|高中|普高",
        ),
    )
)
_INSTITUTION = re.compile(
    r"(?:[A-Z][\w'&.-]*(?: (?:of|the|and|for|at|de|&|in) | |-))*(?:University|College|Institute|"
    r"School|"
    r"Academy|Polytechnic|Universit[äàé]t?|Conservatory|Hochschule|Seminary)\b"
    r"(?:(?: (?:of|for|at|in|and|the|-)|,? ?[A-Z][\w'&.-]*))*"
    r"|[\u4e00-\u9fff]{2,20}(?:大学|大學|学院|學院|学校|學校|中学|中學|技校|党校|高中|职校|专科|"
    r"师范|卫校|中专|高等专科)"
    r"(?:[\u4e00-\u9fff]{0,8}(?:学院|分校|校区))?"
)
_IN_PROGRESS = re.compile(
    r"(?i:\bexpected|\bin progress|\banticipated|\bpursuing|\bcurrently (?:enrolled|attending|"
    r"studying)|"
    r"\bongoing\b|\bcandidate\b)|在读|在讀|就读中|预计|在学"
)
_FIELD = (
    re.compile(
        r"(?:主修|专业|專業|major)\s*[:：]\s*(?P<field>[^\n|,，;；()（）]{2,40})", re.IGNORECASE
    ),
    re.compile(r"(?P<field>[\u4e00-\u9fff与和及]{2,16})(?:专业|專業|系(?![统列]))"),
    re.compile(
        r"(?P<field>[\u4e00-\u9fff与和及]{2,16}?)\s*[(（](?:.{0,6})(?:本科|学士|學士|硕士|碩士|"
        r"博士|大专|大專|专科|中专|中專|研究生)"
    ),
    re.compile(
        r"(?P<field>[\u4e00-\u9fff与和及]{2,14}?)[\s|，,·]*(?:本科|学士|學士|硕士|碩士|博士|大专|"
        r"大專|专科|專科|中专|中專)"
    ),
    re.compile(
        r"(?:本科|学士|學士|硕士|碩士|博士|大专|大專|专科|專科|中专|中專|研究生)[\s|"
        r"，,·:：]*(?P<field>[\u4e00-\u9fff与和及]{2,14})"
    ),
    re.compile(
        r"(?i:\bmajor(?:ed)?(?: in)?|\bconcentration(?: in)?|\bspeciali[sz]ation(?: in)?|"
        r"\bemphasis(?: in| on)?)"
        r"\s*:?\s+(?P<field>[A-Z][^\n|,;()]{2,50})"
    ),
    re.compile(
        r"(?i:\b(?:bachelor|master|associate|doctor)(?:'?s|s')?(?: degree)?(?: of [\w ]{3,30}?)?"
        r"(?: degree)?(?:\s*\([^)]*\))?)\s*(?: in |[,:–-] ?|\bof (?=[A-Z]))\s*(?P<field>[A-Z][^\n|"
        r",;:()]{2,50})"
    ),
    re.compile(
        r"(?:\b(?:B\.?Sc\.?|M\.?Sc\.?|Ph\.?D\.?|B\.?S\.?|B\.?A\.?|M\.?A\.?|M\.?S\.?|M\.?Eng\.?|"
        r"B\.?Eng\.?|"
        r"B\.?Tech|B\.?Com|LL\.?[BM]|HND|MBA|A\.?A\.?S?\.?|A\.?S\.?|B\.?B\.?A\.?|BSN|BFA|B\.?Ed|"
        r"Diploma|"
        r"diploma|degree|Apprenticeship|Certificate|NVQ Level \d)(?:\s*\((?:Hons|hons|"
        r"Honours)\.?\))?)"
        r"(?: in |\s*[,:–-]\s*| (?=[A-Z]))\s*(?P<field>[A-Z][^\n|,;:()]{2,50})"
    ),
)
_NO_FIELD = re.compile(
    r"^(?:Science|Arts?|Applied Science|Business Administration (?=in )|degree|Degree)$|"
    r"\b(?:University|College|"
    r"School|Institute|Academy)\b|^(?:全日制|统招|学历|教育|毕业|在读|学位|研究生|院校|自考|函授|"
    r"成人|普通)"
)
_FIELD_END = re.compile(
    r"\s+(?:from|at|with|[-–|]|\d{4}|GPA|Minor|minor|City|expected|Expected|Graduat\w+)\b.*$|"
    r"\s+[-–]\s.*$|"
    r"[\s.,:;–-]+$"
)
_BULLET = re.compile(r"\s*[-*•·●▪■◆]\s*")


def degree_named(words: str) -> Degree | None:
    """The highest degree that some words name."""
    return next((degree for degree, pattern in _DEGREES if pattern.search(words)), None)


def find_education(
    text: str, sections: Sequence[Section], dated: Sequence[tuple[Period, Span]]
) -> tuple[Education, ...]:
    """What was studied, in reading order; `dated` is what `find_periods` found in the text.

    Where no section is headed education, lines of the top and of other sections that name both a
    degree and an institution count.
    """
    taught = [s.span for s in sections if s.kind is SectionKind.EDUCATION]
    found = [one for span in taught for one in _entries(text, span, dated)]
    if found:
        return tuple(found)
    loose = []
    for section in sections:
        if section.kind not in (
            SectionKind.EXPERIENCE,
            SectionKind.EDUCATION,
            SectionKind.PROJECTS,
        ):
            for line in lines_of(section.span.of(text)):
                span = line.shifted(section.span.start)
                words = span.of(text)
                if (
                    len(words) < 160
                    and degree_named(words)
                    and (_INSTITUTION.search(words) or re.search(r"学历|學歷|degree", words))
                ):
                    loose.append(_read(text, span, dated))
    return tuple(one for one in loose if one is not None)


def _entries(text: str, within: Span, dated: Sequence[tuple[Period, Span]]) -> Iterator[Education]:
    for span in _split(text, within, dated):
        entry = _read(text, span, dated)
        if entry is not None:
            yield entry


def _split(text: str, within: Span, dated: Sequence[tuple[Period, Span]]) -> Iterator[Span]:
    """A section cut where a second degree, institution or date begins a new entry."""
    start, seen = None, set[str]()
    end = within.start
    for line in lines_of(within.of(text)):
        span = line.shifted(within.start)
        words = span.of(text)
        if not words.strip() or (start is None and heading_kind(words) is not None):
            continue
        facts = _facts(words, span, dated)
        repeats = (facts & seen) - ({"dates"} if "degree" not in facts | seen else set())
        if start is not None and repeats and not _BULLET.match(words):
            yield Span(start, end)
            start, seen = None, set()
        if start is None:
            if not facts:
                continue
            start = span.start
        seen |= facts
        end = span.end
    if start is not None:
        yield Span(start, end)


def _facts(words: str, span: Span, dated: Sequence[tuple[Period, Span]]) -> set[str]:
    facts = set()
    degree = degree_named(words)
    if degree is not None and len(words) < 200:
        facts.add("degree")
    if _INSTITUTION.search(words) and degree is not Degree.SECONDARY:
        facts.add("institution")
    if any(span.overlaps(at) for _, at in dated) or _is_date(words):
        facts.add("dates")
    return facts


def _is_date(words: str) -> bool:
    """Whether a line is nothing but one date."""
    words = words.strip()
    return len(words) <= 16 and any(len(at) == len(words) for _, at in find_months(words))


def _read(text: str, span: Span, dated: Sequence[tuple[Period, Span]]) -> Education | None:
    words = span.of(text)
    degree = degree_named(narrow(words))
    institution = _INSTITUTION.search(words)
    if degree is None and institution is None:
        return None
    period = next((period for period, at in dated if span.covers(at)), None)
    if period is None:
        period = next((month for month, _ in find_months(words)), None)
    running = _IN_PROGRESS.search(words) is not None or (period is not None and period.end is None)
    return Education(
        degree=degree,
        field=_field(words),
        institution=_institution(institution[0]) if institution else None,
        period=period,
        span=span,
        in_progress=running,
    )


def _institution(name: str) -> str:
    name = re.sub(
        r"^(?:RN )?(?:(?:Doctor|Master|Bachelor|Associate)s? of \w+|Diploma|Degree|Certificate) ",
        "",
        name.strip(),
    )
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    return re.sub(rf"(?:\s+(?:{months}|City|GPA|in|of|and|the|for|at|-)|[\s,.])+$", "", name)


def _field(words: str) -> str | None:
    for pattern in _FIELD:
        for match in pattern.finditer(words):
            field = match["field"].strip()
            field = re.sub(r"^(?:Science|Arts?|Applied Science)s? (?:in|,|-)\s*", "", field)
            field = _FIELD_END.sub("", _FIELD_END.sub("", field)).strip()
            field = re.sub(r"^.*(?:大学|大學|学院|學院)(?=.)", "", field)
            if len(field) > 1 and not _NO_FIELD.search(field):
                return field
    return None
