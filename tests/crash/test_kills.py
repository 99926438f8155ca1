"""Promises 1, 5 and 6 under `kill -9`: the short form of `make crash`, part of `make proof`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.lives import Tally
from tests.crash.run import run

SEED = "proof"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kills", "postgres"), [(36, 0.0), pytest.param(14, 1.0, marks=pytest.mark.postgres)]
)
def test_whatever_was_acknowledged_is_there_after_every_kill(
    tmp_path: Path, kills: int, postgres: float
) -> None:
    tally = Tally()
    for _ in run(kills, SEED, postgres, tmp_path, tally):
        pass
    assert tally.found == []
    assert tally.kills >= kills


def test_a_few_kills_always_and_not_only_in_the_long_run(tmp_path: Path) -> None:
    tally = Tally()
    for _ in run(3, SEED, 0.0, tmp_path, tally):
        pass
    assert tally.found == []
    assert tally.kills >= 3
