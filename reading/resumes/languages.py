"""Finding the languages somebody speaks, and how well."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from reading.folding import fold, is_chinese
from reading.resume import LanguageLevel, LanguageSkill, Section, SectionKind
from reading.spans import Span

if TYPE_CHECKING:
    import ahocorasick

# Names that the Unicode CLDR tables (Babel) do not list, or list under another name.
_MORE_NAMES = {
    "mandarin": "zh", "putonghua": "zh", "mandarin chinese": "zh", "simplified chinese": "zh",
    "普通话": "zh", "国语": "zh", "汉语": "zh", "华语": "zh", "英文": "en", "日文": "ja",
    "法文": "fr", "德文": "de", "俄文": "ru", "韩文": "ko", "粤语": "yue", "广东话": "yue",
    "白话": "yue", "cantonese": "yue", "farsi": "fa", "tagalog": "tl", "filipino": "tl",
    "castilian": "es", "闽南语": "nan", "闽南话": "nan", "hokkien": "nan", "西语": "es",
    "葡语": "pt", "客家话": "hak",
}  # fmt: skip
# What follows a name that then is no language: dishes, breeds, tools, customers.
_NOT_SPOKEN = re.compile(
    r"\s*(?:cuisines?|cooking|food|dish|dishes|restaurants?|kitchen|press|doors?|fries|toast|"
    r"shepherds?|"
    r"market|markets|army|navy|culture|history|art|wines?|pastry|pastries|accounting|gaap|"
    r"standards?|"
    r"law|medicine|clients?|customers?|government|embassy|company|companies|economy|teachers?|"
    r"tutors?|"
    r"department|class|classes|composition|literature|chamber|council|bulldog|terrier|opera|"
    r"riviera|"
    r"armed|citizens?|nationality|passport|students?|american|studies|horn|polish\b|broadcasting|"
    r"菜|餐|料理|人\b|国籍|教学|教师|老师|课程?|培训|专业|系|文学|烹饪|美食|市场|客户|公司)"
)
_L = LanguageLevel
_LEVELS: tuple[tuple[LanguageLevel, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        (_L.C2, r"\bc2\b"),
        (_L.C1, r"\bc1\b"),
        (_L.B2, r"\bb2\b"),
        (_L.B1, r"\bb1\b"),
        (_L.A2, r"\ba2\b"),
        (_L.A1, r"\ba1\b"),
        (_L.NATIVE, r"\b(?:native(?! american)|mother tongue|first language|mother-tongue)\b|"
            r"母语|本族语"),
        (_L.B2, r"\b(?:upper[- ]intermediate|limited fluency|professional working|good working|"
            r"working "
            r"proficiency|business(?:[- ]level)?(?! fluent)|very good|good command)\b|良好|较好|"
            r"商务|工作语言|六级"),
        (_L.C1, r"\b(?:business fluent|full professional|fluent(?:ly)?|fluency|advanced|proficient|"
            r"proficiency|excellent|strong)\b|流利|流畅|熟练|优秀|高级|专业八级|专八"),
        (_L.C2, r"\b(?:bilingual|trilingual|near[- ]native|mastery)\b|精通|双语"),
        (_L.B1, r"\b(?:intermediate|conversational(?:ly)?|working knowledge|limited working|"
            r"moderate|good|semi-fluent|independent)\b|中级|中等|一般|日常|四级|可交流"),
        (_L.A2, r"\b(?:basic|elementary|fair|some|pre-intermediate|limited|school)\b|基础|初级|"
            r"简单|基本"),
        (_L.A1, r"\b(?:beginner|rudimentary|novice)\b|入门|零基础"),
    )
)  # fmt: skip
_CUE = re.compile(
    r"\b(?:fluent|fluently|fluency|native|bilingual|trilingual|multilingual|speak|speaks|spoken|"
    r"speaking|"
    r"conversational|proficient|proficiency|intermediate|languages?|mother tongue|read and write|"
    r"beginner|"
    r"business[- ]level|working knowledge of|c2|c1|b2|b1|a2|a1)\b|母语|流利|流畅|听说|读写|口语|"
    r"语言|熟练|"
    r"外语|双语|良好|沟通"
)


def _ielts(score: float) -> LanguageLevel:
    return _band(score, ((8.5, _L.C2), (7, _L.C1), (5.5, _L.B2), (4, _L.B1)))


def _toefl(score: float) -> LanguageLevel:
    return _band(score, ((114, _L.C2), (95, _L.C1), (72, _L.B2), (42, _L.B1)))


def _toeic(score: float) -> LanguageLevel:
    return _band(score, ((945, _L.C1), (785, _L.B2), (550, _L.B1)))


def _band(score: float, bands: Sequence[tuple[float, LanguageLevel]]) -> LanguageLevel:
    return next((level for lowest, level in bands if score >= lowest), _L.A2)


# Examinations. Bands as their makers map them to the European framework; the two Chinese college
# tests as universities read them.
_NUMBER = r"[\s:(]*(?:band|score|总分|成绩)?[\s:]*(?P<n>\d{1,3}(?:\.\d)?)"
_EXAMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cet", re.compile(
        r"(?<![a-z])cet[\s-]*(?P<n>[46])|(?:大学)?(?:英语|英文)[^，,。；;\n]{0,6}?(?P<z>四|六)级")),
    ("tem", re.compile(r"(?<![a-z])tem[\s-]*(?P<n>[48])|(?:英语)?专业?(?P<z>四|八)级")),
    ("ielts", re.compile(r"(?:\bielts\b|雅思)(?: academic)?" + _NUMBER)),
    ("toefl", re.compile(r"(?:\btoefl\b|托福)(?: ibt)?" + _NUMBER)),
    ("toeic", re.compile(r"(?:\btoeic\b|托业)" + _NUMBER)),
    ("jlpt", re.compile(
        r"(?:\bjlpt\b|日语(?:能力考?试?)?)[^\n,，;；。]{0,8}?(?<![a-z])n(?P<n>[1-5])|"
        r"日语(?P<z>一|二|三)级")),
    ("hsk", re.compile(r"\bhsk[\s-]*(?:level )?(?P<n>[1-6])")),
    ("topik", re.compile(r"\btopik[\s-]*(?:level |ii )?(?P<n>[1-6])")),
)  # fmt: skip
_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "六": 6, "八": 8}
_PUTONGHUA = re.compile(r"普通话(?:水平测?试?)?[^\n,，;；。]{0,6}?(?:[一二]级|[甲乙]等)")


def _exam_level(exam: str, number: float) -> tuple[str, LanguageLevel]:
    if exam in ("cet", "tem"):
        high = {"cet": _L.B2, "tem": _L.C1}[exam]
        return "en", high if number >= 6 else LanguageLevel(high - 1)
    if exam == "jlpt":
        return "ja", {1: _L.C1, 2: _L.B2, 3: _L.B1, 4: _L.A2}.get(int(number), _L.A1)
    if exam in ("hsk", "topik"):
        return {"hsk": "zh", "topik": "ko"}[exam], LanguageLevel(int(number))
    return "en", {"ielts": _ielts, "toefl": _toefl, "toeic": _toeic}[exam](number)


@cache
def _names() -> dict[str, str]:
    """Language names in English and simplified Chinese, folded, to ISO 639-1 codes."""
    from babel import Locale

    known: dict[str, str] = {}
    for locale in ("en", "zh"):
        for code, name in Locale(locale).languages.items():
            if len(code) == 2:
                known.setdefault(fold(name), code)
    for name, code in list(known.items()):
        if len(name) < 2 or name in _ORDINARY:
            del known[name]
        elif code in _SPOKEN_WIDELY and name.endswith("语") and len(name) > 2:
            known.setdefault(name[:-1] + "文", code)
    return known | _MORE_NAMES


_ORDINARY = {"ido", "twi", "interlingua", "volapük", "walloon", "ga", "fon", "vai", "even", "latin"}
_SPOKEN_WIDELY = {"es", "it", "pt", "ar", "th", "vi"}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_names(), key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in names if not is_chinese(name[0]))
    chinese = "|".join(re.escape(name) for name in names if is_chinese(name[0]))
    return re.compile(rf"(?<![\w-])(?:{latin})(?![\w-])|(?:{chinese})")


def language_named(words: str) -> str | None:
    """The ISO 639-1 code of the language that a name or code means ("German", 德语, "de")."""
    folded = fold(words.strip())
    known = _names()
    return known.get(folded) or (folded if folded in known.values() else None)


def find_languages(text: str, sections: Sequence[Section]) -> tuple[LanguageSkill, ...]:
    """Languages in reading order, each once, with the best level stated.

    In a section of languages every name counts; elsewhere a level, an examination or a word such
    as "speak" must stand in the same entry, so that "French press" and 法餐 are no languages.
    """
    found: dict[str, LanguageSkill] = {}
    folded = fold(text)
    hints = _hints(folded)
    for section in sections:
        if section.kind in (SectionKind.REFERENCES, SectionKind.EDUCATION):
            continue
        certain = section.kind is SectionKind.LANGUAGES
        for entry in _entries(folded, section.span, hints):
            if section.kind is SectionKind.EXPERIENCE and not _SPEAKS.search(entry.of(folded)):
                continue
            for skill in _read(folded, entry, certain=certain):
                known = found.get(skill.code)
                if known is None or (skill.level or 0) > (known.level or 0):
                    found[skill.code] = skill
    return tuple(sorted(found.values(), key=lambda skill: skill.span))


_SPEAKS = re.compile(r"\b(?:fluent|fluently|native speaker|bilingual|trilingual)\b|流利|母语")
_ENTRY_END = re.compile(r"[\n;；。|•·●]|\.(?=\s)")


@cache
def _automaton() -> ahocorasick.Automaton:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for word in (*_names(), *_EXAM_HINTS):
        automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


def _hints(folded: str) -> list[int]:
    """Where letters stand that could name a language or an examination, in order."""
    return sorted(last + 1 - length for last, length in _automaton().iter(folded))


def _entries(folded: str, within: Span, hints: Sequence[int]) -> Iterator[Span]:
    """The entries in which a hint begins; no other can name a language."""
    end = within.start
    for hint in hints[bisect_left(hints, within.start) : bisect_left(hints, within.end)]:
        if hint < end:
            continue  # in the entry before, or across its end
        start = end
        for match in _ENTRY_END.finditer(folded, start, within.end):
            if match.start() > hint:
                end = match.end()
                yield Span(start, match.start())
                break
            start = match.end()
        else:
            yield Span(start, within.end)
            return


def _read(folded: str, entry: Span, *, certain: bool) -> Iterator[LanguageSkill]:
    words = entry.of(folded)
    if not words.strip():
        return
    for exam, pattern in _EXAMS if _EXAM_HINT.search(words) else ():
        for match in pattern.finditer(words):
            number = match["n"] or _CHINESE_DIGITS[match["z"]]
            code, level = _exam_level(exam, float(number))
            yield LanguageSkill(code, level, Span(*match.span()).shifted(entry.start))
    if not certain and not _CUE.search(words) and len(words) > 40:
        return
    if tested := _PUTONGHUA.search(words):
        yield LanguageSkill("zh", _L.C2, Span(*tested.span()).shifted(entry.start))
    names = [
        (match, _names()[match[0]])
        for match in _pattern().finditer(words)
        if not _NOT_SPOKEN.match(words, match.end())
    ]
    if not names or not (certain or _CUE.search(words) or _is_all(words, names)):
        return
    levels = [(at, level) for level, pattern in _LEVELS for at in _spans(pattern, words)]
    for index, (match, code) in enumerate(names):
        low = names[index - 1][0].end() if index else 0
        high = names[index + 1][0].start() if index + 1 < len(names) else len(words)
        level_at = _nearest(levels, match, low, high, words)
        span = Span(*match.span())
        yield LanguageSkill(code, level_at, span.shifted(entry.start))


_EXAM_HINTS = (
    *("cet", "tem", "ielts", "toefl", "toeic", "jlpt", "hsk", "topik"),
    *("级", "雅思", "托福", "托业", "日语"),
)
_EXAM_HINT = re.compile("|".join(_EXAM_HINTS))


def _is_all(words: str, names: Sequence[tuple[re.Match[str], str]]) -> bool:
    """Whether an entry is nothing but languages: "Spanish" among the skills."""
    rest = words
    for match, _ in reversed(names):
        rest = rest[: match.start()] + rest[match.end() :]
    return not re.sub(r"\b(?:and|language)\b|[\s,，、/&和与:：*-]|语言", "", rest)


def _spans(pattern: re.Pattern[str], words: str) -> list[Span]:
    return [Span(*match.span()) for match in pattern.finditer(words)]


def _nearest(
    levels: Sequence[tuple[Span, LanguageLevel]],
    name: re.Match[str],
    low: int,
    high: int,
    words: str,
) -> LanguageLevel | None:
    """The level stated behind a name and before the next one; else before it; else for the list."""
    behind = [
        (at.start, level) for at, level in levels if name.end() <= at.start and at.end <= high
    ]
    ahead = [(-at.end, level) for at, level in levels if low <= at.start and at.end <= name.start()]
    if ahead and (not behind or not re.match(r"\s*[(:：（-]", words[name.end() :])):
        close = re.fullmatch(
            r"(?:\s|in|level|speaker of|of|[:：])*", words[-ahead[0][0] : name.start()]
        )
        theirs = low > 0 and re.search("[,、]", words[-ahead[0][0] : name.start()])
        if close or not (behind or theirs):
            return _first(ahead)
    if behind:
        return _first(behind)
    earlier = [(-at.end, level) for at, level in levels if at.end <= name.start()]
    listed = re.search(r"(?:\band\b|&|,|、|/|和|与|or)\s*$", words[low : name.start()])
    if earlier and listed:
        return _first(earlier)
    later = [(at.start, level) for at, level in levels if at.start >= high]
    return _first(later) if later and len(levels) == 1 else None


def _first(levels: Sequence[tuple[int, LanguageLevel]]) -> LanguageLevel:
    """The nearest; of two words at one place ("upper intermediate") the table's earlier one."""
    nearest = min(at for at, _ in levels)
    return next(level for at, level in levels if abs(at - nearest) <= 14)
