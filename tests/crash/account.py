"""What a worker says it does and has done, in a file outside the data folder.

A line is written before a deed begins and another after it has returned: what stands there when the
worker is killed is what it had acknowledged.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGUN, DONE, REFUSED, FAILED = "begun", "done", "refused", "failed"
DIED, PASSED = "died", "passed"  # at which boundary; how many there were where it did not die


class Account:
    """The file as one worker writes it."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def say(self, place: int, what: str, told: Any = None) -> None:
        """`place`: of the deed among the worker's deeds."""
        os.write(self._handle, json.dumps([place, what, told]).encode() + b"\n")


@dataclass(slots=True)
class Told:
    """What became of one deed; `outcome` is BEGUN where nobody knows."""

    place: int
    outcome: str = BEGUN
    told: Any = None


@dataclass(frozen=True, slots=True)
class Story:
    """What one worker told. `died`: the boundary at which it died by itself, if it came there;
    `passed`: how many boundaries the deed had that it was to die in, if it lived through it."""

    deeds: tuple[Told, ...]
    died: str | None
    passed: int | None


def read_account(path: Path) -> Story:
    """A line that the kill cut short was never acknowledged."""
    deeds: dict[int, Told] = {}
    died, passed = None, None
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            place, what, told = json.loads(line)
        except ValueError:
            continue
        if what == DIED:
            died = told
        elif what == PASSED:
            passed = told
        elif what == BEGUN:
            deeds[place] = Told(place)
        else:
            deeds[place] = Told(place, what, told)
    return Story(tuple(deeds[place] for place in sorted(deeds)), died, passed)
