"""A search that a watch made says so in the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_CHECK = "source IN ('cli', 'api', 'replay'{})"
_OLD, _NEW = _CHECK.format(""), _CHECK.format(", 'watch'")


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_search_log_source"), "search_log")
        op.create_check_constraint(op.f("ck_search_log_source"), "search_log", _NEW)
    else:
        _change_check_in_place()


def _change_check_in_place() -> None:
    # SQLite cannot change a check, and a table made anew would take along, when the old one is
    # dropped, the impressions that refer to it. For a check, which touches no row, SQLite's page
    # lang_altertable.html ("Making Other Kinds Of Table Schema Changes") edits the schema's text.
    connection = op.get_bind()
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'search_log' AND instr(sql, :old) > 0"
        ),
        {"old": _OLD, "new": _NEW},
    )
    if changed.rowcount != 1:
        raise RuntimeError("search_log has another check than the first migration gave it")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")
