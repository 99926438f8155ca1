import re
from collections import defaultdict

import pytest

from catalog.errors import Damaged, InvalidRequest, NotFound
from indexer.learning.foundation import find_left_out, make_examples
from indexer.learning.foundation.leaving_out import read_titles
from indexer.learning.foundation.people import AS_OF
from search.digest import ANSWER_TOKENS, QUESTION_TOKENS, tokens_of
from tests.indexer.learning.foundation.occupations import LEFT_OUT, OCCUPATIONS


def test_the_same_seed_gives_the_same_pairs_and_another_seed_others(taxonomies):
    first = make_examples(taxonomies, LEFT_OUT, 7, 120)
    assert first == make_examples(taxonomies, LEFT_OUT, 7, 120)
    assert first != make_examples(taxonomies, LEFT_OUT, 8, 120)
    assert len({(pair.question, pair.answer) for pair in first}) == 120


def test_nothing_of_an_occupation_that_is_left_out_shows_not_even_in_another_ones_facts(taxonomies):
    pairs = make_examples(taxonomies, LEFT_OUT, 7, 300)
    everything = "\n".join(f"{pair.question}\n{pair.answer}" for pair in pairs).casefold()
    for word in ("ledger", "accountant", "books examiner", "会计"):
        assert word not in everything
    assert not any("/13-2011" in pair.group for pair in pairs)


def test_without_a_list_the_same_facts_do_show_so_that_the_test_above_can_fail(taxonomies):
    pairs = make_examples(taxonomies, frozenset(), 7, 300)
    titles = read_titles(taxonomies, LEFT_OUT)
    assert titles == {"X 13-2011.00", "Ledger Keeper", "Accountant", "Books Examiner (BX)"}
    assert find_left_out([(pair.question, pair.answer) for pair in pairs], titles)


def test_every_question_has_a_fitting_answer_of_its_own_trade_and_worse_ones(taxonomies):
    names = {title: code for code, each in OCCUPATIONS.items() for title in each[0]}
    names |= {"Span Designer": "17-2051.00", "Viaduct Maker": "17-2051.00"}
    groups = defaultdict(list)
    for pair in make_examples(taxonomies, LEFT_OUT, 3, 400):
        groups[pair.group].append(pair)
    seen = defaultdict(set)
    for group, pairs in groups.items():
        languages, code, _ = group.split("/")
        assert len({pair.question for pair in pairs}) == 1
        assert all(0.0 <= pair.label <= 1.0 for pair in pairs)
        if languages != "en-en":
            continue
        for pair in pairs:
            head = re.sub(r"^(?:Senior|Lead|Junior) | \d+–.*", "", pair.answer.split("\n")[0])
            relation = "same" if names[head] == code else "other"
            if names[head] != code and names[head][:2] == code[:2]:
                relation = "related"
            seen[relation].add(pair.label)
    assert min(seen["same"]) >= 0.5
    assert seen["related"] <= {0.4, 0.1}
    assert 0.4 in seen["related"]
    assert seen["other"] <= {0.6, 0.1, 0.0}  # 0.6: left the trade years ago


def test_who_lacks_years_has_fewer_than_the_question_asks_for(taxonomies):
    checked = 0
    for pair in make_examples(taxonomies, LEFT_OUT, 5, 400):
        if pair.label == 0.7 and pair.group.startswith("en-en"):
            asked = int(re.search(r"(\d+)\+? years", pair.question)[1])
            start = int(re.search(r" (\d{4})–now", pair.answer.split("\n")[0])[1])
            assert AS_OF - start < asked
            checked += 1
    assert checked >= 5


def test_about_a_third_is_chinese_or_crosses_the_languages(taxonomies):
    pairs = make_examples(taxonomies, LEFT_OUT, 7, 600)
    share = sum(not pair.group.startswith("en-en/") for pair in pairs) / len(pairs)
    assert 0.25 < share < 0.45
    han = re.compile(r"[\u4e00-\u9fff]")
    for pair in pairs:
        asked, told = pair.group.split("/")[0].split("-")
        assert bool(han.search(pair.question)) is (asked == "zh")
        assert bool(han.search(pair.answer)) is (told == "zh") or (asked, told) == ("zh", "en")


def test_questions_and_answers_keep_the_length_that_serving_keeps(taxonomies):
    for pair in make_examples(taxonomies, LEFT_OUT, 7, 300):
        assert tokens_of(pair.question.replace("; ", " ")) <= QUESTION_TOKENS
        assert tokens_of(pair.answer) <= ANSWER_TOKENS


@pytest.mark.parametrize("count", [0, -3, 10**7])
def test_a_count_that_cannot_be_given_is_refused(taxonomies, count, monkeypatch):
    monkeypatch.setattr("indexer.learning.foundation.examples._PATIENCE", 0 if count > 0 else 500)
    with pytest.raises(InvalidRequest):
        make_examples(taxonomies, LEFT_OUT, 7, count)


def test_facts_about_nothing_end_in_an_error_not_in_a_search_without_end(taxonomies):
    with pytest.raises(InvalidRequest, match="only 0 of 5"):
        make_examples(taxonomies, frozenset(code[:7] for code in OCCUPATIONS), 7, 5)


def test_a_missing_and_a_damaged_table_say_which_one(taxonomies):
    tasks = taxonomies / "onet_29_2" / "Task Statements.txt"
    tasks.write_bytes(b"O*NET-SOC Code\tTask\n17-2051.00\t\xff\xfe\n")
    with pytest.raises(Damaged, match="Task Statements"):
        make_examples(taxonomies, LEFT_OUT, 7, 5)
    tasks.write_text("O*NET-SOC Code\tTask\n17-2051.00\n")
    with pytest.raises(Damaged, match="row 2"):
        make_examples(taxonomies, LEFT_OUT, 7, 5)
    tasks.unlink()
    with pytest.raises(NotFound, match="Task Statements"):
        make_examples(taxonomies, LEFT_OUT, 7, 5)
