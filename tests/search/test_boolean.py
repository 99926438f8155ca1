from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidRequest, NotFound
from search.boolean import (
    DEEPEST,
    LONGEST,
    MOST,
    And,
    Expression,
    Not,
    Or,
    Phrase,
    candidates_matching,
    matches,
    parse,
)
from search.lexical import LexicalIndex


def finds(expression: str, text: str) -> bool:
    return matches(parse(expression), text)


TABLES = [
    ("java", lambda a, b, c: a),
    ("java spring", lambda a, b, c: a and b),
    ("java AND spring", lambda a, b, c: a and b),
    ("java and spring", lambda a, b, c: a and b),
    ("java & spring", lambda a, b, c: a and b),
    ("java 与 spring", lambda a, b, c: a and b),
    ("java OR spring", lambda a, b, c: a or b),
    ("java | spring", lambda a, b, c: a or b),
    ("java 或 spring", lambda a, b, c: a or b),
    ("java ｜ spring", lambda a, b, c: a or b),
    ("NOT java", lambda a, b, c: not a),
    ("-java", lambda a, b, c: not a),
    ("非 java", lambda a, b, c: not a),
    ("not not java", lambda a, b, c: a),
    ("java NOT spring", lambda a, b, c: a and not b),
    ("java AND NOT spring", lambda a, b, c: a and not b),
    ("NOT java spring", lambda a, b, c: not a and b),
    ("NOT java OR spring", lambda a, b, c: not a or b),
    ("java OR spring kafka", lambda a, b, c: a or (b and c)),
    ("java spring OR kafka", lambda a, b, c: (a and b) or c),
    ("java AND (spring OR kafka)", lambda a, b, c: a and (b or c)),
    ("java（spring 或 kafka）", lambda a, b, c: a and (b or c)),
    ("NOT (java OR spring) kafka", lambda a, b, c: not (a or b) and c),
    ("(java OR spring) AND NOT kafka", lambda a, b, c: (a or b) and not c),
    ("((java))", lambda a, b, c: a),
    ("java,spring", lambda a, b, c: a and b),
]


@pytest.mark.parametrize(("expression", "truth"), TABLES, ids=[e for e, _ in TABLES])
def test_the_truth_table(expression: str, truth) -> None:
    for a, b, c in itertools.product([False, True], repeat=3):
        text = " . ".join(word for word, said in [("java", a), ("spring", b), ("kafka", c)] if said)
        assert finds(expression, text) == truth(a, b, c), (a, b, c)


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("nurse", "Two nurses were trained.", True),
        ("nurses", "A nurse.", True),
        ("manager", "in management", False),
        ("accountant", "account", False),
        ('"project manager"', "A senior project\nmanager", True),
        ('"project manager"', "project managers", True),
        ('"project manager"', "project. Manager of sales", False),
        ('"project manager"', "project lead and manager", False),
        ("“项目管理”", "负责项目管理工作", True),
        ('"director of sales"', "Director of Sales", True),
        ('"director of sales"', "director sales", False),
        ("C++", "C and C#", False),
        ("C++", "熟悉C++开发", True),
        (".NET", "the net result", False),
        ("node.js", "Node.js", True),
        ("R&D", "R & D", False),
        ("it", "IT manager", True),
        ('"and"', "salt and pepper", True),
        ("manag*", "management", True),
        ("manag*", "manager", True),
        ("manag*", "mangrove", False),
        ("analys*", "analyst", True),
        ("analys*", "analytics", False),
        ("companies*", "company", True),
        ('"project manag*"', "project management office", True),
        ('"project manag*"', "management project", False),
        ("node*", "Node.js", True),
        ("护士", "急诊护士长", True),
        ("護士", "护士", True),
        ("数据分析", "数据分析师", True),
        ("数据*", "大数据平台", True),
        ("数据分析", "分析数据", False),
        ("护", "护士", True),
        ("Java开发", "Java 开发工程师", True),
        ("工程师", "软件工\n程师", True),
        ("软件工程", "软件。工程", False),
        ("résumé", "RESUME", True),
        ("-实习", "实习生", False),
        ("intern", "internal audit", False),
        ("java", "", False),
        ("NOT java", "", True),
    ],
)
def test_what_an_expression_finds(expression: str, text: str, expected: bool) -> None:
    assert finds(expression, text) is expected
    lexical = LexicalIndex.build([7], [text])
    assert candidates_matching(parse(expression), lexical).tolist() == [7] * expected


