"""Whether what is served is what the catalog says: people, passages, words and vectors."""

from __future__ import annotations

import numpy as np

from catalog.errors import BoleError
from catalog.generations import Generation, GenerationState, Serving
from catalog.store import Catalog, Reading
from indexer.checking.findings import Finding, Findings, Kind, Stage
from indexer.checking.vectors import is_unit
from search import words
from search.arrays import Generation as Opened
from search.arrays import open_generation
from search.lexical import LexicalIndex
from search.loading import open_indexes
from search.vectors import Rows, Vectors, on_grid

_LOTS = 4096
_REBUILD = "run `bole check --repair`, which builds the index anew"


def check_served(catalog: Catalog, stage: Stage) -> Findings:
    """The one live generation, read to the last byte and compared with the catalog."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
        if serving is None:
            return
        try:
            if serving.generation.state is not GenerationState.PUBLISHED:
                yield _wrong(
                    f"generation {serving.generation.id}, which is served, is recorded as"
                    f" {serving.generation.state}"
                )
            opened = _open(catalog, serving.generation)
            vectors, lexical = open_indexes(opened)
        except BoleError as error:
            if _serves_still(catalog, serving.generation):
                yield _wrong(
                    f"generation {serving.generation.id}, which is served, cannot be used: {error}"
                )
            return
        yield from _compare_records(serving, opened)
        yield from _compare_people(reading, opened, vectors.rows, lexical)
        yield from _compare_vectors(reading, serving, vectors.rows, stage)


def check_kept(catalog: Catalog) -> Findings:
    """The older generations that could be served again."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
        kept = reading.generations.all(GenerationState.PUBLISHED)
    for generation in kept:
        if serving is not None and generation.id == serving.generation.id:
            continue
        try:
            _open(catalog, generation)
        except BoleError as error:
            if not _is_kept_still(catalog, generation):
                continue
            yield Finding(
                Kind.KEPT_INDEX,
                f"generation {generation.id}, kept to roll back to, cannot be used: {error};"
                " `bole check --repair` retires it (what is served does not need it)",
                repairable=True,
                subjects=(str(generation.id),),
            )


def _serves_still(catalog: Catalog, generation: Generation) -> bool:
    """An index run may have put another one into service since, and cleared this one away."""
    with catalog.reading() as reading:
        serving = reading.generations.pointer()
    return serving is not None and serving.generation.id == generation.id


def _is_kept_still(catalog: Catalog, generation: Generation) -> bool:
    with catalog.reading() as reading:
        return reading.generations.get(generation.id).state is GenerationState.PUBLISHED


def _open(catalog: Catalog, generation: Generation) -> Opened:
    opened = open_generation(
        catalog.folder / generation.folder, encoder=generation.encoder, words=words.fingerprint()
    )
    opened.verify()
    return opened


def _compare_records(serving: Serving, opened: Opened) -> Findings:
    generation, manifest = serving.generation, opened.manifest
    if serving.encoder != generation.encoder:
        yield _wrong(
            f"generation {generation.id} was made by another encoder than the one that is"
            " served with it"
        )
    if manifest.sequence != generation.sequence:
        yield _wrong(
            f"generation {generation.id} is recorded for change {generation.sequence} and"
            f" its files are of {manifest.sequence}"
        )


def _compare_people(
    reading: Reading, opened: Opened, rows: Rows, lexical: LexicalIndex
) -> Findings:
    """Its passages are those in search at its sequence. Who was erased since is only masked."""
    wanted = reading.resumes.rows_at(opened.manifest.sequence)
    expected = {passage: person for person, passage in wanted}
    held = dict(zip(rows.ids.tolist(), rows.owners.tolist(), strict=True))
    missing = [passage for passage, person in expected.items() if held.get(passage) != person]
    if missing:
        yield _wrong(
            f"{len(missing)} passages that were in search at change"
            f" {opened.manifest.sequence} are not in the index, or are somebody else's"
        )
    extra = held.keys() - expected.keys()
    known = extra.intersection(reading.sweeping.passages()) if extra else set()
    if known:
        yield _wrong(
            f"the index holds {len(known)} passages that were not in search at change"
            f" {opened.manifest.sequence}"
        )
    if extra - known and not reading.forgetting.open():
        yield _wrong(
            f"the index holds {len(extra - known)} passages of which the catalog knows"
            " nothing, and no erasure is under way"
        )
    if not np.array_equal(rows.candidates, lexical.ids):
        yield _wrong("the vectors and the words of the index are about different people")


def _compare_vectors(reading: Reading, serving: Serving, rows: Rows, stage: Stage) -> Findings:
    """Row by row the vector that is kept for the passage's text, and a vector indeed."""
    other = zero = 0
    for start in range(0, len(rows), _LOTS):
        stage("Comparing vectors", start, len(rows))
        ids = rows.ids[start : start + _LOTS]
        ours = rows.vectors[start : start + _LOTS]
        zero += int((~ours.any(axis=1)).sum())
        kept = reading.vectors.of_passages(ids.tolist(), serving.encoder)
        other += sum(
            not _is(ours[at], kept[passage])
            for at, passage in enumerate(ids.tolist())
            if passage in kept
        )
    if zero:
        yield _wrong(f"{zero} vectors of the index are nothing but zeros")
    if other:
        yield _wrong(f"{other} vectors of the index are not those that the catalog keeps")


def _is(row: Vectors, kept: bytes) -> bool:
    """Whether a row is a kept vector; what is no vector at all is another check's finding."""
    if not is_unit(kept) or len(kept) != 4 * len(row):
        return True
    return bool(np.array_equal(on_grid(np.frombuffer(kept, "<f4")), row))


def _wrong(what: str) -> Finding:
    return Finding(Kind.INDEX, f"{what}: {_REBUILD}", repairable=True)
