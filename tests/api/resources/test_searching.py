"""Searches over HTTP: what they answer, page by page, and what they never tell."""

from __future__ import annotations

from typing import Any

import pytest

from api.records import shortlist_out
from catalog.keys import Role
from indexer.erasure import erase
from reading.jobs.requirements import read_job
from search.request import SearchRequest
from tests import people
from tests.api.resources.conftest import Server


def test_the_shortlist_is_the_pipelines_own(shared: Server) -> None:
    said = shared.search()
    searcher = shared.place.searcher()
    from api.jobs import read_month

    own = searcher.search(SearchRequest(read_job(people.ARBORIST_JOB), read_month(None)))
    theirs = shortlist_out(own)
    assert [hit["candidate_id"] for hit in said["hits"]] == [
        hit["candidate_id"] for hit in theirs["hits"]
    ]
    for ours, other in zip(said["hits"], theirs["hits"], strict=True):
        assert ours == other


def test_evidence_stands_in_the_document_word_for_word(shared: Server) -> None:
    said = shared.search(text=people.DIVER_JOB)
    quoted = 0
    for hit in said["hits"]:
        for requirement in hit["requirements"]:
            for evidence in requirement["evidence"]:
                with shared.place.catalog.reading() as reading:
                    stored = reading.resumes.current_of_document(evidence["document_id"])
                assert stored is not None
                assert stored.text[evidence["start"] : evidence["end"]] == evidence["text"]
                quoted += 1
    assert quoted


def test_the_pages_together_are_the_list_and_each_stays_as_it_was(server: Server) -> None:
    whole = server.search()
    first = server.search(page=2)
    assert [hit["candidate_id"] for hit in first["hits"]] == [
        hit["candidate_id"] for hit in whole["hits"][:2]
    ]
    assert first["total"] == len(people.TEXTS)
    listed, cursor = list(first["hits"]), first["next"]
    changed = False
    while cursor:
        path = f"/v1/searches/{first['search_id']}?limit=2&cursor={cursor}"
        page = server.ask("GET", path, Role.RECRUITER)
        assert page.status_code == 200, page.text
        listed += page.json()["hits"]
        cursor = page.json()["next"]
        assert ("next" in page.headers.get("Link", "")) == bool(cursor)
        if not changed:  # somebody comes between two pages, and somebody else's résumé changes
            changed = True
            newcomer = people.resume_of("arborist", name="Tove Aldgate", contact="t@example.org")
            potter = people.resume_of("potter") + "\nArborist, arborist, arborist\n"
            server.send(("a.txt", newcomer.encode()), ("b.txt", potter.encode()))
    assert [hit["rank"] for hit in listed] == [1, 2, 3, 4, 5, 6]
    uncertain = ("probability", "uncertain")

    def told(hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{k: v for k, v in hit.items() if k not in uncertain} for hit in hits]

    assert told(listed) == told(whole["hits"])
    assert len(server.search()["hits"]) == 7


def test_a_cursor_of_another_list_is_refused(shared: Server) -> None:
    one, other = shared.search(page=1), shared.search(page=1)
    path = f"/v1/searches/{other['search_id']}?cursor={one['next']}"
    assert shared.ask("GET", path, Role.RECRUITER).status_code == 400


def test_who_is_erased_between_two_pages_is_on_none(server: Server) -> None:
    first = server.search(page=1)
    victim = server.search()["hits"][2]["candidate_id"]
    erase(server.place.catalog, victim, "test")
    rest = server.ask(
        "GET", f"/v1/searches/{first['search_id']}?cursor={first['next']}", Role.RECRUITER
    ).json()
    assert victim not in [hit["candidate_id"] for hit in rest["hits"]]
    assert rest["gone"] == 1
    assert rest["total"] == 6


