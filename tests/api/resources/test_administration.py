"""What administrators and auditors see and do over HTTP."""

from __future__ import annotations

from catalog.keys import Role
from indexer.reindex import reindex
from tests import people
from tests.api.resources.conftest import Server


def test_an_older_generation_serves_again(server: Server) -> None:
    place = server.place
    newcomer = people.resume_of("violin", name="Tove Aldgate", contact="tove@example.org").encode()
    server.send(("tove.txt", newcomer))
    built = reindex(place.catalog, place.encoder, full=True).generation
    listed = server.ask("GET", "/v1/generations").json()["generations"]
    assert [(each["id"], each["serving"]) for each in listed] == [(1, False), (built, True)]
    assert {each["model"] for each in listed} == {place.encoder.name}
    again = server.ask("POST", f"/v1/generations/{built}/publish")
    assert again.status_code == 409
    said = server.ask("POST", "/v1/generations/1/publish")
    assert said.status_code == 200, said.text
    assert said.json()["serving"]
    assert said.json()["rolled_back_to"][0]["by"] == "the admin"
    assert server.ask("POST", "/v1/generations/99/publish").status_code == 404
    assert "Tove Aldgate" in [hit["name"] for hit in server.search()["hits"]], "nobody is lost"


def test_models_are_listed_and_one_that_is_none_is_not_promoted(server: Server) -> None:
    assert server.ask("GET", "/v1/models").json() == {"serving": None, "models": []}
    assert server.ask("POST", "/v1/models/nothing/promote").status_code == 404
    assert server.ask("POST", "/v1/models/rollback").status_code == 409


def test_the_quarantine_says_what_to_do(server: Server) -> None:
    server.send(("a.pdf", b"%PDF-1.7 torn"), ("b.bin", b"\x00\x01\x02" * 99))
    first = server.ask("GET", "/v1/quarantine?limit=1")
    rest = server.ask("GET", first.links["next"]["url"]).json()
    files = [*first.json()["files"], *rest["files"]]
    assert [each["reason"] for each in files] == ["damaged", "binary"]
    assert all(each["advice"] for each in files)
    assert rest["next"] is None


def test_an_auditor_reads_who_looked_at_whom_and_nothing_else(server: Server) -> None:
    person = server.ask("GET", "/v1/candidates/external:potter", Role.RECRUITER).json()
    for _ in range(3):
        server.ask("GET", f"/v1/candidates/{person['candidate_id']}/resume", Role.RECRUITER)
    path = f"/v1/access?candidate={person['candidate_id']}&limit=3"
    first = server.ask("GET", path, Role.AUDITOR)
    assert [each["action"] for each in first.json()["accesses"]] == ["resume"] * 3
    server.ask("GET", f"/v1/candidates/{person['candidate_id']}/resume", Role.RECRUITER)
    rest = server.ask("GET", first.links["next"]["url"], Role.AUDITOR).json()
    assert [(each["action"], each["by"]) for each in rest["accesses"]] == [
        ("read", "the recruiter")
    ]
    later = server.ask("GET", "/v1/access?since=2100-01-01T00:00:00Z", Role.AUDITOR).json()
    assert later["accesses"] == []
    assert server.ask("GET", "/v1/candidates/1", Role.AUDITOR).status_code == 403
    assert server.ask("GET", "/v1/access", Role.RECRUITER).status_code == 403
    assert server.ask("GET", "/v1/access?candidate=999999", Role.AUDITOR).status_code == 404
