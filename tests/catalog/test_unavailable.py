"""What goes wrong in the databases comes out in the catalog's words."""

from __future__ import annotations

import ast
import shutil
import sqlite3
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import catalog as catalog_package
from catalog.errors import Conflict, Damaged, InvalidRequest, NotFound, NotReady, StoreUnavailable
from catalog.store import Catalog, open_catalog
from catalog.store.engine import default_url, make_engine, read_url, transaction
from catalog.store.tables import PersonRow, PersonStatusRow, QuarantineRow


def test_sqlite_is_set_up_to_lose_nothing_and_to_zero_what_is_deleted(
    sqlite_catalog: Catalog,
) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    with sqlite_catalog.engine.connect() as connection:
        for pragma, value in wanted.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://h/db", "oracle://h", "sqlite://", "sqlite:///:memory:", "http://x"],
)
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidRequest):
        read_url(url)


@pytest.mark.parametrize("url", ["postgres://h/db", "postgresql://h/db"])
def test_a_plain_postgresql_url_gets_our_driver(url: str) -> None:
    assert read_url(url).drivername == "postgresql+psycopg"


def test_a_locked_sqlite_file_is_unavailable_not_a_crash(
    sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    impatient = Catalog(
        make_engine(default_url(tmp_path / "data"), busy_seconds=0.1), tmp_path / "data"
    )
    with (
        sqlite_catalog.writing(),
        pytest.raises(StoreUnavailable, match="in use"),
        impatient.writing(),
    ):
        pass
    impatient.close()


@pytest.mark.postgres
def test_a_locked_postgresql_row_is_unavailable_not_a_hang(
    postgres_catalog: Catalog, tmp_path: Path
) -> None:
    url = postgres_catalog.engine.url.render_as_string(hide_password=False)
    impatient = Catalog(make_engine(url, busy_seconds=0.1), tmp_path)
    with postgres_catalog.writing() as w:
        w.people.add("Ewa")
        with pytest.raises(StoreUnavailable, match="in use"), impatient.writing() as late:
            late.people.add("Jan")
    impatient.close()


def test_a_full_disk_is_unavailable_and_stores_nothing(sqlite_catalog: Catalog) -> None:
    with sqlite_catalog.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="full"), sqlite_catalog.writing() as w:
        w.people.add("x" * 5_000_000)
    with sqlite_catalog.reading() as r:
        assert r.counts().people == 0


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"not a database at all, but long enough" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_catalog(default_url(tmp_path), tmp_path)


def test_a_damaged_file_says_to_restore_a_backup(sqlite_catalog: Catalog, tmp_path: Path) -> None:
    with sqlite_catalog.writing() as w:
        for _ in range(200):
            w.people.add("x" * 500)
    sqlite_catalog.close()
    file = tmp_path / "data" / "catalog.db"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # all pages but the first
    file.write_bytes(content)
    with pytest.raises(Damaged, match="backup"):
        open_catalog(default_url(tmp_path / "data"), tmp_path / "data")


def test_a_folder_in_place_of_the_file_or_no_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    with pytest.raises(NotReady, match="bole init"):
        open_catalog(default_url(tmp_path), tmp_path)
    shutil.rmtree(tmp_path / "catalog.db")
    with pytest.raises(NotReady, match="bole init"):
        open_catalog(default_url(tmp_path / "nowhere"), tmp_path / "nowhere")


def test_a_postgresql_that_nobody_answers_for_is_unavailable(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret-word@/db?host={tmp_path}"
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        open_catalog(url, tmp_path)
    assert "secret-word" not in str(caught.value)


@pytest.mark.postgres
def test_a_database_that_does_not_exist_is_unavailable(
    postgres_catalog: Catalog, tmp_path: Path
) -> None:
    url = postgres_catalog.engine.url.set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable):
        open_catalog(url, tmp_path)


def test_a_reading_refuses_to_write(catalog: Catalog) -> None:
    with pytest.raises(StoreUnavailable, match="only be read"), catalog.reading() as r:
        r.people.add("Nobody")
    with catalog.writing() as w:  # and the connection it used is not spoilt
        w.people.add("Somebody")


def test_a_contradiction_quotes_nothing_of_what_was_stored(catalog: Catalog) -> None:
    claim = {
        "path": "zebedee-quux.pdf",
        "content_hash": "",
        "kept": False,
        "reason": "empty",
        "message": "",
        "at": datetime.now(UTC),
        "last_at": datetime.now(UTC),
        "tries": 1,
    }
    with pytest.raises(Conflict) as caught, catalog.writing() as w:
        w.unit.insert_all(QuarantineRow, [claim, claim])
    assert "quux" not in "".join(traceback.format_exception(caught.value))


def test_a_reference_to_nothing_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound), catalog.writing() as w:
        w.unit.insert(PersonStatusRow, _status(4711, "active"))


def test_a_word_outside_its_list_is_refused_by_the_database_itself(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Li")
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.unit.insert(PersonStatusRow, _status(person, "gone"))


def _status(person: int, status: str) -> dict[str, object]:
    now = datetime.now(UTC)
    return {"person_id": person, "status": status, "at": now, "from_sequence": 1}


def test_a_mistake_of_ours_is_not_dressed_up(catalog: Catalog) -> None:
    with pytest.raises(ZeroDivisionError), catalog.writing():
        _ = 1 / 0


def test_every_error_code_of_sqlite_has_a_meaning() -> None:
    from catalog.store.translation import as_bole_error

    codes = {
        value
        for name, value in vars(sqlite3).items()
        if name.startswith("SQLITE_") and isinstance(value, int) and 0 < value < 100
    }
    for code in codes:
        error = sqlite3.OperationalError("x")
        error.sqlite_errorcode = code
        assert as_bole_error(error) is not None


def test_only_the_store_speaks_sql() -> None:
    for file in Path(catalog_package.__file__).parent.glob("*.py"):
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & {"sqlalchemy", "alembic", "psycopg"}, file.name


def test_an_impatient_transaction_leaves_no_lock(sqlite_catalog: Catalog) -> None:
    with pytest.raises(InvalidRequest), transaction(sqlite_catalog.engine, writes=True) as c:
        c.execute(sa.insert(PersonRow), {"name": "a\x00b"})
    with sqlite_catalog.writing() as w:
        w.people.add("next")
