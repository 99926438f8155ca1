"""A generation is looked at with other eyes than those that built it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.errors import Conflict, Damaged
from catalog.generations import GenerationState
from catalog.outcomes import NewOutcome, OutcomeKind, ReasonClass
from catalog.store import Catalog
from indexer import relevance
from indexer import verify as verifying
from indexer.build import write_folder
from indexer.reindex import reindex
from indexer.verify import verify
from reading.job import Job
from search import faiss_index
from search.arrays import FORMAT, open_generation, write_generation
from search.encoder import Vector
from search.lexical import LexicalIndex
from tests.indexer.pool import TEXTS, WordCounter, store

Arrays = dict[str, np.ndarray]


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter()


def built(
    catalog: Catalog,
    encoder: WordCounter,
    alter: Callable[[Arrays], object] = lambda arrays: None,
    counts: Mapping[str, int] | None = None,
    later: int = 0,
) -> tuple[int, Path]:
    """A generation with a flaw, whose manifest agrees with it: a fault of the builder's."""
    embed(catalog, encoder)
    with catalog.writing() as w:
        number = w.generations.begin("generations/x", 1, encoder.fingerprint, FORMAT)
        sequence = w.unit.current_sequence()
    write_folder(catalog, encoder, sequence, catalog.folder / "generations" / "whole", None)
    opened = open_generation(catalog.folder / "generations" / "whole")
    arrays = {name: np.array(array) for name, array in opened.arrays.items()}
    alter(arrays)
    write_generation(
        catalog.folder / "generations" / "x",
        arrays,
        encoder=encoder.fingerprint,
        words=opened.manifest.words,
        sequence=sequence + later,
        counts=counts or opened.manifest.counts,
    )
    return number, catalog.folder / "generations" / "x"


def embed(catalog: Catalog, encoder: WordCounter) -> None:
    from indexer.embedding import embed_missing

    with catalog.reading() as r:
        sequence = r.sequence
    embed_missing(catalog, encoder, sequence)


def test_what_is_whole_is_recorded_as_verified(catalog: Catalog, encoder: WordCounter) -> None:
    store(catalog, TEXTS)
    number, folder = built(catalog, encoder)
    found = verify(catalog, encoder, number, folder, None)
    assert (found.people, found.passages, found.recall) == (6, 12, None)
    with catalog.reading() as r:
        generation = r.generations.get(number)
    assert (generation.state, generation.people) == (GenerationState.VERIFIED, 6)
    assert {"reading", "vocabulary", "words", "encoder", "relevance"} <= set(generation.manifest)


def swap_vectors(arrays: Arrays) -> None:
    arrays["vectors"][[0, 7]] = arrays["vectors"][[7, 0]]


def zero_a_vector(arrays: Arrays) -> None:
    arrays["vectors"][3] = 0.0


def change_words(arrays: Arrays) -> None:
    texts = [text.replace("rye", "wheat") for text in TEXTS.values()]
    arrays.update(LexicalIndex.build(arrays["lexical_ids"].tolist(), texts).arrays())


def count_a_word_twice(arrays: Arrays) -> None:
    arrays["lexical_counts"][arrays["lexical_counts"].argmax()] += 1


def shorten_a_text(arrays: Arrays) -> None:
    arrays["lexical_lengths"][1] -= 1


def leave_somebody_out(arrays: Arrays) -> None:
    texts = list(TEXTS.values())[:-1]
    arrays.update(LexicalIndex.build(arrays["lexical_ids"].tolist()[:-1], texts).arrays())


def leave_a_row_out(arrays: Arrays) -> None:
    for name in ("vectors", "row_ids", "candidate_of_row"):
        arrays[name] = arrays[name][:-1]


@pytest.mark.parametrize(
    ("flaw", "more", "why"),
    [
        (swap_vectors, {}, "another vector than the catalog's"),
        (zero_a_vector, {}, "another vector than the catalog's"),
        (change_words, {}, "the words of candidate 3"),
        (count_a_word_twice, {}, "the words of candidate"),
        (shorten_a_text, {}, "the words of candidate 2"),
        (leave_somebody_out, {}, "different people"),
        (leave_a_row_out, {}, "its manifest says"),
        (leave_a_row_out, {"counts": {"people": 6, "passages": 11}}, "people and passages of the"),
        (lambda arrays: None, {"counts": {"people": 5, "passages": 12}}, "its manifest says"),
    ],
)
def test_a_builders_fault_is_found(
    sqlite_catalog: Catalog,
    encoder: WordCounter,
    flaw: Callable[[Arrays], object],
    more: dict[str, Any],
    why: str,
) -> None:
    store(sqlite_catalog, TEXTS)
    number, folder = built(sqlite_catalog, encoder, flaw, **more)
    with pytest.raises(Damaged, match=why):
        verify(sqlite_catalog, encoder, number, folder, None)


