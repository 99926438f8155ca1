"""Storing résumés, whole or not at all, and knowing those that are already here."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog.errors import Conflict, Erased
from catalog.people import Claim, ClaimKind
from catalog.resumes import KnownDocument, NewDocument, NewExtraction, NewResume, Stored
from catalog.store.identification import Identified, identify, refuse_erased
from catalog.store.people import People
from catalog.store.resume_rows import insert_resume
from catalog.store.shelf import Shelf
from catalog.store.tables import DocumentRow, ExtractionRow, IdentityClaimRow, ResumeRow
from catalog.store.unit import Unit

_KNOWN = (
    sa.select(
        DocumentRow.person_id, DocumentRow.id, ResumeRow.id, ExtractionRow.reader, ResumeRow.parser
    )
    .join(ExtractionRow, ExtractionRow.document_id == DocumentRow.id)
    .join(ResumeRow, ResumeRow.extraction_id == ExtractionRow.id)
    .where(DocumentRow.content_hash == sa.bindparam("hash"))
    .order_by(DocumentRow.id.desc(), ResumeRow.id.desc())
    .limit(1)
)
_KNOWN_OF = _KNOWN.where(DocumentRow.person_id == sa.bindparam("owner"))


class Resumes(Shelf):
    """The résumés of one transaction: `Shelf` reads, this stores."""

    def __init__(self, unit: Unit, people: People) -> None:
        super().__init__(unit)
        self._people = people

    def find_document(
        self, content_hash: str, external_id: str | None = None
    ) -> KnownDocument | None:
        """A document with these bytes, if one was stored: what makes a second ingest cheap.

        With an external id: only that person's. Several: the newest.
        """
        if external_id is None:
            return self._known(content_hash, None)
        owner = self._unit.connection.scalar(
            sa.select(IdentityClaimRow.person_id).where(
                IdentityClaimRow.kind == ClaimKind.EXTERNAL,
                IdentityClaimRow.value == external_id.strip(),
                IdentityClaimRow.until_sequence.is_(None),
            )
        )
        return None if owner is None else self._known(content_hash, owner)

    def store(self, new: NewResume) -> Stored:
        """Store a document with what was read from it, under the person it is about.

        The same bytes for the same person again change nothing, even where a newer document has
        replaced them. Other bytes, or the current ones read by another reader or parser, replace
        the person's résumé in search; the old one stays as history.

        Raises:
            Erased: it is about somebody who was erased.
            Conflict: a reader gave another text for the same bytes without a new version.
            InvalidRequest: a value that cannot be stored.
        """
        self._unit.take_sequence()
        claims = _normalised(new.claims)
        identified, known = self._recognise(
            claims, new.name, new.document.content_hash, new.extraction.text
        )
        person_id = known.person_id if known is not None else identified.person_id
        if person_id is None:
            return self._store_for_somebody_new(new, claims, identified.suggestions)
        if new.consent is not None:
            self._people.set_consent(person_id, new.consent)
        document_id = known.document_id if known else self._add_document(person_id, new.document)
        self._people.claim(person_id, claims, document_id)
        self._people.suggest(person_id, identified.suggestions)
        if known is not None and not self._outdated(known, new):
            return Stored(person_id, document_id, known.resume_id, new=False)
        if new.name is not None:
            self._people.rename(person_id, new.name)
        extraction_id = self._find_extraction(document_id, new.extraction) if known else None
        if extraction_id is None:
            extraction_id = self._add_extraction(document_id, new.extraction)
        replaced = self._close_current(person_id)
        resume_id = insert_resume(self._unit, person_id, extraction_id, new)
        return Stored(person_id, document_id, resume_id, new=True, replaced=replaced)

    def is_of_erased(
        self, claims: Iterable[Claim], name: str | None, content_hash: str, text: str = ""
    ) -> bool:
        """Whether `store` would refuse such a document, before anything of it is kept."""
        try:
            self._recognise(_normalised(claims), name, content_hash, text)
        except Erased:
            return True
        return False

    def _recognise(
        self, claims: list[Claim], name: str | None, content_hash: str, text: str
    ) -> tuple[Identified, KnownDocument | None]:
        """Whom a document is about, and whether it is here already. Errors: Erased."""
        identified = identify(self._unit, claims, name)
        known = None
        if identified.person_id is not None or not any(map(_is_id, claims)):
            known = self._known(content_hash, identified.person_id)
        if known is None and identified.person_id is None:
            refuse_erased(self._unit, content_hash, text)
        return identified, known

    def _store_for_somebody_new(
        self, new: NewResume, claims: list[Claim], suggestions: Iterable[tuple[int, str]]
    ) -> Stored:
        person_id = self._people.add(new.name, new.consent)
        document_id = self._add_document(person_id, new.document)
        self._people.add_claims(person_id, claims, document_id)
        self._people.suggest(person_id, suggestions)
        extraction_id = self._add_extraction(document_id, new.extraction)
        resume_id = insert_resume(self._unit, person_id, extraction_id, new)
        return Stored(person_id, document_id, resume_id, new=True)

    def _known(self, content_hash: str, person_id: int | None) -> KnownDocument | None:
        query, values = (_KNOWN, {}) if person_id is None else (_KNOWN_OF, {"owner": person_id})
        row = self._unit.connection.execute(query, {"hash": content_hash, **values}).one_or_none()
        return None if row is None else KnownDocument(*row)

    def _outdated(self, known: KnownDocument, new: NewResume) -> bool:
        """Whether the résumé in search is this document's, read by an older reader or parser."""
        if (known.reader, known.parser) == (new.extraction.reader, new.parser):
            return False
        return bool(
            self._unit.connection.scalar(
                sa.select(ResumeRow.to_sequence.is_(None)).where(ResumeRow.id == known.resume_id)
            )
        )

    def _add_document(self, person_id: int, document: NewDocument) -> int:
        return self._unit.insert(
            DocumentRow,
            {
                "person_id": person_id,
                "content_hash": document.content_hash,
                "media_type": document.media_type,
                "language": document.language,
                "filename": document.filename,
                "size": document.size,
                "source": document.source,
                "received_at": self._unit.now,
                "sequence": self._unit.take_sequence(),
            },
        )

    def _find_extraction(self, document_id: int, extraction: NewExtraction) -> int | None:
        stored = self._unit.connection.execute(
            sa.select(ExtractionRow.id, ExtractionRow.text).where(
                ExtractionRow.document_id == document_id, ExtractionRow.reader == extraction.reader
            )
        ).one_or_none()
        if stored is None:
            return None
        if stored.text != extraction.text:
            raise Conflict(
                f"{extraction.reader} read another text from the same bytes than before;"
                " a reader that changes needs a new version"
            )
        return int(stored.id)

    def _add_extraction(self, document_id: int, extraction: NewExtraction) -> int:
        return self._unit.insert(
            ExtractionRow,
            {
                "document_id": document_id,
                "reader": extraction.reader,
                "text": extraction.text,
                "pages": extraction.pages,
                "boxes": list(extraction.boxes),
                "furniture": [(span.start, span.end) for span in extraction.furniture],
                "at": self._unit.now,
            },
        )

    def _close_current(self, person_id: int) -> int | None:
        """Take the person's résumé out of search; the id of the one that was there."""
        closed = self._unit.connection.scalars(
            sa.update(ResumeRow)
            .where(ResumeRow.person_id == person_id, ResumeRow.to_sequence.is_(None))
            .values(to_sequence=self._unit.take_sequence())
            .returning(ResumeRow.id)
        ).all()
        return max(closed, default=None)


def _normalised(claims: Iterable[Claim]) -> list[Claim]:
    return [claim.normalised() for claim in claims if claim.value.strip()]


def _is_id(claim: Claim) -> bool:
    return claim.kind not in (ClaimKind.EMAIL, ClaimKind.PHONE)
