import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from catalog.errors import Damaged, InvalidRequest, NotFound
from indexer.learning.foundation import find_left_out, make_examples, read_left_out
from indexer.learning.foundation.__main__ import main
from indexer.learning.foundation.chinese import read_chinese
from indexer.learning.foundation.inflection import gerund_of, past_of, put_into
from indexer.learning.foundation.leaving_out import read_titles
from indexer.learning.foundation.occupations import clause_of, read_facts
from indexer.learning.foundation.people import (
    AS_OF,
    choose_lines,
    invent_person,
    trade_in,
)
from search.digest import ANSWER_TOKENS, QUESTION_TOKENS, tokens_of

ROOT = Path(__file__).parents[3]
# code: titles, tasks, software, tools, related
OCCUPATIONS = {
    "17-2051.00": (
        ["Bridge Planner", "Dam Builder", "Road Engineer"],
        [
            "Plan bridges over rivers, using maps.",
            "Inspect dams for cracks after floods.",
            "Calculate loads of bridge decks.",
            "Draw roads and culverts for towns.",
        ],
        ["BridgeCalc", "DamSoft"],
        ["Total stations"],
        ["17-1022.00"],
    ),
    "17-1022.00": (
        ["Land Measurer", "Boundary Marker"],
        [
            "Measure plots of land with instruments.",
            "Mark boundaries between farms.",
            "Record heights of hills.",
            "Prepare maps of rivers and bridges.",
        ],
        ["MapKit"],
        ["Theodolites"],
        ["17-2051.00"],
    ),
    "35-3031.00": (
        ["Table Waiter", "Dining Steward"],
        [
            "Serve meals to guests at tables.",
            "Recommend wines to guests.",
            "Set tables before dinner.",
            "Collect payments from guests.",
        ],
        ["TableTop"],
        ["Corkscrews"],
        [],
    ),
    "53-3032.00": (
        ["Long Haul Driver", "Bridge Road Trucker"],
        [
            "Drive trucks over long distances.",
            "Inspect brakes of trucks before trips.",
            "Plan roads over bridges and rivers.",
            "Load pallets with care.",
        ],
        ["RoadLog"],
        ["Tire gauges"],
        [],
    ),
    "13-2011.00": (
        ["Ledger Keeper", "Accountant", "Books Examiner (BX)"],
        [
            "Keep ledgers of firms.",
            "Examine books for errors.",
            "Prepare statements for owners.",
            "Report results to banks.",
        ],
        ["LedgerPro"],
        ["Desktop calculators"],
        ["35-3031.00"],
    ),
}
LEFT_OUT = frozenset({"13-2011"})