def test_filters_words_and_edited_requirements_reach_the_pipeline(shared: Server) -> None:
    assert shared.search(words="rigging AND stump")["eligible"] == 1
    phrase = {"value": {"type": "phrase", "terms": ["rescue"]}, "text": "aerial rescue"}
    found = shared.search(requirements=[phrase])["hits"][0]
    assert [each["text"] for each in found["requirements"]] == ["aerial rescue"]
    assert shared.search(filters="years>=3", include_unknown=True)["unknown"]["let_in"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "x", "job": "7"},
        {"job": "nobody's"},
        {"text": "x", "limit": 0},
        {"text": "x", "limit": 10**30},
        {"text": "x", "blend": "NaN"},
        {"text": "x", "filters": "years>>5"},
        {"text": "x", "filters": "'"},
        {"text": "x", "words": "((("},
        {"text": "x", "words": "a AND" * 900},
        {"text": "x", "as_of": "2026-13"},
        {"text": "x\u0000y"},
        {"text": "x", "min_sequence": 10**12},
        {"text": "x", "unknown_field": 1},
        {"text": "x", "requirements": [{"value": {"type": "skill"}, "text": "?"}]},
        {"text": "x", "requirements": [{"value": {"type": []}, "text": "?"}]},
        {"text": "x", "requirements": [{"id": "r99", "value": {"type": "phrase"}, "text": "?"}]},
        {"text": "x", "requirements": [{"value": {"type": "experience", "months": 1e999}}]},
        [],
        None,
    ],
)
def test_what_cannot_be_asked_is_a_problem_with_advice(shared: Server, asked: Any) -> None:
    import json

    body = json.dumps(asked).encode()
    said = shared.ask(
        "POST",
        "/v1/searches",
        Role.RECRUITER,
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert said.status_code in (400, 404, 422, 503), said.text
    assert said.headers["content-type"] == "application/problem+json"
    assert said.json()["detail"]


def test_a_lone_surrogate_is_refused_and_not_stored(shared: Server) -> None:
    said = shared.ask(
        "POST",
        "/v1/searches",
        Role.RECRUITER,
        content=rb'{"text": "arborist \ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert said.status_code == 422, said.text


def test_blind_mode_hides_who_it_is_in_the_list_its_pages_and_its_replay(shared: Server) -> None:
    found = shared.search(blind=True, page=3)
    again = shared.ask("GET", f"/v1/searches/{found['search_id']}", Role.RECRUITER)
    replayed = shared.ask("GET", f"/v1/searches/{found['search_id']}/replay", Role.RECRUITER)
    assert replayed.json()["same"] is True
    seen = shared.search()
    for said in (str(found), again.text, replayed.text):
        for name, contact in people.NAMES.values():
            assert name.removeprefix("姓名：") not in said
            assert contact.split(" | ")[0] not in said
        assert '"external_id":"' not in said.replace(" ", "")
    assert "Orsolya Fenwick-Tamm" in str(seen)
    assert [hit["candidate_id"] for hit in seen["hits"]][:3] == [
        hit["candidate_id"] for hit in found["hits"]
    ], "to hide who they are changes nobody's place"


def test_a_replay_is_the_same_to_the_bit(shared: Server) -> None:
    found = shared.search()
    again = shared.ask("GET", f"/v1/searches/{found['search_id']}/replay", Role.RECRUITER).json()
    assert (again["how"], again["same"]) == ("recomputed", True)
    assert again["hits"] == found["hits"]
    assert again["replays"] == found["search_id"] != again["search_id"]


def test_who_was_shown_is_on_record_with_the_request(server: Server) -> None:
    said = server.ask(
        "POST",
        "/v1/searches",
        Role.RECRUITER,
        json={"text": people.ARBORIST_JOB, "page": 2},
        headers={"X-Request-Id": "a-request-of-mine"},
    )
    shown = {hit["candidate_id"] for hit in said.json()["hits"]}
    with server.place.catalog.reading() as reading:
        from catalog.access import Accesses

        noted = reading.accesses.find(Accesses())
    assert {each.person_id for each in noted} == shown
    assert {(each.by, each.action, each.request_id) for each in noted} == {
        ("the recruiter", "shown", "a-request-of-mine")
    }
