from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import (
    BREAK,
    STEM,
    atoms,
    fingerprint,
    is_chinese,
    normalise,
    question_terms,
    singular,
    terms,
)


def words_of(text: str) -> list[str]:
    return [atom for atom in atoms(text) if atom != BREAK]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++, C# and F#", ["c++", "c#", "and", "f#"]),
        ("C++11/C++17", ["c++", "11", "c++", "17"]),
        (".NET (ASP.NET)", [".net", "asp.net"]),
        ("Node.js; Vue.js.", ["node.js", "vue.js"]),
        ("熟悉C++和.NET、Node.js开发", [*"熟悉", "c++", "和", ".net", "node.js", *"开发"]),
        ("A/B tests of I/O", ["a/b", "test", "of", "i/o"]),
        ("CI/CD", ["ci", "cd"]),
        ("R&D, P&L and AT&T", ["r&d", "p&l", "and", "at&t"]),
        ("401(k) or 401k", ["401k", "or", "401k"]),
        ("e-mail, T-SQL, X-ray", ["email", "tsql", "xray"]),
        ("full-time front-end", ["full", "time", "front", "end"]),
        ("a Ph.D., an M.B.A. and a PhD", ["a", "phd", "an", "mba", "and", "a", "phd"]),
        ("U.S. visa", ["us", "visa"]),
        ("$10,000 at 3.5% of 2,500.75", ["10000", "at", "3.5", "of", "2500.75"]),
        ("K8s, ISO9001, 5+ years", ["k8s", "iso9001", "5", "year"]),
        ("bachelor's degree, nurses' rota", ["bachelor", "degree", "nurse", "rota"]),
        ("snake_case_name", ["snake", "case", "name"]),
        ("résumé of José Müller", ["resume", "of", "jose", "muller"]),
        ("end.Start here", ["end", "start", "here"]),
        ("Ελληνικά и русский", ["ελληνικα", "и", "русскии"]),
    ],
)
def test_names_of_the_trade_stay_whole_and_words_come_apart(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｊａｖａ　ＡＰＩ　２０２４", "Java API 2024"),
        ("數據分析師，負責機器學習", "数据分析师，负责机器学习"),
        ("nurses", "nurse"),
        ("Companies", "company"),
        ("ﬁnance oﬃcer", "finance officer"),
        ("cafe\u0301", "café"),
        ("O’Brien’s", "O'Brien's"),
    ],
)
def test_the_same_word_written_differently_is_the_same_term(one: str, other: str) -> None:
    assert atoms(one) == atoms(other)
    assert terms(atoms(one)) == terms(atoms(other))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nurses", "nurse"),
        ("companies", "company"),
        ("classes", "class"),
        ("boxes", "box"),
        ("branches", "branch"),
        ("databases", "database"),
        ("skills", "skill"),
        ("ties", "tie"),
        ("business", "business"),
        ("status", "status"),
        ("analysis", "analysis"),
        ("aws", "aws"),
        ("gis", "gis"),
        ("was", "was"),
        ("manager", "manager"),
        ("management", "management"),
    ],
)
def test_only_a_regular_plural_is_taken_off(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_two_character_words_of_chinese_are_terms_and_so_is_each_character() -> None:
    assert terms(atoms("护理工作")) == ["护", "理", "护理", "工", "理工", "作", "工作"]
    assert terms(atoms("项目")) == ["项", "目", "项目"]


def test_a_line_break_inside_a_chinese_word_changes_nothing() -> None:
    assert terms(atoms("软件工\n程师")) == terms(atoms("软件工程师"))


def test_no_pair_reaches_across_a_stop_or_a_foreign_word() -> None:
    assert "师软" not in terms(atoms("工程师。软件"))
    assert "师软" not in terms(atoms("工程师\n\n软件"))
    assert "师软" not in terms(atoms("工程师Java软件"))


def test_ranking_counts_stems_which_are_no_words() -> None:
    assert terms(["manager", "management", "managing"]) == [f"{STEM}manag"] * 3
    assert atoms(f"{STEM}manag") == ["manag"]


def test_a_question_has_no_stop_words_unless_it_has_nothing_else() -> None:
    assert question_terms("We are looking for a nurse with the skills") == [
        f"{STEM}look",
        f"{STEM}nurs",
        f"{STEM}skill",
    ]
    assert "的" not in question_terms("护士的工作")
    assert question_terms("to be or not to be") == terms(atoms("to be or not to be"))
    assert question_terms("") == []


def test_sentences_and_list_entries_are_apart() -> None:
    assert atoms("Java, Spring.\n• Kafka") == ["java", BREAK, "spring", BREAK, "kafka"]
    assert atoms("machine\nlearning") == ["machine", "learning"]


@given(st.text(max_size=200))
def test_any_text_can_be_cut_and_every_term_is_clean(text: str) -> None:
    cut = atoms(text)
    assert cut == atoms(text)
    for one, next_one in pairwise(cut):
        assert not one == next_one == BREAK
    for term in terms(cut):
        assert term
        assert "\n" not in term
        assert " " not in term
        assert STEM not in term[1:]


@given(st.text(alphabet="软件工程师數據 abC+#./&-'’1(k)Ｊ，。\n", max_size=60))
def test_cutting_does_not_depend_on_how_the_text_was_normalised(text: str) -> None:
    # A decomposed or already normalised text yields the same words.
    assert atoms(unicodedata.normalize("NFD", text)) == atoms(text)
    assert atoms(normalise(text)) == atoms(text)


@given(st.lists(st.sampled_from(["java", "nurse", "数据", "c++", "护士"]), max_size=12))
def test_words_on_lines_of_their_own_are_found_again(chosen: list[str]) -> None:
    found = words_of("\n\n".join(chosen))
    assert found == [
        part for word in chosen for part in (list(word) if is_chinese(word[0]) else [word])
    ]


def test_hostile_text_is_cut_in_linear_time() -> None:
    for piece in (
        "a",
        "a.",
        "1,",
        "a'",
        "\n",
        "\n ",
        "a-",
        "+",
        "软",
        "a&",
        "9(",
        "ph.",
        "é\u0301",
    ):
        start = time.perf_counter()
        atoms(piece * 200_000)
        assert time.perf_counter() - start < 5, piece


def test_the_fingerprint_is_short_and_stable_within_an_installation() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 16
