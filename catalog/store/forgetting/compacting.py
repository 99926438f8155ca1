"""Giving back the space of deleted rows, so that their bytes are gone and not only their names."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa

from catalog.store.translation import translated

_PATIENCE = 5000  # milliseconds for readers to end

_FORGET_STATISTICS = """
    SELECT pg_clear_attribute_stats(s.schemaname, s.tablename, s.attname, s.inherited)
    FROM pg_stats s
    JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = s.schemaname::regnamespace
    WHERE s.schemaname = current_schema() AND c.reltuples = 0
"""


def compact(engine: sa.Engine) -> bool:
    """Rewrite what deleted rows leave behind; whether all of it is gone from the database's files.

    SQLite: the whole file is written anew and its log emptied; False while somebody still reads an
    older state. PostgreSQL: its VACUUM makes the space free to be written over, which is as far as
    it goes while others work (docs/operations.md says what to run where that is not enough); its
    statistics, which quote common values, are gathered anew.
    """
    with translated():
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                _vacuum(connection)
            return True
        with closing(engine.raw_connection()) as connection:
            # A transaction before on this connection may have been one that only reads.
            connection.cursor().execute("PRAGMA query_only=OFF")
            connection.cursor().execute("VACUUM")
            return _empty_log(connection)


def _vacuum(connection: sa.Connection) -> None:
    """Frees the space, and lets the statistics forget the values that they quote.

    ANALYZE leaves those of a table that has become empty as they were.
    """
    connection.exec_driver_sql("VACUUM (ANALYZE)")
    if (connection.dialect.server_version_info or (0,)) >= (18,):
        connection.exec_driver_sql(_FORGET_STATISTICS)


def _empty_log(connection: sa.PoolProxiedConnection) -> bool:
    cursor = connection.cursor()
    (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE:d}")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        cursor.execute(f"PRAGMA busy_timeout={before:d}")
    return not busy
