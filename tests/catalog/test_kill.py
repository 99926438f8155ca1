"""Promise 1: what was acknowledged survives `kill -9`; what was not leaves no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from catalog.store import Catalog, open_catalog

WRITER = """
import os, signal, sys
from pathlib import Path
from catalog.store import open_catalog
catalog = open_catalog(sys.argv[1], Path(sys.argv[2]))
with catalog.writing() as w:
    w.people.add("acknowledged")
print("acknowledged", flush=True)
with catalog.writing() as w:
    for _ in range(300):
        w.people.add("half-way" + "x" * 1000)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_only_what_was_acknowledged_is_there_after_a_kill(
    catalog: Catalog, catalog_url: str, tmp_path: Path
) -> None:
    catalog.close()
    root = Path(sys.modules["catalog"].__file__ or "").parent.parent
    done = subprocess.run(
        [sys.executable, "-c", WRITER, catalog_url, str(tmp_path / "data")],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "acknowledged\n"), done.stderr
    again = open_catalog(catalog_url, tmp_path / "data")
    with again.reading() as r:
        assert (r.sequence, r.counts().people) == (1, 1)
        assert r.people.get(1).name == "acknowledged"
    with again.writing() as w:
        w.people.add("next")
    again.close()
