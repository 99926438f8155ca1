"""Swapping who somebody is changes nothing a model sees; what only looks like identity stays."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks.identity import Case, cases, measure
from reading.identity.finding import find_identity
from reading.identity.mentions import IdentityKind
from reading.identity.scoring_view import scoring_view
from reading.resume import Contact, Resume, Section, SectionKind, SkillMention, Stance
from reading.spans import Span

# Told apart by meaning alone: 马上 is a name and "at once", 黎明 a name and "dawn".
UNDECIDABLE = {("無標籤聯絡", "马上"), ("籍贯一行", "马上"), ("空格", "黎明")}


def view(text: str, **known: object) -> str:
    resume = Resume(text, "und", (), (), **known)  # type: ignore[arg-type]
    return scoring_view(text, find_identity(resume)).text


def by_text(language: str) -> dict[str, list[Case]]:
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases(language):
        if (case.title, case.person) not in UNDECIDABLE:
            grouped[case.title].append(case)
    return grouped


ALL = {
    f"{language}: {title}": group
    for language in ("english", "chinese")
    for title, group in by_text(language).items()
}


@pytest.mark.parametrize("parsed", [False, True], ids=["text alone", "parsed"])
@pytest.mark.parametrize("title", ALL)
def test_who_applies_does_not_change_the_scoring_view(title: str, parsed: bool) -> None:
    first, *others = [(case.person, measure(case, parsed=parsed)) for case in ALL[title]]
    for person, measured in others:
        assert measured.view == first[1].view, f"{person} differs from {first[0]}"


@pytest.mark.parametrize("title", ALL)
def test_nothing_of_the_person_is_left_and_no_other_word_is_lost(title: str) -> None:
    for case in ALL[title]:
        measured = measure(case)
        assert not measured.leaked, case.person
        assert not measured.lost, case.person


def test_the_people_of_the_cases_occur_neither_in_the_code_nor_in_the_demo() -> None:
    root = Path(__file__).parents[2]
    files = [
        path.read_text(encoding="utf-8")
        for room in ("reading", "demo")
        for path in (root / room).rglob("*")
        if path.suffix in {".py", ".tsv", ".txt", ".toml", ".json"}
        and root / "demo" / "out" not in path.parents  # what `make demo` left there
    ]
    people = {case.person for language in ("english", "chinese") for case in cases(language)}
    full = {person for person in people if len(person) > 2}  # two characters are words as well
    assert files
    assert not [person for person in full if any(person in text for text in files)]


def test_there_are_at_least_200_cases_in_each_language() -> None:
    assert min(sum(1 for _ in cases(language)) for language in ("english", "chinese")) >= 200


CONTENT = tomllib.loads(
    (Path(__file__).parent / "identity_cases" / "content.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("line", CONTENT["untouched"])
def test_content_that_only_looks_like_identity_stays(line: str) -> None:
    assert view(line) == line


@pytest.mark.parametrize(
    "case", CONTENT["with_name"], ids=lambda c: f"{c['name']}: {c['line'][:30]}"
)
def test_words_that_are_also_the_persons_name_stay_where_they_are_words(
    case: dict[str, str],
) -> None:
    body = case["line"]
    text = f"{case['name']}\nmailbox@post.example\n+44 7700 900123\n\nExperience\n{body}\n"
    assert view(text) == f"Experience\n{body}\n"


@pytest.mark.parametrize("case", CONTENT["stripped"], ids=lambda c: c["line"][:40])
def test_typed_mentions_go(case: dict[str, str]) -> None:
    assert view(f"Summary\n{case['line']}\n") == f"Summary\n{case['left']}\n"


NAMED = [
    ("Rose Mary Baker", "In Baker et al. 2021", "In et al. 2021"),
    ("Rose Mary Baker", "Baker RM, Smith J. Yeast", "Smith J. Yeast"),
    ("Rose Mary Baker", "Smith and Baker (2021) on yeast", "Smith and (2021) on yeast"),
    ("Rose Mary Baker", "Rose Mary Baker (RMB) led it", "led it"),
    ("白飞", "小白干活细", "干活细"),
    ("白飞", "老白带徒弟", "带徒弟"),
    ("白飞", "阿飞修车快", "修车快"),
    ("夏天", "夏天于2023年获奖", "于2023年获奖"),
]


@pytest.mark.parametrize(("name", "line", "left"), NAMED)
def test_short_forms_of_the_name_go(name: str, line: str, left: str) -> None:
    text = f"{name}\nmailbox@post.example\n+44 7700 900123\n\nExperience\n{line}\n"
    assert view(text) == f"Experience\n{left}\n"


@pytest.mark.parametrize(
    "top",
    [
        "姓名 白飞 | 男\n现住址 长沙市芙蓉路12号\n身份证 110101199003074512\n电话 13800138000",
        "Ada Quux\nMob 07700 900123 | tel. 020 7946 0000\nMob: 07700 900123",
    ],
)
def test_labels_go_with_their_values(top: str) -> None:
    assert view(f"{top}\n\nExperience\nWelder\n") == "Experience\nWelder\n"


def test_a_job_title_in_the_contact_is_no_name() -> None:
    text = "Senior Accountant\nx@y.example\n\nExperience\nSenior Accountant at Vale"
    assert "Senior Accountant at Vale" in view(text, contact=Contact(name="Senior Accountant"))


def test_a_name_that_only_the_contact_knows_is_found_in_the_body() -> None:
    text = "Experience\nKept bees. Tamsin Orrery sold honey. Orrery's hives won prizes."
    assert view(text, contact=Contact(name="Tamsin Orrery")) == (
        "Experience\nKept bees. sold honey. hives won prizes."
    )


def test_a_skill_spelt_like_the_name_stays_in_the_list_of_skills() -> None:
    text = "Grant Swift\ngs@post.example\n\nSkills\nSwift and Kotlin\n"
    at = text.rindex("Swift")
    mention = SkillMention("swift", Span(at, at + 5), Span(at, at + 16), Stance.LISTED)
    assert view(text, skills=(mention,)) == "Skills\nSwift and Kotlin\n"


def test_referees_contacts_go_with_the_references_section() -> None:
    text = "Summary\nWelder.\nReferences\nOtto Brandt, 030 1234 567, otto@x.example\n"
    start = text.index("References")
    sections = (
        Section(SectionKind.SUMMARY, Span(0, start)),
        Section(SectionKind.REFERENCES, Span(start, len(text)), Span(start, start + 10)),
    )
    resume = Resume(text, "en", sections, ())
    left = scoring_view(text, find_identity(resume)).text
    assert "030" not in left
    assert "otto" not in left


def test_mentions_say_what_they_give_away() -> None:
    text = "Ada Quux\nada@quux.example\nDate of birth: 1 May 1990\nNationality: Maltese\n"
    kinds = {m.kind for m in find_identity(Resume(text, "en", (), ()))}
    assert {
        IdentityKind.NAME,
        IdentityKind.EMAIL,
        IdentityKind.BIRTH,
        IdentityKind.NATIONALITY,
    } <= kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "@",
        "：",
        "·",
        "姓名：",
        "Name:",
        "a" * 50_000,
        "@." * 5_000,
        "Name: " * 2_000,
        "高" * 20_000,
        "1 " * 20_000,
        "Ms. " * 5_000,
    ],
)
def test_hostile_texts_are_read_quickly_and_without_a_crash(text: str) -> None:
    import time

    started = time.process_time()
    view(text)
    assert time.process_time() - started < 2
