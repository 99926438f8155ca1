import json
import os
import subprocess
import sys
from pathlib import Path

from indexer.learning.foundation.__main__ import main

ROOT = Path(__file__).parents[4]


def test_the_order_of_sets_which_differs_between_runs_decides_nothing(taxonomies, tmp_path):
    written = set()
    for hashes in ("1", "2", "3"):
        out = tmp_path / f"{hashes}.jsonl"
        command = [sys.executable, "-m", "indexer.learning.foundation", "--count", "200"]
        command += ["--taxonomies", str(taxonomies), "--out", str(out)]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": hashes})
        written.add(out.read_bytes())
    assert len(written) == 1


def test_the_command_writes_whole_files_and_leaves_the_old_one_where_it_fails(
    taxonomies, tmp_path, capsys
):
    out = tmp_path / "pairs.jsonl"
    asked = ["--taxonomies", str(taxonomies), "--out", str(out), "--count", "40"]
    assert main(asked) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 40
    assert set(rows[0]) == {"question", "answer", "label", "group"}
    assert not list(tmp_path.glob("*.part"))
    before = out.read_bytes()
    (taxonomies / "onet_29_2" / "Alternate Titles.txt").unlink()
    assert main(asked) == 2
    assert "Alternate Titles.txt" in capsys.readouterr().err
    assert out.read_bytes() == before
