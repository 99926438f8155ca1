"""What a task of the night is, what it works with, and what came of it.

A night's report is kept and may be sent around, so no task may put a name, a text or a recruiter's
own words into it: numbers and fixed words only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog.errors import BoleError, Damaged, NotReady, StoreUnavailable
from catalog.nights import Night, TaskOutcome

if TYPE_CHECKING:
    from api.workplace import Workplace

Say = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a task works with; `before` is the last night that ran to its end, if there was one."""

    place: Workplace
    now: datetime
    say: Say = lambda stage, done, of: None
    before: Night | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a task."""

    outcome: TaskOutcome = TaskOutcome.DONE
    facts: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def nothing(why: str) -> Came:
        """There was nothing to do; `why` is one of our own sentences."""
        return Came(TaskOutcome.NOT_DUE, {"why": why})


SAYS = (NotReady, StoreUnavailable, Damaged)


@dataclass(frozen=True, slots=True)
class Task:
    """`by_hand` is the command that does the same, or shows what is wrong.

    `says`: errors whose messages are numbers and our own words here, so that a report may quote
    them.
    """

    name: str
    run: Callable[[Work], Came]
    by_hand: str
    says: tuple[type[BoleError], ...] = SAYS
