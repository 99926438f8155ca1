"""One person who is in every table and every file, and a search for their bytes over all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from catalog.answers import Answer
from catalog.keys import Role
from catalog.outcomes import NewOutcome, OutcomeKind
from catalog.people import Claim, ClaimKind
from catalog.receipts import RESUME, Received, received_to_record
from catalog.resumes import NewResume
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog, Writing
from catalog.store.tables import Row
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import Job
from reading.record import job_to_record, resume_from_record
from search.arrays import open_generation
from search.digest import answer_of, question_of
from search.encoder import Encoder
from search.reranker import key_of
from search.vectors import on_grid

NAME, EMAIL, PHONE = "Zuleika Quandary", "zuleika@quandary.example", "+493055501742"
EXTERNAL, OLD_EXTERNAL = "CANARY-7731", "CANARY-0042"
PHRASE = "Calibrated the zephyrometers of Snaefell lighthouse"

TEXT = f"""{NAME}
{EMAIL}
{PHONE}

WORK HISTORY
Lighthouse Metrologist, Snaefell Instruments
April 2017 - present
- {PHRASE}
- Wrote python scripts for tide tables

EDUCATION
Bachelor of Science in Oceanography, Thornwick College, 2014

SKILLS
Python, project management

LANGUAGES
English (native), German (B2)
"""
OLDER = f"""{NAME}
{OLD_EXTERNAL}@elsewhere.example

WORK HISTORY
Lighthouse Keeper, Snaefell Instruments
April 2012 - March 2017
- Polished the quillwort lenses

SKILLS
Python
"""
JOB = Job("A metrologist for our lighthouses.", "en", "Metrologist", ())
MONTH = Month(2026, 11)

NEEDLES = {
    "name": NAME.encode(),
    "e-mail": EMAIL.encode(),
    "phone": PHONE.encode(),
    "id": EXTERNAL.encode(),
    "id of a merged record": OLD_EXTERNAL.encode(),
    "phrase": PHRASE.encode(),
    "phrase of an older document": b"quillwort",
    "word in the postings": b"zephyromet",
    "employer": b"Snaefell",
}


def read(text: str, external: str | None = None) -> NewResume:
    """A text as ingest reads it."""
    found = read_candidate(text.encode(), f"{external or 'cv'}.txt", Limits(), ocr=False)
    if external is None:
        return found
    return replace(found, claims=(Claim(ClaimKind.EXTERNAL, external), *found.claims))


def put_everywhere(catalog: Catalog, encoder: Encoder) -> int:
    """The canary in every table on the map, under two merged ids; returns the present one."""
    for text in (TEXT, OLDER):
        catalog.blobs.put(text.encode())
    with catalog.writing() as w:
        older = w.resumes.store(read(OLDER, OLD_EXTERNAL)).person_id
        person = w.resumes.store(read(TEXT, EXTERNAL)).person_id
        w.merges.merge(person, older, reason=f"{NAME} twice", actor="jt")
        neighbour = w.people.add("Bo Li")
        w.people.suggest(person, [(neighbour, "phone")])
        job = w.jobs.store(JOB, external_id="J1")
        application = w.outcomes.apply(person, job, "ats", f"{EXTERNAL}-A1")
        w.outcomes.record(NewOutcome(application, OutcomeKind.HIRED, "ats", on=date(2026, 1, 2)))
        garbled = f"garbled scan of {NAME}".encode()
        w.quarantine.add(
            f"in/{EXTERNAL}/scan.pdf", catalog.blobs.put(garbled), "no_text", "?", kept=True
        )
        w.inbox.add("candidate", "1", {"candidate": {"email": EMAIL}})
        _send(catalog, w)
        w.outbox.add("watch.match", "1", {"person_id": person})
        w.forgetting.lift(w.forgetting.hold(person, f"{NAME} sues", "jt"), "jt")
        w.models.add("r1", "reranker", "f" * 64, "models/r1", {})
        w.models.add_trained_on("f" * 64, [person])
        generation = w.generations.begin("generations/none", 1, encoder.fingerprint, 1)
    _search_for(catalog, person, generation)
    _watch(catalog, job, person)
    _keep_score(catalog, person)
    return person


def _send(catalog: Catalog, w: Writing) -> None:
    """A file that came over HTTP and waits to be read, and the answer that its sender got."""
    key = catalog.blobs.put(f"not read yet: {NAME}".encode())
    sent = Received("f" * 32, 1, 1, key, f"{NAME}.pdf", EXTERNAL, None, "a request")
    w.inbox.add(RESUME, sent.key, received_to_record(sent))
    made = w.keys.add("feed", Role.INTEGRATOR, "jt").key
    begun = w.answers.begin(made.id, f"cv-of-{EXTERNAL}", "0" * 64)
    assert begun.number is not None
    w.answers.settle(begun.number, Answer(202, {}, json.dumps({"file": f"{NAME}.pdf"})))


def _search_for(catalog: Catalog, person: int, generation: int) -> None:
    request = {"job": job_to_record(JOB), "text": f'"{NAME}"', "as_of": MONTH.ordinal}
    for number, asked in enumerate((request, {**request, "text": None})):
        record = record_of(number, asked, generation)
        shown = Impression(1, person, 0.5, {"meaning": 0.5}, "retrieval")
        with catalog.writing() as w:
            w.searches.log(record, [shown])


def record_of(number: int, request: Mapping[str, Any], generation: int) -> SearchRecord:
    """A search as it is logged."""
    return SearchRecord(
        id=f"{number:032x}",
        at=datetime.now(UTC),
        request=request,
        job_key=key_of(JOB.text),
        sequence=1,
        generation_id=generation,
        as_of=MONTH,
        source=SearchSource.CLI,
    )


def _watch(catalog: Catalog, job: int, person: int) -> None:
    from catalog.nights import Standing

    with catalog.writing() as w:
        standing = [Standing(person, 1, 0.5)]
        w.watches.begin(job, {"text": f"like {NAME}"}, "jt", standing)


def _keep_score(catalog: Catalog, person: int) -> None:
    """As a reranker's score is kept: by the digests of the job and of the résumé."""
    with catalog.reading() as r:
        stored = r.resumes.of([person], r.sequence)[person]
    resume = resume_from_record(stored.parsed, stored.text)
    view = ScoringView(stored.scoring_text, stored.segments)
    answer = answer_of(JOB, resume, view, MONTH)
    with catalog.writing() as w:
        w.vectors.put_scores(key_of(question_of(JOB)), {key_of(answer): 0.75}, "f" * 64)
        w.vectors.put_scores("a job that nobody knows", {"x" * 64: 0.5}, "f" * 64)


