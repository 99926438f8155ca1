"""Promise 8: no résumé text, name or contact in logs or metrics, whatever goes wrong."""

from __future__ import annotations

import logging

import pytest

from catalog.errors import Damaged
from catalog.keys import Role
from tests import people
from tests.api.resources.conftest import Server

NEW = people.resume_of(
    "beekeeper", name="Tove Aldgate", contact="tove@example.org | +44 7700 900199"
)


def secrets_of() -> set[str]:
    """Names, contacts and lines of résumés."""
    told = {"Aldgate", "Tove", "tove@example.org", "7700", "T-1000"}
    for who in people.TEXTS:
        told |= {line for line in people.resume_of(who).splitlines() if len(line) > 12}
    return told | {line for line in NEW.splitlines() if len(line) > 12}


def logged_by_us(caplog: pytest.LogCaptureFixture) -> str:
    """What every logger said but the test's own client."""
    lines = [
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if not record.name.startswith("http")
    ]
    return "\n".join(lines)


def test_nothing_about_anybody_is_logged_or_measured(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = server.send(
        ("Tove Aldgate.txt", NEW.encode()),
        ("Tove Aldgate.pdf", b"%PDF-1.7 Tove Aldgate"),
    )
    person = receipt["documents"][0]["candidate_id"]
    found = server.search(words="Tove OR bees", filters="years>=0", include_unknown=True)
    for path in (
        f"/v1/candidates/{person}",
        "/v1/candidates/external:Tove%20Aldgate",
        f"/v1/candidates/{person}/resume",
        f"/v1/documents/{receipt['documents'][0]['document_id']}",
        f"/v1/searches/{found['search_id']}",
        f"/v1/searches/{found['search_id']}/replay",
        f"/v1/receipts/{receipt['receipt']}",
        "/v1/quarantine",
        "/v1/access?key=Tove",
        "/v1/Tove%20Aldgate",
    ):
        server.ask("GET", path)
    server.ask("POST", "/v1/searches", json={"text": NEW, "filters": "Tove Aldgate"})
    server.ask("POST", "/v1/searches", json={"text": "x", "Tove Aldgate": 1})
    monkeypatch.setattr(
        server.place.catalog.blobs, "get", lambda key: (_ for _ in ()).throw(Damaged(NEW))
    )
    broken = server.ask("GET", f"/v1/documents/{receipt['documents'][0]['document_id']}")
    assert broken.status_code == 500
    monkeypatch.setattr(
        server.place.catalog.blobs, "get", lambda key: (_ for _ in ()).throw(KeyError(NEW))
    )
    unforeseen = server.ask("GET", f"/v1/documents/{receipt['documents'][0]['document_id']}")
    assert unforeseen.status_code == 500
    metrics = server.ask("GET", "/metrics")
    logged = logged_by_us(caplog)
    assert "bole" in logged
    assert metrics.status_code == 200
    for said in (logged, metrics.text, broken.text, unforeseen.text):
        for secret in secrets_of():
            assert secret not in said, secret


def test_what_fails_while_it_is_read_is_told_by_kind_and_place_only(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import receiving

    def fail(*_: object) -> None:
        raise RuntimeError(NEW)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(receiving, "take_in", fail)
    sent = [("files", ("Tove Aldgate.txt", NEW.encode()))]
    said = server.ask("POST", "/v1/resumes", Role.INTEGRATOR, files=sent).json()
    (document,) = server.follow(said["receipt"])["documents"]
    assert (document["status"], document["reason"]) == ("failed", "crashed")
    assert "Aldgate" not in str(document)
    for secret in secrets_of():
        assert secret not in logged_by_us(caplog), secret
