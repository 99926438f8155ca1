"""Connections to SQLite or PostgreSQL, set up so that both keep the same promises.

SQLite: WAL, foreign keys on, `synchronous=FULL` (a commit survives power loss as far as the disk
tells the truth about fsync), `secure_delete` (freed pages are zeroed). PostgreSQL: the server's own
`synchronous_commit` and `fsync`, on unless its administrator turned them off.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from catalog.errors import InvalidRequest, StoreUnavailable
from catalog.store.translation import translate, translated

BUSY_SECONDS = 30
# So that a server whose network is gone is noticed within a minute, not after TCP's two hours.
_POSTGRESQL = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}
_WRITES = "bole_writes"


def default_url(folder: Path) -> str:
    """Where a catalog lies when nobody named a database: in its data folder."""
    return sa.URL.create("sqlite", database=str(folder / "catalog.db")).render_as_string()


def read_url(url: str) -> sa.URL:
    """The URL with the driver that we use.

    Raises:
        InvalidRequest: not a URL, or another database than the two.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise InvalidRequest("not a database URL; expected sqlite:///… or postgresql://…") from None
    match parsed.get_backend_name():
        case "sqlite":
            if parsed.database in (None, "", ":memory:"):
                raise InvalidRequest("a catalog in memory would be lost; name a file")
            return parsed.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise InvalidRequest(f"databases of the kind {other!r} are not supported")


def as_json(value: Any) -> str:
    """Equal values give equal text, so that two databases and two runs store the same."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> sa.Engine:
    """An engine whose errors are `catalog.errors` and never quote a parameter."""
    parsed = read_url(url)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    with translated():
        engine = sa.create_engine(
            parsed,
            json_serializer=as_json,
            hide_parameters=True,
            pool_pre_ping=not on_sqlite,
            connect_args={"timeout": busy_seconds} if on_sqlite else dict(_POSTGRESQL),
        )
    event.listen(engine, "handle_error", translate)
    if on_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql(busy_seconds))
    return engine


@contextmanager
def transaction(engine: sa.Engine, *, writes: bool) -> Iterator[sa.Connection]:
    """One transaction, committed where the block ends well.

    A reader sees one state of the catalog throughout and can change nothing.
    """
    options: dict[str, Any] = {_WRITES: writes}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED" if writes else "REPEATABLE READ"
        options["postgresql_readonly"] = not writes
    with (
        translated(),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    with translated():
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The first switch needs the file alone, and SQLite does not wait for it by itself.
    for attempt in range(50):
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or attempt == 49:
                raise
            time.sleep(0.05)
        else:
            if mode != "wal":
                raise StoreUnavailable(
                    "the file system of the catalog cannot do write-ahead logging"
                )
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    # A writer that starts as a reader can fail half-way with "busy"; so it writes from the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(busy_seconds: float) -> Any:
    def set_up(connection: Any, _: object) -> None:
        connection.execute(f"SET lock_timeout = {int(busy_seconds * 1000)}")
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    return set_up
