"""How much there is of everything, for `bole status`."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from catalog.people import SuggestionState
from catalog.store.tables import (
    DocumentRow,
    JobRow,
    MergeSuggestionRow,
    OutcomeEventRow,
    PassageRow,
    PersonAliasRow,
    PersonRow,
    QuarantineRow,
    ResumeRow,
    SearchRow,
    VectorRow,
)
from catalog.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Counts:
    """`resumes` and `passages` are those in search now; `people` without merged and erased ones."""

    people: int
    documents: int
    resumes: int
    passages: int
    quarantined: int
    jobs: int
    outcomes: int
    searches: int
    vectors: int
    suggestions: int


def count(unit: Unit) -> Counts:
    """Count in one statement."""
    current = ResumeRow.to_sequence.is_(None)
    queries = {
        "people": sa.select(PersonRow.id).where(
            PersonRow.erased_at.is_(None),
            ~sa.exists().where(PersonAliasRow.old_person_id == PersonRow.id),
        ),
        "documents": sa.select(DocumentRow.id),
        "resumes": sa.select(ResumeRow.id).where(current),
        "passages": sa.select(PassageRow.id)
        .join(ResumeRow, ResumeRow.id == PassageRow.resume_id)
        .where(current),
        "quarantined": sa.select(QuarantineRow.id).where(QuarantineRow.resolved_at.is_(None)),
        "jobs": sa.select(JobRow.id).where(JobRow.to_sequence.is_(None)),
        "outcomes": sa.select(OutcomeEventRow.id),
        "searches": sa.select(SearchRow.id),
        "vectors": sa.select(VectorRow.content_key),
        "suggestions": sa.select(MergeSuggestionRow.id).where(
            MergeSuggestionRow.state == SuggestionState.OPEN
        ),
    }
    counted = [
        sa.select(sa.func.count()).select_from(query.subquery()).scalar_subquery().label(name)
        for name, query in queries.items()
    ]
    return Counts(**unit.connection.execute(sa.select(*counted)).one()._mapping)
