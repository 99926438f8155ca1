"""What all requests of one server share: the workplace, the loaded models, and the waiting line."""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Event, Lock
from typing import TYPE_CHECKING

from fastapi import Request

from api.http.line import Line
from api.http.rates import Rates
from api.workplace import Workplace
from catalog.errors import BoleError, NotReady

if TYPE_CHECKING:  # torch is loaded by `load`, not by importing the API
    from search.pipeline import Searcher


_log = logging.getLogger("bole.http")


class Served:
    """One server's workplace and what it has loaded.

    `line`: where requests that run a model wait for their turn. `models`: held by whoever runs one,
    in the background too. `arrived`: set when résumés came in. `stopping`: set when the server
    shuts down; threads that work in the background end on it.
    """

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.line = Line(waiting=place.settings.api_waiting)
        self.rates = Rates(place.settings.api_rate)
        self.models = Lock()
        self.arrived = Event()
        self.stopping = Event()
        self._loaded = Event()
        self._trouble: str | None = None

    def load(self) -> None:
        """Load the encoder and open what is published; an empty catalog is no obstacle.

        Called once, in a thread of its own. What goes wrong is told by `check_ready`.
        """
        try:
            _ = self.place.encoder
            with suppress(NotReady):  # nothing is published yet: résumés can be sent already
                self.place.searcher()
        except Exception as error:
            known = isinstance(error, BoleError)  # others' messages are not for callers
            self._trouble = str(error) if known else type(error).__name__
            _log.error("the models cannot be loaded: %s", self._trouble)
        else:
            self._loaded.set()
            _log.info("the models are loaded: ready")

    def check_ready(self) -> None:
        """NotReady while models are being loaded, or could not be, or the server is stopping."""
        if self.stopping.is_set():
            raise NotReady("the server is shutting down")
        if self._trouble is not None:
            raise NotReady(f"the models are not loaded: {self._trouble}")
        if not self._loaded.is_set():
            raise NotReady("the models are being loaded: ask again in a few seconds")

    def searcher(self) -> Searcher:
        """A searcher over what is served now. Errors: NotReady, also where nothing is published."""
        self.check_ready()
        return self.place.searcher()


def served_by(request: Request) -> Served:
    """The server's state, for a route: `served: Annotated[Served, Depends(served_by)]`."""
    served: Served = request.app.state.served
    return served
