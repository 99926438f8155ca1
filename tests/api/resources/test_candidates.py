"""Candidates over HTTP: what is shown of them, to whom it is not, and how they are forgotten."""

from __future__ import annotations

import json
from typing import Any

from catalog.access import Accesses
from catalog.keys import Role
from indexer.documents.json_resume import is_json_resume
from tests import people
from tests.api.resources.conftest import Server

NEW = people.resume_of(
    "arborist", name="Tove Aldgate", contact="tove@example.org | +44 7700 900199"
).encode()


def get(server: Server, path: str) -> Any:
    said = server.ask("GET", path, Role.RECRUITER)
    assert said.status_code == 200, said.text
    return said.json()


def test_a_candidate_is_who_they_are_under_either_id(shared: Server) -> None:
    one = get(shared, "/v1/candidates/external:arborist")
    assert one["name"] == "Orsolya Fenwick-Tamm"
    assert {"kind": "email", "value": "orsolya@example.org"} in one["claims"]
    assert one["positions"][0]["employer"] == "Greencanopy Contractors"
    assert get(shared, f"/v1/candidates/{one['candidate_id']}") == one


def test_blind_mode_tells_nothing_of_who_it_is(shared: Server) -> None:
    for who in people.TEXTS:
        found = get(shared, f"/v1/candidates/external:{who}?blind=true")
        document = found["documents"][0]["document_id"]
        original = shared.ask("GET", f"/v1/documents/{document}?blind=true", Role.RECRUITER)
        resume = get(shared, f"/v1/candidates/external:{who}/resume?blind=true")
        name, contact = people.NAMES[who]
        for said in (str(found), original.text, json.dumps(resume, ensure_ascii=False)):
            assert said
            assert name.removeprefix("姓名：") not in said
            for detail in contact.replace("：", " ").replace("|", " ").split():
                assert detail not in said or detail in ("电话", "邮箱"), (who, detail)
        assert found["positions"] or found["text"]


def test_a_resume_comes_out_as_json_resume(shared: Server) -> None:
    resume = get(shared, "/v1/candidates/external:arborist/resume")
    assert is_json_resume(resume)
    assert resume["basics"]["name"] == "Orsolya Fenwick-Tamm"
    first = resume["work"][0]
    assert (first["name"], first["position"]) == ("Greencanopy Contractors", "Lead Arborist")
    assert first["startDate"] == "2019-04"
    assert "endDate" not in first
    assert "400 veteran oaks" in first["summary"]
    assert "Lead Arborist" not in first["summary"]


def test_what_went_out_as_json_resume_comes_in_as_the_same_career(server: Server) -> None:
    out = get(server, "/v1/candidates/external:arborist/resume")
    out["basics"] |= {
        "name": "Tove Aldgate",
        "email": "tove@example.org",
        "phone": "",
        "profiles": [],
    }
    said = server.ask("POST", "/v1/resumes?external_id=T-1000", Role.INTEGRATOR, json=out)
    server.follow(said.json()["receipt"])
    back = get(server, "/v1/candidates/external:T-1000/resume")
    career = [(job.get("name"), job["position"], job["startDate"]) for job in out["work"]]
    assert [(j.get("name"), j["position"], j["startDate"]) for j in back["work"]] == career


def test_an_original_comes_back_byte_for_byte_and_only_to_be_saved(server: Server) -> None:
    page = b"<!doctype html><html><body><h1>Tove Aldgate</h1><p>Arborist</p><script>1</script>"
    page += b"<h2>Work history</h2><p>Arborist, Elmfield<br>2014 - 2019</p></body></html>"
    sent = server.send(('tove"\r\nX-Evil: 1.html', page))["documents"][0]
    assert sent["status"] == "stored", sent
    said = server.ask("GET", f"/v1/documents/{sent['document_id']}", Role.RECRUITER)
    assert said.content == page
    assert said.headers["content-type"] == "application/octet-stream"
    assert said.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in said.headers["content-security-policy"]
    assert said.headers["x-content-type-options"] == "nosniff"
    assert "x-evil" not in said.headers


