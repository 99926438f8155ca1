"""PostgreSQL goes away: a clear sentence, nothing half-done, and the next call works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.errors import StoreUnavailable
from catalog.store import Catalog, create_catalog, open_catalog

pytestmark = pytest.mark.postgres


@pytest.fixture
def end_sessions(postgres_url: str) -> Iterator[Callable[[], int]]:
    """Ends all other sessions on this database, as an administrator or a failover would."""
    engine = sa.create_engine(
        postgres_url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )

    def end() -> int:
        # Told, and then waited for: a session that is told ends a moment later.
        others = (
            "FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with engine.connect() as connection:
            ended = connection.exec_driver_sql(
                f"SELECT count(pg_terminate_backend(pid, 5000)) {others}"
            ).scalar_one()
            assert not connection.exec_driver_sql(f"SELECT count(*) {others}").scalar_one()
        return int(ended)

    yield end
    engine.dispose()


def _people(catalog: Catalog) -> int:
    with catalog.reading() as r:
        return r.counts().people


def _add(catalog: Catalog, *people: str, between: Callable[[], object]) -> None:
    """Adds people in one transaction; `between` happens after the first."""
    with catalog.writing() as w:
        for number, name in enumerate(people):
            w.people.add(name)
            if number == 0:
                between()


def test_a_session_that_was_ended_in_between_is_not_even_noticed(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    assert _people(postgres_catalog) == 0
    assert end_sessions() >= 1
    assert _people(postgres_catalog) == 0
    end_sessions()
    with postgres_catalog.writing() as w:
        w.people.add("Ewa")
    assert _people(postgres_catalog) == 1


def test_a_write_that_is_cut_off_leaves_nothing_and_the_next_works(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    with pytest.raises(StoreUnavailable, match="database") as caught:
        _add(postgres_catalog, "Ewa", "Jan", between=end_sessions)
    assert "Jan" not in str(caught.value)
    assert "Ewa" not in str(caught.value)
    assert _people(postgres_catalog) == 0
    with postgres_catalog.writing() as w:
        w.people.add("Eva")
    assert _people(postgres_catalog) == 1


def test_a_write_that_is_cut_off_before_its_commit_is_not_reported_as_stored(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    with pytest.raises(StoreUnavailable):
        _add(postgres_catalog, "Ewa", between=end_sessions)
    assert _people(postgres_catalog) == 0


def test_a_read_that_is_cut_off_says_so_and_the_next_works(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    def read() -> None:
        with postgres_catalog.reading() as r:
            assert r.sequence == 0
            end_sessions()
            r.counts()

    with pytest.raises(StoreUnavailable, match="database"):
        read()
    assert _people(postgres_catalog) == 0


def test_whoever_goes_on_after_the_loss_is_told_that_nothing_was_stored(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    def go_on() -> None:
        with postgres_catalog.writing() as w:
            w.people.add("Ewa")
            end_sessions()
            with suppress(StoreUnavailable):
                w.people.add("Jan")

    with pytest.raises(StoreUnavailable, match="nothing was stored"):
        go_on()
    assert _people(postgres_catalog) == 0


def test_every_pooled_session_may_be_lost_at_once(
    postgres_catalog: Catalog, end_sessions: Callable[[], int]
) -> None:
    with postgres_catalog.reading(), postgres_catalog.reading(), postgres_catalog.reading():
        pass  # three sessions in the pool
    assert end_sessions() >= 3
    with (
        postgres_catalog.reading() as one,
        postgres_catalog.reading() as two,
        postgres_catalog.reading() as three,
    ):
        assert [one.sequence, two.sequence, three.sequence] == [0, 0, 0]


def test_a_server_that_restarts_is_away_and_comes_back(postgres: Any, tmp_path: Path) -> None:
    url = postgres.new_database()
    catalog = create_catalog(url, tmp_path)
    with catalog.writing() as w:
        w.people.add("Ewa")
    with pytest.raises(StoreUnavailable):
        _add(catalog, "Jan", "Eva", between=postgres.halt)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            _people(catalog)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        open_catalog(url, tmp_path)
    postgres.start()
    assert _people(catalog) == 1  # the acknowledged one, and nothing of the other two
    with catalog.writing() as w:
        assert w.sequence == 2
        w.people.add("Jan")
    assert _people(catalog) == 2
    catalog.close()
