"""One unit of work: a transaction, its moment, and its place in the catalog's sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa

from catalog.errors import NotReady
from catalog.store.tables import Row, SequenceRow

T = TypeVar("T")

# SQLite takes 32,766 variables in one statement, PostgreSQL 65,535.
_AT_ONCE = 5000


class Unit:
    """What the stores of one transaction share."""

    def __init__(
        self, connection: sa.Connection, erasure_key: Callable[[], bytes] | None = None
    ) -> None:
        self.connection = connection
        self._erasure_key = erasure_key
        self.now = datetime.now(UTC)
        self._taken: int | None = None

    def erasure_key(self) -> bytes:
        """The key of the tombstones. Errors: NotReady where it is missing."""
        if self._erasure_key is None:
            raise NotReady("this catalog was opened without its erasure key")
        return self._erasure_key()

    def take_sequence(self) -> int:
        """This transaction's own number; taken once, on the first change.

        Whoever looks before they write (is this person known?) takes it before they look: until the
        commit nobody else can.
        """
        if self._taken is None:
            self._taken = next_sequence(self.connection)
        return self._taken

    def wait_for_writers(self) -> None:
        """What `take_sequence` does for those who change people; here the sequence stays.

        SQLite's writers are alone already.
        """
        self.connection.execute(sa.select(SequenceRow.value).with_for_update())

    def current_sequence(self) -> int:
        """The newest number whose changes this transaction sees."""
        return self.connection.execute(sa.select(SequenceRow.value)).scalar_one()

    def insert(self, row: type[Row], values: dict[str, object]) -> int:
        """Insert one row and return its number."""
        inserted = self.connection.execute(_insert(row), values).inserted_primary_key
        assert inserted is not None
        return int(inserted[0])

    def insert_all(self, row: type[Row], values: Sequence[dict[str, object]]) -> None:
        """Insert rows that all name the same columns."""
        if values:
            self.connection.execute(_insert(row), values)


@cache
def _insert(row: type[Row]) -> sa.Insert:
    return sa.insert(row)


_NEXT = (
    sa.update(SequenceRow)
    .where(SequenceRow.id == 1)
    .values(value=SequenceRow.value + 1)
    .returning(SequenceRow.value)
)


def next_sequence(connection: sa.Connection) -> int:
    """Take the next number of the catalog's sequence.

    The row's lock is held until the commit (SQLite: the whole database's), so numbers become
    visible in their order: who has seen n never later finds a new row with a number up to n.
    PostgreSQL's own sequences do not promise that.
    """
    return connection.execute(_NEXT).scalar_one()


def visible(row: type[Row], sequence: int) -> sa.ColumnElement[bool]:
    """Whether a row with `from_sequence` and `to_sequence` existed at a sequence."""
    columns = sa.inspect(row).columns
    until = columns.to_sequence
    return sa.and_(columns.from_sequence <= sequence, sa.or_(until.is_(None), until > sequence))


def in_lots(values: Iterable[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most `size`: what fits into one statement."""
    source = iter(values)
    while lot := list(islice(source, size)):
        yield lot
