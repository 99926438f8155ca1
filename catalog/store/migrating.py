"""Bringing a database to the schema of this program, and refusing those that are not."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from catalog.errors import NotReady, StoreUnavailable
from catalog.store.engine import make_engine, transaction
from catalog.store.schema import REVISION

_LOCK = 0x626F6C65  # "bole", for PostgreSQL's advisory lock


def migrate(url: str) -> None:
    """Create or update the tables. Safe to run twice, and by several processes at once.

    Everything happens in one transaction: a migration that fails leaves the old schema.

    Raises:
        StoreUnavailable: the database cannot be used, or its schema is newer than this program.
    """
    from alembic import command
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option(
        "script_location", str(Path(migrations.__file__).parent).replace("%", "%%")
    )
    engine = make_engine(url)
    try:
        with transaction(engine, writes=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            _refuse_newer(stored_revision(connection))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def check_schema(connection: sa.Connection) -> None:
    """Refuse a schema that this program does not know.

    Raises:
        NotReady: no tables, or older ones; `bole init` helps.
        StoreUnavailable: newer ones.
    """
    stored = stored_revision(connection)
    _refuse_newer(stored)
    if stored is None:
        raise NotReady("there is no catalog here yet: run `bole init`")
    if stored != REVISION:
        raise NotReady("the catalog is of an older version of Bole: run `bole init` to update it")


def stored_revision(connection: sa.Connection) -> str | None:
    """The newest migration that this database has seen; None: no tables."""
    version = sa.table("alembic_version", sa.column("version_num", sa.Text))
    if not sa.inspect(connection).has_table(version.name):
        return None
    return connection.scalar(sa.select(version.c.version_num))


def _refuse_newer(stored: str | None) -> None:
    if stored is not None and stored > REVISION:
        raise StoreUnavailable(
            "the catalog was written by a newer version of Bole: update this program"
            " (`bole init` cannot go back)"
        )
