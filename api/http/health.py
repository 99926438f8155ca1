"""Whether the server lives, and whether it can be asked."""

from __future__ import annotations

from fastapi import APIRouter

from api.http.authorisation import AnyServed

router = APIRouter(tags=["health"])


@router.get("/health", summary="The process lives")
def health() -> dict[str, str]:
    """Answers whenever the process does; it says nothing about models or the database."""
    return {"status": "alive"}


@router.get("/ready", summary="Models are loaded and the catalog answers")
def ready(served: AnyServed) -> dict[str, str]:
    """503 until the models are loaded, and again once the server is shutting down."""
    served.check_ready()
    with served.place.catalog.reading() as reading:
        reading.sequence  # noqa: B018 (the catalog answers)
    return {"status": "ready"}
