"""Keeping what was read: the original bytes, then the résumé or the entry in quarantine.

Nothing is kept of a document about somebody who was erased: not its bytes, not its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.errors import BoleError, Erased, StoreUnavailable, Unreadable
from catalog.people import Claim, ClaimKind
from catalog.resumes import NewResume
from catalog.store import Catalog, Reading, Writing
from indexer.documents.workers import Incoming

TOGETHER = 16  # documents that are committed together
ERASED = "erased"  # why a document is refused: it is about somebody who was erased


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was not stored, and why."""

    path: str
    reason: str
    message: str


@dataclass(slots=True)
class Report:
    """What one ingest did; every document is in exactly one of the four.

    `refused` are about people who were erased: nothing of them is kept, so only this tells of them.
    """

    stored: int = 0
    unchanged: int = 0
    quarantined: list[Refused] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def documents(self) -> int:
        return self.stored + self.unchanged + len(self.quarantined) + len(self.refused)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from: its tag on the way through the workers."""

    path: str
    external_id: str | None = None


Result = tuple[Incoming, NewResume | Unreadable]


def store(catalog: Catalog, results: Sequence[Result], report: Report) -> None:
    """One commit for the batch; where one of it is refused, one commit for each."""
    batch = _without_erased(catalog, [(each, _named(each, read)) for each, read in results], report)
    if not batch:
        return
    for document, _ in batch:
        if document.data:
            catalog.blobs.put(document.data)
    try:
        done = _store_together(catalog, batch)
    except StoreUnavailable:
        raise
    except BoleError:
        done = [_store_alone(catalog, *each) for each in batch]
    for outcome in done:
        if isinstance(outcome, Refused):
            (report.refused if outcome.reason == ERASED else report.quarantined).append(outcome)
        elif outcome:
            report.stored += 1
        else:
            report.unchanged += 1


def _named(document: Incoming, result: NewResume | Unreadable) -> NewResume | Unreadable:
    """The result with the external id that the document's place gives it."""
    origin: Origin = document.tag
    if isinstance(result, Unreadable) or origin.external_id is None:
        return result
    return replace(result, claims=(*_claims_of(document), *result.claims))


def _claims_of(document: Incoming) -> tuple[Claim, ...]:
    external_id = document.tag.external_id
    return () if external_id is None else (Claim(ClaimKind.EXTERNAL, external_id),)


def _without_erased(catalog: Catalog, batch: Sequence[Result], report: Report) -> list[Result]:
    """Leaves out what is about people who were erased, before a byte of it is kept."""
    left = []
    with catalog.reading() as reading:
        for document, result in batch:
            if _is_of_erased(reading, document, result):
                report.refused.append(_erased(document))
            else:
                left.append((document, result))
    return left


def _is_of_erased(reading: Reading, document: Incoming, result: NewResume | Unreadable) -> bool:
    if isinstance(result, NewResume):
        return reading.resumes.is_of_erased(
            result.claims, result.name, result.document.content_hash, result.extraction.text
        )
    digest = hashlib.sha256(document.data).hexdigest()
    return reading.resumes.is_of_erased(_claims_of(document), None, digest)


def _erased(document: Incoming) -> Refused:
    message = "This is about somebody who was erased: nothing of it is kept."
    return Refused(document.tag.path, ERASED, message)


def _store_together(catalog: Catalog, batch: Sequence[Result]) -> list[bool | Refused]:
    with catalog.writing() as writing:
        # While writers wait nobody deletes originals; somebody may have since they were put there.
        writing.unit.wait_for_writers()
        for document, _ in batch:
            if document.data:
                catalog.blobs.put(document.data)
        return [_store_one(writing, *each) for each in batch]


def _store_alone(
    catalog: Catalog, document: Incoming, result: NewResume | Unreadable
) -> bool | Refused:
    try:
        return _store_together(catalog, [(document, result)])[0]
    except StoreUnavailable:
        raise
    except Erased:  # since we looked
        with catalog.writing() as writing:
            for key in writing.sweeping.unowned([hashlib.sha256(document.data).hexdigest()]):
                catalog.blobs.delete(key)
        return _erased(document)
    except BoleError as error:
        return _store_together(catalog, [(document, Unreadable("refused", str(error)))])[0]


def _store_one(
    writing: Writing, document: Incoming, result: NewResume | Unreadable
) -> bool | Refused:
    """True when stored, False when it was here already."""
    if isinstance(result, Unreadable):
        return _put_aside(writing, document, result)
    stored = writing.resumes.store(result)
    writing.quarantine.settle(document.tag.path, result.document.content_hash)
    return stored.new


def _put_aside(writing: Writing, document: Incoming, error: Unreadable) -> Refused:
    digest = hashlib.sha256(document.data).hexdigest() if document.data else ""
    path = document.tag.path
    writing.quarantine.add(path, digest, error.reason, str(error), kept=bool(document.data))
    return Refused(path, error.reason, str(error))
