"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

Stage = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is (0: unknown)."""


class Kind(StrEnum):
    """What a finding is about: a stable word for machines, and what a repair goes by."""

    CATALOG = "catalog"  # the database contradicts itself
    INDEX = "index"  # what is served is not what the catalog says
    KEPT_INDEX = "kept_index"  # an older generation cannot serve again
    VECTOR = "vector"  # a vector is missing or is none
    ORIGINAL = "original"  # a document's bytes are gone or are others
    UNOWNED = "unowned"  # bytes that no document is about
    DEBRIS = "debris"  # what a process that was killed left
    MODEL = "model"  # a model's folder is gone or changed
    ERASURE = "erasure"  # somebody who was erased is not gone yet
    WAITING = "waiting"  # new résumés wait for their vectors: not wrong, unless it lasts


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold, as a sentence that says what to do.

    `wrong` is false for what passes by itself. `subjects` are what a repair needs: keys, numbers.
    """

    kind: Kind
    message: str
    repairable: bool = False  # `repair` takes care of it
    wrong: bool = True
    subjects: tuple[str, ...] = ()


Findings = Iterator[Finding]
