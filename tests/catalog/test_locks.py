"""Locks that die with their owner, on both databases."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, StoreUnavailable
from catalog.store import Catalog

HOLDER = """
import sys, time
from pathlib import Path
from catalog.store import open_catalog
catalog = open_catalog(sys.argv[1], Path(sys.argv[2]))
with catalog.lock("index"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_process(url: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """One that holds the lock "index"."""
    root = Path(sys.modules["catalog"].__file__ or "").parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, str(folder)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_lock_dies_with_its_owner(catalog: Catalog, catalog_url: str, tmp_path: Path) -> None:
    with another_process(catalog_url, tmp_path / "data") as holder:
        with pytest.raises(Conflict, match="another `bole reindex` is running"):
            catalog.lock("index").__enter__()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with catalog.lock("index", wait=5):
            pass


def test_nobody_holds_a_lock_twice_and_it_is_free_afterwards(catalog: Catalog) -> None:
    with catalog.lock("index"), pytest.raises(Conflict), catalog.lock("index"):
        pytest.fail("held twice")
    with pytest.raises(ZeroDivisionError), catalog.lock("index"):
        raise ZeroDivisionError
    with catalog.lock("index"), catalog.lock("night"):
        pass


def test_who_waits_gets_it_or_is_told(catalog: Catalog) -> None:
    started = time.monotonic()
    with catalog.lock("serving"), pytest.raises(Conflict), catalog.lock("serving", wait=0.3):
        pytest.fail("held twice")
    assert 0.3 <= time.monotonic() - started < 5


def test_a_lock_does_not_keep_others_from_reading_and_writing(catalog: Catalog) -> None:
    with catalog.lock("index"):
        with catalog.writing() as w:
            w.people.add("somebody")
        with catalog.reading() as r:
            assert r.counts().people == 1


@pytest.mark.parametrize("name", ["", "../x", "a b", "a/b", "a\0"])
def test_a_lock_cannot_lie_elsewhere(catalog: Catalog, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"), catalog.lock(name):
        pass


def test_a_folder_that_cannot_be_written_is_a_clear_error(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *rest: object, **more: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("filelock._unix.os.open", refuse)
    with (
        pytest.raises(StoreUnavailable, match="cannot be locked: Permission denied"),
        sqlite_catalog.lock("index"),
    ):
        pass


def test_a_file_system_without_locks_is_refused(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", missing)
    with (
        pytest.warns(UserWarning, match="flock"),
        pytest.raises(StoreUnavailable, match="has no locks"),
        sqlite_catalog.lock("index"),
    ):
        pass


@pytest.mark.postgres
def test_a_session_that_the_server_ended_holds_nothing(postgres_catalog: Catalog) -> None:
    with postgres_catalog.lock("index"):
        with postgres_catalog.engine.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
            )
        with postgres_catalog.lock("index", wait=5):
            pass


@pytest.mark.postgres
def test_a_lock_that_was_given_up_can_be_had_at_once(postgres_catalog: Catalog) -> None:
    held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    with postgres_catalog.engine.connect() as connection:
        for _ in range(30):
            with postgres_catalog.lock("index"):
                assert connection.scalar(held) == 1
            assert connection.scalar(held) == 0  # not only once the server has noticed
