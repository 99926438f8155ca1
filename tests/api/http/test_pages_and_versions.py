from __future__ import annotations

import base64

import pytest
from fastapi import Request

from api.http.paging import read_cursor, write_cursor
from api.http.rates import Rates
from api.http.refusals import ChangedMeanwhile, MatchRequired, TooManyRequests
from api.http.versions import check_match, tag_of
from catalog.errors import InvalidRequest


def asking(*tags: str) -> Request:
    headers = [(b"if-match", tag.encode()) for tag in tags]
    return Request({"type": "http", "headers": headers})


def test_a_cursor_leads_where_it_was_written() -> None:
    assert read_cursor(write_cursor("jobs", 7, "é"), "jobs", int, str) == [7, "é"]
    assert read_cursor(None, "jobs", int) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "====",
        write_cursor("other", 7),
        write_cursor("jobs", "7"),
        write_cursor("jobs", 2**63),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b'["jobs", true]').decode().rstrip("="),
    ],
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        read_cursor(cursor, "jobs", int)


def test_an_edit_needs_the_present_version() -> None:
    present = {"b": 1, "a": "李雷"}
    check_match(asking(tag_of({"a": "李雷", "b": 1})), present)
    check_match(asking(f'"x", {tag_of(present)}'), present)
    with pytest.raises(MatchRequired):
        check_match(asking(), present)
    for tag in ('"x"', "W/" + tag_of(present), "nonsense"):
        with pytest.raises(ChangedMeanwhile):
            check_match(asking(tag), present)


def test_a_caller_may_ask_again_once_time_has_passed() -> None:
    now = [0.0]
    rates = Rates(60, clock=lambda: now[0])  # six at once, then one a second
    for _ in range(6):
        rates.count(1)
    with pytest.raises(TooManyRequests):
        rates.count(1)
    now[0] = 1.0
    rates.count(1)
