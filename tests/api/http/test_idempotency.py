"""Writes that come more than once: on SQLite and on PostgreSQL, one after the other and at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Form, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from api.http.authorisation import AnyServed, Caller, needs
from catalog.errors import Conflict
from catalog.keys import Role, Scope
from catalog.store import Catalog
from reading.job import Job
from tests.api.http.conftest import add_key, bearer

Searcher = Annotated[Caller, Depends(needs(Scope.SEARCH))]
KEY = "Idempotency-Key"


class JobIn(BaseModel):
    text: str
    seconds: float = 0


@pytest.fixture
def holding() -> Event:
    return Event()


@pytest.fixture
def client(app: FastAPI, holding: Event) -> Iterator[TestClient]:
    @app.post("/jobs", status_code=201)
    def add(caller: Searcher, served: AnyServed, job: JobIn, response: Response) -> dict[str, Any]:
        time.sleep(job.seconds)
        with served.place.catalog.writing() as writing:
            number = writing.jobs.store(Job(job.text, "en", None, ()))
        response.headers["Location"] = f"/jobs/{number}"
        response.headers["X-Other"] = "not kept"
        return {"job": number, "text": job.text, "a": None}

    @app.post("/held")
    def held(caller: Searcher) -> dict[str, bool]:
        return {"went on": holding.wait(10)}

    @app.post("/fails/{how}")
    def fails(caller: Searcher, how: str) -> None:
        if how == "refused":
            raise Conflict("no")
        raise RuntimeError("no")

    @app.post("/long")
    def long(caller: Searcher) -> StreamingResponse:
        return StreamingResponse((b"a" * 100_000 for _ in range(15)), media_type="text/plain")

    @app.post("/files")
    def files(caller: Searcher, file: UploadFile, note: Annotated[str, Form()]) -> dict[str, Any]:
        return {"bytes": len(file.file.read()), "note": note, "at": time.time_ns()}

    @app.delete("/jobs/{number}", status_code=204)
    def end(caller: Searcher, number: int) -> None:
        return None

    with TestClient(app, raise_server_exceptions=False) as speaking:
        yield speaking


@pytest.fixture
def anna(catalog: Catalog) -> dict[str, str]:
    return bearer(add_key(catalog, "anna", Role.RECRUITER))


def count_jobs(catalog: Catalog) -> int:
    with catalog.reading() as r:
        return int(r.unit.connection.exec_driver_sql("SELECT count(*) FROM job").scalar_one())


def test_the_same_again_is_done_once_and_answered_alike(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    first, again = (
        client.post("/jobs", json={"text": "李雷招聘"}, headers={**anna, KEY: "k-1"})
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "x-other" not in again.headers
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (
        False,
        "true",
    )
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert count_jobs(catalog) == 1


def test_without_a_key_every_request_is_another_write(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    for _ in range(2):
        client.post("/jobs", json={"text": "a"}, headers=anna)
    assert count_jobs(catalog) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"json": {"text": "b"}},
        {"content": b'{"text":"a" }', "headers": {"Content-Type": "application/json"}},
        {"url": "/jobs?x=1", "json": {"text": "a"}},
        {"url": "/held", "json": {"text": "a"}},
        {"method": "DELETE", "url": "/jobs/1"},
    ],
)
def test_the_same_key_with_another_request_is_refused(
    client: TestClient, catalog: Catalog, anna: dict[str, str], changed: dict[str, Any]
) -> None:
    headers = {**anna, KEY: "k-1"}
    assert client.post("/jobs", json={"text": "a"}, headers=headers).status_code == 201
    more = {"method": "POST", "url": "/jobs", **changed}
    more["headers"] = {**headers, **changed.get("headers", {})}
    answered = client.request(**more)
    assert answered.status_code == 422
    assert answered.json()["type"] == "/problems/idempotency-key-reused"
    assert count_jobs(catalog) == 1


def test_two_callers_may_use_the_same_key(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    li = bearer(add_key(catalog, "li", Role.RECRUITER))
    for who in (anna, li):
        answered = client.post("/jobs", json={"text": "a"}, headers={**who, KEY: "k-1"})
        assert answered.status_code == 201
    assert count_jobs(catalog) == 2


def test_of_many_at_once_one_is_done_and_no_other_answer_is_given(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    def send(_: int) -> Any:
        body = {"text": "a", "seconds": 0.2}
        while True:
            answered = client.post("/jobs", json=body, headers={**anna, KEY: "k-1"})
            if answered.status_code != 409:
                return answered
            assert answered.json()["type"] == "/problems/still-running"
            assert answered.headers["retry-after"] == "1"
            time.sleep(0.05)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1
    assert count_jobs(catalog) == 1


def test_many_different_writes_at_once_are_each_done_once(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    def send(number: int) -> int:
        key = f"k-{number % 6}"
        body = {"text": f"job {number % 6}"}
        while True:
            code = client.post("/jobs", json=body, headers={**anna, KEY: key}).status_code
            if code != 409:
                return code
            time.sleep(0.02)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(24))) == {201}
    assert count_jobs(catalog) == 6


def test_while_the_first_is_done_the_second_is_told_to_wait(
    client: TestClient, anna: dict[str, str], holding: Event
) -> None:
    headers = {**anna, KEY: "k-1"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: client.post("/held", headers=headers))
        deadline = time.monotonic() + 10
        code = 200
        while code != 409 and time.monotonic() < deadline:
            time.sleep(0.05)
            code = client.post("/held", headers=headers | {KEY: "k-1"}).status_code
            assert code in (200, 409)
        holding.set()
        assert first.result().status_code == 200
    assert code == 409
    assert client.post("/held", headers=headers).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("how", ["refused", "broken"])
def test_what_was_refused_or_failed_may_be_sent_again_corrected(
    client: TestClient, catalog: Catalog, anna: dict[str, str], how: str
) -> None:
    headers = {**anna, KEY: "k-1"}
    for _ in range(2):
        answered = client.post(f"/fails/{how}", headers=headers)
        assert answered.status_code == {"refused": 409, "broken": 500}[how]
        assert "idempotency-replayed" not in answered.headers
    assert client.post("/jobs", json={"text": 1}, headers=headers).status_code == 422
    assert client.post("/jobs", json={"text": "a"}, headers=headers).status_code == 201


def test_a_key_does_not_help_who_has_no_key_of_ours(
    client: TestClient, catalog: Catalog, anna: dict[str, str]
) -> None:
    client.post("/jobs", json={"text": "a"}, headers={**anna, KEY: "k-1"})
    assert client.post("/jobs", json={"text": "a"}, headers={KEY: "k-1"}).status_code == 401
    feed = bearer(add_key(catalog, "feed", Role.INTEGRATOR))
    answered = client.post("/jobs", json={"text": "a"}, headers={**feed, KEY: "k-1"})
    assert answered.status_code == 403
    with catalog.writing() as w:
        w.keys.revoke(1, "root")
    answered = client.post("/jobs", json={"text": "a"}, headers={**anna, KEY: "k-1"})
    assert answered.status_code == 401


def test_a_form_sent_again_is_the_same_though_its_boundary_is_another(
    client: TestClient, anna: dict[str, str]
) -> None:
    headers = {**anna, KEY: "k-1"}

    def send(content: bytes, note: str = "n") -> Any:
        return client.post(
            "/files", files={"file": ("cv.pdf", content)}, data={"note": note}, headers=headers
        )

    content = bytes(range(256)) * 1000
    first, again = send(content), send(content)
    assert first.json()["bytes"] == 256_000
    assert again.content == first.content
    assert send(content + b"!").status_code == 422
    assert send(content, "other").status_code == 422


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 200_000])
def test_a_fingerprint_does_not_depend_on_how_a_form_comes_in(
    client: TestClient, anna: dict[str, str], size: int
) -> None:
    def send(boundary: bytes, piece: int) -> Any:
        parts = [
            b'Content-Disposition: form-data; name="note"\r\n\r\nn',
            b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"-" * size,
        ]
        body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
        body += b"--" + boundary + b"--\r\n"
        pieces = (body[at : at + piece] for at in range(0, len(body), piece))
        kind = f"multipart/form-data; boundary={boundary.decode()}"
        return client.post(
            "/files", content=pieces, headers={**anna, KEY: "k", "Content-Type": kind}
        )

    answers = [send(b"----abc", 1_000_000), send(b"xyz", 997), send(b"--------------9", 70_000)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len({each.content for each in answers}) == 1


def test_an_answer_that_is_too_long_to_keep_is_given_whole_and_done_again(
    client: TestClient, anna: dict[str, str]
) -> None:
    for _ in range(2):
        answered = client.post("/long", headers={**anna, KEY: "k-1"})
        assert len(answered.content) == 1_500_000
        assert "idempotency-replayed" not in answered.headers


def test_an_answer_without_a_body_is_given_again(client: TestClient, anna: dict[str, str]) -> None:
    for replayed in (None, "true"):
        answered = client.delete("/jobs/1", headers={**anna, KEY: "k-1"})
        assert (answered.status_code, answered.content) == (204, b"")
        assert answered.headers.get("idempotency-replayed") == replayed


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 256, "é", "a\tb", "\x7f"])
def test_a_key_that_is_none_is_refused(
    client: TestClient, catalog: Catalog, anna: dict[str, str], key: str
) -> None:
    headers: Any = {**anna, KEY: key.encode("latin-1")}
    answered = client.post("/jobs", json={"text": "a"}, headers=headers)
    assert answered.status_code == 400
    assert count_jobs(catalog) == 0


def test_a_key_on_a_reading_request_changes_nothing(
    client: TestClient, anna: dict[str, str]
) -> None:
    assert client.get("/health", headers={KEY: "k"}).status_code == 200
