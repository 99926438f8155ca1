from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from tests import people


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def run_bole(data: Path, *arguments: str | Path) -> Said:
    """The command in this process, as a user would call it."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["bole", "--data", str(data), *map(str, arguments)]
    code = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    finally:
        sys.argv = argv
    return Said(code, out.getvalue(), err.getvalue())


def write_people(folder: Path, **changes: dict[str, str]) -> Path:
    """Everybody's résumé as <folder>/<who>/cv.txt; `changes` says what is different about whom."""
    for who in people.TEXTS:
        (folder / who).mkdir(parents=True, exist_ok=True)
        text = people.resume_of(who, **changes.get(who, {}))
        (folder / who / "cv.txt").write_text(text, encoding="utf-8")
    return folder


def make_pool(root: Path, **changes: dict[str, str]) -> Path:
    """A data folder with everybody ingested and indexed by the light encoder."""
    data = root / "data"
    files = write_people(root / "files", **changes)
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    report = run_bole(data, "ingest", "--id-from", "folder", files, "--json").json
    assert report == {"stored": len(people.TEXTS), "unchanged": 0, "quarantined": []}
    assert run_bole(data, "index", "--json").json["people"] == len(people.TEXTS)
    (root / "arborist.txt").write_text(people.ARBORIST_JOB, encoding="utf-8")
    (root / "diver.txt").write_text(people.DIVER_JOB, encoding="utf-8")
    return data


@pytest.fixture(scope="session", autouse=True)
def one_model_for_all_tests() -> Iterator[None]:
    """The real encoder, loaded once: every command would load it again."""
    from search import encoder

    opened: dict[tuple[str, str], encoder.Encoder] = {}
    original = encoder.open_encoder

    def open_once(
        spec: str, cache: Path, *, dtype: encoder.Dtype = "float32", device: str = "cpu"
    ) -> encoder.Encoder:
        if (spec, dtype) not in opened:
            opened[spec, dtype] = original(spec, cache, dtype=dtype, device=device)
        return opened[spec, dtype]

    encoder.open_encoder = open_once
    yield
    encoder.open_encoder = original


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One indexed pool that tests read and do not change: <pool>/data, arborist.txt, diver.txt."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    root = tmp_path_factory.mktemp("pool")
    make_pool(root)
    return root
