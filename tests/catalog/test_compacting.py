"""What deleted rows leave in a database's files."""

from __future__ import annotations

import random
from pathlib import Path

import sqlalchemy as sa

from catalog.store import Catalog
from catalog.store.engine import make_engine
from catalog.store.forgetting.compacting import compact


def test_zeroing_deleted_rows_is_not_enough_but_writing_the_file_anew_is(tmp_path: Path) -> None:
    """SQLite moves rows between pages, and what it moved it does not always zero."""
    dice = random.Random(1)
    engine = make_engine(f"sqlite:///{tmp_path / 'churned.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT)")
        connection.exec_driver_sql("CREATE INDEX i ON t (v, w)")
        for number in range(2000):
            name = f"{'CANARY' if number % 10 == 0 else 'person'}{number:05d}"
            value = "abcdef"[number % 6] * dice.randint(1, 6) + name * dice.randint(1, 20)
            connection.execute(
                sa.text("INSERT INTO t VALUES (:n, :v, :w)"),
                {"n": number, "v": value, "w": name * dice.randint(1, 200)},
            )
        for _ in range(1500):
            connection.execute(
                sa.text("UPDATE t SET v = substr(v, 1, 3) || 'x' || v WHERE id = :n"),
                {"n": dice.randrange(2000)},
            )
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM t WHERE id % 10 = 0")
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert b"CANARY" in (tmp_path / "churned.db").read_bytes()
    assert compact(engine)
    assert not [path for path in tmp_path.iterdir() if b"CANARY" in path.read_bytes()]
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM t")) == 1800
    engine.dispose()


def test_compacting_changes_nothing_that_is_there(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Amrita Kaur")
    assert catalog.compact()
    with catalog.reading() as r:
        assert r.people.get(person).name == "Amrita Kaur"
    with catalog.writing() as w:  # the connection that compacted writes and waits as before
        assert w.people.add() > person
