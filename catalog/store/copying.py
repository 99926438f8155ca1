"""A whole catalog from one database into another, row by row, numbers and counters included.

What the copy holds is one state of the source: one transaction reads it, one writes it. Everything
keeps its number, and no number is ever given again: the databases' own counters move along.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from catalog.errors import Conflict, Damaged, StoreUnavailable
from catalog.store.engine import make_engine, read_url, transaction
from catalog.store.migrating import migrate, stored_revision
from catalog.store.tables import Row
from catalog.store.tables.upkeep import AppendOnlyPassRow

Progress = Callable[[int], None]
"""Called with the number of rows that were copied since the last call."""

_TOGETHER = 1000  # rows that are read and written at once; texts and vectors are a few kilobytes
_ONE_ROW = ("sequence", "serving")  # tables whose one row the migrations have made
_NOT_A_RECORD = AppendOnlyPassRow.__tablename__


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: rows of each table, at a sequence of the source."""

    rows: Mapping[str, int]
    sequence: int
    changed_meanwhile: bool  # somebody wrote to the source while it was read


def copy_catalog(source: sa.Engine, url: str, progress: Progress = lambda rows: None) -> Copied:
    """Copy everything into the empty database at `url`; it gets its tables here.

    All of it arrives or nothing does. Blobs, models and indexes stay in the data folder, which the
    copy shares.

    Raises:
        Conflict: there is something in that database already.
        StoreUnavailable: one of the two cannot be used.
        InvalidRequest: the URL is none, or a value does not fit the other database.
    """
    refuse_database(url)
    with _new_file_removed(url):
        migrate(url)
        target = make_engine(url)
        try:
            with (
                transaction(source, writes=False) as reading,
                transaction(target, writes=True) as writing,
            ):
                refuse_rows(writing)
                copied = copy_rows(reading, writing, progress)
                sequence = _sequence(reading)
        finally:
            target.dispose()
    with transaction(source, writes=False) as after:
        changed = _sequence(after) != sequence or count_rows(after) != copied
    return Copied(copied, sequence, changed)


def copy_rows(
    source: sa.Connection, target: sa.Connection, progress: Progress = lambda rows: None
) -> dict[str, int]:
    """Copy every table into one that is empty, in this transaction; the rows of each.

    Raises:
        Damaged: the target does not hold as many rows as were copied.
    """
    copied: dict[str, int] = {}
    for table in _tables():
        copied[table.name] = _copy_table(source, target, table, progress)
    _set_counters(target, _counters(source))
    if count_rows(target) != copied:
        raise Damaged("the copy holds other rows than its source; nothing was kept of it")
    return copied


def count_rows(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in _tables()
    }


def refuse_rows(connection: sa.Connection) -> None:
    """Conflict where a catalog's tables hold anything."""
    present = set(sa.inspect(connection).get_table_names())
    for table in _tables():
        if table.name in present and table.name not in _ONE_ROW:
            some = sa.select(sa.literal(1)).select_from(table).limit(1)
            if connection.scalar(some) is not None:
                raise Conflict(
                    "there is a catalog in that database already: name an empty one (nothing was"
                    " changed)"
                )


def _tables() -> Iterator[sa.Table]:
    """In an order in which whatever a row refers to has come before it."""
    for table in Row.metadata.sorted_tables:
        if table.name != _NOT_A_RECORD:
            yield table


def _copy_table(
    source: sa.Connection, target: sa.Connection, table: sa.Table, progress: Progress
) -> int:
    everything = sa.select(table).order_by(*table.primary_key.columns)
    rows = source.execute(everything.execution_options(yield_per=_TOGETHER))
    done = 0
    for lot in rows.mappings().partitions():
        values = [dict(row) for row in lot]
        if table.name in _ONE_ROW:
            target.execute(sa.update(table).values(values[0]))
        else:
            target.execute(sa.insert(table), values)
        done += len(values)
        progress(len(values))
    return done


def _counters(connection: sa.Connection) -> dict[str, int]:
    """The highest number that each table has ever given, whatever became of the row."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: int(highest) for name, highest in rows}
    found: dict[str, int] = {}
    for table in _numbered():
        last, called = connection.exec_driver_sql(
            f"SELECT last_value, is_called FROM {_sequence_of(connection, table)}"
        ).one()
        found[table.name] = int(last) if called else 0
    return found


def _set_counters(connection: sa.Connection, highest: Mapping[str, int]) -> None:
    for table in _numbered():
        key = table.primary_key.columns[0]
        used = connection.scalar(sa.select(sa.func.max(key))) or 0
        number = max(highest.get(table.name, 0), used)
        if not number:
            continue
        if connection.dialect.name == "sqlite":
            counter = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
            connection.execute(sa.delete(counter).where(counter.c.name == table.name))
            connection.execute(sa.insert(counter), {"name": table.name, "seq": number})
        else:
            connection.execute(
                sa.select(sa.func.setval(_sequence_of(connection, table), number, True))
            )


def _numbered() -> Iterator[sa.Table]:
    """The tables whose numbers the database gives."""
    for table in _tables():
        if table.dialect_options["sqlite"]["autoincrement"]:
            yield table


def _sequence_of(connection: sa.Connection, table: sa.Table) -> str:
    name = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
    assert isinstance(name, str), table.name
    return name


def _sequence(connection: sa.Connection) -> int:
    return int(connection.exec_driver_sql("SELECT value FROM sequence").scalar_one())


def refuse_database(url: str) -> None:
    """Conflict where there is anything of a catalog, of this version or an older one, at `url`.

    The tables are not brought up to date for that: somebody's older catalog is left as it is.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return
    engine = make_engine(url)
    try:
        with transaction(engine, writes=False) as connection:
            if stored_revision(connection) is not None:
                refuse_rows(connection)
    finally:
        engine.dispose()


@contextmanager
def _new_file_removed(url: str) -> Iterator[None]:
    """A SQLite file that was made here is readable by its owner only, and goes where all fails."""
    parsed = read_url(url)
    file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    if file is None or file.exists():
        yield
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"{file} cannot be made: {error.strerror}") from error
    try:
        yield
    except BaseException:
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        raise
