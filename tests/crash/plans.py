"""What the workers of one round do: drawn from a seed and from who is in the pool."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.crash.expected import Deed, Expected

FEWEST, MOST = 5, 24  # candidates in the pool, between which it breathes

TARGETS = {
    "build": 6,
    "forget": 4,
    "finish": 5,
    "store": 3,
    "go_back": 2,
    "outcome": 1,
    "put_into_service": 1,
    "take_back": 1,
    "put_aside": 1,
    "search": 1,
    "nightly": 4,
    "back_up": 3,
    "restore": 3,
}
"""In which deeds a worker dies between two steps, and how often each."""


class Planner:
    """Draws deeds that make sense. `lane` of `lanes`: which candidates are this worker's."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._next_number = 1
        self._next_event = 1

    def mixed(self, expected: Expected, count: int, lane: int = 0, lanes: int = 1) -> list[Deed]:
        """A working day's mixture."""
        draft = _Draft(self, self._dice, expected, lane, lanes)
        kinds: Sequence[tuple[int, Callable[[], None]]] = (
            (5, draft.newcomers),
            (4, draft.replace),
            (1, draft.same_again),
            (4, draft.outcome),
            (2, draft.forget),
            (2, draft.come_back),
            (1, lambda: draft.add("finish")),
            (3, lambda: draft.add("build", full=self._dice.random() < 0.2)),
            (1, lambda: draft.add("go_back")),
            (3, lambda: draft.add("search", limit=self._dice.choice([3, 50]))),
            (2, lambda: draft.add("keep_searches_up")),
            (1, draft.promote),
            (1, lambda: draft.add("take_back")),
            (1, draft.put_aside),
            (1, lambda: draft.add("nightly")),
            (1, draft.back_up),
            (1, draft.restore),
        )
        weights = [weight for weight, _ in kinds]
        while len(draft.deeds) < count:
            _, draw = self._dice.choices(kinds, weights)[0]
            draw()
        return draft.deeds

    def around(self, target: str, expected: Expected) -> tuple[list[Deed], int]:
        """Deeds that lead to a target, and its place."""
        draft = _Draft(self, self._dice, expected, 0, 1)
        full = self._dice.random() < 0.3
        match target:
            case "build":
                draft.newcomers()
                if self._dice.random() < 0.3:
                    draft.forget()
                draft.add("build", full=full)
            case "finish":
                draft.newcomers()
                draft.add("build", full=False)
                draft.forget()
                draft.forget()
                draft.add("finish")
            case "forget":
                draft.newcomers()
                if self._dice.random() < 0.5:
                    draft.outcome()
                    draft.add("build", full=False)
                    draft.add("search", limit=50)
                draft.forget(always=True)
            case "go_back":
                draft.newcomers()
                draft.add("build", full=False)
                draft.replace()
                draft.add("build", full=True)
                draft.add("go_back")
            case "store":
                self._dice.choice([draft.newcomers, draft.replace, draft.same_again])()
            case "outcome":
                draft.newcomers()
                draft.outcome()
            case "put_into_service":
                draft.newcomers()
                draft.add("build", full=False)
                draft.promote()
            case "take_back":
                draft.newcomers()
                draft.add("build", full=False)
                draft.promote()
                draft.add("take_back")
            case "put_aside":
                draft.put_aside()
            case "search":
                draft.newcomers()
                draft.add("build", full=False)
                draft.add("search", limit=50)
            case "nightly":
                draft.newcomers()
                draft.forget()
                draft.add("nightly")
            case "back_up":
                draft.newcomers()
                draft.add("build", full=False)
                draft.back_up()
            case "restore":
                draft.newcomers()
                if not expected.backups or self._dice.random() < 0.3:
                    draft.back_up()
                draft.forget()
                draft.restore()
        return draft.deeds, len(draft.deeds) - 1

    def number(self, lane: int, lanes: int) -> int:
        self._next_number += 1
        while self._next_number % lanes != lane:
            self._next_number += 1
        return self._next_number

    def event(self) -> str:
        self._next_event += 1
        return f"E-{self._next_event}"


class _Draft:
    """Deeds so far, and whom they leave in the pool."""

    def __init__(
        self, planner: Planner, dice: random.Random, expected: Expected, lane: int, lanes: int
    ) -> None:
        self.deeds: list[Deed] = []
        self._planner = planner
        self._dice = dice
        self._lane, self._lanes = lane, lanes
        own = {n: each for n, each in expected.candidates.items() if n % lanes == lane}
        self._there = {
            n: max(each.tried) for n, each in own.items() if each.is_settled and each.tried
        }
        self._absent = [
            (n, max(each.tried))
            for n, each in own.items()
            if each.versions == {None} and each.erased is False and each.tried
        ]
        self._erased = [n for n, each in own.items() if each.erased]
        self._backups = list(expected.backups)
        self._others = sum(each.is_settled for each in expected.candidates.values()) - len(
            self._there
        )

    def add(self, deed: str, /, **given: object) -> None:
        self.deeds.append((deed, given))

    def newcomers(self) -> None:
        """Some who are new; whose file was lost with a kill is sometimes sent again first."""
        if self._absent and self._dice.random() < 0.5:
            number, version = self._absent.pop()
            self._there[number] = version
            self.add("store", people=[[number, version]])
            return
        count = self._dice.randint(1, 3)
        if len(self._there) + self._others > MOST:
            self.forget()
            count = 1
        new = [self._planner.number(self._lane, self._lanes) for _ in range(count)]
        self._there |= dict.fromkeys(new, 0)
        self.add("store", people=[[number, 0] for number in new])

    def replace(self) -> None:
        if not self._there:
            return self.newcomers()
        number = self._one()
        self._there[number] += 1
        self.add("store", people=[[number, self._there[number]]])
        return None

    def same_again(self) -> None:
        if self._there:
            number = self._one()
            self.add("store", people=[[number, self._there[number]]])

    def outcome(self) -> None:
        if self._there:
            self.add("outcome", number=self._one(), event=self._planner.event())

    def forget(self, always: bool = False) -> None:
        if self._there and (always or len(self._there) > FEWEST):
            number = self._one()
            del self._there[number]
            self._erased.append(number)
            self.add("forget", number=number)

    def come_back(self) -> None:
        if self._erased:
            number = self._dice.choice(self._erased)
            self.add("come_back", number=number, version=self._dice.randrange(90))

    def promote(self) -> None:
        name = f"m{self._planner.event()}"
        self.add("train", name=name)
        self.add("put_into_service", name=name)

    def put_aside(self) -> None:
        self.add("put_aside", number=self._planner.number(self._lane, self._lanes))

    def back_up(self) -> None:
        """Where several work, nobody can say what a backup has to hold: then there is none."""
        if self._lanes == 1:
            self._backups.append(f"b{self._planner.event()}")
            self.add("back_up", name=self._backups[-1])

    def restore(self) -> None:
        if self._backups and self._lanes == 1:
            self.add("restore", name=self._dice.choice(self._backups[-3:]))

    def _one(self) -> int:
        return self._dice.choice(sorted(self._there))
