from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.http.app import make_app
from api.settings import Settings
from api.workplace import Workplace
from catalog.keys import Role
from catalog.store import Catalog

Authorised = dict[str, str]


@pytest.fixture
def place(catalog: Catalog, catalog_url: str) -> Iterator[Workplace]:
    """A workplace without models, on SQLite and on PostgreSQL."""
    made = Workplace(Settings(data=catalog.folder, database_url=catalog_url))
    yield made
    made.catalog.close()


@pytest.fixture
def app(place: Workplace) -> FastAPI:
    return make_app(place, load=False)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Talks to the API as a server would, but for the wire."""
    with TestClient(app, raise_server_exceptions=False) as speaking:
        yield speaking


@pytest.fixture
def key_of(catalog: Catalog) -> Callable[[Role], Authorised]:
    """Makes the headers of somebody with a role."""
    return lambda role: bearer(add_key(catalog, role.value, role))


@pytest.fixture
def sqlite_place(sqlite_catalog: Catalog) -> Iterator[Workplace]:
    """A workplace without models, for what does not depend on the database."""
    made = Workplace(Settings(data=sqlite_catalog.folder))
    yield made
    made.catalog.close()


def add_key(catalog: Catalog, name: str, role: Role) -> str:
    with catalog.writing() as writing:
        return writing.keys.add(name, role, "test").secret


def bearer(secret: str) -> Authorised:
    return {"Authorization": f"Bearer {secret}"}
