"""How Alembic reaches the database.

`catalog.store.migrate` hands over its connection. From the command line, for those who write a new
migration: `alembic -x url=sqlite:///scratch.db revision --autogenerate --rev-id 0002 -m "why"`.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from catalog.store.tables import Row
from catalog.store.tables.rows import Instant, Words


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    # A migration must mean the same when our own column types have long changed.
    if kind == "type" and isinstance(item, Words):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        transactional_ddl=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over: sa.Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    _run(handed_over)
else:
    url = context.get_x_argument(as_dictionary=True)["url"]
    with sa.create_engine(url).connect() as opened:
        _run(opened)
