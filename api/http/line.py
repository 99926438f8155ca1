"""The waiting line in front of the models: one at a time, in order, and only so many waiting.

One at a time gives equal bits for equal inputs (a batch's shape changes floating point), and two
searches at once on the same cores finish no sooner. Who finds the line full is told when to come
back (429), so an overloaded server goes on answering as many as it can.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from api.http.refusals import TooManyRequests

T = TypeVar("T")
_SMOOTH = 0.2  # of the newest turn in the mean of how long a turn takes


class Line:
    """A line of at most `waiting` who wait, and one whose turn it is. Belongs to one event loop."""

    def __init__(self, waiting: int) -> None:
        self._most = waiting
        self._turn = anyio.Semaphore(1)
        self._thread: anyio.CapacityLimiter | None = None  # not one of those that uploads may fill
        self._there = 0
        self._mean = 0.5  # seconds a turn takes

    @property
    def length(self) -> int:
        """How many are there, the one whose turn it is among them."""
        return self._there

    async def take(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread when its turn comes.

        A caller that is cancelled while waiting leaves the line; once its turn has come the work
        is run to its end, for a thread cannot be stopped, and nobody else runs beside it.

        Raises:
            TooManyRequests: the line is full.
        """
        if self._there > self._most:
            wait = math.ceil(self._there * self._mean)
            raise TooManyRequests("the server has as much to do as it can take", wait)
        self._there += 1
        try:
            async with self._turn:
                begun = time.monotonic()
                if self._thread is None:  # made in the event loop that it belongs to
                    self._thread = anyio.CapacityLimiter(1)
                with anyio.CancelScope(shield=True):
                    done = await anyio.to_thread.run_sync(work, limiter=self._thread)
                self._mean += _SMOOTH * (time.monotonic() - begun - self._mean)
                return done
        finally:
            self._there -= 1
