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
from indexer.checking.upkeep import check_catalog, check_debris, check_erasures, check_models
from indexer.checking.vectors import check_vectors

__all__ = ["Finding", "Kind", "Repaired", "check", "repair"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, in sentences, and what is found after it."""

    done: tuple[str, ...]
    left: tuple[Finding, ...]


def check(
    catalog: Catalog, stage: Stage = lambda name, done, of: None, *, contents: bool = True
) -> list[Finding]:
    """What does not hold; empty where everything does. May run while others search and write.

    With `contents` every original document is read and hashed; without, it only has to be there.
    """
    return list(_findings(catalog, stage, contents))


def repair(
    catalog: Catalog, open_encoder: OpenEncoder, stage: Stage = lambda name, done, of: None
) -> Repaired:
    """Checks, repairs what can be repaired safely, and checks again.

    Errors: Conflict while an index is being built.
    """
    found = check(catalog, stage)
    if not any(finding.repairable for finding in found):
        return Repaired((), tuple(found))
    done = repair_findings(catalog, found, open_encoder, stage)
    left = check(catalog, stage)
    if any(finding.kind is Kind.INDEX for finding in left) and not _has(found, Kind.INDEX):
        # A new vector for a text whose old one was damaged is not the one that the index holds.
        done += repair_findings(catalog, left, open_encoder, stage)
        left = check(catalog, stage)
    return Repaired(tuple(done), tuple(left))


def _has(findings: list[Finding], kind: Kind) -> bool:
    return any(finding.kind is kind for finding in findings)


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
    yield from check_erasures(catalog)