def table(folder: Path, name: str, head: str, rows: list[str]) -> None:
    folder.joinpath(name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def taxonomies(tmp_path: Path) -> Path:
    """Five occupations; the waiter's facts name the trade that is left out, three times."""
    onet, esco = tmp_path / "onet_29_2", tmp_path / "esco_1_1_en"
    onet.mkdir()
    esco.mkdir()
    every = OCCUPATIONS.items()
    code = "O*NET-SOC Code"
    alternates = [f"{c}\t{t}\tn/a\t08" for c, o in every for t in o[0]]
    alternates.append("35-3031.00\tLedger Keeper\tn/a\t08")
    tasks = [f"{c}\t1\t{t}\tCore" for c, o in every for t in o[1]]
    tasks.append("35-3031.00\t9\tServe the ledger keepers at noon.\tCore")
    software = [f"{c}\t{s}\t1\tx\tN\tN" for c, o in every for s in o[2]]
    software.append("35-3031.00\tLedger keeper software\t1\tx\tN\tN")
    table(
        onet,
        "Occupation Data.txt",
        f"{code}\tTitle\tDescription",
        [f"{c}\tX {c}\t" for c in OCCUPATIONS],
    )
    table(
        onet, "Alternate Titles.txt", f"{code}\tAlternate Title\tShort Title\tSource(s)", alternates
    )
    table(
        onet,
        "Sample of Reported Titles.txt",
        f"{code}\tReported Job Title\tShown",
        [f"{c}\t{o[0][0]}\tY" for c, o in every],
    )
    table(onet, "Task Statements.txt", f"{code}\tTask ID\tTask\tTask Type", tasks)
    table(
        onet,
        "Technology Skills.txt",
        f"{code}\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand",
        software,
    )
    table(
        onet,
        "Tools Used.txt",
        f"{code}\tExample\tCommodity Code\tCommodity Title",
        [f"{c}\t{t}\t1\tx" for c, o in every for t in o[3]],
    )
    table(
        onet,
        "Related Occupations.txt",
        f"{code}\tRelated O*NET-SOC Code\tTier\tIndex",
        [f"{c}\t{r}\tx\t1" for c, o in every for r in o[4]],
    )
    described = '"Bridge planners plan bridges. They plan arches of stone for valleys."'
    row = f'bridge planner,"span designer\nviaduct maker",{described}'
    table(esco, "occupations_en.csv", "preferredLabel,altLabels,description", [row])
    return tmp_path


def test_the_same_seed_gives_the_same_pairs_and_another_seed_others(taxonomies):
    first = make_examples(taxonomies, LEFT_OUT, 7, 120)
    assert first == make_examples(taxonomies, LEFT_OUT, 7, 120)
    assert first != make_examples(taxonomies, LEFT_OUT, 8, 120)
    assert len({(pair.question, pair.answer) for pair in first}) == 120


def test_the_order_of_sets_which_differs_between_runs_decides_nothing(taxonomies, tmp_path):
    written = set()
    for hashes in ("1", "2", "3"):
        out = tmp_path / f"{hashes}.jsonl"
        command = [sys.executable, "-m", "indexer.learning.foundation", "--count", "200"]
        command += ["--taxonomies", str(taxonomies), "--out", str(out)]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": hashes})
        written.add(out.read_bytes())
    assert len(written) == 1


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


def test_a_fact_that_is_to_be_hidden_is_in_no_line(taxonomies):
    facts = read_facts(taxonomies, LEFT_OUT)
    trade = trade_in(facts.occupations["17-2051.00"], None)
    avoid = frozenset({"bridgecalc", "inspect dams for cracks after floods"})
    for seed in range(40):
        person = invent_person(trade, 5, [], avoid, Random(seed), facts.verbs)
        text = "\n".join(person.lines)
        assert "BridgeCalc" not in text
        assert "cracks" not in text


def test_esco_gives_other_names_and_work_where_one_label_is_a_known_title(taxonomies):
    occupation = read_facts(taxonomies, LEFT_OUT).occupations["17-2051.00"]
    assert {"Span Designer", "Viaduct Maker"} <= set(occupation.titles)
    assert "Plan arches of stone" in occupation.clauses[-1]


def test_lines_are_chosen_by_what_they_cover_and_stay_in_reading_order():
    lines = ["Fed horses daily", "Welded pipes", "Inspected steel pipes and tanks", "Sang"]
    assert choose_lines(lines, "steel tanks; welding of pipes; sang", 9) == [
        "Inspected steel pipes and tanks",
        "Sang",
    ]
    assert choose_lines(["养护草坪", "检修桥梁支座"], "桥梁检修; 支座更换", 6) == ["检修桥梁支座"]
    assert choose_lines([], "anything", 50) == []


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


def test_the_command_writes_whole_files_and_leaves_the_old_one_where_it_fails(
    taxonomies, tmp_path, capsys
):
    out = tmp_path / "pairs.jsonl"
    asked = ["--taxonomies", str(taxonomies), "--out", str(out), "--count", "40"]
    assert main(asked) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 40
    assert set(rows[0]) == {"question", "answer", "label", "group"}
    assert not list(tmp_path.glob("*.part"))
    before = out.read_bytes()
    (taxonomies / "onet_29_2" / "Alternate Titles.txt").unlink()
    assert main(asked) == 2
    assert "Alternate Titles.txt" in capsys.readouterr().err
    assert out.read_bytes() == before
