"""BM25 over candidates' scoring texts: which words of the job they use, rare words counting more.

Robertson, Walker, Jones, Hancock-Beaulieu & Gatford, "Okapi at TREC-3", 1994, with Lucene's idf,
which is never negative. A document is one candidate's whole scoring text.

Beside the counts stands each text as a row of word numbers, for phrases; and the words themselves
stand in the postings beside their stems, with count 0: boolean search finds them there, and BM25
gives them nothing.

Counts are stored, scores are computed at question time: `Statistics` (how many documents, how long,
how many hold each term) stand apart from the postings, so that a second index (today's arrivals)
can be scored with the same statistics and its scores compared with the first one's.

All sums are float64 in the order of the terms, for each candidate apart: a score's bits depend on
the candidate's text, the question and the statistics, and on nothing else.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged, NotFound
from search import words

K1 = 1.2  # how soon repeating a word stops helping
BREAK = -1  # the number of words.BREAK
B = 0.75  # how much a long text's words count less

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 must know about a whole collection."""

    documents: int
    length: int  # in terms, repetitions included
    holding: Mapping[str, int]  # term → number of documents that hold it

    @classmethod
    def of(cls, *indexes: LexicalIndex) -> Statistics:
        """The statistics of several indexes together, as if they were one."""
        holding: Counter[str] = Counter()
        for index in indexes:
            for term, documents in zip(index.vocabulary, index.holding.tolist(), strict=True):
                holding[term] += documents
        return cls(
            documents=sum(len(index.ids) for index in indexes),
            length=sum(int(index.lengths.sum()) for index in indexes),
            holding=holding,
        )

    @property
    def mean_length(self) -> float:
        return self.length / self.documents if self.documents else 0.0

    def rarity(self, term: str) -> float:
        """ln(1 + (N - df + ½) / (df + ½)); 0 for a term that no document holds."""
        holding = self.holding.get(term, 0)
        if not holding:
            return 0.0
        return math.log1p((self.documents - holding + 0.5) / (holding + 0.5))


class Wordy(Protocol):
    """What a search asks of words."""

    def scores(self, question: Sequence[str], eligible: Ints) -> Floats:
        """See `LexicalIndex.scores`."""


