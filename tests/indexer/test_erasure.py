"""Somebody who was erased is found nowhere: first by no search, then by no search for bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.store import Catalog
from catalog.store.erasing import WHOSE
from indexer.erasure import erase, finish_erasures
from indexer.reindex import reindex
from tests.indexer import canary
from tests.indexer.pool import TEXTS, WordCounter, store


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter(dimension=64)


def test_the_canary_is_found_in_every_store_and_then_nowhere(
    catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(catalog, TEXTS)
    person = canary.put_everywhere(catalog, encoder)
    reindex(catalog, encoder)
    needles = canary.NEEDLES | canary.vectors_of(catalog, encoder, person)
    found = canary.find_bytes(catalog, needles)
    print(found)
    with catalog.reading() as r:
        preview = r.forgetting.preview(person)
    print(preview)
    assert set(preview) >= set(WHOSE)
    assert all(found.values())
    erasure = erase(catalog, person, "jt")
    print(erasure)
    (done,) = finish_erasures(catalog, lambda: reindex(catalog, encoder))
    print(done)
    assert done.done_at is not None
    assert {
        what: where for what, where in canary.find_bytes(catalog, needles).items() if where
    } == {}
