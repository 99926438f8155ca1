"""A generation with what has changed since, as one index at one sequence.

The generation's folder never changes. People whose résumé changed between its sequence and the one
that is searched, or who were erased, are passed over in it; their résumés at the sequence searched
stand in a small exact index beside it. Both are scored by the same exact kernel and with statistics
in common, so a search gives the list, to the bit, that a generation built at that sequence would
give. The way from a sequence to another may lead back: a newer generation serves older snapshots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from catalog.errors import NotFound
from catalog.resumes import PassageText
from catalog.store import Reading
from search import boolean
from search.lexical import LexicalIndex, Statistics
from search.lexical_changes import with_changes
from search.vectors import ExactIndex, Fold, Hits, Rows, Scores, VectorIndex, Vectors, in_order

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class LiveVectors:
    """What `search.vectors.Searchable` asks for, of a generation's vectors without those who are
    `gone` from it, and of the changed ones beside it.

    In `Hits.best_rows`, the rows of the changed ones follow the generation's.
    """

    def __init__(self, built: VectorIndex, changed: ExactIndex, gone: Ints) -> None:
        self._built = built
        self._changed = changed
        self._gone = np.union1d(gone, changed.rows.candidates)
        rows = built.rows
        self._left = None
        if len(self._gone):
            self._left = rows.candidates[~among(rows.candidates, self._gone)]
        leaving, _ = rows.of_candidates(rows.holding(self._gone))
        self._passages = len(rows) - len(leaving) + len(changed.rows)

    def __len__(self) -> int:
        return self._passages

    @property
    def fold(self) -> Fold:
        """See Searchable."""
        return self._built.fold

    def nearest(self, query: Vectors, k: int, eligible: Ints | None = None) -> Hits:
        """See Searchable."""
        found = [
            self._built.nearest(query, k, self._still_there(eligible)),
            self._changed.nearest(query, k, eligible),
        ]
        rows = [found[0].best_rows, found[1].best_rows + len(self._built.rows)]
        candidates = np.concatenate([hits.candidates for hits in found])
        scores = np.concatenate([hits.scores for hits in found])
        order = np.lexsort((candidates, -scores))[:k]
        return Hits(candidates[order], scores[order], np.concatenate(rows)[order])

    def score(self, query: Vectors, candidates: Ints) -> Floats:
        """See Searchable."""
        return in_order(self.scores_of_all, query, candidates)

    def scores_of_all(self, query: Vectors, eligible: Ints | None = None) -> Scores:
        """See Searchable."""
        built = self._built.scores_of_all(query, self._still_there(eligible))
        if not len(self._changed.rows):
            return built
        changed = self._changed.scores_of_all(query, eligible)
        candidates = np.concatenate([built.candidates, changed.candidates])
        order = np.argsort(candidates, kind="stable")
        return Scores(candidates[order], np.concatenate([built.scores, changed.scores])[order])

    def _still_there(self, eligible: Ints | None) -> Ints | None:
        """Those of the eligible whom the generation still speaks for."""
        if eligible is None or self._left is None:
            return self._left if eligible is None else eligible
        return np.asarray(eligible)[~among(eligible, self._gone)]


class LiveLexical:
    """A generation's words without those who are `gone` from it, and the changed ones beside it."""

    def __init__(self, built: LexicalIndex, changed: LexicalIndex, gone: Ints) -> None:
        self._built = built
        self._changed = changed
        self._gone = among(built.ids, np.union1d(gone, changed.ids))  # by place in `built`
        self._nowhere = np.setdiff1d(built.ids[self._gone], changed.ids)
        left = built.ids[~self._gone]
        self.ids: Ints = np.union1d(left, changed.ids)
        self._documents = len(self.ids)
        self._length = sum(
            int(lengths.sum()) for lengths in (built.lengths[~self._gone], changed.lengths)
        )

    def scores(self, question: Sequence[str], eligible: Ints) -> Floats:
        """BM25 of the eligible candidates, in their order: see `LexicalIndex.scores`."""
        statistics = self._statistics(question)
        changed = self._changed_of(eligible)
        found = np.empty(len(eligible))
        found[~changed] = self._built.scores(question, eligible[~changed], statistics)
        if changed.any():
            found[changed] = self._changed.scores(question, eligible[changed], statistics)
        return found

    def matching(self, expression: boolean.Expression, eligible: Ints) -> Ints:
        """Ids, ascending, of the eligible candidates whose text matches."""
        changed = self._changed_of(eligible)
        built = boolean.candidates_matching(expression, self._built, eligible[~changed])
        if not changed.any():
            return built
        return np.union1d(
            built, boolean.candidates_matching(expression, self._changed, eligible[changed])
        )

    def _changed_of(self, eligible: Ints) -> Mask:
        """Which of the eligible stand beside the generation. NotFound for whoever is gone."""
        if among(eligible, self._nowhere).any():
            raise NotFound("a candidate is not in this snapshot")
        return among(eligible, self._changed.ids)

    def _statistics(self, question: Sequence[str]) -> Statistics:
        """Of the question's terms, as one index of everybody would have them."""
        holding = {term: self._holding(term) for term in set(question)}
        return Statistics(self._documents, self._length, holding)

    def _holding(self, term: str) -> int:
        built, changed = self._built.term_number(term), self._changed.term_number(term)
        holding = 0 if changed < 0 else len(self._changed.places_of(changed))
        if built >= 0:
            holding += int(np.count_nonzero(~self._gone[self._built.places_of(built)]))
        return holding


