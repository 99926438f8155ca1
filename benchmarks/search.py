"""What a search costs over 100,000 passages, against embedding the job once.

    python -m benchmarks.search POOL [--passages 100000] [--repeat 7] [--cache DIR]

POOL is a folder from `python -m demo.pool POOL`. Its résumés are stored over and over, each time as
another person, until the catalog holds so many passages; their vectors are random unit vectors,
because what a vector says does not change what comparing it costs. The job is fixed and has 256
tokens. Nothing is cached between the stages that are timed: the searcher is opened once, every
search reads the catalog anew. Reported per stage, median of the repeats, in milliseconds, and the
ratio of (filter + vectors + words + fuse + explain) to encoding the job. Target: below 1.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from catalog.errors import Unreadable
from catalog.people import Claim, ClaimKind
from catalog.resumes import NewPassage, NewResume
from catalog.store import Catalog, create_catalog
from catalog.store.engine import default_url
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from indexer.reindex import reindex
from reading.dates import Month
from reading.jobs.requirements import read_job
from search.encoder import DEFAULT_MODEL, Encoder, open_encoder
from search.loading import open_served
from search.pipeline import Searcher
from search.request import SearchRequest

STAGES = ("filter", "vectors", "words", "fuse", "explain")
TOKENS = 256
TOGETHER = 200


def main() -> None:
    """Builds the pool in a temporary folder and prints the stages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pool", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "bole-models")
    asked = parser.parse_args()
    encoder = open_encoder(DEFAULT_MODEL, asked.cache)
    with tempfile.TemporaryDirectory() as folder:
        catalog = create_catalog(default_url(Path(folder)), Path(folder))
        people = _fill(catalog, encoder, asked.pool, asked.passages)
        built = reindex(catalog, encoder)
        print(f"{built.passages} passages of {people} people, {encoder.dimension} dimensions")
        searcher = Searcher(catalog, open_served(catalog, encoder))
        job = read_job(_job_of(asked.pool, encoder))
        request = SearchRequest(job=job, as_of=Month(2026, 11))
        runs = [searcher.search(request).timings for _ in range(asked.repeat + 1)][1:]
        catalog.close()
    medians = {s: statistics.median(1000 * run[s] for run in runs) for s in (*STAGES, "encode")}
    for stage, milliseconds in medians.items():
        print(f"{stage:8} {milliseconds:8.1f} ms")
    total = statistics.median(sum(run[s] for s in STAGES) for run in runs) * 1000
    print(f"without encoding {total:.1f} ms: {total / medians['encode']:.2f} of encoding the job")


def _fill(catalog: Catalog, encoder: Encoder, pool: Path, wanted: int) -> int:
    read = list(_read(pool))
    dice = np.random.default_rng(7)
    passages = people = 0
    while passages < wanted:
        lot = [_as_another(read[(people + i) % len(read)], people + i) for i in range(TOGETHER)]
        with catalog.writing() as writing:
            for new in lot:
                writing.resumes.store(new)
            keys = [passage.content_key for new in lot for passage in new.passages]
            vectors = dice.standard_normal((len(keys), encoder.dimension)).astype("<f4")
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            by_key = {key: row.tobytes() for key, row in zip(keys, vectors, strict=True)}
            writing.vectors.put(by_key, encoder.fingerprint)
        passages += len(keys)
        people += len(lot)
    return people


def _read(pool: Path) -> Iterator[NewResume]:
    for path in sorted((pool / "resumes").rglob("*")):
        if path.suffix in (".txt", ".md", ".html", ".docx", ".json"):
            try:
                yield read_candidate(path.read_bytes(), path.name, Limits(), ocr=False)
            except Unreadable:
                continue


def _as_another(resume: NewResume, number: int) -> NewResume:
    """The same résumé of another person: other bytes, another id, passages of their own."""
    digest = hashlib.sha256(f"{number} {resume.document.content_hash}".encode()).hexdigest()
    passages = tuple(
        NewPassage(p.view, p.source, hashlib.sha256(f"{number} {i}".encode()).hexdigest())
        for i, p in enumerate(resume.passages)
    )
    return replace(
        resume,
        document=replace(resume.document, content_hash=digest),
        passages=passages,
        claims=(Claim(ClaimKind.EXTERNAL, f"copy-{number}"),),
    )


def _job_of(pool: Path, encoder: Encoder) -> str:
    """The first English posting, repeated and cut to 256 tokens."""
    text = (sorted((pool / "jobs").glob("J*.txt"))[0]).read_text("utf-8")
    while encoder.count_tokens(text) < TOKENS:
        text += "\n" + text
    return text[: encoder.locate_tokens(text)[TOKENS - 1][1]]


if __name__ == "__main__":
    main()