@pytest.mark.parametrize(
    ("expression", "where", "why"),
    [
        ("", "", "empty"),
        (" \u3000\n", "", "empty"),
        ("java OR", "at its end", "missing"),
        ("(java", "at its end", "parenthesis is not closed"),
        ("java)", "at character 5", "closes nothing"),
        ("()", "at character 2", "closes nothing"),
        ("AND java", "at character 1", "before this AND"),
        ("java OR OR spring", "at character 9", "before this OR"),
        ("java NOT", "at its end", "missing"),
        ('java "spring', "at character 6", "quotation mark"),
        ('java ""', "at character 6", "no word"),
        ("java +++ spring", "at character 6", "no word"),
        ("java - spring", "at character 6", "no word"),
        ("*java", "at character 1", "asterisk"),
        ("ja*va", "at character 1", "asterisk"),
        ("x AND c*", "at character 7", "too short"),
    ],
)
def test_what_cannot_be_read_is_explained(expression: str, where: str, why: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse(expression)
    assert where in str(refusal.value)
    assert why in str(refusal.value)
    assert "for example: java AND" in str(refusal.value)


@pytest.mark.parametrize(
    "expression",
    [
        "x" * (LONGEST + 1),
        "not " * 900 + "x",
        "(a or b " * 300 + ")" * 300,
        "(a (b or " * (DEEPEST) + "c" + "))" * (DEEPEST),
        " ".join(["ab"] * (MOST + 1)),
    ],
    ids=["long", "negations", "parentheses", "alternating", "many"],
)
def test_a_hostile_expression_is_refused(expression: str) -> None:
    with pytest.raises(InvalidRequest):
        parse(expression)


def test_superfluous_parentheses_do_no_harm() -> None:
    assert parse("(" * 1_900 + "java" + ")" * 1_900) == Phrase(("java",))


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = parse(text)
    except InvalidRequest:
        return
    matches(expression, text)


ATOMS = ["java", "spring", "nurses", "c++", "数据分析", "护士", "护", "5", "of", "node.js"]
texts = st.lists(
    st.sampled_from([*ATOMS, "analysts", "数据", "分析", ".", ",", "\n", "\n\n", "、", " "]),
    max_size=12,
).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))
leaves = st.one_of(
    st.sampled_from([*ATOMS, "manag*", "ja*", "nurse*", "数据*", "数", "据分"]),
    st.lists(st.sampled_from([*ATOMS, ",", "manager"]), min_size=1, max_size=3).map(
        lambda parts: '"' + " ".join(parts) + '"'
    ),
    st.sampled_from(['"java spr*"', '"spring ja*"', "java,spring", "数据java"]),
).filter(lambda leaf: leaf.strip('", ') != "")
expressions = st.recursive(
    leaves,
    lambda part: st.one_of(
        part.map(lambda a: f"NOT ({a})"),
        st.tuples(part, part).map(lambda ab: f"({ab[0]} OR {ab[1]})"),
        st.tuples(part, part).map(lambda ab: f"({ab[0]} AND {ab[1]})"),
        st.tuples(part, part).map(lambda ab: f"({ab[0]} {ab[1]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.lists(texts, max_size=6), expressions, st.integers(0, 63))
def test_the_index_finds_whom_reading_every_text_finds(
    pool: list[str], question: str, subset: int
) -> None:
    expression = parse(question)
    ids = [10 * i + 3 for i in range(len(pool))]
    lexical = LexicalIndex.build(ids, pool)
    expected = [i for i, text in zip(ids, pool, strict=True) if matches(expression, text)]
    assert candidates_matching(expression, lexical).tolist() == expected
    eligible = [i for place, i in enumerate(ids) if subset >> place & 1]
    found = candidates_matching(expression, lexical, np.array(eligible, np.int64))
    assert found.tolist() == [i for i in expected if i in eligible]


def spoken(expression: Expression) -> str:
    match expression:
        case Phrase(atoms, beginning):
            return '"' + " ".join(atom or "," for atom in atoms) + ("*" if beginning else "") + '"'
        case Not(part):
            return f"NOT ({spoken(part)})"
        case And(parts):
            return " AND ".join(f"({spoken(part)})" for part in parts)
        case Or(parts):
            return " OR ".join(f"({spoken(part)})" for part in parts)


@given(expressions)
def test_an_expression_written_out_again_means_the_same(question: str) -> None:
    expression = parse(question)
    assert parse(spoken(expression)) == expression


def test_who_is_not_indexed_is_refused() -> None:
    with pytest.raises(NotFound):
        candidates_matching(parse("java"), LexicalIndex.build([1], ["java"]), np.array([2]))
