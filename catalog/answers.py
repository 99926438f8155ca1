"""Writes that may be sent twice: which was begun, and what it was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is given again, byte for byte. `body` is JSON, or empty."""

    status: int
    headers: Mapping[str, str]
    body: str


class Standing(StrEnum):
    """How a write that carries a key stands when it comes in."""

    NEW = "new"  # it is this request's to do, and then to settle or to give up
    RUNNING = "running"  # another request is doing it
    OTHER = "other"  # the key was used for something else
    DONE = "done"  # it has its answer


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of beginning a write; `number` names it where it is NEW, `answer` where DONE."""

    standing: Standing
    number: int | None = None
    answer: Answer | None = None
