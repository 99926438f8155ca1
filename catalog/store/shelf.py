"""Reading résumés and passages as they were at a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.errors import NotFound
from catalog.people import ClaimKind
from catalog.resumes import PassageText, StoredResume
from catalog.store.tables import (
    DocumentRow,
    ExtractionRow,
    IdentityClaimRow,
    PassageRow,
    ResumeRow,
    VectorRow,
)
from catalog.store.unit import Unit, in_lots, visible
from reading.identity.scoring_view import Segment
from reading.spans import Span

_PASSAGES_AT_ONCE = 2000
_RESUMES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One résumé of a person's history; in search while `to_sequence` is None."""

    resume_id: int
    document_id: int
    filename: str | None
    from_sequence: int
    to_sequence: int | None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An original; `content_hash` is the key of its bytes in the blob store."""

    id: int
    person_id: int
    content_hash: str
    media_type: str
    filename: str | None
    size: int


class Shelf:
    """The reading half of the résumé store."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def of(self, person_ids: Iterable[int], sequence: int) -> dict[int, StoredResume]:
        """The résumé of each person at a sequence; people without one are absent."""
        found: dict[int, StoredResume] = {}
        for lot in in_lots(dict.fromkeys(person_ids), _RESUMES_AT_ONCE):
            found |= self._read(ResumeRow.person_id.in_(lot), visible(ResumeRow, sequence))
        return found

    def document(self, document_id: int) -> StoredDocument:
        """An original by its id. Errors: NotFound; also where its person was erased."""
        row = self._unit.connection.execute(
            sa.select(
                DocumentRow.id,
                DocumentRow.person_id,
                DocumentRow.content_hash,
                DocumentRow.media_type,
                DocumentRow.filename,
                DocumentRow.size,
            ).where(DocumentRow.id == document_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no document {document_id}")
        return StoredDocument(*row)

    def current_of_document(self, document_id: int) -> StoredResume | None:
        """The newest résumé that was read from a document, in search or history."""
        return max(
            self._read(DocumentRow.id == document_id).values(),
            key=lambda resume: resume.id,
            default=None,
        )

    def get(self, resume_id: int) -> StoredResume | None:
        """A résumé by its own id, current or history."""
        return next(iter(self._read(ResumeRow.id == resume_id).values()), None)

    def versions(self, person_id: int) -> list[Version]:
        """A person's résumés, newest first."""
        rows = self._unit.connection.execute(
            sa.select(
                ResumeRow.id,
                ExtractionRow.document_id,
                DocumentRow.filename,
                ResumeRow.from_sequence,
                ResumeRow.to_sequence,
            )
            .join(ExtractionRow, ExtractionRow.id == ResumeRow.extraction_id)
            .join(DocumentRow, DocumentRow.id == ExtractionRow.document_id)
            .where(ResumeRow.person_id == person_id)
            .order_by(ResumeRow.id.desc())
        )
        return [Version(*row) for row in rows]

    def passages_at(self, sequence: int) -> Iterator[PassageText]:
        """Every passage in search at a sequence, by id. Reads a few thousand at a time."""
        return self._passages(visible(ResumeRow, sequence))

    def passages_of(self, people: Iterable[int], sequence: int) -> Iterator[PassageText]:
        """The passages of these people's résumés at a sequence; of each person in order."""
        for lot in in_lots(dict.fromkeys(people), _RESUMES_AT_ONCE):
            yield from self._passages(ResumeRow.person_id.in_(lot), visible(ResumeRow, sequence))

    def rows_at(self, sequence: int) -> list[tuple[int, int]]:
        """(person, passage) of every passage in search at a sequence, ascending; reads no text."""
        rows = self._unit.connection.execute(
            sa.select(ResumeRow.person_id, PassageRow.id)
            .join(ResumeRow, ResumeRow.id == PassageRow.resume_id)
            .where(visible(ResumeRow, sequence))
        ).all()
        return sorted((person, passage) for person, passage in rows)

    def changed_between(self, one: int, other: int) -> list[int]:
        """People, ascending, whose résumé in search may differ between two sequences, in any order.

        Whoever was erased since is not among them: of them no résumé is left at any sequence.
        """
        first, last = sorted((one, other))
        changed = (
            sa.select(ResumeRow.person_id).where(moved > first, moved <= last)
            for moved in (ResumeRow.from_sequence, ResumeRow.to_sequence)
        )
        return sorted(self._unit.connection.scalars(sa.union(*changed)))

    def ready_sequence(self, encoder: str, after: int) -> int:
        """The newest sequence at which every text in search has its vector, from `after` on.

        `encoder` is a fingerprint; at `after` itself all is taken to be ready.
        """
        now = self._unit.current_sequence()
        late = (ResumeRow.from_sequence > after, _lacks_vectors(encoder))
        # The oldest first: however long the queue is, only its head is looked at.
        still = (
            sa.select(ResumeRow.from_sequence)
            .where(*late, sa.func.coalesce(ResumeRow.to_sequence, 0) == 0)
            .order_by(ResumeRow.from_sequence)
            .limit(1)
        )
        waiting = self._unit.connection.scalar(still)
        ready = now if waiting is None else waiting - 1
        # Between two ingests a text may have come and gone; no snapshot may show it either.
        was = sa.select(sa.func.min(ResumeRow.from_sequence)).where(*late)
        while ready > after:
            since = self._unit.connection.scalar(
                was.where(ResumeRow.from_sequence <= ready, ResumeRow.to_sequence > ready)
            )
            if since is None:
                return ready
            ready = since - 1
        return ready

    def newer_than(self, sequence: int) -> int:
        """How many of the résumés now in search came after a sequence."""
        counted = sa.select(sa.func.count()).where(
            ResumeRow.from_sequence > sequence, sa.func.coalesce(ResumeRow.to_sequence, 0) == 0
        )
        return self._unit.connection.execute(counted).scalar_one()

    def without_vector(self, fingerprint: str, sequence: int) -> Iterator[PassageText]:
        """One passage for each text in search that has no vector yet, by id."""
        first = (
            sa.select(sa.func.min(PassageRow.id))
            .join(ResumeRow, ResumeRow.id == PassageRow.resume_id)
            .where(visible(ResumeRow, sequence), _without_vector(fingerprint))
            .group_by(PassageRow.content_key)
        )
        # The ids are fixed first: what is embedded meanwhile must not shift what is read next.
        wanted = self._unit.connection.scalars(first).all()
        for lot in in_lots(sorted(wanted), _PASSAGES_AT_ONCE):
            yield from self._passages(PassageRow.id.in_(lot))

    def _passages(self, *which: sa.ColumnElement[bool]) -> Iterator[PassageText]:
        query = (
            sa.select(
                PassageRow.id,
                ResumeRow.person_id,
                PassageRow.resume_id,
                PassageRow.ordinal,
                PassageRow.content_key,
                PassageRow.view_start,
                PassageRow.view_end,
                PassageRow.start,
                PassageRow.end,
            )
            .join(ResumeRow, ResumeRow.id == PassageRow.resume_id)
            .where(*which)
            .order_by(PassageRow.id)
            .limit(_PASSAGES_AT_ONCE)
        )
        last = 0
        while rows := self._unit.connection.execute(query.where(PassageRow.id > last)).all():
            texts = self._scoring_texts(row.resume_id for row in rows)
            for row in rows:
                yield PassageText(
                    id=row.id,
                    person_id=row.person_id,
                    resume_id=row.resume_id,
                    ordinal=row.ordinal,
                    content_key=row.content_key,
                    text=texts[row.resume_id][row.view_start : row.view_end],
                    view=Span(row.view_start, row.view_end),
                    source=Span(row.start, row.end),
                )
            last = rows[-1].id

    def _scoring_texts(self, resume_ids: Iterable[int]) -> dict[int, str]:
        ids = list(dict.fromkeys(resume_ids))
        rows = self._unit.connection.execute(
            sa.select(ResumeRow.id, ResumeRow.scoring_text).where(ResumeRow.id.in_(ids))
        )
        return dict(rows.all())

    def _read(self, *which: sa.ColumnElement[bool]) -> dict[int, StoredResume]:
        external_id = (
            sa.select(IdentityClaimRow.value)
            .where(
                IdentityClaimRow.person_id == ResumeRow.person_id,
                IdentityClaimRow.kind == ClaimKind.EXTERNAL,
                IdentityClaimRow.until_sequence.is_(None),
            )
            .order_by(IdentityClaimRow.id)
            .limit(1)
            .scalar_subquery()
        )
        rows = self._unit.connection.execute(
            sa.select(
                ResumeRow.id,
                ResumeRow.person_id,
                ExtractionRow.document_id,
                DocumentRow.content_hash,
                external_id.label("external_id"),
                DocumentRow.media_type,
                ResumeRow.language,
                ResumeRow.headline,
                ExtractionRow.text,
                ResumeRow.scoring_text,
                ResumeRow.segments,
                ResumeRow.parsed,
                ExtractionRow.reader,
                ResumeRow.parser,
                ExtractionRow.boxes,
            )
            .join(ExtractionRow, ExtractionRow.id == ResumeRow.extraction_id)
            .join(DocumentRow, DocumentRow.id == ExtractionRow.document_id)
            .where(*which)
            .order_by(ResumeRow.id)
        )
        return {
            row.person_id: StoredResume(
                id=row.id,
                person_id=row.person_id,
                document_id=row.document_id,
                content_hash=row.content_hash,
                external_id=row.external_id,
                media_type=row.media_type,
                language=row.language,
                headline=row.headline,
                text=row.text,
                scoring_text=row.scoring_text,
                segments=tuple(Segment(*part) for part in row.segments),
                parsed=row.parsed,
                reader=row.reader,
                parser=row.parser,
                boxes=tuple(tuple(box) for box in row.boxes),
            )
            for row in rows
        }


def _without_vector(encoder: str) -> sa.ColumnElement[bool]:
    """Whether a passage's text has no vector of this encoder yet."""
    return ~sa.exists().where(
        VectorRow.content_key == PassageRow.content_key, VectorRow.fingerprint == encoder
    )


def _lacks_vectors(encoder: str) -> sa.ColumnElement[bool]:
    """Whether a résumé has such a passage."""
    return sa.exists().where(PassageRow.resume_id == ResumeRow.id, _without_vector(encoder))
