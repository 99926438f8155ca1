from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.pool import write_pool


class Written:
    """A pool on disk, read back from its files alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.candidates = self.lines("candidates.jsonl")
        self.by_id = {row["id"]: row for row in self.candidates}
        self.jobs = self.lines("requirements.jsonl")
        self.applications = {row["id"]: row for row in self.lines("applications.jsonl")}
        self.histories: dict[str, list[dict[str, Any]]] = {}
        for event in self.lines("outcomes.jsonl"):
            self.histories.setdefault(event["application"], []).append(event)

    def lines(self, name: str) -> list[dict[str, Any]]:
        text = (self.root / "truth" / name).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def rows(self, name: str) -> list[list[str]]:
        text = (self.root / "truth" / name).read_text("utf-8")
        return [line.split("\t") for line in text.splitlines()]

    def resumes(self) -> Iterator[Path]:
        return (path for path in sorted((self.root / "resumes").rglob("*")) if path.is_file())


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Written:
    root = tmp_path_factory.mktemp("pool")
    write_pool(root, seed=11, candidates=120, workers=1)
    return Written(root)
