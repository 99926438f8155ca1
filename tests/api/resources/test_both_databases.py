"""The way from a file to a shortlist and to oblivion, on SQLite and on PostgreSQL."""

from __future__ import annotations

from catalog.keys import Role
from catalog.store import Catalog
from tests import people
from tests.api.resources.conftest import open_place, serve


def test_from_a_file_to_a_shortlist_to_oblivion(catalog: Catalog, catalog_url: str) -> None:
    place = open_place(catalog.folder, database_url=catalog_url)
    for server in serve(place):
        files = [(f"{who}.txt", people.resume_of(who).encode()) for who in people.TEXTS]
        receipt = server.send(*files)
        assert {each["status"] for each in receipt["documents"]} == {"stored"}
        first = server.search(page=2, min_sequence=receipt["sequence"])
        assert first["total"] == len(files)
        path = f"/v1/searches/{first['search_id']}?cursor={first['next']}"
        rest = server.ask("GET", path, Role.RECRUITER).json()
        assert [hit["rank"] for hit in rest["hits"]] == [3, 4, 5, 6]
        replay = server.ask("GET", f"/v1/searches/{first['search_id']}/replay").json()
        assert replay["same"] is True
        job = server.ask("POST", "/v1/jobs", json={"text": people.DIVER_JOB}).json()
        tag = server.ask("GET", f"/v1/jobs/{job['job_id']}").headers["etag"]
        edited = server.ask(
            "PATCH",
            f"/v1/jobs/{job['job_id']}",
            json={"requirements": []},
            headers={"If-Match": tag},
        )
        assert edited.status_code == 200, edited.text
        best = first["hits"][0]["candidate_id"]
        assert server.ask("DELETE", f"/v1/candidates/{best}").status_code == 202
        assert best not in [hit["candidate_id"] for hit in server.search()["hits"]]
        again = server.ask("GET", f"/v1/searches/{first['search_id']}").json()
        assert (again["gone"], again["hits"][0]["rank"]) == (1, 2)
        audit = server.ask("GET", f"/v1/access?candidate={best}", Role.AUDITOR).json()
        assert {each["action"] for each in audit["accesses"]} == {"erased", "shown", "stored"}
