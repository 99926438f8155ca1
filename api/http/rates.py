"""How often one caller may ask: so many requests a minute, some of them at once.

The generic cell rate algorithm (ITU-T I.371): one moment a caller, no counters and no clock ticks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Lock

from api.http.refusals import TooManyRequests

_AT_ONCE = 0.1  # of a minute's requests may come at the same moment


class Rates:
    """The callers of one process. Threads may share it."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = 60 / a_minute  # seconds from one request to the next
        self._slack = max(1.0, a_minute * _AT_ONCE) * self._apart
        self._clock = clock
        self._free_at: dict[int, float] = {}  # when a caller's requests so far will be paid off
        self._lock = Lock()

    def count(self, caller: int) -> None:
        """Count one request. Errors: TooManyRequests, which does not count."""
        with self._lock:
            now = self._clock()
            free_at = max(now, self._free_at.get(caller, now)) + self._apart
            wait = free_at - now - self._slack
            if wait > 1e-9:
                raise TooManyRequests("this key asks too often", math.ceil(wait))
            self._free_at[caller] = free_at
