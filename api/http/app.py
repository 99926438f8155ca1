"""The application: its routers, in one tuple, behind the door that all requests pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from threading import Thread

from fastapi import APIRouter, FastAPI

from api.http import health
from api.http.errors import add_handlers
from api.http.requests import Door
from api.http.state import Served
from api.workplace import Workplace

ROUTERS: tuple[APIRouter, ...] = (health.router,)

# What runs beside the requests for as long as the server does, e.g. the thread that works off the
# résumés that came in; entered once models are being loaded, left when the server stops.
BACKGROUND: tuple[Callable[[Served], AbstractContextManager[None]], ...] = ()


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

    app = FastAPI(title="Bole", version="1", lifespan=live)
    app.state.served = served
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Door, most_bytes=place.settings.api_body_mb * 1_000_000)
    return app
