"""Logged searches as rows, and back, also where somebody has tampered with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from catalog.errors import Damaged, InvalidRequest
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store.search_log.chain import commit_impression, new_salt
from reading.dates import Month


def rows_of(search_id: str, impressions: Iterable[Impression]) -> list[dict[str, Any]]:
    """Rows to insert, each with a salt of its own."""
    return [
        {
            "search_id": search_id,
            "rank": shown.rank,
            "person_id": shown.person_id,
            "score": float(shown.score),
            "parts": {str(name): part for name, part in shown.parts.items()},
            "propensity": None if shown.propensity is None else float(shown.propensity),
            "shown_by": shown.shown_by,
            "salt": new_salt(),
        }
        for shown in impressions
    ]


def commitments_of(rows: Iterable[dict[str, Any]]) -> list[tuple[int, str]]:
    """(rank, commitment) of each."""
    return [(row["rank"], commit_impression(row["salt"], row)) for row in rows]


@contextmanager
def readable(search_id: str) -> Iterator[None]:
    """Whatever a changed row makes of reading it is Damaged.

    InvalidRequest is what SQLite's driver says of text that is none.
    """
    try:
        yield
    except (ValueError, TypeError, AttributeError, OverflowError, InvalidRequest):
        raise Damaged(
            f"search {search_id} was changed in the log and cannot be read any more: "
            "`bole log verify` names all that was changed"
        ) from None


def record_of(row: sa.Row[*tuple[Any, ...]]) -> SearchRecord:
    """A search. Errors: ValueError, TypeError where a value is none that was logged."""
    values = {name: value for name, value in row._mapping.items() if name != "salt"}
    for name in ("request", "fingerprints", "timings"):
        if not isinstance(values[name], dict):
            raise TypeError(name)
    values["as_of"] = Month.from_ordinal(row.as_of)
    values["source"] = SearchSource(row.source)
    return SearchRecord(**values)


def impression_of(row: sa.Row[*tuple[Any, ...]]) -> Impression:
    """An impression. Errors: ValueError, TypeError where a value is none that was logged."""
    return Impression(
        rank=int(row.rank),
        person_id=int(row.person_id),
        score=float(row.score),
        parts={name: _number(part) for name, part in row.parts.items()},
        shown_by=row.shown_by,
        propensity=None if row.propensity is None else float(row.propensity),
    )


def _number(part: Any) -> float:
    if not isinstance(part, int | float):
        raise TypeError("a part of a score is a number")
    return part
