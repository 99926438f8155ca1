"""Comparing what belongs together: catalog, index, original documents, vectors, models.

`check` changes nothing; `repair` does what is safe, and never removes an original document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.store import Catalog
from indexer.checking.findings import Finding, Kind, Stage
from indexer.checking.originals import check_leftovers, check_originals
from indexer.checking.repairing import OpenEncoder, repair_findings
from indexer.checking.served import check_kept, check_served
from indexer.checking.upkeep import (
    check_catalog,
    check_debris,
    check_erasures,
    check_model_folders,
    check_models,
)
from indexer.checking.vectors import check_vectors

__all__ = ["Finding", "Kind", "Repaired", "check", "repair"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did and what it could not do, in sentences, and what is found after it."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    left: tuple[Finding, ...]


def check(
    catalog: Catalog, stage: Stage = lambda name, done, of: None, *, contents: bool = True
) -> list[Finding]:
    """What does not hold; empty where everything does. May run while others search and write.

    With `contents` every original document is read and hashed; without, it only has to be there.
    """
    return list(_findings(catalog, stage, contents))


def repair(
    catalog: Catalog,
    open_encoder: OpenEncoder,
    stage: Stage = lambda name, done, of: None,
    *,
    contents: bool = True,
) -> Repaired:
    """Checks, repairs what can be repaired safely, and checks again. `contents` as for `check`.

    Errors: Conflict while an index is being built.
    """
    found, tried = check(catalog, stage, contents=contents), set[Finding]()
    done: list[str] = []
    failed: list[str] = []
    # One repair brings up another: a new vector is not the one that the index holds, and what was
    # served is, once it is not, an older generation that cannot serve again.
    while new := [each for each in found if each.repairable and each not in tried]:
        tried |= set(new)
        did, could_not = repair_findings(catalog, new, open_encoder, stage)
        done, failed = done + did, failed + could_not
        found = check(catalog, stage, contents=contents)
    return Repaired(tuple(done), tuple(failed), tuple(found))


def _findings(catalog: Catalog, stage: Stage, contents: bool) -> Iterator[Finding]:
    stage("Checking the catalog", 0, 0)
    yield from check_catalog(catalog)
    stage("Checking the index", 0, 0)
    yield from check_served(catalog, stage)
    yield from check_kept(catalog)
    yield from check_vectors(catalog, stage)
    yield from check_originals(catalog, stage, contents=contents)
    yield from check_leftovers(catalog)
    yield from check_debris(catalog)
    stage("Checking models", 0, 0)
    yield from check_models(catalog)
    yield from check_model_folders(catalog)
    yield from check_erasures(catalog)