def spread_over_the_files(catalog: Catalog, encoder: Encoder) -> None:
    """On SQLite: the rows in the database's own file, a page of them changed in its log as well."""
    if catalog.engine.dialect.name == "postgresql":
        return
    with catalog.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.commit()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    with catalog.writing() as w:
        for statement in (
            "UPDATE person SET purpose = 'x'",
            "UPDATE identity_claim SET since_sequence = since_sequence + 0",
            "UPDATE resume SET remote = 1",
        ):
            w.unit.connection.execute(sa.text(statement))


def stores(catalog: Catalog) -> set[str]:
    """Where bytes of the canary have to be found first, so that finding none says something."""
    if catalog.engine.dialect.name == "sqlite":
        return {"catalog.db", "catalog.db-wal", "blobs", "generations"}
    tables = ("person", "identity_claim", "extraction", "resume", "position", "document")
    others = (
        "merge_event",
        "search_log",
        "watch",
        "inbox",
        "idempotency",
        "legal_hold",
        "quarantine",
        "vector",
    )
    return {"blobs", "generations", *(f"table {name}" for name in (*tables, *others))}


def vectors_of(catalog: Catalog, encoder: Encoder, person: int) -> dict[str, bytes]:
    """The canary's vectors as they are kept, and as a generation holds them."""
    with catalog.reading() as r:
        keys = [p.content_key for p in r.resumes.passages_at(r.sequence) if p.person_id == person]
        kept = r.vectors.get(keys, encoder.fingerprint)
    needles = {}
    for number, raw in enumerate(kept.values()):
        needles[f"vector {number}"] = raw
        grid = on_grid(np.frombuffer(raw, "<f4")[None, :])
        needles[f"vector {number} on the grid"] = grid.astype("<f4").tobytes()
    assert needles
    return needles


def find_bytes(catalog: Catalog, needles: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Needle → the stores where its bytes lie: files of the data folder, tables of PostgreSQL."""
    places = {
        str(path.relative_to(catalog.folder)): path.read_bytes()
        for path in catalog.folder.rglob("*")
        if path.is_file()
    }
    if catalog.engine.dialect.name == "postgresql":
        places |= dump(catalog)
    return {
        what: {_store_of(place) for place, held in places.items() if needle in held}
        for what, needle in needles.items()
    }


def dump(catalog: Catalog) -> dict[str, bytes]:
    """Every table of the database as bytes, every value in it."""
    tables = {}
    with catalog.reading() as r:
        for table in Row.metadata.sorted_tables:
            rows = r.unit.connection.execute(sa.text(f'SELECT * FROM "{table.name}"'))
            tables[f"table {table.name}"] = b"\n".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in rows
                for value in row
            )
    return tables


def pieces_of(catalog: Catalog, vectors: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the served generation's compressed index holds of vectors: its codebook, which for a few
    people is made of pieces of their very vectors (four coordinates each)."""
    with catalog.reading() as r:
        folder = catalog.folder / r.generations.serving().generation.folder
    arrays = open_generation(folder).arrays
    compressed = b"".join(np.array(arrays[name]).tobytes() for name in arrays if "faiss_" in name)
    pieces = {
        f"{what}, from byte {start}": held[start : start + 16]
        for what, held in vectors.items()
        for start in range(0, len(held), 16)
    }
    return {what: piece for what, piece in pieces.items() if any(piece) and piece in compressed}


def _store_of(place: str) -> str:
    return place if place.startswith("table ") else Path(place).parts[0]