@dataclass(frozen=True, slots=True)
class Live:
    """The indexes of one snapshot. `gone`: whom the generation no longer speaks for, ascending."""

    sequence: int
    built: tuple[VectorIndex, LexicalIndex]
    changed: tuple[Rows, LexicalIndex]
    gone: Ints
    vectors: LiveVectors
    lexical: LiveLexical

    @classmethod
    def of_generation(cls, vectors: VectorIndex, lexical: LexicalIndex, sequence: int) -> Live:
        """A generation as it was built."""
        return cls._compose(
            sequence, (vectors, lexical), _nobody(vectors.rows.dimension), np.empty(0, np.int64)
        )

    def at(self, reading: Reading, encoder: str, sequence: int) -> Live:
        """The same at another sequence, later or earlier; whoever has been erased by now is gone.

        `encoder`: its fingerprint. NotFound where a vector of that time is no longer kept.
        """
        changed = np.array(reading.resumes.changed_between(self.sequence, sequence), np.int64)
        erased = np.array(reading.people.erased(), np.int64)
        touched = np.union1d(changed, erased[among(erased, self.lexical.ids)])
        if not len(touched):
            return replace(self, sequence=sequence)
        rows, words = self.changed
        more_rows, more_words = _read(
            reading, encoder, np.setdiff1d(changed, erased).tolist(), sequence, rows.dimension
        )
        return self._compose(
            sequence,
            self.built,
            (_with_changes(rows, touched, more_rows), with_changes(words, touched, more_words)),
            np.union1d(self.gone, touched),
        )

    @classmethod
    def _compose(
        cls,
        sequence: int,
        built: tuple[VectorIndex, LexicalIndex],
        changed: tuple[Rows, LexicalIndex],
        gone: Ints,
    ) -> Live:
        return cls(
            sequence,
            built,
            changed,
            gone,
            LiveVectors(built[0], ExactIndex(changed[0], built[0].fold), gone),
            LiveLexical(built[1], changed[1], gone),
        )


def among(ids: Ints, those: Ints) -> Mask:
    """Which of the ids are among those, who ascend."""
    if not len(those):
        return np.zeros(len(ids), bool)
    at = np.minimum(np.searchsorted(those, ids), len(those) - 1)
    found: Mask = those[at] == ids
    return found


def _read(
    reading: Reading, encoder: str, people: Sequence[int], sequence: int, dimension: int
) -> tuple[Rows, LexicalIndex]:
    """Rows and words of these people's résumés at a sequence; some may have none."""
    passages = sorted(reading.resumes.passages_of(people, sequence), key=_place)
    if not passages:
        return _nobody(dimension)
    known = reading.vectors.get([passage.content_key for passage in passages], encoder)
    if not all(passage.content_key in known for passage in passages):
        raise NotFound(f"not every text of sequence {sequence} has a vector (any longer)")
    vectors = [np.frombuffer(known[passage.content_key], "<f4") for passage in passages]
    rows = Rows.arrange(
        np.array(vectors),
        np.array([passage.id for passage in passages], np.int64),
        np.array([passage.person_id for passage in passages], np.int64),
    )
    texts = {
        person: "".join(passage.text for passage in own)
        for person, own in groupby(passages, key=lambda passage: passage.person_id)
    }
    return rows, LexicalIndex.build(texts, texts.values())


def _place(passage: PassageText) -> tuple[int, int]:
    return passage.person_id, passage.ordinal


def _nobody(dimension: int) -> tuple[Rows, LexicalIndex]:
    none = np.empty(0, np.int64)
    return Rows.arrange(np.empty((0, dimension), np.float32), none, none), LexicalIndex.build(
        [], []
    )


def _with_changes(rows: Rows, gone: Ints, new: Rows) -> Rows:
    """The rows of all but those who are gone, and the new ones."""
    kept = ~among(rows.owners, gone)
    return Rows.arrange(
        np.concatenate([rows.vectors[kept], new.vectors]),
        np.concatenate([rows.ids[kept], new.ids]),
        np.concatenate([rows.owners[kept], new.owners]),
    )
