"""Giving back the space of deleted rows, so that their bytes are gone and not only their names."""

from __future__ import annotations

import time
from contextlib import closing

import sqlalchemy as sa

from catalog.store.translation import translated

_TRIES, _PAUSE = 50, 0.1  # five seconds for readers to end


def compact(engine: sa.Engine) -> bool:
    """Rewrite what deleted rows leave behind; whether all of it is gone from the database's files.

    SQLite: the whole file is written anew and its log emptied; False while somebody still reads an
    older state. PostgreSQL: its VACUUM makes the space free to be written over, which is as far as
    it goes while others work (docs/operations.md says what to run where that is not enough).
    """
    with translated():
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
            return True
        with closing(engine.raw_connection()) as connection:
            # A transaction before on this connection may have been one that only reads.
            connection.cursor().execute("PRAGMA query_only=OFF")
            connection.cursor().execute("VACUUM")
            return _empty_log(connection)


def _empty_log(connection: sa.PoolProxiedConnection) -> bool:
    for attempt in range(_TRIES):
        busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if attempt < _TRIES - 1:
            time.sleep(_PAUSE)
    return False
