from __future__ import annotations

import logging
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import api
import catalog
import indexer
import search
from api.http import refusals
from api.http.app import make_app
from api.http.errors import MALFORMED, PROBLEM, PROBLEMS
from api.workplace import Workplace
from catalog import errors

SECRET = "Zuleika Quandary, zuleika@quandary.example, calibrated the zephyrometers"


def all_errors(kind: type[errors.BoleError] = errors.BoleError) -> Iterator[type[errors.BoleError]]:
    yield kind
    for below in kind.__subclasses__():
        if not below.__module__.startswith("tests"):
            yield from all_errors(below)


def make(kind: type[errors.BoleError], message: str) -> errors.BoleError:
    if issubclass(kind, errors.Unreadable):
        return kind("encrypted", message)
    if issubclass(kind, refusals.TooManyRequests):
        return kind(message, 7)
    return kind(message)


@pytest.fixture
def client(sqlite_place: Workplace) -> Iterator[TestClient]:
    app = make_app(sqlite_place, load=False)
    _add_failing_routes(app)
    with TestClient(app, raise_server_exceptions=False) as speaking:
        yield speaking


def _add_failing_routes(app: FastAPI) -> None:
    kinds = {kind.__name__: kind for kind in all_errors()}

    @app.get("/fail/{name}")
    def fail(name: str) -> None:
        raise make(kinds[name], SECRET)

    @app.get("/crash/{name}")
    def crash(name: str) -> None:
        raise {"key": KeyError, "value": ValueError, "exit": SystemError}[name](SECRET)


def test_the_table_has_every_error_there_is_and_no_other() -> None:
    for package in (api, catalog, indexer, search):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "__main__" not in module.name and ".learning" not in module.name:
                import_module(module.name)
    assert set(PROBLEMS) == set(all_errors())


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_every_error_is_answered_as_the_table_says(
    client: TestClient, kind: type[errors.BoleError]
) -> None:
    answered = client.get(f"/fail/{kind.__name__}", headers={"X-Request-Id": "mine-1234"})
    problem = PROBLEMS[kind]
    assert answered.status_code == problem.status
    assert answered.headers["content-type"] == PROBLEM
    assert answered.headers["x-request-id"] == "mine-1234"
    said = answered.json()
    if problem.status == 500:
        assert said == {
            "type": "/problems/unexpected",
            "title": "Something went wrong here",
            "status": 500,
            "request_id": "mine-1234",
        }
    else:
        assert said["type"] == f"/problems/{problem.name}"
        assert (said["title"], said["status"]) == (problem.title, problem.status)
        assert (said["detail"], said["request_id"]) == (SECRET, "mine-1234")


@pytest.mark.parametrize("name", ["key", "value", "exit"])
def test_an_unforeseen_error_shows_the_requests_id_and_nothing_else(
    client: TestClient, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answered = client.get(f"/crash/{name}")
    assert answered.status_code == 500
    given = answered.headers["x-request-id"]
    assert answered.json() == {
        "type": "/problems/unexpected",
        "title": "Something went wrong here",
        "status": 500,
        "request_id": given,
    }
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert given in told[0]
    assert "test_errors.py" in told[0]  # where
    assert "Zuleika" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)  # a traceback quotes the message


def test_types_lead_to_what_they_mean(client: TestClient) -> None:
    listed = client.get("/problems").json()
    told = {problem.name for problem in (*PROBLEMS.values(), MALFORMED)} - {"damaged"}
    assert {each["type"] for each in listed} == {f"/problems/{name}" for name in told}
    for each in listed:
        assert each["what_to_do"]
        assert client.get(each["type"]).json() == each
    assert client.get("/problems/none").status_code == 404


def test_names_of_problems_are_told_apart() -> None:
    by_name = {problem.name: problem for problem in (*PROBLEMS.values(), MALFORMED)}
    assert all(by_name[problem.name] == problem for problem in PROBLEMS.values())


@pytest.mark.parametrize("kind", [refusals.NotAuthenticated, refusals.TooManyRequests])
def test_a_refusal_says_in_its_headers_what_would_help(
    client: TestClient, kind: type[refusals.Refusal]
) -> None:
    headers = client.get(f"/fail/{kind.__name__}").headers
    assert headers.get("www-authenticate", headers.get("retry-after")) in (
        'Bearer realm="bole"',
        "7",
    )


@pytest.mark.parametrize("kind", [errors.NotReady, errors.StoreUnavailable])
def test_who_should_ask_again_is_told_when(
    client: TestClient, kind: type[errors.BoleError]
) -> None:
    assert int(client.get(f"/fail/{kind.__name__}").headers["retry-after"]) > 0


def test_a_message_that_is_no_unicode_is_answered_all_the_same(client: TestClient) -> None:
    app: FastAPI = client.app  # type: ignore[assignment]

    @app.get("/odd")
    def odd() -> None:
        raise errors.InvalidRequest("\ud800 \x00")

    assert client.get("/odd").status_code == 400
