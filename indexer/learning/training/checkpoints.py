"""Going on after a kill: what every training leaves on disk, and where it picks up again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import StoreUnavailable

STEPS = "steps"
FINISHED = "finished"  # an empty file, written last


@contextmanager
def writing_to(folder: Path, space: str) -> Iterator[None]:
    """Errors of the disk as StoreUnavailable; `space` is what a training needs, about."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"training could not write to {folder}: {error.strerror or error}. What is in service "
            f"stays; free some space (about {space}) and start again: it goes on where it stopped."
        ) from error


def is_finished(folder: Path) -> bool:
    """Whether a run that was killed afterwards had ended training, so that the model is whole."""
    return (folder / FINISHED).is_file()


def last_checkpoint(folder: Path) -> str | None:
    """The newest whole checkpoint; those that a kill left half written are removed."""
    steps = [step for step in (folder / STEPS).glob("checkpoint-*") if step.is_dir()]
    for step in sorted(steps, key=lambda step: -int(step.name.rpartition("-")[2])):
        if (step / "trainer_state.json").is_file():  # written last
            return str(step)
        shutil.rmtree(step, ignore_errors=True)
    return None


def finish(folder: Path) -> None:
    """Says that the model is whole, and lets go of the checkpoints."""
    (folder / FINISHED).touch()
    shutil.rmtree(folder / STEPS, ignore_errors=True)
