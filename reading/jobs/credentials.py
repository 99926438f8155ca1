"""Degrees, languages and work permission as job postings ask for them."""

from __future__ import annotations

import re

from reading.job import DegreeValue, LanguageValue, PermissionValue
from reading.phrases import content_terms
from reading.resume import Degree, Section, SectionKind
from reading.resumes.languages import find_languages
from reading.spans import Span

_DEGREES: tuple[tuple[Degree, re.Pattern[str]], ...] = tuple(
    (degree, re.compile(pattern))
    for degree, pattern in (
        (Degree.DOCTORATE, r"\b(?i:ph\.? ?d|doctorate|doctoral degree)\b|博士(?!后)"),
        (
            Degree.MASTER,
            r"\b(?i:master(?:'?s)?(?: degree)?(?= (?:degree|in|of|or|and|level|preferred|"
            r"required)|[,./;)]|$)|mba|postgraduate degree|advanced degrees?|"
            r"graduate degree)\b|\b(?:M\.?Sc\.?|M\.?Eng|M\.?A\.?(?=[ /,]|$)(?! [A-Z])|"
            r"MS(?=/| degree| in ))|硕士|研究生(?:及|学历|以上|毕业)",
        ),
        (
            Degree.BACHELOR,
            r"\b(?i:bachelor(?:'?s)?|undergraduate degree|(?:university|college|"
            r"four[- ]year|4[- ]year) (?:degree|graduate|education))\b|"
            r"\b(?:B\.?Sc\.?|B\.?Eng|B\.?A\.?(?=[ /,]|$)|"
            r"BS(?=/| degree| in |,)|BSN)(?![a-z])|本科|"
            r"学士|(?:大学|大學)(?=学历|學歷|及以上|以上|毕业)",
        ),
        (
            Degree.ASSOCIATE,
            r"\b(?i:associate'?s?'? degree|associate of \w+|foundation degree|hnd)\b|大专|专科|"
            r"高职|大專|專科",
        ),
        (
            Degree.VOCATIONAL,
            r"\b(?i:vocational (?:qualification|training|diploma)|apprenticeship|"
            r"trade school|nvq|ausbildung)\b|中专|职高|技校|中技|中職",
        ),
        (
            Degree.SECONDARY,
            r"\b(?i:high school (?:diploma|degree|education|graduate)|high school|ged|"
            r"secondary (?:school|education)|a-levels)\b|高中",
        ),
    )
)
_SOME_DEGREE = re.compile(  # without a level it means a bachelor's
    r"\bdegree (?:in|or equivalent|required|level|educated)\b|(?:related|relevant) degree\b|"
    r"\bdegree[- ]educated\b",
    re.IGNORECASE,
)
_ANY_DEGREE = re.compile(
    r"degree|bachelor|master|diploma|doctor|ph\.? ?d|mba|graduate|\b[BM]\.?[AS]|\b[BM]\.?Eng|"
    r"school|vocational|apprentic|nvq|ausbildung|foundation|associate|hnd|ged|secondary|education|"
    r"a-levels|"
    r"[博硕学][士]|研究生|本科|大学|大學|[大专專中][科专專]|高职|职高|中技|技校|高中|中職",
    re.IGNORECASE,
)
_FIELD_ENGLISH = re.compile(
    r"\b(?:degree|bachelor'?s?|master'?s?|diploma|ph\.?d|b\.?sc?|m\.?sc?|ba|bs|"
    r"graduate|mba)\.?(?: degree)?s? (?:or (?:higher|equivalent) )?(?:is |"
    r"are )?(?:required |preferred )?(?:in|of) (?:the field of |a |"
    r"an )?(?P<fields>[^.;()]+)",
    re.IGNORECASE,
)
_FIELD_STOPS = re.compile(
    r"\b(?:or (?:an? )?(?:related|similar|equivalent|relevant|another|other|"
    r"any)\b.*|and (?:related|similar)\b.*|with\b.*|preferred\b.*|required\b.*|"
    r"from\b.*|plus\b.*|is\b.*|are\b.*|and \d.*|and (?:experience|at least|minimum|"
    r"knowledge)\b.*|at least\b.*|combined\b.*|equivalent\b.*)",
    re.IGNORECASE,
)
_FIELD_CHINESE = re.compile(
    r"(?P<fields>[\u4e00-\u9fffA-Za-z+、/,，及和与或者 ]{2,40}?)(?:类|等|相关|相近|方向|一类)*"
    r"(?:相关|"
    r"相近)?(?:专业|專業)(?!知识|技能|能力|能|素|化|课|人|的|术|性)"
)
_FIELD_CUT = re.compile(r",|/|\bor\b|\band\b|&|、|，|及|和(?!谐)|与|或者?|相关|等|类")
_NOT_A_FIELD = re.compile(
    r"学历|[有的其他]|知识|以上|本科|大专|专科|硕士|博士|学士|全日制|统招|毕业|经验|年|理工$|不限|具有|具备|要求|院校|(?:related|relevant|"
    r"similar|field|discipline|subject|area|degree|equivalent|any)",
    re.IGNORECASE,
)

