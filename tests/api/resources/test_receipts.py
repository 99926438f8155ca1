"""Résumés over HTTP: what was acknowledged is kept, read, and found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.app import make_app
from catalog.keys import Role
from indexer.erasure import erase, finish_erasures
from tests import people
from tests.api.resources.conftest import Server, keys_of, open_place, serve

NEW = people.resume_of("arborist", name="Tove Aldgate", contact="tove@example.org").encode()


def test_who_is_sent_is_found_and_the_receipt_says_who_it_is(server: Server) -> None:
    receipt = server.send(("tove.txt", NEW), external_id="T-1000")
    (document,) = receipt["documents"]
    assert document["status"] == "stored"
    found = server.search(min_sequence=receipt["sequence"])
    hit = next(h for h in found["hits"] if h["candidate_id"] == document["candidate_id"])
    assert (hit["name"], hit["external_id"]) == ("Tove Aldgate", "T-1000")
    again = server.send(("tove.txt", NEW), external_id="T-1000")["documents"][0]
    assert (again["status"], again["document_id"]) == ("unchanged", document["document_id"])


def test_many_files_each_get_their_own_fate(server: Server) -> None:
    receipt = server.send(
        ("tove.txt", NEW),
        ("scan.pdf", b"%PDF-1.7 torn"),
        ("../../etc/passwd", b"\x00\x01\x02" * 99),
    )
    assert [each["status"] for each in receipt["documents"]] == [
        "stored",
        "quarantined",
        "quarantined",
    ]
    assert receipt["documents"][1]["reason"] == "damaged"
    assert not (server.place.settings.data.parent / "etc").exists()


def test_a_json_resume_is_taken_in(server: Server) -> None:
    sent = {
        "basics": {"name": "Tove Aldgate", "email": "tove@example.org"},
        "work": [{"name": "Greencanopy", "position": "Arborist", "startDate": "2019-04"}],
    }
    said = server.ask("POST", "/v1/resumes?external_id=T-1000", Role.INTEGRATOR, json=sent)
    (document,) = server.follow(said.json()["receipt"])["documents"]
    with server.place.catalog.reading() as reading:
        assert reading.people.of_external(["T-1000"]) == {"T-1000": document["candidate_id"]}
        assert reading.people.get(document["candidate_id"]).name == "Tove Aldgate"


def test_from_nothing_to_a_shortlist_without_a_command(tmp_path: Path) -> None:
    from catalog.store import create_catalog
    from catalog.store.engine import default_url

    data = tmp_path / "data"
    create_catalog(default_url(data), data).close()
    for server in serve(open_place(data)):
        early = server.ask("POST", "/v1/searches", json={"text": people.ARBORIST_JOB})
        assert early.status_code == 503
        server.send(("a.txt", NEW), ("b.txt", people.resume_of("potter").encode()))
        assert server.search()["hits"][0]["name"] == "Tove Aldgate"


def test_a_receipt_survives_the_server(indexed: Path, tmp_path: Path) -> None:
    data = shutil.copytree(indexed, tmp_path / "data")
    place = open_place(data)
    keys = keys_of(place)
    app = make_app(place, load=False)  # never started: nothing works in the background
    client = TestClient(app)
    said = client.post(
        "/v1/resumes",
        headers={"Authorization": f"Bearer {keys[Role.INTEGRATOR]}"},
        files=[("files", ("tove.txt", NEW))],
    )
    assert said.status_code == 202
    assert said.json()["documents"][0]["status"] == "waiting"
    finish_erasures(place.catalog)  # what waits is nobody's document yet, and no orphan
    place.catalog.close()
    for server in serve(open_place(data), keys):
        (document,) = server.follow(said.json()["receipt"])["documents"]
        assert document["status"] == "stored"
        assert "Tove Aldgate" in [hit["name"] for hit in server.search()["hits"]]


def test_an_orphan_sweep_leaves_what_waits_to_be_read(indexed: Path, tmp_path: Path) -> None:
    from api.receiving import Sender, Upload, describe_receipt, receive, work_off
    from indexer.documents.limits import Limits
    from indexer.intake import readers

    place = open_place(shutil.copytree(indexed, tmp_path / "data"))
    catalog = place.catalog
    receipt = receive(catalog, [Upload("tove.txt", NEW)], Sender(None, "r"))
    with catalog.reading() as reading:
        potter = reading.people.of_external(["potter"])["potter"]
    erase(catalog, potter, "test")
    from indexer.reindex import reindex

    finish_erasures(catalog, lambda: reindex(catalog, place.encoder))
    with readers(1, Limits()) as pool:
        assert work_off(catalog, pool) == 1
        assert work_off(catalog, pool) == 0
    assert describe_receipt(catalog, receipt)["documents"][0]["status"] == "stored"
    catalog.close()


def test_nothing_is_kept_of_somebody_erased_who_is_sent_again(server: Server) -> None:
    receipt = server.send(("Tove Aldgate.txt", NEW))
    person = receipt["documents"][0]["candidate_id"]
    erase(server.place.catalog, person, "test")
    gone = server.ask("GET", f"/v1/receipts/{receipt['receipt']}", Role.INTEGRATOR)
    assert gone.status_code == 404
    again = server.send(("Tove Aldgate.txt", NEW))["documents"][0]
    assert (again["status"], again["candidate_id"], again["file"]) == ("refused", None, None)
    import hashlib

    key = hashlib.sha256(NEW).hexdigest()
    assert key not in set(server.place.catalog.blobs.keys()), "at once, not in the next night"
    with server.place.catalog.reading() as reading:
        assert not reading.originals.known([key])


def test_the_same_request_with_the_same_key_is_received_once(server: Server) -> None:
    def send() -> dict[str, object]:
        said = server.ask(
            "POST",
            "/v1/resumes",
            Role.INTEGRATOR,
            files=[("files", ("tove.txt", NEW))],
            headers={"Idempotency-Key": "once-and-for-all"},
        )
        return said.json()

    assert send()["receipt"] == send()["receipt"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"", 400),
        ("application/json", b"{", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b'{"name": "no resume"}', 400),
        ("application/json", b"\xff\xfe\x00", 400),
        ("text/plain", NEW, 415),
        ("", NEW, 415),
        ("multipart/form-data", NEW, 400),
        ("multipart/form-data; boundary=", NEW, 400),
        ("multipart/form-data; boundary=x; charset=klingon", b"--x\r\n\r\n--x--", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nb\r\n--x--',
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nno file\r\n--x--\r\n',
            400,
        ),
    ],
)
def test_a_body_that_is_no_resume_is_refused(
    shared: Server, kind: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    said = shared.ask("POST", "/v1/resumes", Role.INTEGRATOR, content=body, headers=headers)
    assert said.status_code == status, said.text
    assert json.loads(said.content)["detail"]


def test_more_files_than_a_receipt_holds_are_refused(shared: Server) -> None:
    files = [("files", (f"{number}.txt", b"x")) for number in range(101)]
    said = shared.ask("POST", "/v1/resumes", Role.INTEGRATOR, files=files)
    assert said.status_code == 400
    two = [("files", (f"{number}.txt", b"x")) for number in range(2)]
    said = shared.ask(
        "POST", "/v1/resumes", Role.INTEGRATOR, files=two, data={"external_id": "T-1000"}
    )
    assert said.status_code == 400