def test_what_does_not_exist_is_not_found(shared: Server) -> None:
    for path in (
        "/v1/candidates/999999",
        "/v1/candidates/external:nobody",
        "/v1/candidates/%20",
        f"/v1/candidates/{10**40}",
        "/v1/candidates/999999/resume",
        "/v1/documents/999999",
        "/v1/erasures/999999",
        "/v1/searches/" + "0" * 32,
        "/v1/receipts/" + "0" * 32,
        "/v1/jobs/999999",
    ):
        said = shared.ask("GET", path)
        assert said.status_code == 404, (path, said.text)
    for path in ("/v1/candidates/a%00b", "/v1/documents/-1", f"/v1/documents/{10**30}"):
        assert shared.ask("GET", path).status_code in (404, 422), path


def test_an_erased_person_vanishes_from_every_route(server: Server) -> None:
    receipt = server.send(("Tove Aldgate.txt", NEW), external_id="T-1000")
    (document,) = receipt["documents"]
    person = document["candidate_id"]
    job = server.ask(
        "POST", "/v1/jobs", json={"text": people.ARBORIST_JOB, "external_id": "REQ-1"}
    ).json()
    event = {"id": "e1", "candidate": "T-1000", "job": "REQ-1", "kind": "hired", "on": "2026-11-01"}
    assert server.ask("POST", "/v1/outcomes", json={"events": [event]}).json()["events"] == 1
    before = server.search(min_sequence=receipt["sequence"])
    assert person in [hit["candidate_id"] for hit in before["hits"]]
    said = server.ask("DELETE", f"/v1/candidates/{person}?reason=asked%20for%20it")
    assert said.status_code == 202, said.text
    told = said.json()
    assert said.headers["location"] == f"/v1/erasures/{told['erasure']}"
    assert told["removed"]["document"] == 1
    assert server.ask("GET", said.headers["location"]).json() == told
    for path in (
        f"/v1/candidates/{person}",
        "/v1/candidates/external:T-1000",
        f"/v1/candidates/{person}/resume",
        f"/v1/documents/{document['document_id']}",
        f"/v1/receipts/{receipt['receipt']}",
    ):
        assert server.ask("GET", path).status_code == 404, path
    everything = [
        server.search(),
        server.ask("POST", f"/v1/jobs/{job['job_id']}/shortlist", json={}).json(),
        server.ask("GET", f"/v1/searches/{before['search_id']}").json(),
        server.ask("GET", f"/v1/searches/{before['search_id']}/replay").json(),
        server.ask("GET", "/v1/quarantine").json(),
        server.ask("POST", "/v1/outcomes", json={"events": [{**event, "id": "e2"}]}).json(),
    ]
    for said_of_it in everything:
        assert "Aldgate" not in str(said_of_it)
        assert "tove@" not in str(said_of_it)
        assert person not in [hit["candidate_id"] for hit in said_of_it.get("hits", ())]
    again = server.ask("DELETE", f"/v1/candidates/{person}")
    assert again.status_code in (202, 404)
    with server.place.catalog.reading() as reading:
        noted = [each.action for each in reading.accesses.find(Accesses(person_id=person))]
    assert {"stored", "shown", "outcome", "erased"} <= set(noted)


def test_a_reason_that_names_the_person_is_refused(shared: Server) -> None:
    path = "/v1/candidates/external:arborist?reason=Orsolya%20Fenwick-Tamm%20asked"
    assert shared.ask("DELETE", path).status_code == 400
    assert get(shared, "/v1/candidates/external:arborist")


def test_an_integrator_sends_and_sees_nobody(shared: Server) -> None:
    for method, path in (
        ("GET", "/v1/candidates/1"),
        ("GET", "/v1/candidates/1/resume"),
        ("GET", "/v1/documents/1"),
        ("DELETE", "/v1/candidates/1"),
        ("GET", "/v1/access"),
        ("GET", "/v1/quarantine"),
        ("GET", "/v1/searches/" + "0" * 32),
    ):
        assert shared.ask(method, path, Role.INTEGRATOR).status_code == 403, path
