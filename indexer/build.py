"""Writing a generation's folder: from the catalog alone, or upon an older generation.

Both give the same bytes. What is the same as before is taken from the older generation; only the
vectors and words of people who changed come from the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from catalog.errors import Damaged
from catalog.resumes import PassageText
from catalog.store import Catalog, Reading
from indexer.changes import Changes, ErasedMeanwhile, find_changes
from search import words
from search.arrays import Generation, write_generation
from search.encoder import Encoder, Vectors
from search.faiss_index import arrays_of
from search.lexical import LexicalIndex
from search.lexical_changes import with_changes
from search.loading import FOLD
from search.vectors import Ints, Rows, on_grid

_LOTS = 4096


def write_folder(
    catalog: Catalog, encoder: Encoder, sequence: int, folder: Path, base: Generation | None
) -> int:
    """Writes the generation of a sequence; returns how many of its vectors `base` gave.

    Every text has its vector already. Errors: ErasedMeanwhile where that is no longer so; Damaged
    where a vector is; StoreUnavailable where the folder cannot be written.
    """
    with catalog.reading() as reading:
        if base is None:
            rows, lexical = _from_catalog(reading, encoder, sequence)
            reused = 0
        else:
            before = Rows.of_arrays(base.arrays)
            changes = find_changes(before, reading.resumes.rows_at(sequence))
            read = _read(reading.resumes.passages_of(changes.coming.tolist(), sequence))
            rows = _changed_rows(reading, encoder, before, changes, read.keys)
            lexical = with_changes(
                LexicalIndex.of_arrays(base.arrays),
                changes.gone,
                LexicalIndex.build(read.people, read.texts),
            )
            reused = int((changes.known >= 0).sum())
    write_generation(
        folder,
        {**arrays_of(rows, FOLD), **lexical.arrays()},
        encoder=encoder.fingerprint,
        words=words.fingerprint(),
        sequence=sequence,
        counts={"people": len(rows.candidates), "passages": len(rows)},
    )
    return reused


@dataclass(slots=True)
class _Read:
    """Passages, row by row, and each person's whole scoring text."""

    owners: list[int] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)  # passage → what its vector is kept under
    people: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def _read(passages: Iterable[PassageText]) -> _Read:
    read = _Read()
    # A résumé's passages are numbered one after another, and they divide its scoring text.
    for _, of_resume in groupby(passages, key=lambda passage: passage.resume_id):
        own = sorted(of_resume, key=lambda passage: passage.ordinal)
        read.people.append(own[0].person_id)
        read.texts.append("".join(passage.text for passage in own))
        for passage in own:
            read.owners.append(passage.person_id)
            read.keys[passage.id] = passage.content_key
    return read


def _from_catalog(reading: Reading, encoder: Encoder, sequence: int) -> tuple[Rows, LexicalIndex]:
    read = _read(reading.resumes.passages_at(sequence))
    rows = Rows.arrange(
        _vectors(reading, encoder, list(read.keys.values())),
        np.array(list(read.keys), np.int64),
        np.array(read.owners, np.int64),
    )
    return rows, LexicalIndex.build(read.people, read.texts)


def _changed_rows(
    reading: Reading, encoder: Encoder, base: Rows, changes: Changes, keys: Mapping[int, str]
) -> Rows:
    vectors = np.empty((len(changes.ids), encoder.dimension), np.float32)
    known = changes.known >= 0
    vectors[known] = base.vectors[changes.known[known]]
    vectors[~known] = _vectors(reading, encoder, _keys_of(changes.ids[~known], keys))
    return Rows.of_arrays(
        {"vectors": vectors, "row_ids": changes.ids, "candidate_of_row": changes.owners}
    )


def _keys_of(passages: Ints, keys: Mapping[int, str]) -> list[str]:
    return [keys[passage] for passage in passages.tolist()]


def _vectors(reading: Reading, encoder: Encoder, keys: Sequence[str]) -> Vectors:
    """The vectors kept for these texts, on the grid."""
    vectors = np.empty((len(keys), encoder.dimension), np.float32)
    for start in range(0, len(keys), _LOTS):
        lot = keys[start : start + _LOTS]
        kept = reading.vectors.get(lot, encoder.fingerprint)
        if not kept.keys() >= set(lot):
            raise ErasedMeanwhile("a text lost its vector while the index was built: run it again")
        try:
            read = np.array([np.frombuffer(kept[key], "<f4") for key in lot])
            vectors[start : start + len(lot)] = on_grid(read)
        except ValueError:
            raise Damaged(
                "a vector kept in the catalog is damaged: run `bole check --repair`"
            ) from None
    return vectors
