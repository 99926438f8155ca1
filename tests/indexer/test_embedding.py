"""Texts get their vectors in the order in which they came, and keep what they got."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.store import Catalog
from indexer import embedding
from indexer.embedding import embed_missing, keep_up
from tests.search.pool import ChangingPool, HashingEncoder


class Failing(HashingEncoder):
    """Gives up, as a killed process does, after so many lots."""

    def __init__(self, lots: int) -> None:
        self.lots = lots

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        if not self.lots:
            raise KeyboardInterrupt
        self.lots -= 1
        return super().encode_passages(texts, progress)


def test_who_came_first_is_searchable_while_the_last_still_wait(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = ChangingPool(catalog, 2)
    pool.fill(1)
    before = pool.sequence
    for _ in range(6):
        pool.come()
    monkeypatch.setattr(embedding, "TOGETHER", 2)
    with pytest.raises(KeyboardInterrupt):
        embed_missing(catalog, Failing(2), pool.sequence)
    with catalog.reading() as reading:
        ready = reading.resumes.ready_sequence("hashing/1", before)
        assert before < ready < pool.sequence
        left = list(reading.resumes.without_vector("hashing/1", pool.sequence))
    # What was computed is not computed again.
    assert embed_missing(catalog, HashingEncoder(), pool.sequence) == len(left)
    with catalog.reading() as reading:
        assert reading.resumes.ready_sequence("hashing/1", before) == pool.sequence


def test_while_nothing_is_served_nothing_waits(sqlite_catalog: Catalog) -> None:
    pool = ChangingPool(sqlite_catalog, 2)
    pool.come()
    assert keep_up(sqlite_catalog, Failing(0)) == 0
    pool.embed()
    pool.publish()
    pool.come()
    assert keep_up(sqlite_catalog, HashingEncoder()) > 0
    assert keep_up(sqlite_catalog, Failing(0)) == 0
