"""Lexical indexes put together and taken apart, without cutting a text again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.lexical import BREAK, LexicalIndex

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]


def join(*parts: tuple[LexicalIndex, Ints]) -> LexicalIndex:
    """One index of the candidates at these (ascending) places of several.

    Array by array it is what `LexicalIndex.build` makes of their texts. ValueError when a candidate
    is in two parts.
    """
    taken = [_take(index, places) for index, places in parts]
    ids = _together([part.ids for part in taken], np.int64)
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    if (ids[1:] == ids[:-1]).any():
        raise ValueError("a candidate has one text")
    vocabulary = sorted({term for part in taken for term in part.terms})
    number_of = {term: number for number, term in enumerate(vocabulary)}
    ranks = [_ranks(part, number_of) for part in taken]
    first = np.cumsum([0, *(len(part.ids) for part in taken)])
    place_of = np.argsort(order).astype(np.int32)
    renumbered = zip(taken, ranks, strict=True)
    terms = _together([rank[part.posted] for part, rank in renumbered], np.int32)
    placed = zip(taken, first, strict=False)
    places = place_of[_together([part.places + start for part, start in placed], np.int64)]
    posting = np.lexsort((places, terms))
    sizes = _together([part.sizes for part in taken], np.int64)
    words = _together([rank[part.words] for part, rank in zip(taken, ranks, strict=True)], np.int32)
    return LexicalIndex(
        ids=ids,
        lengths=_together([part.lengths for part in taken], np.int64)[order],
        vocabulary=vocabulary,
        starts=np.searchsorted(terms[posting], np.arange(len(vocabulary) + 1)),
        places=places[posting],
        counts=_together([part.counts for part in taken], np.int32)[posting],
        word_starts=np.append(0, np.cumsum(sizes[order])),
        word_numbers=words[_rows_in(order, sizes)],
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """Some candidates of one index; numbers of terms are that index's own."""

    ids: Ints
    lengths: Ints
    numbers: Ints  # of the terms that they use, ascending
    terms: list[str]  # the same terms
    last: int  # a number that no term has
    posted: Numbers  # of each posting the term,
    places: Ints  # the place among these candidates,
    counts: Numbers  # and how often it is used
    sizes: Ints  # how many words each one's text has
    words: Numbers  # their texts, one after another


def _take(index: LexicalIndex, places: Ints) -> _Taken:
    place_here = np.full(len(index.ids), -1, np.int64)
    place_here[places] = np.arange(len(places))
    here = place_here[index.places]
    kept = here >= 0
    posted = np.repeat(np.arange(len(index.vocabulary), dtype=np.int32), index.holding)[kept]
    numbers = np.unique(posted).astype(np.int64)
    return _Taken(
        ids=index.ids[places],
        lengths=index.lengths[places],
        numbers=numbers,
        terms=[index.vocabulary[number] for number in numbers.tolist()],
        last=len(index.vocabulary),
        posted=posted,
        places=here[kept],
        counts=index.counts[kept],
        sizes=index.word_starts[places + 1] - index.word_starts[places],
        words=index.words_of(places)[0],
    )


def _ranks(part: _Taken, number_of: dict[str, int]) -> Numbers:
    """Number there → number here; BREAK, which counts from the end, stays BREAK."""
    ranks = np.full(part.last + 1, BREAK, np.int32)
    ranks[part.numbers] = [number_of[term] for term in part.terms]
    return ranks


def _rows_in(order: Ints, sizes: Ints) -> Ints:
    """Indexes that put rows of these sizes, which lie one after another, into another order."""
    starts = np.cumsum(sizes) - sizes
    counts = sizes[order]
    begin = np.repeat(starts[order] - (np.cumsum(counts) - counts), counts)
    rows: Ints = begin + np.arange(len(begin))
    return rows


def _together(arrays: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *arrays]).astype(dtype, copy=False)
