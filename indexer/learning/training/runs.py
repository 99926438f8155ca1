"""Where a training works: alone in its data folder, and where the same one was stopped before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from catalog.errors import Conflict
from catalog.store import Catalog

MODELS: Final = "models"  # the folder in the data folder

Say = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0: unknown)."""
Advance = Callable[[int, int], None]
"""Called with the steps done and the steps there are."""


@contextmanager
def alone(catalog: Catalog) -> Iterator[None]:
    """One training at a time in a data folder: two would share its processors and its disk.

    The lock is the kernel's on a file: it goes with the process, however that ends. Errors:
    Conflict while another training runs.
    """
    from filelock import FileLock, Timeout

    (catalog.folder / MODELS).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(catalog.folder / MODELS / "training.lock", timeout=0):
            yield
    except Timeout:
        raise Conflict("another training is running: wait until it has finished") from None


def run_folder(catalog: Catalog, *what: Any) -> Path:
    """The folder of the run that is wholly described by `what` (JSON), new or begun before."""
    said = hashlib.sha256(json.dumps(what).encode()).hexdigest()
    return catalog.folder / MODELS / f".run-{said[:16]}"


def telling(say: Say, stage: str) -> Advance:
    """The steps of a training as progress of a stage."""
    return lambda done, of: say(stage, done, of)
