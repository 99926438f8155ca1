import re
from pathlib import Path

import pytest

from indexer.learning.foundation import find_left_out, read_left_out
from indexer.learning.foundation.chinese import read_chinese
from indexer.learning.foundation.inflection import gerund_of, past_of, put_into
from indexer.learning.foundation.occupations import clause_of, read_facts
from tests.indexer.learning.foundation.occupations import LEFT_OUT

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("text", "titles", "found"),
    [
        ("Chief LEDGER-keepers, 3 years", {"Ledger Keeper"}, True),
        ("keeper of the ledger", {"Ledger Keeper"}, False),
        ("Buyer 2019–now\nled purchasing", {"Buyer"}, True),
        ("Found a buyer for each house", {"Buyer"}, False),
        ("three years; BX; nights", {"Books Examiner (BX)"}, True),
        ("资深会计 2019–今", {"会计"}, True),
        ("统计师 2019–今", {"会计"}, False),
        ("", {"Buyer", "会计"}, False),
        ("Buyer", set(), False),
        ("((( | ;;;\n\n\x00", {"", "(", "Buyer ("}, False),
    ],
)
def test_a_title_is_found_as_words_that_stand_together_or_as_a_title_of_its_own(
    text, titles, found
):
    assert bool(find_left_out([("a question", text)], titles)) is found
    assert bool(find_left_out([(text, "an answer")], titles)) is found


def test_a_find_names_the_pair_and_the_title():
    assert find_left_out([("a", "b"), ("a", "Buyer, 2 years")], ["Buyer"]) == [
        "pair 1: 'buyer' in 'Buyer, 2 years'"
    ]


def test_esco_gives_other_names_and_work_where_one_label_is_a_known_title(taxonomies):
    occupation = read_facts(taxonomies, LEFT_OUT).occupations["17-2051.00"]
    assert {"Span Designer", "Viaduct Maker"} <= set(occupation.titles)
    assert "Plan arches of stone" in occupation.clauses[-1]


@pytest.mark.parametrize(
    ("clause", "past", "doing"),
    [
        ("Plan roofs", "Planned roofs", "Planning roofs"),
        ("Apply or test paint", "Applied and tested paint", "Applying and testing paint"),
        ("Cut, weld, or test it", "Cut, welded, and tested it", "Cutting, welding, and testing it"),
        ("Test a plan or a test", "Tested a plan or a test", "Testing a plan or a test"),
    ],
)  # fmt: skip
def test_the_opening_verbs_of_a_clause_change_together(clause, past, doing):
    verbs = frozenset({"plan", "apply", "test", "cut", "weld"})
    assert put_into("past", clause, verbs) == past
    assert put_into("gerund", clause, verbs) == doing


def test_verbs_that_are_not_regular():
    assert [past_of(verb) for verb in ("teach", "oversee", "set", "refer", "play")] == [
        "taught", "oversaw", "set", "referred", "played",
    ]  # fmt: skip
    assert [gerund_of(verb) for verb in ("tie", "oversee", "make", "ship", "visit")] == [
        "tying", "overseeing", "making", "shipping", "visiting",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "most", "clause"),
    [
        ("Repair pumps (all sizes), such as fire pumps.", 13, "Repair pumps"),
        ("Read gauges and meters to detect faults in boilers.", 6, "Read gauges and meters"),
        ("Go.", 13, None),
        ("", 13, None),
        ("Supercalifragilistic words without joint anywhere here", 4, None),
    ],
)
def test_a_task_is_cut_where_a_reader_would_cut_it(sentence, most, clause):
    expected = None if clause and len(clause.split()) < 3 else clause
    assert clause_of(sentence, most) == expected


def test_every_chinese_row_is_whole_and_names_nothing_that_is_left_out():
    rows, left_out = read_chinese(), read_left_out()
    assert len(rows) >= 120
    for soc, words in rows.items():
        assert re.fullmatch(r"\d\d-\d{4}", soc)
        assert len(words.titles) >= 2
        assert len(words.duties) >= 2
        assert all(len(duty) >= 4 for duty in words.duties)
        assert all((*words.titles, *words.skills, *words.duties))
        texts = [("", text) for text in (*words.titles, *words.skills, *words.duties)]
        assert find_left_out(texts, left_out.chinese) == []
    assert not left_out.codes & set(rows)


def test_no_chinese_phrase_and_no_english_template_is_the_demos():
    demo = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "demo").rglob("*"))
        if path.suffix in (".py", ".toml")
    )
    runs = {
        run[at : at + 6]
        for words in read_chinese().values()
        for duty in words.duties
        for run in re.findall(r"[\u4e00-\u9fff]+", duty)
        for at in range(len(run) - 5)
    }
    assert sorted(run for run in runs if run in demo) == []
    source = (ROOT / "indexer/learning/foundation/english.py").read_text(encoding="utf-8")
    templates = [text for text in re.findall(r'"([^"]+)"', source) if len(text.split()) > 3]
    assert len(templates) > 10
    assert [text for text in templates if text in demo] == []
