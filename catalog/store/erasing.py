"""Taking a person out of every table: the map of personal data, walked from end to end.

`WHOSE` says for each table on the map which of its rows are a person's. A table on the map that it
does not know stops every erasure (and a test), so that nothing is ever passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from catalog.naming import Naming
from catalog.people import Claim
from catalog.personal_data import COLUMNS, Treatment
from catalog.store.searches import Searches
from catalog.store.tables import (
    ApplicationRow,
    DocumentRow,
    EducationRow,
    ExtractionRow,
    IdentityClaimRow,
    ImpressionRow,
    InboxRow,
    LegalHoldRow,
    MergeEventRow,
    MergeSuggestionRow,
    OutboxRow,
    OutcomeEventRow,
    PassageRow,
    PersonAliasRow,
    PersonRow,
    PersonStatusRow,
    PositionRow,
    QuarantineRow,
    ResumeLanguageRow,
    ResumeRow,
    ResumeSkillRow,
    Row,
    SearchRow,
    WatchMatchRow,
    WatchRow,
)
from catalog.store.unit import Unit, in_lots

Column = sa.orm.InstrumentedAttribute[int]
Condition = sa.ColumnElement[bool]

_GOES = {Treatment.DELETE, Treatment.CASCADE}
_AT_ONCE = 500  # logged requests that are read at once; each holds a job's text


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
    names = connection.scalars(
        sa.select(PersonRow.name).where(PersonRow.id.in_(people), PersonRow.name.is_not(None))
    )
    claims = [
        Claim(*row)
        for row in connection.execute(
            sa.select(IdentityClaimRow.kind, IdentityClaimRow.value)
            .where(IdentityClaimRow.person_id.in_(people))
            .order_by(IdentityClaimRow.id)
        )
    ]
    known_as = [name for name in names if name]
    documents = _documents_of_nobody_else(connection, people)
    doomed = Doomed(
        people=people,
        names=known_as,
        claims=list(dict.fromkeys(claims)),
        contents=list(dict.fromkeys(content for content, _ in documents)),
        texts=[text for _, text in documents],
        keys=_keys_of_nobody_else(connection, people),
        naming=Naming.of(people, known_as, claims),
    )
    doomed.searches = [str(found) for found in _naming(connection, SearchRow, doomed.naming)]
    for row in (WatchRow, QuarantineRow, InboxRow, OutboxRow):
        doomed.found[row] = [int(found) for found in _FIND[row](connection, doomed)]
    doomed.contents += _contents_put_aside(connection, doomed)
    return doomed


def ids_of(connection: sa.Connection, person_id: int) -> list[int]:
    """A person's present id and all that were merged into it, ascending."""
    before = connection.scalars(
        sa.select(PersonAliasRow.old_person_id).where(PersonAliasRow.person_id == person_id)
    )
    return sorted({person_id, *before})


def count_out(connection: sa.Connection, doomed: Doomed) -> dict[str, int]:
    """How many rows of each table `take_out` would change; nothing is changed."""
    counts = {"search_log": len(doomed.searches)}
    for table, whose in WHOSE.items():
        rows = sa.select(sa.func.count()).select_from(Row.metadata.tables[table])
        found = sum(connection.execute(rows.where(each)).scalar_one() for each in whose(doomed))
        counts[table] = counts.get(table, 0) + found
    return {name: count for name, count in sorted(counts.items()) if count}


def take_out(unit: Unit, doomed: Doomed) -> dict[str, int]:
    """Walk the map: delete and blank what is the person's; how many rows of each table changed.

    Needs the append-only pass. What is kept by content, and may be somebody else's too, is left to
    the sweep that follows (`catalog.store.sweeping`).
    """
    counts: dict[str, int] = {}
    logged = Searches(unit).forget(doomed.people, doomed.searches)
    counts["impression"], counts["search_log"] = logged.impressions, logged.requests
    for table in reversed(Row.metadata.sorted_tables):  # what refers to others goes first
        treatments = {place.treatment for place in COLUMNS[table.name].values()}
        if treatments & _GOES:
            counts[table.name] = counts.get(table.name, 0) + sum(
                unit.connection.execute(sa.delete(table).where(which)).rowcount
                for which in WHOSE[table.name](doomed)
            )
        elif Treatment.BLANK in treatments:
            counts[table.name] = counts.get(table.name, 0) + sum(
                unit.connection.execute(
                    sa.update(table).where(which).values(_blank(table))
                ).rowcount
                for which in WHOSE[table.name](doomed)
            )
    _end_blanked_watches(unit, doomed)
    return {name: count for name, count in sorted(counts.items()) if count}


