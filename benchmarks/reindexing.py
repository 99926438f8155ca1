"""What a night costs after 1 % of the pool changed, against building the whole index.

    python -m benchmarks.reindexing POOL [--passages 100000] [--changed 0.01] [--model …] [--cache]

POOL is a folder from `python -m demo.pool POOL`. Its résumés are stored over and over, each time as
another person, until the catalog holds so many passages. Three runs are timed, each as
`bole reindex` does it, verification included: everything, nothing, and the difference after that
share of the people sent another résumé. Checked: the files of the difference equal, byte for byte,
those of everything at the same sequence.

Embedding 100,000 passages takes an hour on two cores, so it is measured on a sample (`--sample`
passages, drawn evenly) and scaled to the texts that each run has to embed; the vectors stored are
random. What is reported as "embedding" is that estimate, all else is measured. Processor seconds
stand beside those of the clock, which a busy machine disturbs. Target: at most 3 % of everything.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.search import _as_another, _read
from catalog.resumes import NewResume
from catalog.store import Catalog, create_catalog
from catalog.store.engine import default_url
from indexer.reindex import reindex
from search.encoder import DEFAULT_MODEL, Encoder, Progress, Vector, Vectors, open_encoder

TOGETHER = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.clock + other.clock, self.processor + other.processor)

    def times(self, factor: float) -> Cost:
        return Cost(self.clock * factor, self.processor * factor)

    def __str__(self) -> str:
        return f"{self.clock:8.2f} s, {self.processor:8.2f} s of the processor"


class Drawn:
    """The real encoder's name and shape, with random vectors: what they say costs nothing here."""

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self._dice = np.random.default_rng(7)
        self.name, self.dimension = real.name, real.dimension
        self.max_tokens, self.fingerprint = real.max_tokens, real.fingerprint
        self.numerics = real.numerics

    def count_tokens(self, text: str) -> int:
        return self._real.count_tokens(text)

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        return self._real.locate_tokens(text)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        drawn = self._dice.standard_normal((len(texts), self.dimension)).astype(np.float32)
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit

    def encode_query(self, text: str) -> Vector:
        return self._real.encode_query(text)


@dataclass(slots=True)
class Stages:
    """What each stage of a run took."""

    seconds: dict[str, float] = field(default_factory=dict)
    _open: tuple[str, float] | None = None

    def __call__(self, name: str, done: int, of: int) -> None:
        now = time.perf_counter()
        if self._open is not None:
            was, since = self._open
            self.seconds[was] = self.seconds.get(was, 0.0) + now - since
        self._open = (name, now)


def main() -> None:
    """Builds the pool in a temporary folder and prints what each run took."""
    asked = _parse()
    real = open_encoder(asked.model, asked.cache)
    encoder = Drawn(real)
    resumes = list(_read(asked.pool))
    per_text = _embedding(real, resumes, asked.sample)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        catalog = create_catalog(default_url(Path(folder)), Path(folder))
        people = _fill(catalog, resumes, asked.passages)
        full = _run(catalog, encoder, per_text, "everything")
        _run(catalog, encoder, per_text, "nothing")
        changed = int(people * asked.changed)
        _replace(catalog, resumes, people, changed)
        delta = _run(catalog, encoder, per_text, "difference")
        _same_bytes(catalog, encoder)
        catalog.close()
    clock, processor = delta.clock / full.clock, delta.processor / full.processor
    print(
        f"{changed} of {people} people changed: the difference costs {clock:.2%} of everything, "
        f"{processor:.2%} of its processor seconds"
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pool", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "bole-models")
    parser.add_argument("--folder", type=Path, help="where the pool is built")
    return parser.parse_args()


def _embedding(real: Encoder, resumes: Sequence[NewResume], size: int) -> Cost:
    """What embedding one passage costs, on average."""
    texts = list(
        dict.fromkeys(
            resume.scoring_text[passage.view.start : passage.view.end]
            for resume in resumes
            for passage in resume.passages
        )
    )
    sample = texts[:: max(1, len(texts) // size)][:size]
    real.encode_passages(sample[:8])
    cost = _timed(lambda: real.encode_passages(sample))[0].times(1 / len(sample))
    print(f"{real.name}: {1 / cost.clock:.1f} passages a second ({len(sample)} measured)")
    return cost


def _fill(catalog: Catalog, resumes: Sequence[NewResume], wanted: int) -> int:
    passages = people = 0
    while passages < wanted:
        with catalog.writing() as writing:
            for number in range(people, people + TOGETHER):
                new = _as_another(resumes[number % len(resumes)], number)
                writing.resumes.store(new)
                passages += len(new.passages)
        people += TOGETHER
    print(f"{passages} passages of {people} people")
    return people


def _replace(catalog: Catalog, resumes: Sequence[NewResume], people: int, changed: int) -> None:
    """Every so-manieth person sends somebody else's résumé."""
    step = people // changed
    with catalog.writing() as writing:
        for number in range(0, step * changed, step):
            other = _as_another(resumes[(number + 1) % len(resumes)], people + number)
            own = _as_another(resumes[number % len(resumes)], number)
            replaced = NewResume(
                **{name: getattr(other, name) for name in NewResume.__slots__ if name != "claims"},
                claims=own.claims,
            )
            writing.resumes.store(replaced)


def _run(catalog: Catalog, encoder: Encoder, per_text: Cost, name: str) -> Cost:
    stages = Stages()
    cost, done = _timed(lambda: reindex(catalog, encoder, stages))
    stages("", 0, 0)
    whole = cost + per_text.times(done.embedded)
    shown = ", ".join(f"{stage} {took:.2f}" for stage, took in stages.seconds.items())
    print(f"{name} ({done.kind}, {done.embedded} to embed): {whole}; without embedding {cost}")
    print(f"    seconds: {shown}")
    return whole


def _timed(run: Callable[[], T]) -> tuple[Cost, T]:
    started = time.perf_counter(), time.process_time()
    done = run()
    return Cost(time.perf_counter() - started[0], time.process_time() - started[1]), done


def _same_bytes(catalog: Catalog, encoder: Encoder) -> None:
    def files() -> dict[str, bytes]:
        with catalog.reading() as reading:
            folder = catalog.folder / reading.generations.serving().generation.folder
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    by_delta = files()
    reindex(catalog, encoder, full=True)
    whole = files()
    if whole != by_delta:
        raise SystemExit("the files of the difference are not those of everything")
    print("the files of the difference equal those of everything, byte for byte")


if __name__ == "__main__":
    main()
