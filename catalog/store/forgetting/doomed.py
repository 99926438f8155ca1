"""What there is of one person in the catalog: all that an erasure must know before it begins."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sqlalchemy as sa

from catalog.naming import Naming, texts_in
from catalog.people import Claim
from catalog.receipts import RESUME
from catalog.store.tables import (
    DocumentRow,
    ExtractionRow,
    IdempotencyRow,
    IdentityClaimRow,
    InboxRow,
    OutboxRow,
    PassageRow,
    PersonAliasRow,
    PersonRow,
    QuarantineRow,
    ResumeRow,
    Row,
    SearchRow,
    WatchRow,
)
from catalog.store.unit import Unit, in_lots

_AT_ONCE = 500  # logged requests that are read at once; each holds a job's text
_TEXTS = 10_000  # of which it is remembered whether they name the person


@dataclass(slots=True)
class Doomed:
    """One person, under all their ids, and what of other tables is about them."""

    people: list[int]
    names: list[str]
    claims: list[Claim]
    contents: list[str]  # sha256 of documents that nobody else has
    texts: list[str]  # extracted from those
    keys: list[str]  # of passages that nobody else has
    naming: Naming
    found: dict[type[Row], list[int]] = field(default_factory=dict)
    searches: list[str] = field(default_factory=list)


def find_doomed(unit: Unit, person_id: int) -> Doomed:
    """Everything that goes with a person; `person_id` is their present one."""
    connection = unit.connection
    people = ids_of(connection, person_id)
    claims = [
        Claim(*row)
        for row in connection.execute(
            sa.select(IdentityClaimRow.kind, IdentityClaimRow.value)
            .where(IdentityClaimRow.person_id.in_(people))
            .order_by(IdentityClaimRow.id)
        )
    ]
    names = _names_of(connection, people)
    documents = _documents_of_nobody_else(connection, people)
    doomed = Doomed(
        people=people,
        names=names,
        claims=list(dict.fromkeys(claims)),
        contents=list(dict.fromkeys(content for content, _ in documents)),
        texts=[text for _, text in documents],
        keys=_keys_of_nobody_else(connection, people),
        naming=Naming.of(people, names, claims),
    )
    doomed.searches = [str(found) for found in _naming(connection, SearchRow, doomed.naming)]
    for row in _FIND:
        doomed.found[row] = [int(found) for found in _FIND[row](connection, doomed)]
    doomed.contents += _contents_put_aside(connection, doomed)
    return doomed


def ids_of(connection: sa.Connection, person_id: int) -> list[int]:
    """A person's present id and all that were merged into it, ascending."""
    before = connection.scalars(
        sa.select(PersonAliasRow.old_person_id).where(PersonAliasRow.person_id == person_id)
    )
    return sorted({person_id, *before})


def _names_of(connection: sa.Connection, people: Sequence[int]) -> list[str]:
    """What the person is called, and was called in each document of theirs."""
    called = connection.scalars(
        sa.select(PersonRow.name).where(PersonRow.id.in_(people)).order_by(PersonRow.id)
    )
    read = connection.scalars(
        sa.select(ResumeRow.parsed)
        .join(ExtractionRow, ExtractionRow.id == ResumeRow.extraction_id)
        .join(DocumentRow, DocumentRow.id == ExtractionRow.document_id)
        .where(DocumentRow.person_id.in_(people))
        .order_by(ResumeRow.id)
    )
    names = [*called, *((parsed.get("contact") or {}).get("name") for parsed in read)]
    return [name for name in dict.fromkeys(names) if isinstance(name, str) and name]


def _documents_of_nobody_else(
    connection: sa.Connection, people: Sequence[int]
) -> list[tuple[str, str]]:
    """Content hash and text of the person's documents whose bytes nobody else has."""
    other = sa.orm.aliased(DocumentRow)
    shared = sa.exists().where(
        other.content_hash == DocumentRow.content_hash, other.person_id.not_in(people)
    )
    rows = connection.execute(
        sa.select(DocumentRow.content_hash, ExtractionRow.text)
        .join(ExtractionRow, ExtractionRow.document_id == DocumentRow.id)
        .where(DocumentRow.person_id.in_(people), ~shared)
        .order_by(ExtractionRow.id)
    )
    return [(content, text) for content, text in rows]


def _keys_of_nobody_else(connection: sa.Connection, people: Sequence[int]) -> list[str]:
    """Content keys of the person's passages that are in no résumé of anybody else."""
    theirs, passage = sa.orm.aliased(ResumeRow), sa.orm.aliased(PassageRow)
    shared = (
        sa.exists()
        .where(passage.content_key == PassageRow.content_key, theirs.id == passage.resume_id)
        .where(theirs.person_id.not_in(people))
    )
    return sorted(
        connection.scalars(
            sa.select(PassageRow.content_key)
            .join(ResumeRow, ResumeRow.id == PassageRow.resume_id)
            .where(ResumeRow.person_id.in_(people), ~shared)
            .distinct()
        )
    )


