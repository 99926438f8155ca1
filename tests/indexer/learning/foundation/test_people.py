from random import Random

from indexer.learning.foundation.occupations import read_facts
from indexer.learning.foundation.people import choose_lines, invent_person, trade_in
from tests.indexer.learning.foundation.occupations import LEFT_OUT


def test_a_fact_that_is_to_be_hidden_is_in_no_line(taxonomies):
    facts = read_facts(taxonomies, LEFT_OUT)
    trade = trade_in(facts.occupations["17-2051.00"], None)
    avoid = frozenset({"bridgecalc", "inspect dams for cracks after floods"})
    for seed in range(40):
        person = invent_person(trade, 5, [], avoid, Random(seed), facts.verbs)
        text = "\n".join(person.lines)
        assert "BridgeCalc" not in text
        assert "cracks" not in text


def test_lines_are_chosen_by_what_they_cover_and_stay_in_reading_order():
    lines = ["Fed horses daily", "Welded pipes", "Inspected steel pipes and tanks", "Sang"]
    assert choose_lines(lines, "steel tanks; welding of pipes; sang", 9) == [
        "Inspected steel pipes and tanks",
        "Sang",
    ]
    assert choose_lines(["养护草坪", "检修桥梁支座"], "桥梁检修; 支座更换", 6) == ["检修桥梁支座"]
    assert choose_lines([], "anything", 50) == []
