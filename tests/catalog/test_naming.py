from __future__ import annotations

import pytest

from catalog.naming import Naming
from catalog.people import Claim

ADA = Naming.of(
    [7, 9],
    ["Ada Marie Byron", "Cher", "王小明", "J\u00f6rg \u00c5s"],
    [
        Claim("email", "ada@x.example"),
        Claim("phone", "+4930123456"),
        Claim("phone", "110"),
        Claim("external", "C-42"),
        Claim("external", "arborist"),
        Claim("ats:lever", "9f3ab2"),
    ],
)


@pytest.mark.parametrize(
    "text",
    [
        "like Ada Marie Byron, please",
        "BYRON, ada marie",
        "Ada Byron",
        "byron/ada",
        "Ａｄａ　Ｍａｒｉｅ　Ｂｙｒｏｎ",
        "找王小明这样的人",
        "王 小 明",
        "Jo\u0308rg A\u030as",
        "mail ADA@X.EXAMPLE.",
        "<ada@x.example>",
        "call 030 123456",
        "+49 (30) 12-34-56",
        "0049 30 123456 or 0171 2223334",
        "see C-42",
        "c-42.",
        "9F3AB2",
    ],
)
def test_a_text_that_names_somebody(text: str) -> None:
    assert ADA.stands_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada",
        "Byron",
        "Adam Marie Byronson",
        "Ada and Byron",
        "Cher",
        "an arborist",  # an id that is a word
        "王小",
        "ada@x.example.org",
        "xada@x.example",
        "ada@x.examples",
        "C-421",
        "AC-42",
        "110",
        "30 12345",
        "1" * 100_000,
        "(" * 1000 + "\\d+" * 1000,
    ],
)
def test_a_text_that_names_nobody(text: str) -> None:
    assert not ADA.stands_in(text)


def test_what_looks_like_a_pattern_in_a_name_is_text() -> None:
    odd = Naming.of(
        [1], ["(.*) [a-z]+"], [Claim("email", ".*@x.example"), Claim("external", "1.34")]
    )
    assert not odd.stands_in("anything at all, 1234, b@x.example")
    assert odd.stands_in("1.34")


def test_a_json_value_is_searched_to_its_depths() -> None:
    assert ADA.stands_anywhere_in({"a": [1, None, {"b": ("x", "Ada Byron")}]})
    assert ADA.stands_anywhere_in({"ada@x.example": True})
    assert not ADA.stands_anywhere_in({"a": [1, None, {"b": "Ada"}], "n": 42})


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ({"person_id": 7}, True),
        ({"person_id": 8}, False),
        ({"generation": 7}, False),
        ({"deep": [{"candidate_id": 9}]}, True),
        ({"candidate": "arborist"}, True),
        ({"candidate": {"email": "ada@x.example"}}, True),
        ({"candidate": "arborists"}, False),
        ({"person_id": True}, False),
        ([], False),
    ],
)
def test_a_message_is_about_whom_it_names_or_numbers(message: object, about: bool) -> None:
    assert ADA.is_subject_of(message) is about


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("in/arborist/cv.pdf", True),
        ("in/arborist.pdf", True),
        ("in\\Ada_Byron-CV.docx", True),
        ("in/ada.marie.byron.pdf", True),
        ("in/arborists/cv.pdf", False),
        ("in/cv.pdf", False),
        ("", False),
    ],
)
def test_a_path_that_is_called_by_somebody(path: str, names: bool) -> None:
    assert ADA.is_in_path(path) is names
