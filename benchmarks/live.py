"""How soon a stored résumé is found, what the changed ones beside a generation cost, and whether a
running process gives memory back.

    python -m benchmarks.live POOL [--passages 100000] [--swaps 10] [--model …] [--cache DIR]

POOL is a folder from `python -m demo.pool POOL`, whose résumés are stored over and over, each time
as another person, with random vectors, until the catalog holds so many passages; those who come
afterwards are embedded by the real encoder where the line says so. One process searches all the
time, as a server does; indexes are built by another. Measured:

- stored → found: one résumé and sixteen, embedding by the real encoder included. Target: 2 s.
- changed ones beside the generation (up to 5 % of the people): what following them costs the
  search that comes first, what each search costs then, and what a new process pays to open it all.
- waiting ones: a thousand résumés without vectors, and what a search costs meanwhile.
- published → served by the running process, and its memory after one swap and after ten. Target:
  5 %. `RssAnon` is its own; files that are mapped count only once they are let go.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import statistics
import tempfile
import time
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.reindexing import Cost, Drawn, _fill, _timed
from benchmarks.search import _as_another, _job_of, _read
from catalog.store import Catalog, create_catalog, open_catalog
from catalog.store.engine import default_url
from indexer.embedding import keep_up
from indexer.reindex import reindex
from reading.dates import Month
from reading.jobs.requirements import read_job
from search.encoder import DEFAULT_MODEL, Encoder, Vector, open_encoder
from search.request import SearchRequest
from search.serving import Current

WAITING = 1_000  # résumés without vectors
REPEAT = 7
STAGES = ("filter", "vectors", "words", "fuse", "explain")


class StandIn(Drawn):
    """Travels to the process that builds: it asks nothing, and draws vectors."""

    def __init__(self, real: Encoder) -> None:
        super().__init__(real)
        del self._real

    def encode_query(self, text: str) -> Vector:
        vector: Vector = self.encode_passages([text])[0]
        return vector


class Server:
    """A running process: a catalog, what it searches with, and who comes next."""

    def __init__(self, catalog: Catalog, encoder: Encoder, pool: Path) -> None:
        self.catalog = catalog
        self.encoder = encoder
        self.drawing = StandIn(encoder)
        self.resumes = list(_read(pool))
        self.numbers = count(10**6)
        self.request = SearchRequest(read_job(_job_of(pool, encoder)), Month(2026, 11), limit=20)
        self.current = Current(catalog, encoder)

    def store(self, people: int) -> int:
        """New people; the id of the last one."""
        with self.catalog.writing() as writing:
            for number in [next(self.numbers) for _ in range(people)]:
                new = _as_another(self.resumes[number % len(self.resumes)], number)
                person = writing.resumes.store(new).person_id
        return person

    def search(self) -> str:
        """What searching costs now, encoding the job apart."""
        searcher = self.current.searcher()
        runs = [searcher.search(self.request).timings for _ in range(REPEAT)]
        total = statistics.median(sum(run[stage] for stage in STAGES) for run in runs)
        return f"{1000 * total:.0f} ms a search"

    def build(self) -> None:
        """Another process builds and publishes."""
        context = multiprocessing.get_context("spawn")
        child = context.Process(target=_build, args=(self.catalog.folder, self.drawing))
        child.start()
        child.join()
        if child.exitcode:
            raise SystemExit("the index could not be built")


def _build(folder: Path, encoder: Encoder) -> None:
    reindex(open_catalog(default_url(folder), folder), encoder)


def main() -> None:
    """Builds the pool in a temporary folder and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pool", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--swaps", type=int, default=10)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "bole-models")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = create_catalog(default_url(Path(folder)), Path(folder))
        server = Server(catalog, open_encoder(asked.model, asked.cache), asked.pool)
        people = _fill(catalog, server.resumes, asked.passages)
        server.build()
        opened, _ = _timed(server.current.searcher)
        print(f"opening it took {opened}; {server.search()}")
        measure_visible(server)
        measure_changed(server, people)
        measure_waiting(server)
        measure_swaps(server, asked.swaps)
        catalog.close()


def measure_visible(server: Server) -> None:
    """From a commit to a search that has the new people, embedded by the real encoder."""
    server.encoder.encode_passages(["warm"])
    for many in (1, 16):
        person = server.store(many)
        embedded, texts = _timed(partial(keep_up, server.catalog, server.encoder))
        followed, searcher = _timed(server.current.searcher)
        if person not in searcher.served.lexical.ids:
            raise SystemExit("whoever was stored is not found")
        print(
            f"{many} stored, found after {embedded + followed}; {texts} texts embedded: {embedded}"
        )


def measure_changed(server: Server, people: int) -> None:
    """What changed ones cost, by their number."""
    there = 17
    for share in (0.01, 0.02, 0.05):
        more = max(1, int(people * share) - there)
        there += more
        server.store(more)
        keep_up(server.catalog, server.drawing)
        followed, _ = _timed(server.current.searcher)
        one = server.store(1)
        keep_up(server.catalog, server.drawing)
        next_one, _ = _timed(server.current.searcher)
        opened, searcher = _timed(Current(server.catalog, server.encoder).searcher)
        if one not in searcher.served.lexical.ids:
            raise SystemExit("whoever was stored is not found")
        there += 1
        print(f"{there} changed ({share:.0%}): {server.search()}")
        for what, cost in (
            (f"{more} followed", followed),
            ("one more", next_one),
            ("all opened by a new process", opened),
        ):
            print(f"    {what}: {cost}")


def measure_waiting(server: Server) -> None:
    """What a search costs while many wait for their vectors."""
    server.store(WAITING)
    searching = server.search()
    looking, _ = _timed(lambda: [server.current.searcher() for _ in range(100)])
    print(
        f"{WAITING} wait for vectors: {searching}; to look whether they still do: {_short(looking)}"
    )
    keep_up(server.catalog, server.drawing)


def measure_swaps(server: Server, swaps: int) -> None:
    """Publishing again and again while searches go on."""
    after: list[dict[str, int]] = []
    waits = []
    for _ in range(swaps):
        server.store(1)
        keep_up(server.catalog, server.drawing)
        server.build()
        with server.catalog.reading() as reading:
            published = reading.generations.serving().generation.id
        began = time.perf_counter()
        while server.current.searcher().served.generation != published:
            if server.current.trouble is not None:
                raise SystemExit(f"it is not served: {server.current.trouble}")
            time.sleep(0.005)
        waits.append(time.perf_counter() - began)
        server.search()
        gc.collect()
        after.append(_memory())
    print(
        f"{swaps} swaps: served {statistics.median(waits):.2f} s after being published "
        f"(in order: {', '.join(f'{wait:.2f}' for wait in waits)})"
    )
    for kind, first in after[0].items():
        last = after[-1][kind]
        print(
            f"{kind}: {first} MB after one swap, {last} MB after {swaps}: {last / first - 1:+.1%}"
        )


def _short(hundred: Cost) -> str:
    return f"{10 * hundred.clock:.1f} ms, {10 * hundred.processor:.1f} ms of the processor"


def _memory() -> dict[str, int]:
    lines = (line.partition(":") for line in Path("/proc/self/status").read_text().splitlines())
    facts = {name: size for name, _, size in lines}
    return {name: int(facts[name].split()[0]) // 1024 for name in ("VmRSS", "RssAnon")}


if __name__ == "__main__":
    main()
