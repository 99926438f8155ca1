"""Dates with month precision, as résumés give them. Dates are not instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int  # 1..12

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @property
    def ordinal(self) -> int:
        """Months since year 0: differences count months."""
        return self.year * 12 + self.month - 1

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        return cls(ordinal // 12, ordinal % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of `start` to the end of `end`; an `end` of None means: until now.

    Whether "now" is today or the day of a replayed search is the caller's to say (`as_of`).
    """

    start: Month
    end: Month | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"ends before it starts: {self.start}..{self.end}")


@dataclass(frozen=True, slots=True)
class Experience:
    """A union of periods in a form that SQL can finish: closed months, and what still runs.

    `open_since` is the start of the earliest period that still runs; `months_before` counts the
    union's months before it (all of them where nothing runs).
    """

    months_before: int
    open_since: Month | None

    def months(self, as_of: Month) -> int:
        if self.open_since is None or as_of < self.open_since:
            return self.months_before
        return self.months_before + as_of.ordinal - self.open_since.ordinal + 1


def experience(periods: Iterable[Period]) -> Experience:
    """The union of periods: overlapping jobs count once."""
    listed = list(periods)
    open_since = min((p.start for p in listed if p.end is None), default=None)
    covered: set[int] = set()
    for period in listed:
        last = period.end.ordinal if period.end else period.start.ordinal - 1
        covered.update(range(period.start.ordinal, last + 1))
    if open_since is not None:
        covered = {month for month in covered if month < open_since.ordinal}
    return Experience(len(covered), open_since)
