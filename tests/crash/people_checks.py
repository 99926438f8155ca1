"""Whether everybody is there as acknowledged: whole, once, or erased; with their outcomes."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from catalog.errors import BoleError
from catalog.outcomes import OutcomeKind
from catalog.resumes import NewResume, StoredResume
from catalog.store import Catalog, Reading
from catalog.store.tables import (
    ApplicationRow,
    DocumentRow,
    IdentityClaimRow,
    OutcomeEventRow,
    PersonRow,
)
from indexer.ledger import LEDGER, read_ledger
from tests.crash import cast
from tests.crash.expected import Candidate, Expected, Seen


def look(catalog: Catalog, expected: Expected) -> Seen:
    """Which of the things that may be true are."""
    with catalog.reading() as reading:
        people = _in_catalog(reading, expected)
        resumes = reading.resumes.of(people.values(), reading.sequence)
        serving = reading.generations.pointer()
        events = reading.unit.connection.scalars(
            sa.select(OutcomeEventRow.external_id).where(OutcomeEventRow.external_id.is_not(None))
        )
        return Seen(
            versions={n: _version_of(n, resumes.get(person)) for n, person in people.items()},
            erased=frozenset(tombstones(catalog, reading, expected)),
            events=frozenset(filter(None, events)),
            generation=serving.generation.id if serving else None,
            reranker=serving.reranker if serving else None,
        )


def check_people(catalog: Catalog, expected: Expected) -> Iterator[str]:
    """Every candidate: what was acknowledged, whole; what was not, whole or not at all."""
    with catalog.reading() as reading:
        people = _in_catalog(reading, expected)
        erased = tombstones(catalog, reading, expected)
        resumes = reading.resumes.of(people.values(), reading.sequence)
        for number, candidate in sorted(expected.candidates.items()):
            who = f"candidate {number}"
            is_erased = number in erased
            if candidate.erased is not None and candidate.erased != is_erased:
                yield f"{who} is {'' if is_erased else 'not '}erased"
            elif is_erased:
                if number in people:
                    yield f"{who} was erased and is in the catalog again"
            else:
                yield from _check_one(catalog, reading, who, number, candidate, people, resumes)
        yield from _check_nobody_else(reading, people)


def check_erased(catalog: Catalog, expected: Expected) -> Iterator[str]:
    """Tombstones, the ledger that restores are told by, and nothing that says who it was."""
    with catalog.reading() as reading:
        erased = tombstones(catalog, reading, expected)
        connection = reading.unit.connection
        for column in (DocumentRow.person_id, IdentityClaimRow.person_id, ApplicationRow.person_id):
            left = set(connection.scalars(sa.select(column))) & set(erased.values())
            if left:
                yield f"{column} still speaks of {len(left)} people who were erased"
        alive = connection.scalars(
            sa.select(PersonRow.id).where(
                PersonRow.id.in_(erased.values()), PersonRow.erased_at.is_(None)
            )
        )
        yield from (f"person {person} has a tombstone and is not erased" for person in alive)
    try:
        told = {record.person_id for record in read_ledger(catalog.folder / LEDGER)}
    except BoleError as error:
        yield f"the ledger of erasures: {error}"
        return
    for number, candidate in sorted(expected.candidates.items()):
        if candidate.erased and erased.get(number) not in told:
            yield f"the ledger of erasures does not say that candidate {number} was erased"


def check_outcomes(catalog: Catalog, expected: Expected) -> Iterator[str]:
    """Every acknowledged event once, each with its application; none of nobody's."""
    with catalog.reading() as reading:
        rows = reading.unit.connection.execute(
            sa.select(
                OutcomeEventRow.external_id, OutcomeEventRow.kind, ApplicationRow.external_id
            ).join(OutcomeEventRow, OutcomeEventRow.application_id == ApplicationRow.id, full=True)
        ).all()
        erased = tombstones(catalog, reading, expected)
    found = [event for event, _, _ in rows if event is not None]
    may_be = {e: n for n, each in expected.candidates.items() for e in each.events}
    if len(found) != len(set(found)):
        yield "an event is there twice"
    for event, kind, application in rows:
        if event is None or application is None:
            yield f"an application without its event, or the reverse: {application} {event}"
        elif event not in may_be or application != f"A-{may_be[event]}":
            yield f"the event {event} is of nobody who was told of"
        elif kind != OutcomeKind.INTERVIEWED:
            yield f"the event {event} became {kind}"
    for event, number in may_be.items():
        certain = expected.candidates[number].events[event]
        if certain and number not in erased and event not in found:
            yield f"the event {event} of candidate {number} is lost"


