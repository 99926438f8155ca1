"""The foundation that ships with Bole, if one has earned that: where it lies."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_FOLDER = "adapter"


def find_foundation() -> Path | None:
    """The folder of the shipped base reranker; None where none ships."""
    folder = Path(str(files("indexer.learning.foundation").joinpath(_FOLDER)))
    return folder if (folder / "base.json").is_file() else None
