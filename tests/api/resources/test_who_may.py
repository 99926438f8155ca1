"""Each role on each route: what the key's scopes say, and nothing beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.http.resources import RESOURCES
from catalog.keys import SCOPES, Role, Scope
from tests.api.resources.conftest import Server

# Written out by hand: whoever adds a route says here who may call it.
WHO: dict[tuple[str, str], Scope] = {
    ("POST", "/v1/searches"): Scope.SEARCH,
    ("GET", "/v1/searches/{search_id}"): Scope.SEARCH,
    ("GET", "/v1/searches/{search_id}/replay"): Scope.SEARCH,
    ("POST", "/v1/resumes"): Scope.INGEST,
    ("GET", "/v1/receipts/{receipt}"): Scope.INGEST,
    ("GET", "/v1/candidates/{candidate}"): Scope.SEARCH,
    ("GET", "/v1/candidates/{candidate}/resume"): Scope.SEARCH,
    ("DELETE", "/v1/candidates/{candidate}"): Scope.ADMIN,
    ("GET", "/v1/erasures/{erasure}"): Scope.ADMIN,
    ("GET", "/v1/documents/{document}"): Scope.SEARCH,
    ("POST", "/v1/jobs"): Scope.SEARCH,
    ("GET", "/v1/jobs"): Scope.SEARCH,
    ("GET", "/v1/jobs/{job}"): Scope.SEARCH,
    ("PATCH", "/v1/jobs/{job}"): Scope.SEARCH,
    ("POST", "/v1/jobs/{job}/close"): Scope.SEARCH,
    ("POST", "/v1/jobs/{job}/shortlist"): Scope.SEARCH,
    ("POST", "/v1/outcomes"): Scope.OUTCOMES,
    ("GET", "/v1/generations"): Scope.ADMIN,
    ("POST", "/v1/generations/{generation}/publish"): Scope.ADMIN,
    ("GET", "/v1/models"): Scope.ADMIN,
    ("POST", "/v1/models/{name}/promote"): Scope.ADMIN,
    ("POST", "/v1/models/rollback"): Scope.ADMIN,
    ("GET", "/v1/quarantine"): Scope.ADMIN,
    ("GET", "/v1/access"): Scope.AUDIT,
}
_NOBODY = {"search_id": "0" * 32, "receipt": "0" * 32, "name": "none"}


def routes() -> Iterator[tuple[str, str]]:
    for router in RESOURCES:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods:
                yield method, route.path


def test_every_route_is_on_the_list_and_nothing_else_is() -> None:
    assert sorted(routes()) == sorted(WHO)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_its_scopes_say_and_nothing_beside(shared: Server, role: Role) -> None:
    for (method, path), scope in WHO.items():
        there = re.sub(r"\{(\w+)\}", lambda found: _NOBODY.get(found[1], "999999"), path)
        said = shared.ask(method, there, role, json={} if method in ("POST", "PATCH") else None)
        if scope in SCOPES[role]:
            assert said.status_code in (200, 400, 404, 409, 422, 428), (method, path, said.text)
        else:
            assert said.status_code == 403, (method, path)
            assert said.json()["type"] == "/problems/not-allowed"


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer bole_" + "A" * 43}])
def test_nobody_gets_anywhere_without_a_key(shared: Server, sent: dict[str, str]) -> None:
    for method, path in WHO:
        there = re.sub(r"\{(\w+)\}", lambda found: _NOBODY.get(found[1], "1"), path)
        said = shared.client.request(method, there, headers=sent)
        assert said.status_code == 401, (method, path)


def test_the_document_describes_every_call_with_an_example_of_what_to_send(shared: Server) -> None:
    document = shared.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for method, path in WHO:
        call: dict[str, Any] = document["paths"][path][method.lower()]
        assert call["summary"], (method, path)
        assert call["description"], (method, path)
        assert call["security"], (method, path)
        assert any(code.startswith("2") for code in call["responses"])
        assert {"401", "403"} <= call["responses"].keys()


def test_the_examples_work_as_they_stand(server: Server) -> None:
    document = server.client.get("/openapi.json").json()
    for path, method in (
        ("/v1/searches", "post"),
        ("/v1/jobs", "post"),
        ("/v1/jobs/{job}/shortlist", "post"),
        ("/v1/jobs/{job}", "patch"),
        ("/v1/outcomes", "post"),
        ("/v1/resumes", "post"),
    ):
        body = document["paths"][path][method]["requestBody"]["content"]["application/json"]
        name = body["schema"].get("$ref", "").rpartition("/")[2]
        sent = body.get("example") or document["components"]["schemas"][name]["examples"][0]
        there = path.replace("{job}", "external:REQ-204")
        said = server.ask(method.upper(), there, json=sent, headers={"If-Match": "*"})
        assert said.status_code in (200, 201, 202), (path, said.text)
