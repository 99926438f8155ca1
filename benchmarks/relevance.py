"""How well retrieval ranks, on public sets with judgements: one configuration for all of them.

    python -m benchmarks.relevance --data DATA --cache CACHE [--set NAME …]

DATA holds folders as `talentclef2025_jobtitle_en` (corpus.tsv, queries.tsv, qrels.tsv) or
`livecareer_onet_proxy_dev` (resumes.jsonl, jobs.jsonl, qrels.tsv); none of it is part of the
project, and a set that is not there is skipped, with a message. Every document is read as `ingest`
reads it, identity removed, and retrieved as `search` retrieves it. CACHE keeps unpacked models and
the vectors, so that a second run takes seconds; the first takes some 20 minutes on two cores.

Printed for each configuration: nDCG@10, MAP, Recall@50 and MRR, and the difference in nDCG@10 from
the peer with its 95 % paired bootstrap interval over jobs. The peer is what anybody has in ten
minutes: multilingual e5, the mean of a document's passage vectors, and BM25 over plain words, their
standard scores summed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Unreadable
from catalog.resumes import NewResume
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from search.encoder import Encoder, Progress, Vector, Vectors
from search.encoders.bilingual import BilingualEncoder
from search.encoders.centred import CentredEncoder, read_centres
from search.encoders.packaged_models import BILINGUAL, ENGLISH, MULTILINGUAL
from search.encoders.sentence import SentenceEncoder
from search.lexical import LexicalIndex
from search.loading import FOLD
from search.measures import NAMES, Qrels, difference, evaluate, read_qrels
from search.retrieval import Retriever, Stopwatch
from search.vectors import ExactIndex, Fold, Rows

SETS = ("talentclef2025_jobtitle_en", "talentclef2025_jobtitle_zh", "livecareer_onet_proxy_dev")
DEPTH = 1000
TOGETHER = 512

Run = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Pool:
    """One set, read: document i has the scoring text `texts[i]` and `passages[i]`."""

    names: list[str]
    texts: list[str]
    passages: list[list[str]]
    documents: list[NewResume | None]  # None: nothing could be read
    jobs: dict[str, str]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to rank: with which encoder, fold and blend."""

    name: str
    encoder: Encoder
    fold: Fold
    blend: float


class KeptEncoder:
    """An encoder whose passage vectors are kept in a file, by content."""

    def __init__(self, plain: Encoder, folder: Path) -> None:
        self._plain = plain
        self._file = folder / f"vectors-{plain.fingerprint[:16]}.npz"
        self._vectors: dict[str, Vector] = {}
        if self._file.exists():
            with np.load(self._file) as kept:
                self._vectors = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
        self.name = plain.name
        self.dimension = plain.dimension
        self.max_tokens = plain.max_tokens
        self.fingerprint = plain.fingerprint
        self.numerics = plain.numerics
        self.count_tokens = plain.count_tokens
        self.locate_tokens = plain.locate_tokens
        self.encode_query = plain.encode_query

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._vectors}
        pending = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(pending), TOGETHER):
            lot = pending[start : start + TOGETHER]
            vectors = self._plain.encode_passages([missing[key] for key in lot], progress)
            self._vectors.update(zip(lot, vectors, strict=True))
            self._keep()
            print(f"  {self.name}: {start + len(lot)} of {len(pending)} passages", flush=True)
        empty = np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._vectors[key] for key in keys]) if keys else empty

    def _keep(self) -> None:
        aside = self._file.with_suffix(".aside.npz")
        np.savez(aside, keys=list(self._vectors), vectors=np.stack(list(self._vectors.values())))
        aside.replace(self._file)


def main() -> None:
    arguments = _parse_arguments()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    plain = open_plain(arguments.cache)
    configurations = _configurations(plain)
    for name in arguments.set or SETS:
        folder = arguments.data / name
        if not folder.is_dir():
            print(f"{name}: skipped, {folder} is not there")
            continue
        pool = read_pool(folder)
        print(f"\n{name}: {len(pool.names)} documents, {len(pool.jobs)} jobs")
        peer = _rank_as_peer(pool, plain[MULTILINGUAL])
        report("peer: e5 + BM25", peer, None, pool.qrels)
        for configuration in configurations:
            run = _rank(pool, configuration)
            report(configuration.name, run, peer, pool.qrels)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--set", action="append", help="only this set; may be repeated")
    return parser.parse_args()


def open_plain(cache: Path) -> dict[str, KeptEncoder]:
    """The two packaged encoders by their names, their vectors kept in `cache`."""
    return {
        spec: KeptEncoder(
            SentenceEncoder.open(spec, cache, dtype="float32", device="cpu"),
            cache,
        )
        for spec in (MULTILINGUAL, ENGLISH)
    }


def as_bilingual(plain: Mapping[str, Encoder]) -> Encoder:
    """The encoder that `bole init` chooses, made of the two."""
    multilingual = CentredEncoder(plain[MULTILINGUAL], *read_centres("multilingual"))
    return BilingualEncoder(multilingual, plain[ENGLISH], name=BILINGUAL)


