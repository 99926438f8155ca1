"""make crash: kills the real program again and again, and looks each time.

python -m tests.crash --kills 1000 --seed 7 --postgres 0.2
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.lives import Tally
from tests.crash.run import run


def main() -> int:
    """0 where nothing was found."""
    asked = argparse.ArgumentParser(prog="make crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--seed", default="1")
    asked.add_argument("--postgres", type=float, default=0.2, help="share of the kills, 0 to 1")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no database is left running
    tally, begun = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bole-crash-") as folder:
        for said in run(given.kills, given.seed, given.postgres, Path(folder), tally):
            print(said, flush=True)
    seconds = time.monotonic() - begun
    print(
        f"{tally.kills} kills ({tally.recoveries_killed} more while recovering) in"
        f" {tally.rounds} rounds, {seconds:.0f} s, seed {given.seed}"
    )
    print("cut short:", ", ".join(f"{name} {n}" for name, n in tally.under_way.most_common()))
    print(f"{len(tally.points)} boundaries:")
    for point, count in sorted(tally.points.items()):
        print(f"  {count:4} {point}")
    for found in tally.found:
        print("FOUND", found)
    return 1 if tally.found else 0


if __name__ == "__main__":
    sys.exit(main())
