"""A clock that is wrong, for one process."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from catalog.store import unit
from search import past, pipeline


def set_clock(wrong_by: timedelta) -> None:
    """From now on whatever is written down in the catalog has another time than it is."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + wrong_by

    for module in (unit, past, pipeline):
        module.datetime = Clock  # type: ignore[attr-defined]
