"""docs/api.md, run as it stands: by a newcomer's shell, against a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import run_bole

ROOT = Path(__file__).parents[3]
_BOLE = "from api.cli import main; main()"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(URL, key) of `bole serve` on an empty catalog, in a process of its own."""
    data = tmp_path / "data"
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    key = run_bole(data, "keys", "add", "docs", "--role", "admin", "--json").json["secret"]
    with (tmp_path / "said").open("w+") as said:
        server = subprocess.Popen(
            [sys.executable, "-c", _BOLE, "--data", str(data), "serve", "--port", "0"],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "BOLE_WORKERS": "1"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _url_of(server, Path(said.name)), key
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0, "it goes when it is told to"
    told = (tmp_path / "said").read_text("utf-8")
    assert "Aldgate" not in told
    assert "Traceback" not in told, told


def _url_of(server: subprocess.Popen[bytes], said: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", said.read_text("utf-8"))
        if found is not None:
            return found[0]
        assert server.poll() is None, said.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError("it does not say where it listens")


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="the document uses curl and jq"
)
def test_a_newcomer_gets_from_nothing_to_a_shortlist_by_curl(
    live: tuple[str, str], tmp_path: Path
) -> None:
    url, key = live
    document = (ROOT / "docs" / "api.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", document, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 12
    script = tmp_path / "newcomer.sh"
    script.write_text("set -euo pipefail\n" + "\n".join(blocks), "utf-8")
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        ["bash", "-x", str(script)],
        cwd=work,
        env={"PATH": os.environ["PATH"], "URL": url, "KEY": key, "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Tove Aldgate" in done.stdout
