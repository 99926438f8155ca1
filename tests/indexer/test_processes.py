"""Several processes on one database: one builds, the others search, nobody is in anybody's way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.store import Catalog
from indexer.checking import Kind, check
from indexer.embedding import embed_missing
from indexer.reindex import reindex
from reading.dates import Month
from reading.job import Job
from search.encoder import Progress, Vectors
from search.request import SearchRequest
from search.serving import Current
from tests.indexer.pool import TEXTS, WordCounter, store

BUILDS = 3

BUILDER = """
import sys
from pathlib import Path
from catalog.store import open_catalog
from indexer.embedding import embed_missing
from indexer.reindex import reindex
from tests.indexer.pool import WordCounter, store

catalog, encoder = open_catalog(sys.argv[1], Path(sys.argv[2])), WordCounter()
for number in range(int(sys.argv[3])):
    store(catalog, {f"new {number}": f"Night nurse number {number}."})
    print(reindex(catalog, encoder).generation, flush=True)
"""

SEARCHER = """
import json, sys
from pathlib import Path
from catalog.store import open_catalog
from search.serving import Current
from tests.indexer.pool import WordCounter
from tests.indexer.test_processes import ranked

current = Current(open_catalog(sys.argv[1], Path(sys.argv[2])), WordCounter())
found = []
while not found or len(found[-1]) < int(sys.argv[3]):
    found.append(ranked(current))
print(json.dumps({"sizes": [len(each) for each in found], "last": found[-1]}))
"""


def ranked(current: Current) -> list[Any]:
    """Who is found now, in order, with scores to the last digit."""
    job = Job("Night nurse", "en", "Night nurse for the ward", ())
    return [list(hit) for hit in current.searcher().rank(SearchRequest(job, Month(2026, 11)))]


def start(script: str, catalog: Catalog, number: int) -> subprocess.Popen[str]:
    root = Path(__file__).parent.parent.parent
    url = catalog.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", script, url, str(catalog.folder), str(number)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    return out


def assert_whole(catalog: Catalog) -> None:
    """Nothing is wrong, but that these people came without their files."""
    assert {finding.kind for finding in check(catalog)} == {Kind.ORIGINAL}


@pytest.mark.postgres
def test_one_process_builds_while_others_search(postgres_catalog: Catalog) -> None:
    catalog = postgres_catalog
    encoder = WordCounter()
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    current = Current(catalog, encoder)
    everybody = len(TEXTS) + BUILDS
    searching = start(SEARCHER, catalog, everybody)
    building = start(BUILDER, catalog, BUILDS)
    sizes = [len(ranked(current))]
    while building.poll() is None:
        sizes.append(len(ranked(current)))
    assert output(building).split() == ["2", "3", "4"]
    embed_missing(catalog, encoder, 10**6)
    last = ranked(current)
    told = json.loads(output(searching))
    for seen in (sizes, told["sizes"]):
        assert seen == sorted(seen)  # nobody disappears in a swap
        assert seen[0] >= len(TEXTS)
    assert told["last"] == last  # to the bit, in two processes
    assert len(last) == everybody
    assert_whole(catalog)


class LosesItsSessions(WordCounter):
    """While it encodes, the server ends every session of the database: a failover."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__()
        self._engine = engine

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return super().encode_passages(texts, progress)


@pytest.mark.postgres
def test_a_builder_whose_sessions_are_ended_in_the_middle_goes_on(
    postgres_catalog: Catalog,
) -> None:
    encoder = WordCounter()
    store(postgres_catalog, TEXTS)
    reindex(postgres_catalog, encoder)
    store(postgres_catalog, {"new": "Night nurse."})
    done = reindex(postgres_catalog, LosesItsSessions(postgres_catalog.engine))
    assert (done.generation, done.people, done.embedded) == (2, len(TEXTS) + 1, 1)
    assert len(ranked(Current(postgres_catalog, encoder))) == len(TEXTS) + 1
    assert_whole(postgres_catalog)
