from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.app import make_app
from api.settings import Settings
from api.workplace import Workplace
from catalog.keys import Role
from catalog.store import create_catalog
from catalog.store.engine import default_url
from indexer.intake import IdFrom, find_files, ingest
from indexer.reindex import reindex
from tests.api.conftest import write_people
from tests.search.pool import HashingEncoder


@dataclass
class Server:
    """The API with a pool behind it, as its users see it: a client for each role."""

    place: Workplace
    client: TestClient
    keys: dict[Role, str]

    def ask(self, method: str, path: str, role: Role = Role.ADMIN, **sent: Any) -> Any:
        """The response to one request."""
        headers = {"Authorization": f"Bearer {self.keys[role]}"} | sent.pop("headers", {})
        return self.client.request(method, path, headers=headers, **sent)

    def search(self, **asked: Any) -> dict[str, Any]:
        """A shortlist for the arborist's job, unless `asked` says otherwise."""
        if not {"job", "text"} & set(asked):
            from tests.people import ARBORIST_JOB

            asked["text"] = ARBORIST_JOB
        said = self.ask("POST", "/v1/searches", Role.RECRUITER, json=asked)
        assert said.status_code == 200, said.text
        return said.json()

    def follow(self, receipt: str) -> dict[str, Any]:
        """A receipt as soon as all of it can be found."""
        for _ in range(300):
            said = self.ask("GET", f"/v1/receipts/{receipt}", Role.INTEGRATOR).json()
            if said["status"] == "done" and said["searchable"]:
                return said
            time.sleep(0.1)
        raise AssertionError(said)

    def send(self, *files: tuple[str, bytes], **data: str) -> dict[str, Any]:
        """Send files, and wait until they can be found."""
        sent = [("files", file) for file in files]
        said = self.ask("POST", "/v1/resumes", Role.INTEGRATOR, files=sent, data=data)
        assert said.status_code == 202, said.text
        assert said.headers["Location"] == f"/v1/receipts/{said.json()['receipt']}"
        return self.follow(said.json()["receipt"])


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody of tests/people.py, ingested and indexed; tests work on copies."""
    root = tmp_path_factory.mktemp("indexed")
    data = root / "data"
    catalog = create_catalog(default_url(data), data)
    files = find_files([write_people(root / "files")])
    report = ingest(catalog, files, workers=2, id_from=IdFrom.FOLDER)
    assert not report.quarantined
    reindex(catalog, HashingEncoder())
    catalog.close()
    return data


def open_place(data: Path, encoder: Any = None, **settings: Any) -> Workplace:
    given = encoder or HashingEncoder()

    class Furnished(Workplace):
        @property
        def encoder(self) -> Any:
            return given

        def open_encoder(self, spec: str) -> Any:
            return given

    return Furnished(Settings(data=data, workers=1, **settings))


def keys_of(place: Workplace) -> dict[Role, str]:
    with place.catalog.writing() as writing:
        return {role: writing.keys.add(f"the {role}", role, "test").secret for role in Role}


def serve(place: Workplace, keys: dict[Role, str] | None = None) -> Iterator[Server]:
    app = make_app(place, load=False)
    app.state.served.load()
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Server(place, client, keys or keys_of(place))
    place.catalog.close()


@pytest.fixture
def server(indexed: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own."""
    yield from serve(open_place(shutil.copytree(indexed, tmp_path / "data")))


@pytest.fixture(scope="session")
def shared(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for tests that change nobody."""
    data = tmp_path_factory.mktemp("shared") / "data"
    yield from serve(open_place(shutil.copytree(indexed, data)))
