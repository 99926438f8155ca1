"""Taking a person out of every table: the map of personal data, walked from end to end.

`WHOSE` says for each table on the map which of its rows are a person's. A table on the map that it
does not know stops every erasure (and a test), so that nothing is ever passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from catalog.personal_data import COLUMNS, Treatment
from catalog.store.forgetting.doomed import Doomed
from catalog.store.search_log.searches import Searches
from catalog.store.tables import (
    ApplicationRow,
    DocumentRow,
    EducationRow,
    ExtractionRow,
    IdempotencyRow,
    IdentityClaimRow,
    ImpressionRow,
    InboxRow,
    LegalHoldRow,
    MergeEventRow,
    MergeSuggestionRow,
    OutboxRow,
    OutcomeEventRow,
    PassageRow,
    PersonRow,
    PersonStatusRow,
    PositionRow,
    QuarantineRow,
    ResumeLanguageRow,
    ResumeRow,
    ResumeSkillRow,
    Row,
    WatchMatchRow,
    WatchRow,
)
from catalog.store.unit import Unit, in_lots

Column = sa.orm.InstrumentedAttribute[int]
Condition = sa.ColumnElement[bool]

_GOES = {Treatment.DELETE, Treatment.CASCADE}


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
    the sweep that follows (`catalog.store.forgetting.sweeping`).
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
    "idempotency": _found(IdempotencyRow),
}