def _naming(
    connection: sa.Connection, row: type[SearchRow] | type[WatchRow], naming: Naming
) -> list[str | int]:
    """The rows whose request names the person, read a few hundred at a time."""
    if naming.is_empty:  # of somebody erased before nothing is left to look for
        return []
    columns = row.__table__.c
    found: list[str | int] = []
    newest: str | int | None = None
    # A job is searched for many times: each text is looked at once.
    stands_in = lru_cache(maxsize=_TEXTS)(naming.stands_in)
    while True:
        after = sa.true() if newest is None else columns.id > newest
        rows = connection.execute(
            sa.select(columns.id, columns.request).where(after).order_by(columns.id).limit(_AT_ONCE)
        ).all()
        found += [number for number, request in rows if any(map(stands_in, texts_in(request)))]
        if len(rows) < _AT_ONCE:
            return found
        newest = rows[-1][0]


def _find_quarantined(connection: sa.Connection, doomed: Doomed) -> list[int]:
    """The person's own bytes, and files whose name or message names them."""
    hashes = set(doomed.contents)
    rows = connection.execute(
        sa.select(
            QuarantineRow.id, QuarantineRow.content_hash, QuarantineRow.path, QuarantineRow.message
        ).order_by(QuarantineRow.id)
    )
    return [
        number
        for number, content, path, message in rows
        if content in hashes or doomed.naming.stands_in(message) or doomed.naming.is_in_path(path)
    ]


def _contents_put_aside(connection: sa.Connection, doomed: Doomed) -> list[str]:
    """The bytes of files that nobody could read, or has read yet, and that are the person's and
    nobody else's."""
    aside = dict.fromkeys(_contents_waiting(connection, doomed))
    for lot in in_lots(doomed.found[QuarantineRow]):
        theirs = sa.exists().where(
            DocumentRow.content_hash == QuarantineRow.content_hash,
            DocumentRow.person_id.not_in(doomed.people),
        )
        aside.update(
            dict.fromkeys(
                connection.scalars(
                    sa.select(QuarantineRow.content_hash).where(
                        QuarantineRow.id.in_(lot), QuarantineRow.content_hash != "", ~theirs
                    )
                )
            )
        )
    return [content for content in aside if content not in doomed.contents]


def _contents_waiting(connection: sa.Connection, doomed: Doomed) -> list[str]:
    """The bytes of the person's files that were received and not read yet."""
    found: list[str] = []
    for lot in in_lots(doomed.found[InboxRow]):
        payloads = connection.scalars(
            sa.select(InboxRow.payload).where(
                InboxRow.id.in_(lot), InboxRow.kind == RESUME, InboxRow.done_at.is_(None)
            )
        )
        found += [payload["content_hash"] for payload in payloads]
    others: set[str] = set()
    for contents in in_lots(found):
        others.update(
            connection.scalars(
                sa.select(DocumentRow.content_hash).where(
                    DocumentRow.content_hash.in_(contents),
                    DocumentRow.person_id.not_in(doomed.people),
                )
            )
        )
    return [content for content in found if content not in others]


def _find_messages(box: type[InboxRow] | type[OutboxRow]) -> Callable[..., list[int]]:
    def find(connection: sa.Connection, doomed: Doomed) -> list[int]:
        rows = connection.execute(
            sa.select(box.id, box.key, box.payload, box.parked).order_by(box.id)
        )
        return [
            number
            for number, key, payload, parked in rows
            if doomed.naming.is_subject_of(payload)
            or doomed.naming.stands_in(key)
            or doomed.naming.stands_in(parked or "")
        ]

    return find


def _find_answers(connection: sa.Connection, doomed: Doomed) -> list[int]:
    """Answers that would be given again, and that are about the person."""
    answers = connection.execute(
        sa.select(IdempotencyRow.id, IdempotencyRow.key, IdempotencyRow.body).order_by(
            IdempotencyRow.id
        )
    )
    return [
        number
        for number, key, body in answers
        if doomed.naming.is_subject_of(json.loads(body or "null")) or doomed.naming.stands_in(key)
    ]


_FIND: dict[type[Row], Callable[[sa.Connection, Doomed], Sequence[str | int]]] = {
    WatchRow: lambda connection, doomed: _naming(connection, WatchRow, doomed.naming),
    QuarantineRow: _find_quarantined,
    InboxRow: _find_messages(InboxRow),
    OutboxRow: _find_messages(OutboxRow),
    IdempotencyRow: _find_answers,
}
