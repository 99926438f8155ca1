from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from catalog.errors import Conflict, InvalidRequest, NotReady, StoreUnavailable
from catalog.outcomes import NewOutcome, OutcomeKind
from catalog.store import Catalog, create_catalog, migrate, open_catalog
from catalog.store.engine import default_url, make_engine, transaction
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


def _make_first_version(url: str) -> None:
    """A catalog as the first version of Bole left it: events, one of which erasure took away."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = make_engine(url)
    with transaction(engine, writes=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in _FIRST_VERSION.split(";"):
            connection.exec_driver_sql(statement)
    engine.dispose()


_NOW = "'2026-03-02 12:00:00+00:00'"
_FIRST_VERSION = f"""
    INSERT INTO person (name, created_at, from_sequence) VALUES ('李雷', {_NOW}, 1);
    INSERT INTO job (text, text_key, language, created_at, from_sequence)
        VALUES ('Nurse wanted', 'key', 'en', {_NOW}, 1);
    INSERT INTO application (person_id, job_id, source, created_at, sequence)
        VALUES (1, 1, 'csv', {_NOW}, 1);
    INSERT INTO outcome_event (application_id, kind, at, source, external_id, recorded_at, sequence)
        VALUES (1, 'applied', {_NOW}, 'csv', 'e1', {_NOW}, 1);
    INSERT INTO outcome_event
        (application_id, kind, reason, happened_on, source, recorded_at, sequence)
        VALUES (1, 'rejected', 'terms', '2026-03-04', '人事', {_NOW}, 2);
    INSERT INTO outcome_event (application_id, kind, at, source, external_id, recorded_at, sequence)
        VALUES (1, 'hired', {_NOW}, 'csv', 'e3', {_NOW}, 3);
    INSERT INTO model (name, kind, fingerprint, path, metrics, state, created_at)
        VALUES ('close', 'reranker', 'aa', 'models/close', '{{}}', 'candidate', {_NOW});
    INSERT INTO append_only_pass (id) VALUES (1);
    DELETE FROM outcome_event WHERE kind = 'hired';
    DELETE FROM append_only_pass
"""


def test_a_catalog_of_the_first_version_keeps_its_events_and_learns_new_words(
    empty_url: str, tmp_path: Path
) -> None:
    _make_first_version(empty_url)
    with pytest.raises(NotReady, match="bole init"):
        open_catalog(empty_url, tmp_path)
    migrate(empty_url)
    catalog = open_catalog(empty_url, tmp_path)
    with catalog.reading() as r:
        before = r.outcomes.of_application(1)
        assert [(e.id, e.kind, e.reason, str(e.on), e.source, e.sequence) for e in before] == [
            (1, "applied", None, "None", "csv", 1),
            (2, "rejected", "terms", "2026-03-04", "人事", 2),
        ]
        model = r.models.get("aa")
        assert (model.base, model.parent, model.data_hash, model.calibration) == ("", None, "", {})
    with catalog.writing() as w:
        assert not w.outcomes.record(_event("e1", OutcomeKind.APPLIED))  # still known
        assert w.outcomes.record(_event("e4", OutcomeKind.VIEWED))
        # The number of the erased event, 3, is not given to another.
        assert [event.id for event in w.outcomes.of_application(1)] == [1, 2, 4]
    for sql in ("UPDATE outcome_event SET kind = 'hired'", "DELETE FROM outcome_event"):
        with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
            w.unit.connection.exec_driver_sql(sql)
    catalog.close()


def _event(external_id: str, kind: OutcomeKind) -> NewOutcome:
    return NewOutcome(1, kind, "csv", at=datetime(2026, 3, 5, tzinfo=UTC), external_id=external_id)


_SEARCH = (
    "INSERT INTO search_log (id, at, request, job_key, sequence, as_of, fingerprints, timings,"
    " source) VALUES ('{}', " + _NOW + ", '{{}}', 'key', 1, 24000, '{{}}', '{{}}', '{}')"
)


def test_searches_and_whom_they_showed_stay_when_watches_get_a_word_of_their_own(
    empty_url: str,
) -> None:
    _make_first_version(empty_url)
    engine = make_engine(empty_url)
    shown = "INSERT INTO impression VALUES ('s1', 1, 1, 0.5, '{}', NULL, 'fusion')"
    with transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(_SEARCH.format("s1", "cli"))
        connection.exec_driver_sql(shown)
    migrate(empty_url)
    with transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(_SEARCH.format("s2", "watch"))
        assert connection.exec_driver_sql("SELECT search_id FROM impression").scalars().all() == [
            "s1"
        ]
        found = connection.exec_driver_sql("SELECT id FROM search_log ORDER BY id").scalars()
        assert found.all() == ["s1", "s2"]
    with pytest.raises(InvalidRequest), transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(_SEARCH.format("s3", "hearsay"))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            with pytest.raises(StoreUnavailable):  # the schema is closed again
                connection.exec_driver_sql("DELETE FROM sqlite_schema")
    engine.dispose()


def test_a_migration_that_is_cut_short_leaves_the_old_catalog(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_first_version(empty_url)

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", killed)
        with pytest.raises(RuntimeError, match="killed"):
            migrate(empty_url)
    engine = make_engine(empty_url)
    with transaction(engine, writes=False) as connection:
        inspector = sa.inspect(connection)
        assert not inspector.has_table("trained_on")
        assert not inspector.has_table("outcome_event_new")
        kinds = connection.exec_driver_sql("SELECT kind FROM outcome_event ORDER BY id").scalars()
        assert list(kinds) == ["applied", "rejected"]
    engine.dispose()
    migrate(empty_url)


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
