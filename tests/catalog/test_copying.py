"""A catalog that is copied to another database is the same catalog there."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, StoreUnavailable
from catalog.store import Catalog, create_catalog, open_catalog
from catalog.store import copying as copying_module
from catalog.store.copying import copy_catalog
from catalog.store.engine import default_url, make_engine, transaction
from catalog.store.tables import Row
from catalog.store.tables.rows import Instant
from tests.catalog.conftest import ResumeMaker

ONE_ROW = {"sequence", "serving"}
SKIPPED = {"append_only_pass"}

# Words that a check allows, and columns that the rules of a table tie to others.
FITTING: dict[tuple[str, str], list[Any]] = {
    ("person_status", "status"): ["active", "do_not_contact"],
    ("person_status", "to_sequence"): [5, None],
    ("identity_claim", "kind"): ["email", "ats:greenhouse"],
    ("merge_event", "kind"): ["merge", "unmerge"],
    ("merge_event", "undoes_id"): [None, 1],
    ("merge_suggestion", "state"): ["open", "dismissed"],
    ("merge_suggestion", "person_id"): [1, 1],
    ("merge_suggestion", "other_id"): [2, 2],
    ("outcome_event", "kind"): ["applied", "rejected"],
    ("outcome_event", "reason"): [None, "terms"],
    ("outcome_event", "at"): [None, datetime(2026, 1, 2, tzinfo=UTC)],
    ("outcome_event", "happened_on"): [date(2026, 2, 28), None],
    ("generation", "state"): ["published", "failed"],
    ("model", "state"): ["candidate", "serving"],
    ("search_log", "source"): ["cli", "api"],
    ("decision", "kind"): ["promoted", "refused"],
    ("night", "state"): ["done", "cut_short"],
    ("api_key", "role"): ["recruiter", "auditor"],
    ("access", "action"): ["shown", "erased"],
}
TEXTS = ["伯乐 “naïve” O'Brien\n\t\\ 👩🏽‍🚀\u200f\ufeff", ""]
JSON: list[Any] = [
    {"é": [0.1, 5e-324, -0.0, 2**53 + 1, None, True], "a": {"": "\u2028"}},
    {},
]


@pytest.fixture
def full(catalog: Catalog) -> Catalog:
    """A catalog with two rows in every table: one of hostile values, one as empty as allowed."""
    with transaction(catalog.engine, writes=True) as connection:
        for table in Row.metadata.sorted_tables:
            if table.name not in ONE_ROW | SKIPPED:
                connection.execute(sa.insert(table), [_row(table, 0), _row(table, 1)])
        connection.exec_driver_sql("UPDATE sequence SET value = 900000000000")
        connection.exec_driver_sql("UPDATE serving SET generation_id = 1, encoder = 'e'")
    return catalog


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that has nothing in it, not even tables."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres").new_database())
    return default_url(tmp_path / "elsewhere")


@pytest.fixture
def target(target_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(target_url)
    yield engine
    engine.dispose()


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    return {column.name: _value(table, column, number) for column in table.columns}


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    if (table.name, column.name) in FITTING:
        return FITTING[table.name, column.name][number]
    if column.nullable and number == 1:
        return None
    if column.foreign_keys:
        key = next(iter(column.foreign_keys)).column
        return _value(key.table, key, number)
    if column.primary_key or any(
        column.name in constraint.columns
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ):
        return number + 1 if isinstance(column.type, sa.Integer) else f"{number + 1} 键"
    return _of_type(column.type, number)


def _of_type(kind: sa.types.TypeEngine[Any], number: int) -> Any:
    match kind:
        case sa.JSON():
            return JSON[number]
        case sa.Boolean():
            return number == 0
        case sa.BigInteger():
            return [2**63 - 1, 0][number]
        case sa.Integer():
            return [2**31 - 1, -5][number]
        case sa.Double():
            return [0.1 + 0.2, -5e-324][number]
        case sa.LargeBinary():
            return [bytes(range(256)), b""][number]
        case sa.Date():
            return [date(1, 1, 1), date(9999, 12, 31)][number]
        case Instant():
            return [
                datetime(2026, 11, 24, 1, 2, 3, 999999, timezone(timedelta(hours=5, minutes=45))),
                datetime(1970, 1, 1, tzinfo=UTC),
            ][number]
    return TEXTS[number]


def _contents(engine: sa.Engine) -> dict[str, list[str]]:
    """Every row of every table; JSON as the text that is stored, floats to the last bit."""
    found: dict[str, list[str]] = {}
    with transaction(engine, writes=False) as connection:
        for table in Row.metadata.sorted_tables:
            columns = [
                sa.cast(c, sa.Text).label(c.name) if isinstance(c.type, sa.JSON) else c
                for c in table.columns
            ]
            rows = connection.execute(sa.select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [repr(tuple(row)) for row in rows]
    return found


def test_every_row_arrives_as_it_was_on_either_database(
    full: Catalog, target_url: str, target: sa.Engine
) -> None:
    before = _contents(full.engine)
    assert all(len(rows) == 2 for name, rows in before.items() if name not in ONE_ROW | SKIPPED)
    seen: list[int] = []
    copied = copy_catalog(full.engine, target_url, seen.append)
    assert _contents(target) == before == _contents(full.engine)
    assert dict(copied.rows) == {n: len(r) for n, r in before.items() if n not in SKIPPED}
    assert (copied.sequence, copied.changed_meanwhile) == (900_000_000_000, False)
    assert sum(seen) == sum(copied.rows.values())


def test_a_deleted_row_keeps_its_number_in_the_copy(
    catalog: Catalog, target_url: str, tmp_path: Path
) -> None:
    with catalog.writing() as w:
        for _ in range(3):
            w.people.add("somebody")
        w.unit.connection.exec_driver_sql("DELETE FROM person_status")
        w.unit.connection.exec_driver_sql("DELETE FROM person WHERE id > 1")
    copy_catalog(catalog.engine, target_url)
    copy = open_catalog(target_url, tmp_path)
    with copy.writing() as w:
        assert w.people.add("next") == 4
        assert w.outbox.add("kind", "key", {}) == 1
    copy.close()


def test_append_only_records_are_so_in_the_copy(full: Catalog, target_url: str) -> None:
    copy_catalog(full.engine, target_url)
    engine = make_engine(target_url)
    for table in ("outcome_event", "search_chain", "merge_event"):
        with pytest.raises(Conflict, match="append-only"), transaction(engine, writes=True) as c:
            c.exec_driver_sql(f"DELETE FROM {table}")
    engine.dispose()


def test_a_copy_works_like_its_source(
    catalog: Catalog, target_url: str, resume: ResumeMaker, tmp_path: Path
) -> None:
    with catalog.writing() as w:
        stored = w.resumes.store(resume("nurse\nward", email="ewa@example.org", name="Ewa"))
    copy_catalog(catalog.engine, target_url)
    copy = open_catalog(target_url, tmp_path)
    with copy.writing() as w:
        again = w.resumes.store(resume("nurse\nwards", email="ewa@example.org", name="Ewa"))
        assert again.person_id == stored.person_id
        assert w.sequence == 2
    copy.close()


def test_a_database_that_holds_a_catalog_is_left_as_it_is(
    full: Catalog, target_url: str, target: sa.Engine, tmp_path: Path
) -> None:
    other = create_catalog(target_url, tmp_path / "elsewhere")
    with other.writing() as w:
        w.settings.choose("encoder", "theirs")
    other.close()
    before = _contents(target)
    with pytest.raises(Conflict, match="empty"):
        copy_catalog(full.engine, target_url)
    assert _contents(target) == before


def test_a_catalog_is_not_copied_onto_itself(full: Catalog, catalog_url: str) -> None:
    before = _contents(full.engine)
    with pytest.raises(Conflict, match="already"):
        copy_catalog(full.engine, catalog_url)
    assert _contents(full.engine) == before


def test_a_copy_that_fails_leaves_nothing(
    full: Catalog, target_url: str, target: sa.Engine, tmp_path: Path
) -> None:
    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_catalog(full.engine, target_url, stop)
    assert not (tmp_path / "elsewhere" / "catalog.db").exists()
    copy_catalog(full.engine, target_url)  # and nothing is in the way of the next


def test_a_copy_with_too_few_rows_is_noticed(
    full: Catalog, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = copying_module._copy_table

    def lossy(source: Any, target: Any, table: sa.Table, progress: Any) -> int:
        done = whole(source, target, table, progress)
        if table.name == "inbox":
            target.execute(sa.delete(table).where(table.c.id == 2))
        return done

    monkeypatch.setattr(copying_module, "_copy_table", lossy)
    with pytest.raises(Exception, match="other rows"):
        copy_catalog(full.engine, target_url)


def test_what_is_written_meanwhile_is_said_to_be_missing(
    catalog: Catalog, target_url: str, target: sa.Engine
) -> None:
    with catalog.writing() as w:
        w.people.add("Ewa")

    def meanwhile(rows: int) -> None:
        if not written:
            written.append(rows)
            with catalog.writing() as w:
                w.people.add("Jan")

    written: list[int] = []
    copied = copy_catalog(catalog.engine, target_url, meanwhile)
    assert copied.changed_meanwhile
    assert len(_contents(target)["person"]) == 1


def test_a_sqlite_copy_is_for_its_owner_only(catalog: Catalog, tmp_path: Path) -> None:
    copy_catalog(catalog.engine, default_url(tmp_path / "new" / "place"))
    file = tmp_path / "new" / "place" / "catalog.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://h/db", "sqlite:///:memory:"])
def test_only_the_two_databases_are_copied_to(sqlite_catalog: Catalog, url: str) -> None:
    with pytest.raises(InvalidRequest):
        copy_catalog(sqlite_catalog.engine, url)


def test_a_place_that_cannot_be_written_says_so(sqlite_catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        copy_catalog(sqlite_catalog.engine, default_url(tmp_path / "file" / "below"))


@pytest.mark.postgres
def test_a_number_that_postgresql_has_no_room_for_is_refused(
    sqlite_catalog: Catalog, postgres: Any
) -> None:
    with sqlite_catalog.writing() as w:
        w.inbox.add("kind", "key", {})
        w.unit.connection.exec_driver_sql("UPDATE inbox SET attempts = 5000000000")
    with pytest.raises(InvalidRequest):
        copy_catalog(sqlite_catalog.engine, postgres.new_database())