def test_an_index_that_lags_behind_its_sequence_is_found(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    store(sqlite_catalog, TEXTS)
    number, folder = built(sqlite_catalog, encoder, later=1)
    store(sqlite_catalog, {"new": "Diver."})
    with pytest.raises(Damaged, match="people and passages of the catalog"):
        verify(sqlite_catalog, encoder, number, folder, None)


def test_a_byte_that_changed_on_the_disk_is_found(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    store(sqlite_catalog, TEXTS)
    number, folder = built(sqlite_catalog, encoder)
    data = bytearray((folder / "lexical_counts.npy").read_bytes())
    data[-4] ^= 1
    (folder / "lexical_counts.npy").write_bytes(data)
    with pytest.raises(Damaged, match="checksum"):
        verify(sqlite_catalog, encoder, number, folder, None)


def test_an_approximate_index_that_misses_too_many_is_refused(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "indexer.build.arrays_of",
        lambda rows, fold: faiss_index.arrays_of(rows, fold, compress_above=0),
    )
    # So few people are never searched by a compressed list unless these bounds are lifted.
    for bound in ("SMALL", "NARROW", "WORTH"):
        monkeypatch.setattr(faiss_index, bound, 0)
    monkeypatch.setattr(faiss_index.ProposingIndex, "nearest", found_two)
    store(sqlite_catalog, {f"clerk {n}": f"Clerk number {n} of the town." for n in range(8)})
    monkeypatch.setattr(verifying, "_finds_itself", lambda vectors, row: None)
    number, folder = built(sqlite_catalog, encoder)
    with pytest.raises(Damaged, match=r"finds 25\.0% of the nearest, and 95% are needed"):
        verify(sqlite_catalog, encoder, number, folder, None)


def found_two(index: Any, query: Vector, k: int, eligible: Any = None) -> Any:
    """Two of the nearest, whatever was asked."""
    rows = index.rows
    return rows.nearest(rows.question(query), 2, rows.holding(eligible), index.fold)


TRADES = (
    "arborist",
    "luthier",
    "diver",
    "stagehand",
    "falconer",
    "glazier",
    "cooper",
    "saddler",
    "tanner",
    "chandler",
    "fletcher",
    "wheelwright",
    "thatcher",
    "cutler",
    "farrier",
    "milliner",
    "weaver",
    "dyer",
    "potter",
    "engraver",
    "binder",
)


def tell_outcomes(catalog: Catalog, jobs: int) -> None:
    """For each trade a job: who has it was hired, the next one was not qualified."""
    people = store(catalog, {trade: f"Years as a {trade}.\nEnjoys the trade." for trade in TRADES})
    at = datetime(2026, 5, 1, tzinfo=UTC)
    with catalog.writing() as w:
        for place, trade in enumerate(TRADES[:jobs]):
            text = f"We need a {trade} with experience."
            job = w.jobs.store(Job(text, "en", trade, ()), trade)
            for person, kind, reason in (
                (people[trade], OutcomeKind.HIRED, None),
                (people[TRADES[place - 1]], OutcomeKind.REJECTED, ReasonClass.NOT_QUALIFIED),
            ):
                application = w.outcomes.apply(person, job, "ats")
                w.outcomes.record(NewOutcome(application, kind, "ats", at=at, reason=reason))


class Contrary(WordCounter):
    """Says that a job is about everything but what it is about."""

    def encode_query(self, text: str) -> Vector:
        return -super().encode_query(text)


def test_relevance_is_compared_on_the_jobs_whose_outcomes_are_known(catalog: Catalog) -> None:
    encoder = WordCounter(dimension=64)
    tell_outcomes(catalog, 20)
    assert "nothing was served before" in reindex(catalog, encoder).relevance
    store(catalog, {"new": "Diver and falconer."})
    done = reindex(catalog, encoder)
    assert done.relevance == "relevance held: nDCG@10 1.000 → 1.000 on 20 jobs"
    assert len(encoder.asked) == 20  # a job is embedded once, and kept


def test_an_encoder_that_ranks_worse_is_refused_until_somebody_accepts_it(
    catalog: Catalog,
) -> None:
    tell_outcomes(catalog, 20)
    reindex(catalog, WordCounter(dimension=64))
    worse = Contrary("contrary", dimension=64)
    with pytest.raises(Conflict, match=r"relevance fell: nDCG@10 1.000 → 0\.\d+ on 20 jobs"):
        reindex(catalog, worse)
    with catalog.reading() as r:
        assert r.generations.serving().generation.id == 1
        (failed,) = r.generations.all(GenerationState.FAILED)
    assert failed.failure is not None
    assert "bole reindex --accept-drop" in failed.failure
    assert reindex(catalog, worse, accept_drop=True).generation == 3


def test_who_sent_another_resume_is_no_sign_of_a_worse_index(sqlite_catalog: Catalog) -> None:
    tell_outcomes(sqlite_catalog, 21)
    encoder = WordCounter(dimension=64)
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {TRADES[0]: "Now a beekeeper."})
    assert reindex(sqlite_catalog, encoder).relevance == (
        "relevance held: nDCG@10 1.000 → 1.000 on 20 jobs"
    )


def test_too_few_jobs_say_nothing_and_that_is_said(sqlite_catalog: Catalog) -> None:
    tell_outcomes(sqlite_catalog, 19)
    reindex(sqlite_catalog, WordCounter(dimension=64))
    done = reindex(sqlite_catalog, Contrary("contrary", dimension=64))
    assert done.relevance == (
        "relevance was not compared: 19 jobs with graded outcomes, 20 are needed"
    )


def test_other_rules_for_words_are_not_compared(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_outcomes(sqlite_catalog, 20)
    reindex(sqlite_catalog, WordCounter(dimension=64))
    monkeypatch.setattr("search.words.fingerprint", lambda: "other rules")
    done = reindex(sqlite_catalog, WordCounter(dimension=64))
    assert "counts words by other rules" in done.relevance


def test_only_so_many_jobs_are_asked_and_they_are_the_latest(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relevance, "MOST", 3)
    monkeypatch.setattr(relevance, "ENOUGH", 3)
    tell_outcomes(sqlite_catalog, 20)
    encoder = WordCounter(dimension=64)
    reindex(sqlite_catalog, encoder)
    assert encoder.asked == [f"We need a {trade} with experience." for trade in TRADES[17:20]]
