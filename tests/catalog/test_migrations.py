from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from catalog.errors import NotReady, StoreUnavailable
from catalog.store import Catalog, create_catalog, migrate, open_catalog
from catalog.store.engine import default_url, make_engine
from catalog.store.schema import REVISION
from catalog.store.tables import Row

ROOT = Path(migrations.__file__).parent.parent


def test_the_migrations_add_up_to_the_tables(catalog: Catalog) -> None:
    with catalog.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []


def test_the_migrations_make_the_same_checks_as_the_tables(catalog: Catalog) -> None:
    inspector = sa.inspect(catalog.engine)
    for table in Row.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(table.name)} == wanted


def test_the_program_knows_the_newest_migration() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == [REVISION]
    assert revisions == sorted(revisions, reverse=True)  # "newer is greater" holds


def test_migrating_twice_changes_nothing(catalog: Catalog, catalog_url: str) -> None:
    with catalog.writing() as w:
        w.people.add("Efua")
    migrate(catalog_url)
    with catalog.reading() as r:
        assert (r.sequence, r.counts().people) == (1, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return default_url(tmp_path)
    return str(request.getfixturevalue("postgres").new_database())


def test_several_at_once_migrate_an_empty_database_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_url] * 4))
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, value FROM sequence").all() == [(1, 0)]
    engine.dispose()


def test_migrating_works_from_any_folder_and_process(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = f"from catalog.store import migrate; migrate({default_url(tmp_path)!r})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=elsewhere, env=environment, check=True)
    open_catalog(default_url(tmp_path), tmp_path).close()


def test_alembic_finds_the_migrations_by_pyproject(tmp_path: Path) -> None:
    url = default_url(tmp_path)
    migrate(url)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url={url}", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_an_empty_database_says_to_run_init(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="bole init"):
        open_catalog(empty_url, tmp_path)
    assert not (tmp_path / "catalog.db").exists()  # looking must not create


def test_a_database_of_a_newer_program_is_refused(
    catalog: Catalog, catalog_url: str, tmp_path: Path
) -> None:
    with catalog.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_catalog(catalog_url, tmp_path)
    with pytest.raises(StoreUnavailable, match="newer version"):
        migrate(catalog_url)


def test_an_older_database_says_to_run_init(
    catalog: Catalog, catalog_url: str, tmp_path: Path
) -> None:
    with catalog.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(NotReady, match="bole init"):
        open_catalog(catalog_url, tmp_path)


def test_a_new_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    create_catalog(default_url(folder), folder).close()
    assert folder.stat().st_mode & 0o077 == 0
