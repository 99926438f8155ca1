"""Résumés that are sent to the server: kept before they are acknowledged, then read one by one.

A receipt has one message of the inbox for each document. The bytes are in the blob store, the
message is committed, and only then does the sender hear of it: whatever is killed afterwards, the
next process goes on. Once a document was read its message says what became of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from catalog.access import Action
from catalog.errors import Damaged, InvalidRequest, NotFound, StoreUnavailable
from catalog.receipts import (
    MOST,
    RESUME,
    Received,
    key_of,
    received_from_record,
    received_to_record,
)
from catalog.resumes import KnownDocument, NewResume
from catalog.store import Catalog, Reading
from catalog.store.post import Kept
from indexer.documents.workers import Incoming, WorkerPool
from indexer.intake import take_in
from indexer.storing import Origin, Report

TOGETHER = 8  # documents that are read before searches are brought up to them
_ELSEWHERE = "not over HTTP"
_LONGEST_NAME = 150  # characters of a file's name


class Became(StrEnum):
    """What became of a document."""

    WAITING = "waiting"
    STORED = "stored"
    UNCHANGED = "unchanged"  # the same bytes of the same person were here already
    QUARANTINED = "quarantined"  # it cannot be read: a person has to look
    REFUSED = "refused"  # it is about somebody who was erased: nothing of it is kept
    FAILED = "failed"  # its bytes are gone or damaged: send it again


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    filename: str
    data: bytes
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose request it is: what stands in the record of accesses. `key_id`: None outside HTTP."""

    key_id: int | None
    request_id: str


def clean_name(sent: str | None) -> str:
    """A file's name to show: no path, no controls, not hidden; what it is called never decides
    where it is kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent or ""))[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    return shown[-_LONGEST_NAME:] or "resume"


def receive(catalog: Catalog, uploads: Sequence[Upload], sender: Sender) -> str:
    """Keep documents durably; the receipt's id. Errors: InvalidRequest, StoreUnavailable."""
    if not 1 <= len(uploads) <= MOST:
        raise InvalidRequest(f"send 1 to {MOST} files in one request, not {len(uploads)}")
    receipt = uuid4().hex
    for upload in uploads:
        catalog.blobs.put(upload.data)
    with catalog.writing() as writing:
        # While writers wait nobody sweeps originals; somebody may have since they were put there.
        writing.unit.wait_for_writers()
        for place, upload in enumerate(uploads, start=1):
            received = Received(
                receipt=receipt,
                place=place,
                of=len(uploads),
                content_hash=catalog.blobs.put(upload.data),
                filename=clean_name(upload.filename),
                external_id=upload.external_id,
                key_id=sender.key_id,
                request_id=sender.request_id,
            )
            writing.inbox.add(RESUME, received.key, received_to_record(received))
    return receipt


def describe_receipt(catalog: Catalog, receipt: str) -> dict[str, Any]:
    """What became of a receipt's documents; those of people who were erased are not listed.

    Errors: NotFound where there is no such receipt, or nothing of it is left.
    """
    with catalog.reading() as reading:
        keys = (key_of(receipt, place) for place in range(1, MOST + 1))
        kept = reading.inbox.find(RESUME, keys)
        if not kept:
            raise NotFound("there is no such receipt")
        ready = _ready_sequence(reading)
    documents = [_document_out(each, ready) for each in kept]
    waiting = sum(each["status"] == Became.WAITING for each in documents)
    return {
        "receipt": receipt,
        "status": "waiting" if waiting else "done",
        "documents": documents,
        "gone": int(kept[0].payload["of"]) - len(kept),
        "sequence": max((each["sequence"] or 0 for each in documents), default=0) or None,
        "searchable": not waiting and all(each["searchable"] is not False for each in documents),
    }


def _ready_sequence(reading: Reading) -> int | None:
    """Up to which change searches know everything; None while nothing is served."""
    serving = reading.generations.pointer()
    if serving is None:
        return None
    return reading.resumes.ready_sequence(serving.encoder, serving.generation.sequence)


def _document_out(kept: Kept, ready: int | None) -> dict[str, Any]:
    said = kept.payload
    sequence = said.get("sequence")
    return {
        "place": int(said["place"]),
        "file": said.get("filename"),
        "status": Became(said["status"]) if kept.done else Became.WAITING,
        "candidate_id": said.get("candidate_id"),
        "document_id": said.get("document_id"),
        "sequence": sequence,
        "searchable": None if sequence is None else ready is not None and ready >= sequence,
        "reason": said.get("reason"),
        "message": said.get("message"),
    }


