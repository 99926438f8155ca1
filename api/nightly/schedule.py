"""When a night is due: once for each local day, whatever the clocks do to that day.

A time that a day has twice (clocks go back) means the first one; a time that a day does not have
(clocks go forward) means as long after midnight as if they had not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from catalog.errors import InvalidRequest

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DAY = timedelta(days=1)


def read_time(text: str) -> time:
    """A time of day, as 03:30. Errors: InvalidRequest."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise InvalidRequest(f"a time of day is written HH:MM, from 00:00 to 23:59, not {text!r}")
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A time of day in a time zone (None: this machine's, or that of the TZ variable)."""

    at: time
    zone: tzinfo | None = None

    def moment(self, day: date) -> datetime:
        """When the night of a local day is due, in UTC."""
        local = datetime.combine(day, self.at)
        return (local if self.zone is None else local.replace(tzinfo=self.zone)).astimezone(UTC)

    def last_due(self, now: datetime) -> date:
        """The local day whose night was due last."""
        day = self._day(now) + _DAY  # clocks put back over midnight show yesterday's date
        while self.moment(day) > now:
            day -= _DAY
        return day

    def next_moment(self, now: datetime) -> datetime:
        """When the next night is due, in UTC; later than `now`."""
        return self.moment(self.last_due(now) + _DAY)

    def _day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()
