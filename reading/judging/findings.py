"""What judging one requirement comes to, and how it is put in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reading.phrases import is_han
from reading.resume import Degree, LanguageLevel
from reading.spans import Span


class Outcome(StrEnum):
    """Never "no": a résumé can only fail to show something."""

    MET = "met"
    PARTLY = "partly"
    NOT_DEMONSTRATED = "not demonstrated"

    @property
    def rank(self) -> int:
        """0 for not demonstrated, 2 for met."""
        return {Outcome.NOT_DEMONSTRATED: 0, Outcome.PARTLY: 1, Outcome.MET: 2}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict before it knows its requirement."""

    outcome: Outcome
    evidence: tuple[Span, ...]
    note: str


_DEGREES = {
    Degree.SECONDARY: ("secondary school", "高中"),
    Degree.VOCATIONAL: ("vocational training", "中专"),
    Degree.ASSOCIATE: ("associate degree", "大专"),
    Degree.BACHELOR: ("bachelor's degree", "本科"),
    Degree.MASTER: ("master's degree", "硕士"),
    Degree.DOCTORATE: ("doctorate", "博士"),
}
_LANGUAGES = {
    "en": ("English", "英语"),
    "zh": ("Chinese", "中文"),
    "de": ("German", "德语"),
    "fr": ("French", "法语"),
    "es": ("Spanish", "西班牙语"),
    "ja": ("Japanese", "日语"),
    "ko": ("Korean", "韩语"),
    "ru": ("Russian", "俄语"),
    "pt": ("Portuguese", "葡萄牙语"),
    "it": ("Italian", "意大利语"),
    "nl": ("Dutch", "荷兰语"),
    "ar": ("Arabic", "阿拉伯语"),
    "pl": ("Polish", "波兰语"),
    "vi": ("Vietnamese", "越南语"),
    "th": ("Thai", "泰语"),
    "hi": ("Hindi", "印地语"),
    "tr": ("Turkish", "土耳其语"),
    "uk": ("Ukrainian", "乌克兰语"),
    "sv": ("Swedish", "瑞典语"),
}


def language_of(text: str) -> str:
    """The language to answer a requirement in: "zh" or "en"."""
    return "zh" if is_han(text) else "en"


def duration(months: int, language: str) -> str:
    """ "6 years 2 months", "6年2个月"."""
    years, rest = divmod(months, 12)
    if language == "zh":
        return (f"{years}年" if years else "") + (f"{rest}个月" if rest or not years else "")
    parts = [
        f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((years, "year"), (rest, "month")) if n
    ]
    return " ".join(parts) or "less than a month"


def asked_for(what: str, language: str) -> str:
    """The end of a note: " (asked: 5 years)"."""
    return f"（要求{what}）" if language == "zh" else f" (asked: {what})"


def degree_name(degree: Degree, language: str) -> str:
    """A degree's name."""
    return _DEGREES[degree][language == "zh"]


def language_name(code: str, language: str) -> str:
    """A language's name; the code where we have none."""
    return _LANGUAGES.get(code, (code, code))[language == "zh"]


def level_name(level: LanguageLevel, language: str) -> str:
    """A level as the Common European Framework writes it."""
    if level is LanguageLevel.NATIVE:
        return "母语" if language == "zh" else "native"
    return level.name


def nothing(language: str) -> Finding:
    """The résumé shows nothing of it, which is not to say that the person cannot do it."""
    note = "简历中未体现" if language == "zh" else "The résumé does not show it"
    return Finding(Outcome.NOT_DEMONSTRATED, (), note)