def has_waiting(catalog: Catalog) -> bool:
    """Whether a document waits to be read."""
    with catalog.reading() as reading:
        return bool(reading.inbox.waiting(1, RESUME))


def work_off(catalog: Catalog, pool: WorkerPool[NewResume], most: int = TOGETHER) -> int:
    """Read the documents that have waited longest and say what became of each; how many there were.

    Killed anywhere it is safe to repeat: what was stored is then found unchanged.
    Errors: StoreUnavailable.
    """
    with catalog.reading() as reading:
        waiting = reading.inbox.waiting(most, RESUME)
    batch = [(message.id, received_from_record(message.payload)) for message in waiting]
    try:
        _read_together(catalog, pool, batch)
    except StoreUnavailable:
        raise
    except Exception:  # of one of them; which one is found by reading each alone
        for number, received in batch:
            _read_alone(catalog, pool, number, received)
    return len(batch)


def _read_alone(
    catalog: Catalog, pool: WorkerPool[NewResume], number: int, received: Received
) -> None:
    try:
        _read_together(catalog, pool, [(number, received)])
    except StoreUnavailable:
        raise
    except Exception as error:
        said = {"reason": "crashed", "message": f"Bole failed on it: {type(error).__name__}."}
        _settle(catalog, number, received, Became.FAILED, said)


def _read_together(
    catalog: Catalog, pool: WorkerPool[NewResume], batch: Sequence[tuple[int, Received]]
) -> None:
    documents, known, lost = [], {}, {}
    for number, received in batch:
        try:
            data = catalog.blobs.get(received.content_hash)
        except (NotFound, Damaged) as error:
            lost[number] = {"reason": "lost", "message": str(error)}
            continue
        origin = Origin(_path_of(received), received.external_id)
        documents.append(Incoming(received.filename, data, origin))
    with catalog.reading() as reading:
        known = {number: _find(reading, received) for number, received in batch}
    report = take_in(catalog, documents, pool)
    for number, received in batch:
        if number in lost:
            _settle(catalog, number, received, Became.FAILED, lost[number])
        else:
            _tell(catalog, number, received, report, was_known=known[number] is not None)


def _tell(
    catalog: Catalog, number: int, received: Received, report: Report, *, was_known: bool
) -> None:
    path = _path_of(received)
    for became, refusals in (
        (Became.REFUSED, report.refused),
        (Became.QUARANTINED, report.quarantined),
    ):
        for refused in refusals:
            if refused.path == path:
                said = {"reason": refused.reason, "message": refused.message}
                _settle(catalog, number, received, became, said)
                return
    with catalog.reading() as reading:
        found, sequence = _find(reading, received), reading.sequence
    if found is None:  # erased between its storing and this look
        said = {"reason": "erased", "message": "They have been erased."}
        _settle(catalog, number, received, Became.REFUSED, said)
        return
    became = Became.UNCHANGED if was_known else Became.STORED
    said_of = {
        "filename": received.filename,
        "candidate_id": found.person_id,
        "document_id": found.document_id,
        "sequence": sequence,
    }
    _settle(catalog, number, received, became, said_of, person=found.person_id)


def _settle(
    catalog: Catalog,
    number: int,
    received: Received,
    became: Became,
    said: dict[str, Any],
    person: int | None = None,
) -> None:
    """Keep what became of a document, and of its message nothing else; whoever it is about is on
    record. Bytes that nobody's document has any more go."""
    stays = {"receipt": received.receipt, "place": received.place, "of": received.of}
    with catalog.writing() as writing:
        writing.unit.wait_for_writers()
        with suppress(NotFound):  # an erasure has taken the message out
            writing.inbox.done(number, {**stays, "status": became, **said})
        if person is not None:
            by = _ELSEWHERE if received.key_id is None else writing.keys.get(received.key_id).name
            writing.accesses.record(
                received.key_id, by, Action.STORED, [person], received.request_id
            )
        for key in writing.sweeping.unowned([received.content_hash]):
            catalog.blobs.delete(key)


def _find(reading: Reading, received: Received) -> KnownDocument | None:
    return reading.resumes.find_document(received.content_hash, received.external_id)


def _path_of(received: Received) -> str:
    return f"api/{received.receipt}/{received.place}/{received.filename}"
