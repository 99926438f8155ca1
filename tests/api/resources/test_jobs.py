"""Jobs and outcomes over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.keys import Role
from tests import people
from tests.api.resources.conftest import Server


def add(server: Server, **job: str) -> dict[str, Any]:
    said = server.ask("POST", "/v1/jobs", Role.RECRUITER, json={"text": people.ARBORIST_JOB} | job)
    assert said.status_code == 201, said.text
    return said.json()


def as_sent(requirement: dict[str, Any]) -> dict[str, Any]:
    return {name: requirement[name] for name in ("id", "kind", "value", "text", "group")}


def test_a_job_is_kept_with_what_it_asks_for(server: Server) -> None:
    job = add(server, external_id="REQ-1")
    assert [r["kind"] for r in job["requirements"]][-1] == "nice"
    for each in job["requirements"]:
        assert job["text"][each["start"] : each["end"]]
    assert add(server, external_id="REQ-1") == job, "the same text is the same job"
    found = server.ask("GET", "/v1/jobs/external:REQ-1", Role.RECRUITER)
    assert found.json() == job
    short = server.ask("POST", f"/v1/jobs/{job['job_id']}/shortlist", Role.RECRUITER, json={})
    assert short.json()["hits"] == server.search(job="REQ-1")["hits"]


def test_an_edit_needs_the_version_it_edits(server: Server) -> None:
    job = add(server)
    path = f"/v1/jobs/{job['job_id']}"
    tag = server.ask("GET", path, Role.RECRUITER).headers["etag"]
    kept = [as_sent(each) for each in job["requirements"][:2]]
    kept[0]["kind"] = "nice"
    new = {"value": {"type": "phrase", "terms": ["stump"]}, "text": "stump grinding"}
    body = {"requirements": [*kept, new]}
    assert server.ask("PATCH", path, Role.RECRUITER, json=body).status_code == 428
    stale = server.ask("PATCH", path, json=body, headers={"If-Match": '"no"'})
    assert stale.status_code == 412
    edited = server.ask("PATCH", path, Role.RECRUITER, json=body, headers={"If-Match": tag})
    assert edited.status_code == 200, edited.text
    now = edited.json()["requirements"]
    assert [(r["text"], r["kind"], r["version"]) for r in now] == [
        (job["requirements"][0]["text"], "nice", 2),
        (job["requirements"][1]["text"], "must", 1),
        ("stump grinding", "must", 1),
    ]
    again = server.ask("PATCH", path, json=body, headers={"If-Match": tag})
    assert again.status_code == 412, "somebody edited it meanwhile"
    fresh = edited.headers["etag"]
    without = server.ask("PATCH", path, json={"requirements": []}, headers={"If-Match": fresh})
    assert without.json()["requirements"] == []
    tag = without.headers["etag"]
    anew = server.ask("PATCH", path, json={"requirements": [new]}, headers={"If-Match": tag})
    numbers = {r["id"] for r in now} | {r["id"] for r in job["requirements"]}
    assert {r["id"] for r in anew.json()["requirements"]}.isdisjoint(numbers), "no id comes back"


def test_a_closed_job_leaves_the_list_and_is_edited_no_more(server: Server) -> None:
    first, other = add(server), add(server, text=people.DIVER_JOB)
    assert server.ask("POST", f"/v1/jobs/{first['job_id']}/close").json()["open"] is False
    assert server.ask("POST", f"/v1/jobs/{first['job_id']}/close").status_code == 200
    listed = server.ask("GET", "/v1/jobs").json()["jobs"]
    assert [job["job_id"] for job in listed] == [other["job_id"]]
    path = f"/v1/jobs/{first['job_id']}"
    said = server.ask("PATCH", path, json={"requirements": []}, headers={"If-Match": "*"})
    assert said.status_code == 409
    assert server.ask("GET", path).json()["open"] is False


def test_pages_of_jobs_hold_each_job_once_whoever_comes_meanwhile(server: Server) -> None:
    numbers = [add(server, text=f"Arborist number {n}")["job_id"] for n in range(5)]
    seen: list[int] = []
    path = "/v1/jobs?limit=2"
    while path:
        said = server.ask("GET", path, Role.RECRUITER)
        seen += [job["job_id"] for job in said.json()["jobs"]]
        add(server, text=f"Another after {seen[-1]}") if len(seen) == 2 else None
        path = said.links.get("next", {}).get("url", "")
    assert seen[:5] == numbers
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    "job",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": "x" * 200_001},
        {"text": "x", "external_id": "a\nb"},
        {"text": "x", "external_id": "y" * 300},
        {"text": "x\x00"},
        {"text": 7},
    ],
)
def test_what_is_no_job_is_refused(shared: Server, job: dict[str, Any]) -> None:
    assert shared.ask("POST", "/v1/jobs", Role.RECRUITER, json=job).status_code in (400, 422)


def test_outcomes_are_stored_once_and_what_cannot_be_used_is_listed(server: Server) -> None:
    add(server, external_id="REQ-1")
    events = [
        {"id": "1", "candidate": "arborist", "job": "REQ-1", "kind": "hired", "on": "2026-11-02"},
        {
            "candidate": "potter",
            "job": "REQ-1",
            "kind": "Interviewed",
            "at": "2026-11-01T09:00:00Z",
        },
        {"candidate": "nobody", "job": "REQ-1", "kind": "hired", "on": "2026-11-02"},
        {"candidate": "potter", "job": "REQ-1", "kind": "promoted", "on": "2026-11-02"},
        {"candidate": "potter", "job": "REQ-1", "kind": "hired", "on": "2026-31-31"},
        {"candidate": "violin", "job": "REQ-1"},
    ]
    said = server.ask("POST", "/v1/outcomes", Role.INTEGRATOR, json={"events": events})
    done = said.json()
    assert (done["events"], done["applications"], done["known"]) == (2, 3, 0)
    assert [(each["place"], each["problem"]) for each in done["unusable"]] == [
        (2, "unknown candidate"),
        (3, "unknown kind"),
        (4, "unusable date"),
    ]
    again = server.ask("POST", "/v1/outcomes", Role.INTEGRATOR, json={"events": events}).json()
    assert (again["events"], again["applications"], again["known"]) == (0, 0, 3)
    changed = {**events[0], "kind": "rejected"}
    said = server.ask("POST", "/v1/outcomes", Role.INTEGRATOR, json={"events": [changed]}).json()
    assert said["unusable"][0]["problem"] == "id used twice", "nothing stored is overwritten"