def _blank(table: sa.Table) -> dict[str, object]:
    """Nulls; {} where a JSON column must not be null."""
    return {
        name: None if table.c[name].nullable else {}
        for name, place in COLUMNS[table.name].items()
        if place.treatment is Treatment.BLANK
    }


def _end_blanked_watches(unit: Unit, doomed: Doomed) -> None:
    """Nobody can be looked for with an empty request."""
    for lot in in_lots(doomed.found[WatchRow]):
        unit.connection.execute(
            sa.update(WatchRow)
            .where(WatchRow.id.in_(lot), WatchRow.ended_at.is_(None))
            .values(ended_at=unit.now)
        )


def _of_people(*columns: Column) -> Callable[[Doomed], list[Condition]]:
    return lambda doomed: [sa.or_(*(column.in_(doomed.people) for column in columns))]


def _of_resumes(column: Column) -> Callable[[Doomed], list[Condition]]:
    return lambda doomed: [column.in_(sa.select(ResumeRow.id).where(_resumes(doomed)))]


def _found(row: type[Row]) -> Callable[[Doomed], list[Condition]]:
    return lambda doomed: [
        sa.inspect(row).columns.id.in_(lot) for lot in in_lots(doomed.found[row])
    ]


def _documents(doomed: Doomed) -> sa.Select[int]:
    return sa.select(DocumentRow.id).where(DocumentRow.person_id.in_(doomed.people))


def _resumes(doomed: Doomed) -> Condition:
    """Read from the person's documents, or ever theirs: a merge that was undone leaves copies."""
    extractions = sa.select(ExtractionRow.id).where(
        ExtractionRow.document_id.in_(_documents(doomed))
    )
    return sa.or_(ResumeRow.person_id.in_(doomed.people), ResumeRow.extraction_id.in_(extractions))


def _outcomes(doomed: Doomed) -> list[Condition]:
    applications = sa.select(ApplicationRow.id).where(ApplicationRow.person_id.in_(doomed.people))
    return [OutcomeEventRow.application_id.in_(applications)]


# Impressions and logged requests went before, with their link in the chain (`Searches.forget`).
WHOSE: dict[str, Callable[[Doomed], Sequence[Condition]]] = {
    "person": _of_people(PersonRow.id),
    "person_status": _of_people(PersonStatusRow.person_id),
    "identity_claim": _of_people(IdentityClaimRow.person_id),
    "merge_event": _of_people(MergeEventRow.winner_id, MergeEventRow.loser_id),
    "merge_suggestion": _of_people(MergeSuggestionRow.person_id, MergeSuggestionRow.other_id),
    "document": _of_people(DocumentRow.person_id),
    "extraction": lambda doomed: [ExtractionRow.document_id.in_(_documents(doomed))],
    "resume": lambda doomed: [_resumes(doomed)],
    "position": _of_resumes(PositionRow.resume_id),
    "education": _of_resumes(EducationRow.resume_id),
    "resume_skill": _of_resumes(ResumeSkillRow.resume_id),
    "resume_language": _of_resumes(ResumeLanguageRow.resume_id),
    "passage": _of_resumes(PassageRow.resume_id),
    "quarantine": _found(QuarantineRow),
    "application": _of_people(ApplicationRow.person_id),
    "outcome_event": _outcomes,
    "search_log": lambda doomed: [],
    "impression": _of_people(ImpressionRow.person_id),
    "legal_hold": _of_people(LegalHoldRow.person_id),
    "watch": _found(WatchRow),
    "watch_match": _of_people(WatchMatchRow.person_id),
    "inbox": _found(InboxRow),
    "outbox": _found(OutboxRow),
}


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
    columns = row.__table__.c
    found: list[str | int] = []
    newest: str | int | None = None
    while True:
        after = sa.true() if newest is None else columns.id > newest
        rows = connection.execute(
            sa.select(columns.id, columns.request).where(after).order_by(columns.id).limit(_AT_ONCE)
        ).all()
        found += [number for number, request in rows if naming.stands_anywhere_in(request)]
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
    """The bytes of files that nobody could read and that are the person's, and nobody else's."""
    aside: dict[str, None] = {}
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


_FIND: dict[type[Row], Callable[[sa.Connection, Doomed], Sequence[str | int]]] = {
    WatchRow: lambda connection, doomed: _naming(connection, WatchRow, doomed.naming),
    QuarantineRow: _find_quarantined,
    InboxRow: _find_messages(InboxRow),
    OutboxRow: _find_messages(OutboxRow),
}
