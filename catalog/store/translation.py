"""The databases' errors in the catalog's words.

Messages never quote what was being stored, and where a driver's own message would quote it (a
duplicate key, a value out of range) that is withheld too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from catalog.errors import BoleError, Conflict, Damaged, InvalidRequest, NotFound, NotReady
from catalog.errors import StoreUnavailable as Unavailable

_BUSY = "the catalog is in use by another process; try again in a moment"
_NO_TABLES = "there is no catalog here yet, or it is of an older version: run `bole init`"

_SQLITE: dict[int, tuple[type[BoleError], str]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, _BUSY),
    sqlite3.SQLITE_LOCKED: (Unavailable, _BUSY),
    sqlite3.SQLITE_FULL: (Unavailable, "the disk is full; nothing was stored"),
    sqlite3.SQLITE_CANTOPEN: (Unavailable, "the catalog's file cannot be opened"),
    sqlite3.SQLITE_PERM: (Unavailable, "the catalog's file may not be opened"),
    sqlite3.SQLITE_READONLY: (Unavailable, "the catalog can only be read here"),
    sqlite3.SQLITE_IOERR: (Unavailable, "the disk under the catalog fails"),
    sqlite3.SQLITE_NOTADB: (Unavailable, "the catalog's file is not a database"),
    sqlite3.SQLITE_CORRUPT: (Damaged, "the catalog's file is damaged; restore a backup"),
    sqlite3.SQLITE_TOOBIG: (InvalidRequest, "a value is too long to be stored"),
    sqlite3.SQLITE_CONSTRAINT: (Conflict, "this contradicts what is stored"),
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: (NotFound, "this refers to something that is not there"),
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: (Conflict, "this record is append-only"),
    sqlite3.SQLITE_CONSTRAINT_CHECK: (InvalidRequest, "a value that this field cannot have"),
}

# By SQLSTATE, the longest prefix wins (PostgreSQL documentation, appendix A).
_POSTGRESQL: dict[str, tuple[type[BoleError], str]] = {
    "": (Unavailable, "the database refused; its own log says why"),
    "08": (Unavailable, "the database cannot be reached"),
    "22": (InvalidRequest, "a value that cannot be stored"),
    "23": (Conflict, "this contradicts what is stored"),
    "23000": (Conflict, "this record is append-only"),
    "23503": (NotFound, "this refers to something that is not there"),
    "23514": (InvalidRequest, "a value that this field cannot have"),
    "25006": (Unavailable, "the catalog can only be read here"),
    "28": (Unavailable, "the database does not let us in"),
    "3D000": (Unavailable, "there is no database of that name"),
    "40": (Unavailable, _BUSY),
    "42501": (Unavailable, "the database's user lacks a right"),
    "42P01": (NotReady, _NO_TABLES),
    "42703": (NotReady, _NO_TABLES),
    "53100": (Unavailable, "the database's disk is full; nothing was stored"),
    "53": (Unavailable, "the database lacks resources"),
    "55P03": (Unavailable, _BUSY),
    "57": (Unavailable, "the database is shutting down or was told to stop"),
    "58": (Unavailable, "the disk under the database fails"),
    "XX001": (Damaged, "the database is damaged; restore a backup"),
}


def translate(context: sa.ExceptionContext) -> None:
    """SQLAlchemy's `handle_error` event: raise the catalog's error instead of the driver's."""
    if context.is_pre_ping and context.is_disconnect:
        return  # the pool finds out that a session is gone, and takes another one
    error = context.original_exception
    meant = as_bole_error(error)
    if meant is None:
        return
    if meant is not error and not isinstance(meant, Unavailable | Damaged):
        # SQLAlchemy chains the driver's error whatever we do, and tracebacks end up in logs.
        error.args = ("withheld, because it may quote what was being stored",)
    raise meant


@contextmanager
def translated() -> Iterator[None]:
    """The same for what does not pass the event: connecting, the pool, missing drivers."""
    try:
        yield
    except (sqlite3.Error, sa.exc.SQLAlchemyError, ModuleNotFoundError) as error:
        meant = as_bole_error(error)
        if meant is None:
            raise
        raise meant from None


def as_bole_error(error: BaseException) -> BoleError | None:
    """What a foreign error means here; None for those that are nobody's but ours."""
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, BoleError):
        return original
    if isinstance(original, ValueError | OverflowError):  # surrogates, NaN, 2**64
        return InvalidRequest("a value that cannot be stored")
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    if hasattr(original, "sqlstate"):
        return _of_postgresql(original)
    if isinstance(original, sa.exc.TimeoutError):
        return Unavailable(_BUSY)
    if isinstance(original, sa.exc.PendingRollbackError):  # somebody went on after the loss
        return Unavailable("the connection to the database was lost; nothing was stored")
    if isinstance(original, ModuleNotFoundError) and original.name == "psycopg":
        return Unavailable("PostgreSQL needs its driver: pip install 'bole[postgres]'")
    return None


def _of_sqlite(error: sqlite3.Error) -> BoleError:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the driver itself, about a parameter
        return InvalidRequest("a value that cannot be stored")
    if code == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return NotReady(_NO_TABLES)
    found = _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    if found is None:
        return Unavailable("the database refused")
    return found[0](found[1])


def _of_postgresql(error: Any) -> BoleError:
    state: str = error.sqlstate or ""
    if not state:
        kind = type(error).__name__
        if kind == "DataError":  # the driver's own refusal, before the server saw it
            return InvalidRequest("a value that cannot be stored")
        return Unavailable("the database cannot be reached")
    prefix = max((key for key in _POSTGRESQL if state.startswith(key)), key=len)
    meant, message = _POSTGRESQL[prefix]
    return meant(message)
