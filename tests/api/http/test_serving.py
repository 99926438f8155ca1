from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.api.conftest import run_bole


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answered:
            return int(answered.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_server_starts_becomes_ready_answers_and_ends_when_told_to(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    code = "from api.cli import main; main()"
    command = [sys.executable, "-u", "-c", code, "--data", str(data), "serve", "--port", "0"]
    environment = {**os.environ, "COLUMNS": "200"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert found is not None
            deadline = time.monotonic() + 120
            while (ready := _status(f"{found[0]}/ready")) == 503 and time.monotonic() < deadline:
                time.sleep(0.2)
            assert (ready, _status(f"{found[0]}/health")) == (200, 200)
            assert _status(f"{found[0]}/v1/jobs") == 401
            server.send_signal(signal.SIGTERM)
            assert server.wait(40) == 0
        finally:
            server.kill()
