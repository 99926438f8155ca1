from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.shorter_pairs import Read, as_markdown, compare, read_known

SAME = Read("same", [4, 2, 0], [0.5, 0.5, 0.5], [3.0, 2.0, 1.0], [9.0, 8.0, 7.0])
WORSE = Read("worse", [4, 0], [0.5, 0.5], [1.0, 0.0], [0.0, 1.0])


def test_only_the_order_counts_and_a_loss_is_negative() -> None:
    whole, digests, more = compare([SAME, WORSE], with_requirements=False)
    assert whole.mean == pytest.approx(1.0)
    loss = 0.6309297535714575 - 1  # 4 / log2(3) over 4 / log2(2)
    assert digests.mean == pytest.approx(1 + loss / 2)
    assert more.mean == pytest.approx(loss / 2)


def test_a_loss_beyond_half_a_point_is_said() -> None:
    assert "not within 0.005" in as_markdown([SAME, WORSE])
    assert "not within" not in as_markdown([SAME])


def test_a_line_that_a_kill_cut_off_is_taken_out(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    line = json.dumps(asdict(SAME))
    kept.write_text(f"{line}\n{line[:20]}", "utf-8")
    assert read_known(kept) == [SAME]
    assert kept.read_text("utf-8") == line + "\n"
    assert read_known(tmp_path / "none.jsonl") == []