_SPOKEN = re.compile(
    r"fluen|speak|spoken|written|verbal|proficien|native|bilingual|mother tongue|"
    r"language|level|\b[abc][12]\b|command|"
    r"business|conversational|read|write|communicat|听|说|读|写|口语|流利|流畅|熟练|精通|沟通|交流|阅读|"
    r"级|水平|能力|良好|标准|书面|文档|资料|工作语言|优先|会|懂|文献|ielts|toefl|cet|tem|雅思|托福",
)
_PERMISSION = re.compile(
    r"\b(?:legally )?(?:authori[sz]ed|authori[sz]ation|eligible|eligibility|"
    r"entitled|permitted|right|permission|permit) to (?:live and )?work\b|"
    r"\bwork (?:permit|authori[sz]ation|visa)\b|\b(?:without|no|not|unable to|"
    r"cannot|can't|don't) (?:\w+ ){0,4}?(?:visa )?sponsor(?:ship)?\b|"
    r"工作许可|工作签证|就业许可|合法工作",
    re.IGNORECASE,
)


def find_degree(words: str) -> tuple[DegreeValue, list[Span]] | None:
    """The lowest degree a clause asks for with its fields, and the words consumed."""
    spans: list[Span] = []
    lowest: Degree | None = None
    if not _ANY_DEGREE.search(words):
        return None
    for degree, pattern in _DEGREES:
        for match in pattern.finditer(words):
            spans.append(Span(match.start(), match.end()))
            lowest = degree if lowest is None else min(lowest, degree)
    if lowest is None and (some := _SOME_DEGREE.search(words)):
        lowest = Degree.BACHELOR
        spans.append(Span(some.start(), some.end()))
    if lowest is None:
        return None
    fields, where = find_fields(words)
    return DegreeValue(lowest, fields), spans + where


def find_fields(words: str) -> tuple[tuple[str, ...], list[Span]]:
    """Fields of study ("accounting", "计算机") in the job's own words, at most six."""
    fields: dict[str, None] = {}
    spans: list[Span] = []
    chinese = "专业" in words or "專業" in words
    for pattern in (_FIELD_CHINESE,) if chinese else (_FIELD_ENGLISH,):
        for match in pattern.finditer(words):
            listed = _FIELD_STOPS.sub("", match["fields"])
            for part in _FIELD_CUT.split(listed):
                name = part.strip(" .,'’").removeprefix("a ").strip()
                if 1 < len(name) <= 40 and len(name.split()) <= 4 and not _NOT_A_FIELD.search(name):
                    fields.setdefault(name)  # 信息管理, but not 扎实的编程功底
            spans.append(Span(match.start(), match.end("fields")))
    return tuple(fields)[:6], spans


def find_language(words: str) -> list[tuple[LanguageValue, Span]]:
    """Languages to speak or write, with the level the clause names; places and markets are none."""
    if not _SPOKEN.search(words.lower()) and len(content_terms(words)) > 2:
        return []
    whole = Section(SectionKind.LANGUAGES, Span(0, len(words)))
    return [
        (LanguageValue(found.code, found.level), found.span)
        for found in find_languages(words, (whole,))
    ]


def find_permission(words: str) -> tuple[PermissionValue, Span] | None:
    """A demand to be allowed to work without the employer's help."""
    match = _PERMISSION.search(words)
    return (PermissionValue(), Span(match.start(), match.end())) if match else None
