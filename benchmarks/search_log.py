"""What the chain under the search log costs a search, and how long checking it takes.

    python -m benchmarks.search_log                        SQLite in a temporary folder
    python -m benchmarks.search_log --url postgresql://…   an empty database

Searches with 20 people and a job of 600 words are logged as the product logs them and, in turn,
without salts, commitments and links, each into a catalog of its own (on PostgreSQL into the same
one, the links thrown away). Milliseconds; the transaction with its fsync is part of both.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog, create_catalog, search_rows
from catalog.store import searches as log_store
from catalog.store.engine import default_url
from catalog.store.search_log.chain import Chain
from reading.dates import Month

SHOWN, AT_ONCE = 20, 4
JOB = " ".join(f"requirement-{number % 83} of some length" for number in range(150))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--url", help="an empty database; SQLite by default")
    options.add_argument("--searches", type=int, default=300)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chained, plain = (_make(asked.url, Path(folder) / name) for name in ("chained", "plain"))
        compare(chained, plain, asked.searches)
        check(chained)
        compare_at_once(chained, plain, asked.searches)


def _make(url: str | None, folder: Path) -> tuple[Catalog, int]:
    catalog = create_catalog(url or default_url(folder), folder)
    with catalog.writing() as writing:
        return catalog, writing.people.add("Somebody")


def log_one(made: tuple[Catalog, int]) -> tuple[float, float]:
    """Milliseconds until a search is logged for good, and of the processor in this process."""
    catalog, person = made
    record = SearchRecord(
        id=uuid.uuid4().hex,
        at=datetime.now(UTC),
        request={"job": {"title": "Some job", "text": JOB}, "limit": SHOWN, "blend": 0.5},
        job_key="ab" * 32,
        sequence=1,
        generation_id=None,
        as_of=Month(2026, 11),
        source=SearchSource.CLI,
        fingerprints=dict.fromkeys(("encoder", "numerics", "words"), "cd" * 32),
        timings=dict.fromkeys(("encode", "vectors", "lexical", "fuse"), 1.2345),
    )
    parts = {"meaning": 0.123456789, "words": 0.987654321}
    shown = [Impression(n + 1, person, 1 / (n + 3), parts, "retrieval") for n in range(SHOWN)]
    begun, busy = time.perf_counter(), time.thread_time()
    with catalog.writing() as writing:
        writing.searches.log(record, shown)
    return 1000 * (time.perf_counter() - begun), 1000 * (time.thread_time() - busy)


@contextmanager
def without_the_chain() -> Iterator[None]:
    """As it was before: rows, and nothing that vouches for them."""

    def nothing(*_: Any) -> str:
        return ""

    with (
        patch.object(Chain, "add", nothing),
        patch.object(Chain, "wait_for_turn", nothing),
        patch.object(log_store, "commit_request", nothing),
        patch.object(log_store, "new_salt", lambda: None),
        patch.object(search_rows, "commit_impression", nothing),
        patch.object(search_rows, "new_salt", lambda: None),
    ):
        yield


def compare(chained: tuple[Catalog, int], plain: tuple[Catalog, int], count: int) -> None:
    """In turn, so that whatever else the machine does hits both alike."""
    with_chain, without = [], []
    for number in range(count + 20):
        one = log_one(chained)
        with without_the_chain():
            other = log_one(plain)
        if number >= 20:  # the first ones prepare statements
            with_chain.append(one)
            without.append(other)
    differences = [
        (one[0] - other[0], one[1] - other[1])
        for one, other in zip(with_chain, without, strict=True)
    ]
    print(f"{count} searches with {SHOWN} people each, one after the other")
    named = {"with the chain": with_chain, "without": without, "more, in turn": differences}
    for name, times in named.items():
        elapsed, busy = zip(*times, strict=True)
        print(f"  {name:<16}{describe(elapsed)}; processor {statistics.median(busy):.2f} ms")


def compare_at_once(chained: tuple[Catalog, int], plain: tuple[Catalog, int], count: int) -> None:
    """Several threads: the chain has one end, so its writers wait for one another."""
    print(f"{count} searches by {AT_ONCE} threads")
    print(f"  {'with the chain':<16}{_throughput(lambda _: log_one(chained), count)}")
    with without_the_chain():
        print(f"  {'without':<16}{_throughput(lambda _: log_one(plain), count)}")


def _throughput(log: Callable[[int], tuple[float, float]], count: int) -> str:
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        times = [elapsed for elapsed, _ in pool.map(log, range(count))]
    return f"{count / (time.perf_counter() - begun):.0f} a second, {describe(times)}"


def describe(times: Sequence[float]) -> str:
    """Median and 95th percentile."""
    cuts = statistics.quantiles(times, n=20)
    return f"median {cuts[9]:.2f} ms, p95 {cuts[18]:.2f} ms"


def check(chained: tuple[Catalog, int]) -> None:
    """How fast `bole log verify` is."""
    begun = time.perf_counter()
    with chained[0].reading() as reading:
        found = reading.searches.check_chain()
    seconds = time.perf_counter() - begun
    print(
        f"checking {found.links} links with {found.impressions} impressions: {seconds:.2f} s, "
        f"{1000 * seconds / max(found.links, 1):.2f} ms a search"
    )


if __name__ == "__main__":
    main()
