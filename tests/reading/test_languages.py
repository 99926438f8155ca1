from __future__ import annotations

import pytest

from reading.resumes.languages import find_languages
from reading.resumes.sections import find_sections


def languages(text: str) -> dict[str, str | None]:
    found = find_languages(text, find_sections(text)[0])
    return {skill.code: skill.level.name if skill.level else None for skill in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Languages\nFrench (C1), Dutch – basic", {"fr": "C1", "nl": "A2"}),
        ("Languages: Polish native, Czech intermediate", {"pl": "NATIVE", "cs": "B1"}),
        ("Summary\nFluent in Italian and Greek.", {"it": "C1", "el": "C1"}),
        ("Summary\nBilingual English/Welsh", {"en": "C2", "cy": "C2"}),
        ("Skills\nbusiness-level Japanese", {"ja": "B2"}),
        ("Skills\nSwahili", {"sw": None}),
        ("Languages\nHindi, Urdu (both fluent)", {"hi": "C1", "ur": "C1"}),
        ("Experience\nConcierge: fluent Arabic speaker", {"ar": "C1"}),
        ("语言能力\n英语流利，俄语入门", {"en": "C1", "ru": "A1"}),
        ("外語\n德語（良好）、粵語母語", {"de": "B2", "yue": "NATIVE"}),
        ("证书\n大学英语四级", {"en": "B1"}),
        ("证书\nCET-6、日语N1", {"en": "B2", "ja": "C1"}),
        ("证书\n雅思6.5 托福98", {"en": "C1"}),
        ("Certificates\nHSK 4; TOPIK 3; IELTS 8.5", {"zh": "B2", "ko": "B1", "en": "C2"}),
        ("技能\n普通话二级甲等", {"zh": "C2"}),
    ],
)
def test_languages_are_read_with_their_level(text: str, expected: dict[str, str | None]) -> None:
    assert languages(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Skills\nChinese cuisine, French press coffee",
        "Summary\nBreeds German shepherds and Welsh terriers",
        "Experience\nSold Italian wine to Russian clients",
        "Experience\nTaught the Spanish class its sums",
        "技能\n法餐、日本料理、韩国烤肉",
        "Education\nBA French, Cork University",
        "References\nMs Li, speaks fluent English",
        "Skills\nPolishing silver; Finnishing touches",
        "",
    ],
)
def test_cuisine_breeds_and_customers_are_no_languages(text: str) -> None:
    assert languages(text) == {}


def test_the_best_level_stated_counts_once_and_its_span_says_so() -> None:
    text = "Languages\nEnglish: good\nCertificates\nIELTS 8\n"
    [found] = find_languages(text, find_sections(text)[0])
    assert found.span.of(text) == "IELTS 8"
