"""For those who run the installation: what serves and ranks, what waits, who looked at whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.dossier import describe_quarantine
from api.generations import describe_generations
from api.http.authorisation import AnyServed, Caller, needs
from api.http.paging import Cursor, Limit, link_next, read_cursor, write_cursor
from api.http.schemas.administration import (
    AccessesOut,
    AccessOut,
    DecisionOut,
    GenerationOut,
    GenerationsOut,
    ModelsOut,
    QuarantinedOut,
    QuarantineOut,
)
from api.http.schemas.values import Number, Text
from api.http.state import Served
from catalog.access import Accesses
from catalog.errors import NotFound
from catalog.keys import Scope

router = APIRouter(prefix="/v1", tags=["administration"])

Administering = Annotated[Caller, Depends(needs(Scope.ADMIN))]
Auditing = Annotated[Caller, Depends(needs(Scope.AUDIT))]
_MOST = 2**63 - 1


@router.get("/generations", summary="The generations of the index")
def list_generations(served: AnyServed, caller: Administering) -> GenerationsOut:
    """Which one serves, what each holds, and why one failed."""
    described = describe_generations(served.place)
    return GenerationsOut(generations=[GenerationOut(**each) for each in described])


@router.post("/generations/{generation}/publish", summary="Serve an older generation again")
def publish_generation(
    generation: Number, served: AnyServed, caller: Administering
) -> GenerationOut:
    """Its files are checked first. What came since is searched beside it; the next index run builds
    from the catalog again.
    """
    from indexer.rollback import roll_back_generation

    served.check_ready()
    place = served.place
    roll_back_generation(place.catalog, caller.name, generation, place.encoder_of)
    return _generation(served, generation)


@router.get("/models", summary="The models")
def list_models(served: AnyServed, caller: Administering) -> ModelsOut:
    """How much better than retrieval alone each is, and which one ranks."""
    from api.models import describe_models, read_records

    return ModelsOut(**describe_models(read_records(served.place.catalog)))


@router.post("/models/{name}/promote", summary="Let a model rank")
def promote_model(
    name: Annotated[Text, Path(min_length=1, max_length=200, examples=["foundation"])],
    served: AnyServed,
    caller: Administering,
) -> DecisionOut:
    """If it has earned its place on held-out outcomes; else 409 says what stands against it.

    A name, or how a fingerprint starts. `foundation`: the reranker that ships with Bole.
    """
    from api.models import decision_out, find_model, read_records
    from indexer.learning.deciding.promotion import promote
    from indexer.learning.deciding.shipped import promote_foundation
    from indexer.learning.reranker.shipped import NAME as FOUNDATION

    catalog = served.place.catalog
    if name == FOUNDATION:
        decision = promote_foundation(catalog, caller.name)
    else:
        model = find_model(read_records(catalog), name)
        decision = promote(catalog, model.fingerprint, caller.name)
    return DecisionOut(**decision_out(decision, read_records(catalog)))


@router.post("/models/rollback", summary="Let rank what ranked before")
def roll_back_model(served: AnyServed, caller: Administering) -> DecisionOut:
    """Back to what served before the last promotion: another reranker, or retrieval alone."""
    from api.models import decision_out, read_records
    from indexer.learning.deciding.promotion import roll_back

    catalog = served.place.catalog
    decision = roll_back(catalog, caller.name)
    return DecisionOut(**decision_out(decision, read_records(catalog)))


@router.get("/quarantine", summary="Files that could not be read")
def list_quarantine(
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Administering,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> QuarantineOut:
    """Why, and what to do about each."""
    after = int(next(iter(read_cursor(cursor, "quarantine", int)), 0))
    waiting = [each for each in describe_quarantine(served.place.catalog) if each["id"] > after]
    page = waiting[:limit]
    following = write_cursor("quarantine", page[-1]["id"]) if len(waiting) > limit else None
    link_next(request, response, following)
    return QuarantineOut(files=[QuarantinedOut(**each) for each in page], next=following)


@router.get("/access", summary="Who has looked at whom")
def list_accesses(
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Auditing,
    candidate: Annotated[int | None, Query(ge=1, le=_MOST, description="Under any id.")] = None,
    key: Annotated[int | None, Query(ge=1, le=_MOST, description="A key's number.")] = None,
    since: Annotated[datetime | None, Query(description="At or after.")] = None,
    until: Annotated[datetime | None, Query(description="Before.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AccessesOut:
    """Every access to a person's data over the API, the newest first; also to people who have been
    erased since. A moment without a time zone is UTC.
    """
    asked = Accesses(candidate, key, _in_utc(since), _in_utc(until))
    before = next(iter(read_cursor(cursor, "access", int)), None)
    with served.place.catalog.reading() as reading:
        found = reading.accesses.find(
            asked, before=None if before is None else int(before), limit=limit + 1
        )
    page = found[:limit]
    following = write_cursor("access", page[-1].id) if len(found) > limit else None
    link_next(request, response, following)
    return AccessesOut(
        accesses=[
            AccessOut(
                id=each.id,
                at=each.at.isoformat(),
                key_id=each.key_id,
                by=each.by,
                action=each.action.value,
                candidate_id=each.person_id,
                request_id=each.request_id,
            )
            for each in page
        ],
        next=following,
    )


def _generation(served: Served, number: int) -> GenerationOut:
    for each in describe_generations(served.place):
        if each["id"] == number:
            return GenerationOut(**each)
    raise NotFound(f"there is no generation {number}")


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
