"""What all rows share: names of constraints, and column types that mean the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from catalog.errors import InvalidRequest


class Instant(TypeDecorator[datetime]):
    """A moment, in UTC on both databases (SQLite has no time zones); naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidRequest("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length; NUL, which PostgreSQL cannot store, is refused on both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and "\x00" in value:
            raise InvalidRequest("a text with a NUL character cannot be stored")
        return value


# SQLite numbers rows itself only where the key is called INTEGER.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
Big = Annotated[int, mapped_column(sa.BigInteger)]


class Row(DeclarativeBase):
    """The parent of all rows; its metadata is what the migrations must add up to."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as a class attribute)
        str: Words(),
        datetime: Instant(),
        dict[str, Any]: sa.JSON(none_as_null=True),
        list[Any]: sa.JSON(none_as_null=True),
    }


def one_of(column: str, kinds: type[StrEnum]) -> sa.CheckConstraint:
    """The database's own refusal of a word that is not one of `kinds`."""
    words = ", ".join(f"'{kind.value}'" for kind in kinds)
    return sa.CheckConstraint(f"{column} IN ({words})", name=column)


# A deleted row's number is never given to another: old ids must stay unambiguous for ever.
NEVER_REUSED = {"sqlite_autoincrement": True}