class LexicalIndex:
    """Postings of term counts: which candidates use which term how often.

    `ids` ascend. `vocabulary` is sorted by code point. The postings of term t are `starts[t]` to
    `starts[t + 1]` of `places` (position in `ids`, ascending) and `counts`. The words of the
    candidate at place p are `word_starts[p]` to `word_starts[p + 1]` of `word_numbers`: numbers in
    the vocabulary, BREAK between sentences.
    """

    def __init__(
        self,
        ids: Ints,
        lengths: Ints,
        vocabulary: Sequence[str],
        starts: Ints,
        places: NDArray[np.int32],
        counts: NDArray[np.int32],
        word_starts: Ints,
        word_numbers: NDArray[np.int32],
    ) -> None:
        self.ids = ids
        self.lengths = lengths
        self.vocabulary = vocabulary
        self.starts = starts
        self.places = places
        self.counts = counts
        self.word_starts = word_starts
        self.word_numbers = word_numbers

    @classmethod
    def build(cls, ids: Iterable[int], texts: Iterable[str]) -> LexicalIndex:
        """Cut and count; ids and texts in one order, any. An id given twice is a ValueError."""
        owners, lengths, sizes = array("q"), array("q"), array("q")
        numbers: dict[str, int] = {}  # term → number in order of appearance
        term_of, owner_of, count_of, cuts = array("i"), array("i"), array("i"), []
        for owner, (candidate, text) in enumerate(zip(ids, texts, strict=True)):
            cut = words.atoms(text)
            counts = Counter(words.terms(cut))
            owners.append(candidate)
            lengths.append(counts.total())
            counts.update(dict.fromkeys(cut, 0))
            del counts[words.BREAK]
            term_of.extend([numbers.setdefault(term, len(numbers)) for term in counts])
            owner_of.extend([owner] * len(counts))
            count_of.extend(counts.values())
            cuts.append(np.array([numbers.get(atom, BREAK) for atom in cut], np.int32))
            sizes.append(len(cut))

        order = np.argsort(np.array(owners, np.int64), kind="stable")
        ascending = np.array(owners, np.int64)[order]
        if (ascending[1:] == ascending[:-1]).any():
            raise ValueError("a candidate has one text")
        vocabulary = sorted(numbers)
        rank = np.full(len(numbers) + 1, BREAK, np.int32)  # the last entry is BREAK's own
        rank[[numbers[term] for term in vocabulary]] = np.arange(len(numbers))
        terms = rank[np.array(term_of, np.int32)]
        places = np.argsort(order).astype(np.int32)[np.array(owner_of, np.int32)]
        posting = np.lexsort((places, terms))
        in_order = [rank[cuts[owner]] for owner in order]
        return cls(
            ids=ascending,
            lengths=np.array(lengths, np.int64)[order],
            vocabulary=vocabulary,
            starts=np.searchsorted(terms[posting], np.arange(len(vocabulary) + 1)),
            places=places[posting],
            counts=np.array(count_of, np.int32)[posting],
            word_starts=np.append(0, np.cumsum(np.array(sizes, np.int64)[order])),
            word_numbers=np.concatenate([np.empty(0, np.int32), *in_order]),
        )

    @property
    def holding(self) -> Ints:
        """How many documents hold each term of the vocabulary."""
        return np.diff(self.starts)

    @cached_property
    def statistics(self) -> Statistics:
        """This index's own."""
        return Statistics.of(self)

    def scores(
        self,
        question: Sequence[str],
        eligible: Ints | None = None,
        statistics: Statistics | None = None,
    ) -> Floats:
        """BM25 of the eligible candidates, in their order; all of `ids` when eligible is None.

        `question` holds terms as `words.question_terms` cuts them; one asked n times counts n
        times. 0 means: uses no word of the question. NotFound when an eligible id is not indexed.
        """
        statistics = statistics or self.statistics
        positions = slice(None) if eligible is None else self.positions(eligible)
        asked = sorted(
            (term, times * statistics.rarity(term), self.term_number(term))
            for term, times in Counter(question).items()
        )
        spans = [(weight, *self._posting(number)) for _, weight, number in asked if number >= 0]
        if not spans:
            return np.zeros(len(self.ids))[positions]
        weights = np.repeat([span[0] for span in spans], [span[2] - span[1] for span in spans])
        places = np.concatenate([self.places[start:stop] for _, start, stop in spans])
        counts = np.concatenate([self.counts[start:stop] for _, start, stop in spans])
        parts = weights * (counts * (K1 + 1) / (counts + self._slowness(statistics)[places]))
        sums = np.bincount(places, weights=parts, minlength=len(self.ids))
        return sums.astype(np.float64, copy=False)[positions]

    def positions(self, eligible: Ints) -> Ints:
        """Where these candidates stand in `ids`; NotFound when one is not indexed."""
        found = np.searchsorted(self.ids, eligible)
        inside = found < len(self.ids)
        if not inside.all() or (self.ids[found] != eligible).any():
            raise NotFound("a candidate is not in this generation: run `bole reindex`")
        return found.astype(np.int64)

    def term_number(self, term: str) -> int:
        """The term's place in the vocabulary, or -1."""
        at = bisect_left(self.vocabulary, term)
        return at if at < len(self.vocabulary) and self.vocabulary[at] == term else -1

    def places_of(self, number: int) -> NDArray[np.int32]:
        """Positions in `ids` of the candidates who use the term with this number."""
        start, stop = self._posting(number)
        return self.places[start:stop]

    def numbers_beginning(self, beginning: str) -> range:
        """Numbers of the terms of the vocabulary that begin so."""
        last = bisect_left(self.vocabulary, beginning + chr(0x10FFFF))
        return range(bisect_left(self.vocabulary, beginning), last)

    def words_of(self, places: Ints) -> tuple[NDArray[np.int32], Ints]:
        """The word numbers of these places one text after another, and of each the place."""
        counts = self.word_starts[places + 1] - self.word_starts[places]
        begin = np.repeat(self.word_starts[places] - (np.cumsum(counts) - counts), counts)
        return self.word_numbers[begin + np.arange(len(begin))], np.repeat(places, counts)

    def _posting(self, number: int) -> tuple[int, int]:
        return int(self.starts[number]), int(self.starts[number + 1])

    def _slowness(self, statistics: Statistics) -> Floats:
        """K1 · (1 - B + B · length / mean length), per document."""
        lengths = self.lengths.astype(np.float64)
        return K1 * (1 - B + B * lengths / (statistics.mean_length or 1.0))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays, for a generation's folder; `of_arrays` is the way back."""
        text = "\n".join(self.vocabulary).encode()
        return {
            "lexical_ids": self.ids,
            "lexical_lengths": self.lengths,
            "lexical_starts": self.starts,
            "lexical_places": self.places,
            "lexical_counts": self.counts,
            "lexical_word_starts": self.word_starts,
            "lexical_word_numbers": self.word_numbers,
            "lexical_vocabulary": np.frombuffer(text, np.uint8),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> LexicalIndex:
        """The index that `arrays` came from; Damaged when the parts do not fit each other."""
        try:
            text = arrays["lexical_vocabulary"].tobytes().decode()
            index = cls(
                ids=arrays["lexical_ids"],
                lengths=arrays["lexical_lengths"],
                vocabulary=text.split("\n") if text else [],
                starts=arrays["lexical_starts"],
                places=arrays["lexical_places"],
                counts=arrays["lexical_counts"],
                word_starts=arrays["lexical_word_starts"],
                word_numbers=arrays["lexical_word_numbers"],
            )
        except (KeyError, UnicodeDecodeError) as error:
            raise Damaged(
                "the lexical index cannot be read: build it anew, `bole reindex`"
            ) from error
        if not (
            len(index.lengths) == len(index.ids)
            and len(index.starts) == len(index.vocabulary) + 1
            and len(index.counts) == len(index.places) == index.starts[-1]
            and len(index.word_starts) == len(index.ids) + 1
            and len(index.word_numbers) == index.word_starts[-1]
        ):
            raise Damaged("the lexical index's parts do not fit together: run `bole reindex`")
        return index
