"""What comes from outside and means no good, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.http.app import make_app
from api.http.authorisation import Caller, needs
from api.settings import Settings
from api.workplace import Workplace
from catalog.keys import Role, Scope
from catalog.store import Catalog
from tests.api.http.conftest import add_key, bearer

Searcher = Annotated[Caller, Depends(needs(Scope.SEARCH))]


class WishIn(BaseModel):
    number: int


@pytest.fixture
def client(sqlite_catalog: Catalog) -> Iterator[TestClient]:
    settings = Settings(
        data=sqlite_catalog.folder, api_body_mb=1, api_origins=("https://ats.example",)
    )
    app = make_app(Workplace(settings), load=False)
    _add_routes(app)
    with TestClient(app, raise_server_exceptions=False) as speaking:
        yield speaking


def _add_routes(app: FastAPI) -> None:
    @app.get("/mine")
    def mine(caller: Searcher) -> dict[str, Any]:
        return {"name": caller.name}

    @app.post("/wish")
    def wish(caller: Searcher, wish: WishIn) -> dict[str, Any]:
        return {"number": wish.number}

    @app.post("/file")
    def file(caller: Searcher, file: UploadFile) -> dict[str, Any]:
        return {"bytes": len(file.file.read())}


@pytest.fixture
def anna(sqlite_catalog: Catalog) -> dict[str, str]:
    return bearer(add_key(sqlite_catalog, "anna", Role.RECRUITER))


def _made_up(secret: str) -> list[str]:
    return [
        "",
        "Bearer",
        "Bearer ",
        secret,
        f"Basic {secret}",
        f"Bearer {secret}x",
        f"Bearer {secret[:-1]}",
        f"Bearer {secret} {secret}",
        f"Bearer {secret},",
        f"Bearer {secret.upper()}",
        f"Bearer {'A' * 5000}",
        "Bearer bole_" + "A" * 43,
        "Bearer ' OR '1'='1",
    ]


def test_a_key_that_is_none_opens_nothing_and_all_are_refused_alike(
    client: TestClient, anna: dict[str, str]
) -> None:
    secret = anna["Authorization"].removeprefix("Bearer ")
    for sent in _made_up(secret):
        answered = client.get("/mine", headers={"Authorization": sent})
        assert answered.status_code == 401, sent
        assert answered.headers["www-authenticate"] == 'Bearer realm="bole"'
        assert secret not in answered.text
    assert client.get("/mine").status_code == 401
    assert client.get("/mine", headers=anna).json() == {"name": "anna"}
    assert client.get("/mine", headers={"Authorization": f"bearer   {secret} "}).status_code == 200


def test_a_key_in_the_address_opens_nothing(client: TestClient, anna: dict[str, str]) -> None:
    secret = anna["Authorization"].removeprefix("Bearer ")
    for query in ("key", "api_key", "token", "access_token", "Authorization"):
        assert client.get("/mine", params={query: secret}).status_code == 401


def test_two_keys_at_once_open_nothing(client: TestClient, anna: dict[str, str]) -> None:
    value = anna["Authorization"]
    both = [("Authorization", value), ("Authorization", value)]
    assert client.get("/mine", headers=both).status_code == 401


@pytest.mark.parametrize("how", ["revoked", "expired", "rotated"])
def test_a_key_that_was_good_opens_nothing_from_the_next_request_on(
    client: TestClient, sqlite_catalog: Catalog, anna: dict[str, str], how: str
) -> None:
    assert client.get("/mine", headers=anna).status_code == 200
    with sqlite_catalog.writing() as w:
        if how == "revoked":
            w.keys.revoke(1, "root")
        elif how == "rotated":
            w.keys.rotate(1, timedelta(0))
        else:
            key = sa.table("api_key", sa.column("expires_at", sa.DateTime(timezone=True)))
            w.unit.connection.execute(sa.update(key).values(expires_at=datetime.now(UTC)))
    assert client.get("/mine", headers=anna).status_code == 401


def test_the_key_is_asked_for_before_the_body_is_looked_at(client: TestClient) -> None:
    assert client.post("/wish", content=b"{nonsense").status_code in (401, 422)
    assert client.post("/wish", json={"number": 1}).status_code == 401


@pytest.mark.parametrize("path", ["/wish", "/file"])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(
    client: TestClient, anna: dict[str, str], path: str, announced: bool
) -> None:
    line = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n"
    body = line + b"a" * 1_100_000 + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x" if path == "/file" else "application/json"
    content: Any = body if announced else iter([body[:500_000], body[500_000:]])
    answered = client.post(path, content=content, headers={**anna, "Content-Type": kind})
    assert answered.status_code == 413
    assert answered.json()["type"] == "/problems/too-large"


def test_a_body_of_just_the_size_is_taken(client: TestClient, anna: dict[str, str]) -> None:
    answered = client.post("/file", files={"file": b"a" * 900_000}, headers=anna)
    assert answered.json() == {"bytes": 900_000}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"number": 1e999}'),
        ("application/json", b'{"number": NaN}'),
        ("application/json", b'{"number": "\\ud800"}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"number": ' + b"9" * 5000 + b"}"),
        ("application/json; charset=utf-16", '{"number": 1'.encode("utf-16")),
        ("text/plain", b'{"number": 1}'),
        ("application/x-www-form-urlencoded", b"number=1"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"--"),
        ("\x80\xff/\x01", b'{"number": 1}'),
    ],
)
@pytest.mark.parametrize("path", ["/wish", "/file"])
def test_a_body_of_the_wrong_kind_is_refused_and_nothing_breaks(
    client: TestClient, anna: dict[str, str], path: str, kind: str, body: bytes
) -> None:
    headers: Any = {**anna, "Content-Type": kind.encode("latin-1")}
    answered = client.post(path, content=body, headers=headers)
    assert answered.status_code in (400, 415, 422)
    assert answered.headers["content-type"] == "application/problem+json"


def test_what_was_sent_wrongly_is_not_repeated(client: TestClient, anna: dict[str, str]) -> None:
    answered = client.post("/wish", json={"number": "Zuleika Quandary"}, headers=anna)
    assert answered.status_code == 422
    assert answered.json()["errors"] == [
        {
            "where": "body.number",
            "what": "Input should be a valid integer, unable to parse string as an integer",
        }
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("8f14e45fceea167a", True),
        ("import:2026-11-24.7_b", True),
        ("short", False),
        ("x" * 65, False),
        ("a\tbbbbbbbbb", False),
        ("<script>alert(1)</script>", False),
        ("-leading-dash", False),
        ("ÿÿÿÿÿÿÿÿ", False),
        ("", False),
    ],
)
def test_a_request_id_is_kept_where_it_is_harmless(
    client: TestClient, sent: str, kept: bool
) -> None:
    headers: Any = {"X-Request-Id": sent.encode("latin-1")}
    given = client.get("/health", headers=headers).headers["x-request-id"]
    assert (given == sent) is kept
    assert len(given) >= 8


def test_of_two_request_ids_none_is_taken(client: TestClient) -> None:
    two = [("X-Request-Id", "first-of-two"), ("X-Request-Id", "second-of-two")]
    assert client.get("/health", headers=two).headers["x-request-id"] not in dict(two).values()


@pytest.mark.parametrize(
    "path",
    [
        "/health",
        "/ready",
        "/mine",
        "/none",
        "/docs/none",
        "/docs/..%2f..%2fcore.py",
        "/problems/%00",
        "/%ff%fe",
        "//evil.example/health",
        "/" + "a" * 5000,
    ],
)
def test_every_answer_has_headers_that_keep_it_safe(client: TestClient, path: str) -> None:
    answered = client.get(path)
    assert answered.status_code in (200, 401, 404, 503)
    for name, value in {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }.items():
        assert answered.headers[name] == value
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert "server" not in answered.headers


def test_the_documentation_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("http-equiv", "")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "begin.js"):
        assert client.get(f"/docs/{name}").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "PROPFIND", "X" * 300])
def test_a_method_that_is_not_there_is_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/health").status_code == 405


def test_only_pages_of_configured_servers_may_call_from_a_browser(
    client: TestClient, anna: dict[str, str]
) -> None:
    def asks(origin: str) -> Any:
        return client.options(
            "/mine",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            },
        )

    assert asks("https://ats.example").headers["access-control-allow-origin"] == (
        "https://ats.example"
    )
    for origin in ("https://evil.example", "null", "https://ats.example.evil.example"):
        assert "access-control-allow-origin" not in asks(origin).headers
    assert "access-control-allow-credentials" not in asks("https://ats.example").headers


def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_not(
    sqlite_catalog: Catalog,
) -> None:
    settings = Settings(data=sqlite_catalog.folder, api_rate=30)
    app = make_app(Workplace(settings), load=False)
    _add_routes(app)
    often = bearer(add_key(sqlite_catalog, "often", Role.RECRUITER))
    seldom = bearer(add_key(sqlite_catalog, "seldom", Role.RECRUITER))
    with TestClient(app) as client:
        answered = [client.get("/mine", headers=often) for _ in range(5)]
        assert [each.status_code for each in answered] == [200, 200, 200, 429, 429]
        assert 1 <= int(answered[-1].headers["retry-after"]) <= 2
        assert client.get("/mine", headers=seldom).status_code == 200
        assert client.get("/health").status_code == 200


def test_answers_are_packed_for_who_can_unpack_them(client: TestClient) -> None:
    plain = client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
    packed = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()


def test_the_counters_are_for_who_may_see_them_and_name_nobody(
    client: TestClient, sqlite_catalog: Catalog, anna: dict[str, str]
) -> None:
    auditor = bearer(add_key(sqlite_catalog, "auditor", Role.AUDITOR))
    client.get("/problems/zuleika-quandary")
    client.request("ZULEIKA", "/health")
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=anna).status_code == 403
    counted = client.get("/metrics", headers=auditor).text
    assert 'bole_http_requests_total{method="GET",route="/problems/{name}",status="404"} 1.0' in (
        counted
    )
    assert "zuleika" not in counted.lower()
