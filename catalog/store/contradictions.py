"""Whether a database agrees with itself. The constraints see to most of it; these are the rest."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from catalog.store.tables import DocumentRow, JobRow, PersonRow, ResumeRow, SequenceRow

_SHOWN = 3


def find_contradictions(connection: sa.Connection) -> list[str]:
    """What does not hold, as the first half of a sentence; empty where everything does.

    SQLite's pages and references are looked through; PostgreSQL sees to its own.
    """
    damage = list(_damage(connection)) if connection.dialect.name == "sqlite" else []
    return damage or list(_contradictions(connection))


def _damage(connection: sa.Connection) -> Iterator[str]:
    pages = connection.exec_driver_sql(f"PRAGMA quick_check({_SHOWN})").scalars().all()
    if pages != ["ok"]:
        yield f"the database's file is damaged ({'; '.join(map(str, pages))})"
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken})[:_SHOWN])
        yield f"{len(broken)} records refer to something that is not there (in {tables})"


def _contradictions(connection: sa.Connection) -> Iterator[str]:
    now = connection.execute(sa.select(SequenceRow.value)).scalar_one()
    newest = (
        sa.func.max(column)
        for column in (
            DocumentRow.sequence,
            ResumeRow.from_sequence,
            ResumeRow.to_sequence,
            JobRow.from_sequence,
            PersonRow.from_sequence,
        )
    )
    latest = max(connection.scalar(sa.select(each)) or 0 for each in newest)
    if latest > now:
        yield f"there are records of change {latest}, and the catalog has only come to {now}"
    current = ResumeRow.to_sequence.is_(None)
    twice = (
        sa.select(ResumeRow.person_id)
        .where(current)
        .group_by(ResumeRow.person_id)
        .having(sa.func.count() > 1)
    )
    people = connection.scalars(twice).all()
    if people:
        yield f"{len(people)} people have two résumés in search at once"
