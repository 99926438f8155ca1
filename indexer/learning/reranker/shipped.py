"""The base reranker that ships with Bole, if one has earned that: where it lies, how it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from catalog.errors import BoleError, Damaged
from search.calibration import Calibration, calibration_from_record
from search.cross_encoders import BASE_FILE, Base, stated_base

NAME: Final = "foundation"
EVIDENCE: Final = "evidence.json"


def find_foundation(base: Base | None = None) -> Path | None:
    """The folder of the shipped base reranker; None where none ships, or none for this base."""
    folder = Path(str(files("indexer.learning.foundation").joinpath("adapter")))
    if not (folder / BASE_FILE).is_file():
        return None
    return folder if base is None or stated_base(folder) == base else None


def read_evidence(shipped: Path) -> tuple[dict[str, Any], Calibration]:
    """How it did before it shipped, and the weights that it serves with. Error: Damaged."""
    try:
        record = json.loads((shipped / EVIDENCE).read_text("utf-8"))
        calibration = calibration_from_record(record.pop("calibration"))
        if not isinstance(record.get("sets"), Mapping):
            raise ValueError("it was measured on nothing")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BoleError):
        raise Damaged("the base reranker that ships is damaged: install Bole again") from None
    return record, calibration
