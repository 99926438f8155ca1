"""Candidates: what is known of one, their documents, and forgetting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.dossier import describe_candidate, find_candidate
from api.forgotten import find_to_erase, receipt
from api.http.authorisation import AnyServed, Caller, needs, record_access
from api.http.schemas.candidates import CandidateOut, ErasureOut, JsonResume
from api.http.schemas.values import Name, Number, Text
from api.http.versions import set_tag
from catalog.access import Action
from catalog.errors import NotFound
from catalog.keys import Scope

if TYPE_CHECKING:
    from catalog.resumes import StoredResume
    from catalog.store import Catalog

router = APIRouter(prefix="/v1", tags=["candidates"])

Searching = Annotated[Caller, Depends(needs(Scope.SEARCH))]
Administering = Annotated[Caller, Depends(needs(Scope.ADMIN))]
Blind = Annotated[bool, Query(description="Without who it is: name, contacts, photo, files.")]

# What a browser may be told it is; whatever else came in goes out as bytes.
_SHOWN = frozenset(
    {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/jpeg",
        "image/png",
    }
)


@router.get("/candidates/{candidate}", summary="What is known of a candidate")
def read_candidate(
    candidate: Name,
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Searching,
    blind: Blind = False,
) -> CandidateOut:
    """Who it is and what the newest résumé says. You are on record as having read it."""
    described = describe_candidate(served.place.catalog, candidate)
    record_access(request, Action.READ, described["candidate_id"])
    shown = CandidateOut(**_shown(described, blind=blind))
    set_tag(response, shown.model_dump())
    return shown


@router.get("/candidates/{candidate}/resume", summary="The résumé as JSON Resume")
def read_resume(
    candidate: Name, request: Request, served: AnyServed, caller: Searching, blind: Blind = False
) -> JsonResume:
    """JSON Resume v1.0.0, made from what Bole reads in the newest document."""
    from api.json_resume import resume_out

    person, stored = _current(served.place.catalog, candidate)
    record_access(request, Action.RESUME, person)
    return resume_out(stored, blind=blind)


@router.delete("/candidates/{candidate}", status_code=202, summary="Erase a candidate")
def erase_candidate(
    candidate: Name,
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Administering,
    reason: Annotated[
        Text | None,
        Query(max_length=300, description="Why, for the record: without a name, for it is kept."),
    ] = None,
) -> ErasureOut:
    """Everything that is stored about them goes, under all their ids; there is no way back.

    When the answer comes nobody finds them, and nothing that is sent brings them back. The last
    bytes go with the next night, at the latest by `due_at`; `Location` says when they are gone.
    """
    from indexer.erasure import erase

    catalog = served.place.catalog
    person = find_to_erase(catalog, candidate, reason)
    decided = caller.name if not reason else f"{caller.name}: {reason.strip()}"
    erasure = erase(catalog, person, decided, days=served.place.settings.erasure_days)
    record_access(request, Action.ERASED, erasure.person_id)
    response.headers["Location"] = f"/v1/erasures/{erasure.id}"
    return ErasureOut(**receipt(catalog, erasure))


@router.get("/erasures/{erasure}", summary="How far an erasure is")
def read_erasure(erasure: Number, served: AnyServed, caller: Administering) -> ErasureOut:
    """What was removed, and when the last byte was gone."""
    catalog = served.place.catalog
    with catalog.reading() as reading:
        found = reading.forgetting.get(erasure)
    return ErasureOut(**receipt(catalog, found))


@router.get(
    "/documents/{document}",
    summary="An original, byte for byte",
    response_class=Response,
    responses={
        200: {
            "description": "The bytes as they came in; in blind mode the text that models see.",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
def read_document(
    document: Number, request: Request, served: AnyServed, caller: Searching, blind: Blind = False
) -> Response:
    """What offsets in evidence count in is the document's text (`GET /v1/candidates/…`), not this.

    It is sent to be saved, never to be shown: nobody has looked at what is in it.
    """
    catalog = served.place.catalog
    with catalog.reading() as reading:
        original = reading.resumes.document(document)
        stored = reading.resumes.current_of_document(document)
    record_access(request, Action.DOCUMENT, original.person_id)
    if blind:
        if stored is None:
            raise NotFound(f"document {document} has no text that could be shown")
        content, name, kind = stored.scoring_text.encode(), f"document-{document}.txt", "text/plain"
    else:
        content = catalog.blobs.get(original.content_hash)
        name, kind = original.filename or f"document-{document}", original.media_type
    return Response(
        content,
        media_type=kind if kind in _SHOWN else "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _current(catalog: Catalog, name: str) -> tuple[int, StoredResume]:
    with catalog.reading() as reading:
        person = find_candidate(reading, name)
        stored = reading.resumes.of([person], reading.sequence).get(person)
    if stored is None:
        raise NotFound(f"there is no résumé of candidate {name}")
    return person, stored


def _shown(described: dict[str, Any], *, blind: bool) -> dict[str, Any]:
    known = {name: value for name, value in described.items() if name in CandidateOut.model_fields}
    if not blind:
        return {**known, "blind": False}
    documents = [{**each, "file": None} for each in described["documents"]]
    hidden = {"name": None, "claims": [], "documents": documents}
    return {**known, **hidden, "blind": True, "text": described.get("scoring_text")}
