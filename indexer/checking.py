"""Comparing what belongs together: catalog, index, original documents, vectors, models.

`check` changes nothing. Each finding is a sentence that says what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.store import Catalog
from search.encoder import Encoder

Stage = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold. `kind` is a stable word for machines."""

    kind: str
    message: str
    repairable: bool  # `repair` takes care of it


def check(
    catalog: Catalog, stage: Stage = lambda name, done, of: None, *, contents: bool = True
) -> list[Finding]:
    """What does not hold; empty where everything does.

    With `contents` every original document is read and hashed; without, only its size is compared.
    """
    return []


def repair(
    catalog: Catalog,
    open_encoder: Callable[[], Encoder],
    stage: Stage = lambda name, done, of: None,
) -> list[Finding]:
    """Repairs what can be repaired safely; what is found afterwards.

    Never removes an original document.
    """
    return check(catalog, stage)
