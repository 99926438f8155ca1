"""Locks between processes that die with their owner, however it dies.

On SQLite a lock is the kernel's own on a file in the data folder: it goes when the process does. On
PostgreSQL it is an advisory lock of a session that does nothing else: the server gives it up when
the session ends, at once when the owner is killed, and within about a minute (TCP keepalive) when
the owner's whole machine is gone. A pooler that shares sessions between transactions (PgBouncer in
transaction mode) breaks that: let Bole connect past it.

A lock keeps two builders from each other's files. It is not what keeps the catalog right: that are
transactions and their constraints.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from catalog.errors import BoleError, Conflict, StoreUnavailable
from catalog.store.translation import translated

INDEX, NIGHT, SERVING = "index", "night", "serving"

_BUSY = {
    INDEX: "another `bole reindex` is running: wait until it has finished",
    NIGHT: "another `bole nightly` is running: wait until it has finished",
    SERVING: "something else is being put into service: try again in a minute",
}
_LOOK_AGAIN = 0.1  # seconds

# So that the server notices within a minute that a whole machine is gone. Sockets ignore them.
_SESSION = (
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = 0",
)


@contextmanager
def hold(engine: sa.Engine, folder: Path, name: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of this name for the block; nobody can hold it twice, not even one process.

    Waits up to `wait` seconds for it.

    Raises:
        Conflict: another one holds it.
        StoreUnavailable: locks cannot be had here.
    """
    if not name.isidentifier():
        raise ValueError(f"not a name for a lock: {name!r}")
    if engine.dialect.name == "postgresql":
        with _hold_session(engine, name, wait):
            yield
    else:
        with _hold_file(folder / f"{name}.lock", name, wait):
            yield


@contextmanager
def _hold_file(path: Path, name: str, wait: float) -> Iterator[None]:
    from filelock import FileLock, SoftFileLock, Timeout

    lock = FileLock(path, timeout=wait, poll_interval=_LOOK_AGAIN)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(name) from None
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be locked: {error.strerror}") from error
    try:
        if isinstance(lock, SoftFileLock):  # it would outlive its owner
            raise StoreUnavailable(
                f"the file system of {path.parent} has no locks: put the data folder elsewhere"
            )
        yield
    finally:
        lock.release()


@contextmanager
def _hold_session(engine: sa.Engine, name: str, wait: float) -> Iterator[None]:
    with translated():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # ended for good afterwards, and no other's place in the pool
    try:
        with translated():
            for setting in _SESSION:
                connection.exec_driver_sql(setting)
            if not _try(connection, name, wait):
                raise _busy(name)
        yield
    finally:
        # Ending the session gives the lock up, but a moment after this returns; so it is given up
        # first. A session that is broken has given it up already.
        with suppress(BoleError, sa.exc.SQLAlchemyError):
            connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
        with suppress(BoleError, sa.exc.SQLAlchemyError):
            connection.close()


def _try(connection: sa.Connection, name: str, wait: float) -> bool:
    key = int.from_bytes(hashlib.sha256(f"bole/{name}".encode()).digest()[:8], signed=True)
    until = time.monotonic() + wait
    while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _busy(name: str) -> Conflict:
    return Conflict(_BUSY.get(name, f"another process is at it ({name}): try again in a minute"))
