"""Looking at a generation with a searcher's eyes before anyone is served from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from catalog.errors import Conflict, Damaged
from catalog.generations import MODEL, Serving
from catalog.store import Catalog, Reading
from indexer.changes import ErasedMeanwhile
from indexer.planning import made_by
from indexer.relevance import Relevance, compare
from search import words
from search.arrays import Generation as Opened
from search.arrays import open_generation
from search.encoder import Encoder
from search.lexical import LexicalIndex
from search.loading import open_indexes
from search.vectors import Ints, Rows, VectorIndex, on_grid

SAMPLE = 50  # passages that must find themselves, and hold the catalog's vector
TEXTS = 20  # people whose words are cut again and compared
QUESTIONS = 20  # that an approximate index answers beside the exact one
RECALL = 0.95  # of the 100 nearest, on average


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `recall` is None where the index is not approximate."""

    people: int
    passages: int
    relevance: Relevance
    recall: float | None


def verify(
    catalog: Catalog,
    encoder: Encoder,
    number: int,
    folder: Path,
    served: Serving | None,
    base: Opened | None = None,
    *,
    accept_drop: bool = False,
) -> Verified:
    """Checks a built folder and records it as verified. `base`: see `relevance.compare`.

    Errors: Damaged, with what does not hold; ErasedMeanwhile; Conflict where relevance fell (unless
    `accept_drop`).
    """
    opened = open_generation(folder, encoder=encoder.fingerprint, words=words.fingerprint())
    opened.verify()
    vectors, lexical = open_indexes(opened)
    _fits_together(opened, vectors.rows, lexical)
    with catalog.reading() as reading:
        _is_the_snapshot(reading, opened, vectors.rows)
        _holds_the_catalogs(reading, encoder, opened.manifest.sequence, vectors.rows, lexical)
    for row in _evenly(len(vectors.rows), SAMPLE).tolist():
        _finds_itself(vectors, row)
    recall = _recall(vectors)
    relevance = compare(catalog, encoder, vectors, lexical, served, base)
    if relevance.fell and not accept_drop:
        raise Conflict(
            f"{relevance}: what is served stays as it is. Look into it (`bole evaluate`), or "
            "publish all the same: `bole reindex --accept-drop`"
        )
    manifest = opened.manifest
    record = {
        **asdict(manifest),
        "arrays": sorted(manifest.arrays),
        MODEL: encoder.name,
        **made_by(),
    }
    record |= {"relevance": str(relevance), "recall": recall}
    with catalog.writing() as writing:
        writing.generations.verify(
            number,
            passages=len(vectors.rows),
            people=len(vectors.rows.candidates),
            manifest=record,
        )
    return Verified(len(vectors.rows.candidates), len(vectors.rows), relevance, recall)


def _evenly(count: int, size: int) -> Ints:
    return np.unique(np.linspace(0, max(count - 1, 0), min(size, count), dtype=np.int64))


def _fits_together(opened: Opened, rows: Rows, lexical: LexicalIndex) -> None:
    counted = {"people": len(rows.candidates), "passages": len(rows)}
    if dict(opened.manifest.counts) != counted:
        raise Damaged(f"the new index holds {counted}, its manifest says {opened.manifest.counts}")
    if not np.array_equal(rows.candidates, lexical.ids):
        raise Damaged("the vectors and the words of the new index are about different people")


def _is_the_snapshot(reading: Reading, opened: Opened, rows: Rows) -> None:
    """The people and passages are those of the catalog, no more and no fewer."""
    wanted = np.array(reading.resumes.rows_at(opened.manifest.sequence), np.int64).reshape(-1, 2)
    found = np.column_stack([rows.owners, rows.ids])
    if np.array_equal(wanted, found):
        return
    strangers = set(map(tuple, found.tolist())) - set(map(tuple, wanted.tolist()))
    erased = set(reading.people.erased())
    nobody_misses = len(found) - len(strangers) == len(wanted)
    if strangers and nobody_misses and all(person in erased for person, _ in strangers):
        raise ErasedMeanwhile("somebody was erased while the index was built: run it again")
    raise Damaged("the new index does not hold the people and passages of the catalog")


