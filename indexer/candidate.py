"""From a document's bytes to all that the catalog keeps of it. Runs in a worker process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from catalog.errors import Unreadable
from catalog.people import Claim, ClaimKind
from catalog.resumes import Consent, NewDocument, NewExtraction, NewPassage, NewResume
from indexer import passages
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits
from indexer.documents.read import read_document
from indexer.facts import state_facts
from reading.identity.finding import find_identity
from reading.identity.scoring_view import ScoringView, scoring_view
from reading.record import resume_to_record
from reading.resume import Resume
from reading.resumes.parse import read_resume

# Raise it when a change of the readers, of `reading` or of the cutting must re-read what is stored.
VERSION = "read/1"
_CONSENT = ("consent_basis", "purpose", "retention_until")


def parser_version() -> str:
    """Names everything that decides what is read from an extraction."""
    from reading.skills.vocabulary import vocabulary

    return f"{VERSION} {passages.VERSION} vocabulary/{vocabulary().fingerprint[:12]}"


def read_candidate(data: bytes, filename: str, limits: Limits, *, ocr: bool = True) -> NewResume:
    """Reads a document whole: text, résumé, scoring view, passages, claims of identity.

    Errors: Unreadable, with the reason; nothing of such a document is stored.
    """
    extraction = read_document(data, filename, limits, ocr)
    fields = dict(extraction.fields)
    resume = read_resume(extraction.text, extraction.furniture, fields)
    view = scoring_view(resume.text, find_identity(resume))
    resume = _without_names_as_skills(resume, view)
    cut = passages.cut(resume, view)
    if not cut:
        raise Unreadable("empty", "Nothing but names and contacts stands in the document.")
    return NewResume(
        document=_document(data, filename, extraction, resume),
        extraction=_extraction(extraction),
        parser=parser_version(),
        language=resume.language,
        parsed=resume_to_record(resume),
        scoring_text=view.text,
        segments=view.segments,
        facts=state_facts(resume),
        passages=tuple(
            NewPassage(p.view, p.source, content_key(p.view.of(view.text))) for p in cut
        ),
        claims=_claims(resume, fields),
        name=resume.contact.name,
        consent=_consent(fields),
    )


def _without_names_as_skills(resume: Resume, view: ScoringView) -> Resume:
    """Leaves out what only looks like a skill because somebody is called Swift."""
    seen = (m for m in resume.skills if view.to_view(m.span) is not None)
    return replace(resume, skills=tuple(seen))


def content_key(text: str) -> str:
    """The key under which a passage's vector is kept: the sha256 of its text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _document(data: bytes, filename: str, extraction: Extraction, resume: Resume) -> NewDocument:
    from_bulk = extraction.reader.startswith("bulk")
    return NewDocument(
        content_hash=hashlib.sha256(data).hexdigest(),
        media_type=extraction.media_type,
        language=resume.language,
        size=len(data),
        source="jsonl" if from_bulk else "file",
        filename=filename,
    )


def _extraction(extraction: Extraction) -> NewExtraction:
    return NewExtraction(
        reader=extraction.reader,
        text=extraction.text,
        pages=extraction.pages,
        boxes=tuple(
            (b.span.start, b.span.end, b.page, b.left, b.top, b.right, b.bottom)
            for b in extraction.boxes
        ),
        furniture=extraction.furniture,
    )


def _claims(resume: Resume, fields: Mapping[str, Any]) -> tuple[Claim, ...]:
    external = fields.get("external_id")
    ids = (Claim(ClaimKind.EXTERNAL, str(external)),) if external else ()
    emails = tuple(Claim(ClaimKind.EMAIL, email) for email in resume.contact.emails)
    phones = tuple(Claim(ClaimKind.PHONE, phone) for phone in resume.contact.phones)
    return ids + emails + phones


def _consent(fields: Mapping[str, Any]) -> Consent | None:
    """What a structured source states of consent; None where it states nothing readable."""
    basis, purpose, until = (fields.get(name) for name in _CONSENT)
    try:
        retained = date.fromisoformat(until) if isinstance(until, str) else None
    except ValueError:
        retained = None
    if not (basis or purpose or retained):
        return None
    return Consent(str(basis) if basis else None, str(purpose) if purpose else None, retained)
