"""Reading rows that somebody may have tampered with: what cannot be read is named, not fatal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from catalog.errors import InvalidRequest, StoreUnavailable
from catalog.store.tables import ImpressionRow, Row, SearchChainRow, SearchRow
from catalog.store.unit import Unit

Mapped = Mapping[str, Any]
Tell = Callable[[str], None]

_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    AttributeError,
    InvalidRequest,  # what SQLite's driver says of text that is none
    StoreUnavailable,
)


class Logged:
    """What the log has of some searches. `broken` names what is there but cannot be read."""

    def __init__(self, unit: Unit, names: Collection[str], tell: Tell) -> None:
        self._unit = unit
        self.broken: set[str | tuple[str, int]] = set()
        self.searches = {row["id"]: row for row in self._read_searches(names, tell)}
        self.shown = {
            (row["search_id"], row["rank"]): row for row in self._read_impressions(names, tell)
        }
        self._committed: dict[str, set[int]] = {}
        links, _ = read_rows(unit, SearchChainRow, SearchChainRow.search_id.in_(names), ("id",))
        for link in links:
            places = self._committed.setdefault(link["search_id"], set())
            places.update(rank for rank, _ in commitments(link))

    def added(self, name: str) -> list[int]:
        """Places of a search that no link knows."""
        there = {place for search, place in self.shown if search == name}
        return sorted(there - self._committed.get(name, set()))

    def _read_searches(self, names: Collection[str], tell: Tell) -> list[Mapped]:
        rows, broken = read_rows(self._unit, SearchRow, SearchRow.id.in_(names), ("id",))
        for (name,) in broken:
            tell(f"search {name} was changed: it cannot be read any more")
            self.broken.add(name)
        return rows

    def _read_impressions(self, names: Collection[str], tell: Tell) -> list[Mapped]:
        which = ImpressionRow.search_id.in_(names)
        rows, broken = read_rows(self._unit, ImpressionRow, which, ("search_id", "rank"))
        for name, rank in broken:
            tell(f"place {rank} of search {name} was changed: it cannot be read any more")
            self.broken.add((name, rank))
        return rows


def read_rows(
    unit: Unit, table: type[Row], which: sa.ColumnElement[bool], key: Sequence[str]
) -> tuple[list[Mapped], list[tuple[Any, ...]]]:
    """The rows by column, and the keys of those that cannot be read.

    Errors: StoreUnavailable where the database is gone, and not only a value that it cannot give.
    """
    everything = sa.select(table.__table__)
    try:
        return _rows(unit, everything.where(which)), []
    except _UNREADABLE:
        unit.connection.execute(sa.select(1))
    columns = [table.__table__.c[name] for name in key]
    rows: list[Mapped] = []
    broken: list[tuple[Any, ...]] = []
    for values in unit.connection.execute(sa.select(*columns).where(which)).all():
        own = (column == value for column, value in zip(columns, values, strict=True))
        try:
            rows += _rows(unit, everything.where(*own))
        except _UNREADABLE:
            unit.connection.execute(sa.select(1))
            broken.append(tuple(values))
    return rows, broken


def _rows(unit: Unit, statement: sa.Select[Any]) -> list[Mapped]:
    return [dict(row) for row in unit.connection.execute(statement).mappings()]


def commitments(link: Mapped) -> list[tuple[int, str]]:
    """(place, commitment) of each impression of a link; what has another shape is left out."""
    listed = link["impressions"]
    return [
        (each[0], each[1])
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], int)
    ]
