"""A lexical index with some people's texts replaced, without cutting the others' again.

Cutting is nearly all of what building costs. What comes out has the very bytes that a build of all
the texts has: the same terms and no other, in the same order, with the same numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.lexical import BREAK, Ints, LexicalIndex


def with_changes(base: LexicalIndex, gone: Ints, new: LexicalIndex) -> LexicalIndex:
    """The people of `base` but for `gone`, and those of `new`.

    Whoever has another text now is in both; ids in `gone` that `base` does not hold do no harm.
    ValueError where somebody would have two texts.
    """
    kept = ~np.isin(base.ids, gone)
    kept_ids = base.ids[kept]
    among = np.searchsorted(kept_ids, new.ids)  # where each of the new comes in
    ids = np.insert(kept_ids, among, new.ids)
    if (ids[1:] == ids[:-1]).any():
        raise ValueError("a candidate has one text")
    merged, base_numbers, new_numbers = _merge_vocabularies(base.vocabulary, new.vocabulary)

    staying = kept[base.places]
    terms = np.repeat(base_numbers, base.holding)[staying]
    places = np.searchsorted(ids, base.ids)[base.places[staying]]
    new_terms = np.repeat(new_numbers, new.holding)
    new_places = np.searchsorted(ids, new.ids)[new.places]
    # Both lists ascend by term and place, so one goes into the other without sorting.
    many = max(len(ids), 1)
    at = np.searchsorted(terms * many + places, new_terms * many + new_places)
    holding = np.bincount(np.insert(terms, at, new_terms), minlength=len(merged))

    used = holding > 0
    rank = (np.cumsum(used) - 1).astype(np.int32)
    sizes = np.diff(base.word_starts)
    before = np.append(0, np.cumsum(sizes[kept]))[among]
    new_sizes = np.diff(new.word_starts)
    return LexicalIndex(
        ids=ids,
        lengths=np.insert(base.lengths[kept], among, new.lengths),
        vocabulary=[term for term, is_used in zip(merged, used.tolist(), strict=True) if is_used],
        starts=np.append(0, np.cumsum(holding[used])),
        places=np.insert(places.astype(np.int32), at, new_places),
        counts=np.insert(base.counts[staying], at, new.counts),
        word_starts=np.append(0, np.cumsum(np.insert(sizes[kept], among, new_sizes))),
        word_numbers=np.insert(
            _renumbered(base, rank[base_numbers])[np.repeat(kept, sizes)],
            np.repeat(before, new_sizes),
            _renumbered(new, rank[new_numbers]),
        ),
    )


def _merge_vocabularies(base: Sequence[str], new: Sequence[str]) -> tuple[list[str], Ints, Ints]:
    """All terms in order, and the numbers there of the one's and the other's."""
    found = [bisect_left(base, term) for term in new]
    known = [at < len(base) and base[at] == term for at, term in zip(found, new, strict=True)]
    added = [term for term, is_known in zip(new, known, strict=True) if not is_known]
    positions, is_new = np.array(found, np.int64), ~np.array(known, bool)
    coming = positions[is_new]  # each before the term that has this number now
    own = np.arange(len(base))
    base_numbers = own + np.searchsorted(coming, own, side="right")
    # A known term moves on by the new ones before it; a new one stands before what it pushes on.
    new_numbers = positions + np.cumsum(is_new) - is_new
    return sorted([*base, *added]), base_numbers, new_numbers


def _renumbered(index: LexicalIndex, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """An index's words with other numbers; BREAK, which is -1, finds itself at the end."""
    renumbered: NDArray[np.int32] = np.append(numbers, np.int32(BREAK))[index.word_numbers]
    return renumbered
