"""Building a generation aside: what is served stays as it is until the new one is verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import numpy as np

from catalog.errors import BoleError, Conflict, NotReady
from catalog.generations import Serving
from catalog.store import Catalog
from indexer.embedding import embed_missing
from indexer.publish import publish, remove_debris
from indexer.verify import verify
from reading.skills.vocabulary import vocabulary
from search import words
from search.arrays import FORMAT, write_generation
from search.encoder import Encoder, Vectors
from search.faiss_index import ProposingIndex, build_index
from search.lexical import LexicalIndex
from search.loading import FOLD
from search.vectors import Rows

GENERATIONS = "generations"
_LOTS = 4096

Stage = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index run did. `recall`: of the approximate index against the exact one, if it is."""

    generation: int
    sequence: int
    people: int
    passages: int
    embedded: int
    recall: float | None
    nothing_new: bool = False


def index(
    catalog: Catalog, encoder: Encoder, stage: Stage = lambda name, done, of: None
) -> Indexed:
    """Brings the served generation up to the catalog: embed, build, verify, publish.

    Errors: Conflict while another run is under way; NotReady where there is nothing to index. At
    any error the live generation stays as it was.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(catalog.folder / "index.lock", timeout=0)
    try:
        with lock:
            return _index(catalog, encoder, stage)
    except Timeout:
        raise Conflict("another `bole index` is running: wait until it has finished") from None


def _index(catalog: Catalog, encoder: Encoder, stage: Stage) -> Indexed:
    with catalog.reading() as reading:
        sequence = reading.sequence
        served = reading.generations.pointer()
    if served is not None and _is_current(served, sequence, encoder):
        generation = served.generation
        return Indexed(
            generation.id, sequence, generation.people, generation.passages, 0, None, True
        )
    remove_debris(catalog)
    embedded = embed_missing(
        catalog, encoder, sequence, lambda done, of: stage("Embedding", done, of)
    )
    number, folder = _begin(catalog, encoder, sequence)
    try:
        stage("Building", 0, 0)
        recall = _write(catalog, encoder, sequence, folder)
        stage("Verifying", 0, 0)
        built = verify(catalog, encoder, number, folder)
        publish(catalog, number)
    except BaseException as error:
        _give_up(catalog, number, error)
        raise
    return Indexed(number, sequence, built.people, built.passages, embedded, recall)


def _is_current(served: Serving, sequence: int, encoder: Encoder) -> bool:
    return (
        served.generation.sequence == sequence
        and served.encoder == encoder.fingerprint
        and served.vocabulary == vocabulary().fingerprint
        and served.generation.format_version == FORMAT
        and served.generation.manifest.get("words") == words.fingerprint()
    )


def _begin(catalog: Catalog, encoder: Encoder, sequence: int) -> tuple[int, Path]:
    with catalog.writing() as writing:
        name = f"{GENERATIONS}/{sequence:08d}-{uuid4().hex[:8]}"
        number = writing.generations.begin(name, sequence, encoder.fingerprint, FORMAT)
    return number, catalog.folder / name


@dataclass(slots=True)
class _Gathered:
    """A snapshot's passages, row by row, and each candidate's whole scoring text."""

    passage_ids: list[int]
    owners: list[int]
    keys: list[str]
    people: list[int]
    texts: list[str]


def _gather(catalog: Catalog, sequence: int) -> _Gathered:
    gathered = _Gathered([], [], [], [], [])
    with catalog.reading() as reading:
        # A résumé's passages are numbered one after another, and they divide its scoring text.
        by_resume = groupby(reading.resumes.passages_at(sequence), key=lambda p: p.resume_id)
        for _, passages in by_resume:
            rows = sorted(passages, key=lambda passage: passage.ordinal)
            gathered.people.append(rows[0].person_id)
            gathered.texts.append("".join(row.text for row in rows))
            for row in rows:
                gathered.passage_ids.append(row.id)
                gathered.owners.append(row.person_id)
                gathered.keys.append(row.content_key)
    if not gathered.people:
        raise NotReady("there is no résumé to index: run `bole ingest` first")
    return gathered


def _vectors(catalog: Catalog, encoder: Encoder, keys: Sequence[str]) -> Vectors:
    vectors = np.empty((len(keys), encoder.dimension), np.float32)
    with catalog.reading() as reading:
        for start in range(0, len(keys), _LOTS):
            lot = keys[start : start + _LOTS]
            known = reading.vectors.get(lot, encoder.fingerprint)
            for row, key in enumerate(lot, start):
                vectors[row] = np.frombuffer(known[key], "<f4")
    return vectors


def _write(catalog: Catalog, encoder: Encoder, sequence: int, folder: Path) -> float | None:
    """Writes the folder; the recall of its index where that is approximate."""
    gathered = _gather(catalog, sequence)
    rows = Rows.arrange(
        _vectors(catalog, encoder, gathered.keys),
        np.array(gathered.passage_ids, np.int64),
        np.array(gathered.owners, np.int64),
    )
    built = build_index(rows, FOLD)
    lexical = LexicalIndex.build(gathered.people, gathered.texts)
    write_generation(
        folder,
        {**built.arrays(), **lexical.arrays()},
        encoder=encoder.fingerprint,
        words=words.fingerprint(),
        sequence=sequence,
        counts={"people": len(rows.candidates), "passages": len(rows)},
    )
    report = built.report if isinstance(built, ProposingIndex) else None
    return report.recall_at_100 if report else None


def _give_up(catalog: Catalog, number: int, error: BaseException) -> None:
    why = str(error) if isinstance(error, BoleError) else type(error).__name__
    with catalog.writing() as writing:
        writing.generations.fail(number, why)
    remove_debris(catalog)