def _configurations(plain: Mapping[str, Encoder]) -> list[Configuration]:
    """What there is to choose from; every one is printed, whatever comes of it."""
    multilingual = CentredEncoder(plain[MULTILINGUAL], *read_centres("multilingual"))
    both = as_bilingual(plain)
    return [
        Configuration("words alone", multilingual, FOLD, 0.0),
        Configuration("e5 alone, not centred", plain[MULTILINGUAL], FOLD, 1.0),
        Configuration(f"{MULTILINGUAL} alone", multilingual, FOLD, 1.0),
        Configuration(f"{ENGLISH} alone", plain[ENGLISH], FOLD, 1.0),
        Configuration(f"{BILINGUAL} alone", both, FOLD, 1.0),
        Configuration(f"{MULTILINGUAL} + words", multilingual, FOLD, 0.5),
        Configuration(f"{ENGLISH} + words", plain[ENGLISH], FOLD, 0.5),
        Configuration(f"{BILINGUAL} + words", both, FOLD, 0.5),
        Configuration(f"{BILINGUAL} + words, best passage", both, Fold(best=1.0), 0.5),
        Configuration(f"{BILINGUAL} + words, mean passage", both, Fold(best=0.0), 0.5),
    ]


def read_pool(folder: Path) -> Pool:
    names, texts, passages = [], [], []
    documents: list[NewResume | None] = []
    refused: list[str] = []
    for name, text in _read_texts(folder, "corpus.tsv", "resumes.jsonl"):
        names.append(name)
        try:
            read = read_candidate(text.encode(), f"{name}.txt", Limits(), ocr=False)
        except Unreadable as error:
            refused.append(f"{name} ({error.reason})")
            texts.append("")
            passages.append([""])
            documents.append(None)
            continue
        documents.append(read)
        texts.append(read.scoring_text)
        passages.append([p.view.of(read.scoring_text) for p in read.passages])
    if refused:
        print(f"  {len(refused)} documents yield nothing to search: {', '.join(refused[:5])} …")
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        qrels = read_qrels(lines)
    jobs = dict(_read_texts(folder, "queries.tsv", "jobs.jsonl"))
    return Pool(names, texts, passages, documents, {job: jobs[job] for job in qrels}, qrels)


def _read_texts(folder: Path, table: str, lines: str) -> Iterator[tuple[str, str]]:
    if (folder / table).is_file():
        for line in (folder / table).read_text("utf-8").splitlines()[1:]:
            name, text = line.split("\t")[:2]
            yield name, text
        return
    for line in (folder / lines).read_text("utf-8").splitlines():
        record = json.loads(line)
        yield record["id"], record["text"]


def open_retriever(pool: Pool, encoder: Encoder, fold: Fold) -> Retriever:
    """Both indexes over the pool's documents, numbered as they stand there."""
    flat = [passage for own in pool.passages for passage in own]
    owners = np.repeat(np.arange(len(pool.names)), [len(own) for own in pool.passages])
    rows = Rows.arrange(encoder.encode_passages(flat), np.arange(len(flat)), owners)
    lexical = LexicalIndex.build(range(len(pool.names)), pool.texts)
    return Retriever(encoder, ExactIndex(rows, fold), lexical)


def _rank(pool: Pool, configuration: Configuration) -> Run:
    """As the product does, over everybody."""
    retriever = open_retriever(pool, configuration.encoder, configuration.fold)
    everybody = np.arange(len(pool.names))
    return {
        job: [
            pool.names[candidate]
            for candidate in retriever.retrieve(
                text, everybody, configuration.blend, DEPTH, Stopwatch()
            ).candidates
        ]
        for job, text in pool.jobs.items()
    }


def _rank_as_peer(pool: Pool, e5: Encoder) -> Run:
    """Mean of passage vectors and BM25 over words, standard scores summed."""
    import bm25s

    vectors = e5.encode_passages([passage for own in pool.passages for passage in own])
    ends = np.cumsum([len(own) for own in pool.passages])
    means = np.stack([own.mean(axis=0) for own in np.split(vectors, ends[:-1])])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    lexical = bm25s.BM25()
    lexical.index([_plain_words(text) for text in pool.texts], show_progress=False)
    run: Run = {}
    for job, text in pool.jobs.items():
        dense = means @ e5.encode_query(text)
        words = lexical.get_scores(_plain_words(text))
        scores = _standard(dense) + _standard(words)
        run[job] = [pool.names[i] for i in np.argsort(-scores, kind="stable")[:DEPTH]]
    return run


def _plain_words(text: str) -> list[str]:
    import rjieba

    return [word for word in rjieba.cut(text.lower()) if re.search(r"\w", word)]


def _standard(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    wide = scores.astype(np.float64)
    spread = wide.std()
    return (wide - wide.mean()) / spread if spread > 0 else np.zeros(len(wide))


def report(name: str, run: Run, peer: Run | None, qrels: Qrels) -> None:
    found = evaluate(run, qrels)
    line = "  ".join(f"{measure} {found[measure].mean:.3f}" for measure in NAMES.values())
    if peer is not None:
        gain = difference(run, peer, qrels)
        line += f"   peer {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
    print(f"{name:48} {line}", flush=True)


if __name__ == "__main__":
    main()