def _holds_the_catalogs(
    reading: Reading, encoder: Encoder, sequence: int, rows: Rows, lexical: LexicalIndex
) -> None:
    """A sample has the catalog's vectors and words; nobody has a vector of zeros by accident."""
    empty = np.flatnonzero(~rows.vectors.any(axis=1))[:SAMPLE]
    chosen = np.union1d(_evenly(len(rows), SAMPLE), empty)
    people = np.unique(rows.owners[chosen])
    texts: dict[int, str] = {}
    keys: dict[int, str] = {}
    for passage in reading.resumes.passages_of(people.tolist(), sequence):
        texts[passage.person_id] = texts.get(passage.person_id, "") + passage.text
        keys[passage.id] = passage.content_key
    kept = reading.vectors.get(keys.values(), encoder.fingerprint)
    for row in chosen.tolist():
        known = kept.get(keys[int(rows.ids[row])])
        if known is None or not np.array_equal(
            on_grid(np.frombuffer(known, "<f4")), rows.vectors[row]
        ):
            raise Damaged(f"passage {int(rows.ids[row])} has another vector than the catalog's")
    for person in people[_evenly(len(people), TEXTS)].tolist():
        cut = words.atoms(texts[person])
        if _words_of(lexical, person) != cut or not _counts(lexical, person, cut):
            raise Damaged(f"the words of candidate {person} are not those of the catalog's text")


def _words_of(lexical: LexicalIndex, person: int) -> list[str]:
    numbers, _ = lexical.words_of(lexical.positions(np.array([person], np.int64)))
    return [words.BREAK if n < 0 else lexical.vocabulary[n] for n in numbers.tolist()]


def _counts(lexical: LexicalIndex, person: int, cut: Sequence[str]) -> bool:
    """Whether BM25 counts a text's terms as often as they stand in it."""
    place = int(lexical.positions(np.array([person], np.int64))[0])
    terms = Counter(words.terms(cut))
    for term, times in terms.items():
        number = lexical.term_number(term)
        if number < 0:
            return False
        places = lexical.places_of(number)
        at = int(np.searchsorted(places, place))
        if at == len(places) or places[at] != place:
            return False
        if int(lexical.counts[int(lexical.starts[number]) + at]) != times:
            return False
    return int(lexical.lengths[place]) == terms.total()


def _finds_itself(vectors: VectorIndex, row: int) -> None:
    """A passage's own vector must find its candidate at the score the exact rows give them."""
    rows = vectors.rows
    query, owner = rows.vectors[row], rows.owners[row : row + 1]
    expected = float(vectors.score(query, owner)[0])
    found = vectors.nearest(query, 1)
    if not len(found) or float(found.scores[0]) < expected:
        raise Damaged(f"passage {int(rows.ids[row])} of the new index does not find itself")


def _recall(vectors: VectorIndex) -> float | None:
    """Of the 100 nearest by exact scores, the share that an approximate index finds.

    Asked are passages of all parts of the pool. None where the index scores everybody.
    """
    from search.faiss_index import ProposingIndex

    if not isinstance(vectors, ProposingIndex):
        return None
    rows, shares = vectors.rows, []
    everybody = rows.holding(None)
    for row in _evenly(len(rows), QUESTIONS).tolist():
        exact = rows.nearest(rows.vectors[row], 100, everybody, vectors.fold).candidates
        found = vectors.nearest(rows.vectors[row], 100).candidates
        shares.append(len(np.intersect1d(exact, found)) / max(len(exact), 1))
    recall = float(np.mean(shares)) if shares else 1.0
    if recall < RECALL:
        raise Damaged(
            f"the approximate index finds {recall:.1%} of the nearest, and {RECALL:.0%} are needed"
        )
    return recall