def _check_one(
    catalog: Catalog,
    reading: Reading,
    who: str,
    number: int,
    candidate: Candidate,
    people: dict[int, int],
    resumes: dict[int, StoredResume],
) -> Iterator[str]:
    stored = resumes.get(people[number]) if number in people else None
    version = _version_of(number, stored)
    if version not in candidate.versions:
        yield f"{who} has version {version} in search, of {candidate.versions}"
        return
    if stored is None or version is None:
        if number in people:
            yield f"{who} is half stored: a person without a résumé"
        return
    yield from _check_whole(reading, who, stored, cast.resume_of(number, version))
    documents = {each.document_id for each in reading.resumes.versions(people[number])}
    hashes = set(
        reading.unit.connection.scalars(
            sa.select(DocumentRow.content_hash).where(DocumentRow.id.in_(documents))
        )
    )
    for kept in sorted(candidate.kept | {version}):
        key = cast.resume_of(number, kept).document.content_hash
        if key not in hashes:
            yield f"{who}: the document of version {kept} is lost"
        try:
            if catalog.blobs.get(key) != cast.text_of(number, kept).encode():
                yield f"{who}: other bytes than version {kept}"
        except BoleError as error:
            yield f"{who}: the bytes of version {kept}: {error}"


def _check_whole(
    reading: Reading, who: str, stored: StoredResume, read: NewResume
) -> Iterator[str]:
    """The résumé as it was read, with its passages and claims."""
    for what, has, should in (
        ("text", stored.text, read.extraction.text),
        ("scoring view", stored.scoring_text, read.scoring_text),
        ("segments", stored.segments, read.segments),
        ("parsed résumé", dict(stored.parsed), dict(read.parsed)),
        ("headline", stored.headline, read.facts.headline),
    ):
        if has != should:
            yield f"{who}: the {what} is not what was read"
    passages = [
        (each.ordinal, each.content_key, each.view)
        for each in reading.resumes.passages_of([stored.person_id], reading.sequence)
    ]
    wanted = [(at, each.content_key, each.view) for at, each in enumerate(read.passages)]
    if sorted(passages, key=lambda each: each[0]) != wanted:
        yield f"{who}: the passages are not what was cut"
    claims = {each.normalised() for each in reading.people.claims(stored.person_id)}
    if missing := {each.normalised() for each in read.claims} - claims:
        yield f"{who}: {len(missing)} claims are lost"


def _check_nobody_else(reading: Reading, people: dict[int, int]) -> Iterator[str]:
    alive = set(
        reading.unit.connection.scalars(
            sa.select(PersonRow.id).where(PersonRow.erased_at.is_(None))
        )
    )
    if alive != set(people.values()):
        yield f"{len(alive ^ set(people.values()))} people are there whom nobody stored"
    if len(set(people.values())) != len(people):
        yield "two candidates have become one person"


def _in_catalog(reading: Reading, expected: Expected) -> dict[int, int]:
    """Number → person, of whoever is there."""
    names = {cast.external_id(number): number for number in expected.candidates}
    return {names[name]: p for name, p in reading.people.of_external(names).items()}


def tombstones(catalog: Catalog, reading: Reading, expected: Expected) -> dict[int, int]:
    """Number → person, of whoever was erased."""
    if not catalog.erasure_key.path.exists():
        return {}
    key = catalog.erasure_key.read()
    found = {}
    for number in expected.candidates:
        person = reading.forgetting.is_erased([cast.claim_of(number)], key)
        if person is not None:
            found[number] = person
    return found


def _version_of(number: int, stored: StoredResume | None) -> int | None:
    """Errors: ValueError for a résumé that is nobody's version."""
    if stored is None:
        return None
    for version in range(100):
        if cast.word_of(number, version) in stored.text:
            return version
    raise ValueError(f"candidate {number} has a résumé that nobody wrote")
