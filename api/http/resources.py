"""The routers of what the API is about, and what works beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from fastapi import APIRouter

from api.http import administration, candidates, jobs, outcomes, resumes, searches
from api.http.reading_room import reading_room
from api.http.state import Served

RESOURCES: tuple[APIRouter, ...] = (
    searches.router,
    resumes.router,
    candidates.router,
    jobs.router,
    outcomes.router,
    administration.router,
)
BESIDE: tuple[Callable[[Served], AbstractContextManager[None]], ...] = (reading_room,)
