"""The application: its routers, in one tuple, behind the door that all requests pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from threading import Thread
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api.http import documentation, health, metrics
from api.http.description import describe
from api.http.errors import add_handlers
from api.http.idempotency import HEADER as IDEMPOTENCY_KEY
from api.http.idempotency import REPLAYED, Once
from api.http.request_ids import HEADER as REQUEST_ID
from api.http.requests import Door
from api.http.resources import BESIDE, RESOURCES
from api.http.state import Served
from api.nightly.beside import nights_beside
from api.settings import Settings
from api.workplace import Workplace

ROUTERS: tuple[APIRouter, ...] = (
    *RESOURCES,
    health.router,
    metrics.router,
    documentation.router,
)

# What runs beside the requests for as long as the server does, e.g. the thread that works off the
# résumés that came in; entered once models are being loaded, left when the server stops.
BACKGROUND: tuple[Callable[[Served], AbstractContextManager[None]], ...] = (*BESIDE, nights_beside)


def make_app(place: Workplace, *, load: bool = True) -> FastAPI:
    """The API over one workplace. `load=False`: whoever made it calls `served.load` (tests)."""
    served = Served(place)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as beside:
            if load:
                Thread(target=served.load, name="bole-loading", daemon=True).start()
            for begin in BACKGROUND:
                beside.enter_context(begin(served))
            try:
                yield
            finally:
                served.stopping.set()

    app = FastAPI(
        title="Bole",
        version="1",
        lifespan=live,
        docs_url=None,  # ours load nothing from elsewhere
        redoc_url=None,
        generate_unique_id_function=_name_of,
    )
    app.state.served = served
    app.state.metrics = metrics.Metrics()
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    _put_door_before(app, place.settings)
    return app


def _put_door_before(app: FastAPI, settings: Settings) -> None:
    """The middlewares; the last one added is the first that a request meets."""
    app.add_middleware(Once)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    if settings.api_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api_origins,
            allow_methods=("GET", "POST", "PATCH", "DELETE"),
            allow_headers=(
                "Authorization",
                "Content-Type",
                "If-Match",
                IDEMPOTENCY_KEY,
                REQUEST_ID,
            ),
            expose_headers=("ETag", "Link", "Location", "Retry-After", REPLAYED, REQUEST_ID),
        )
    counted: metrics.Metrics = app.state.metrics
    app.add_middleware(Door, most_bytes=settings.api_body_mb * 1_000_000, note=counted.note)


def _name_of(route: APIRoute) -> str:
    """A call's name in the OpenAPI document: its function's, for clients that are generated."""
    name: Any = route.name
    return str(name)
