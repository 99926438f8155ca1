"""The thread of the server that reads the résumés that came in, and makes them searchable.

It takes documents a few at a time, in worker processes, and the models between them only for what
those few need: a search never waits for a long parse, and for an embedding no longer than that.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from threading import Thread

from api.http.state import Served
from catalog.errors import BoleError, NotReady

_log = logging.getLogger("bole.http")
_LOOK_AGAIN = 2.0  # seconds: another process may have put something into the inbox
_PATIENCE = 10.0  # seconds for the document that is being read when the server stops


@contextmanager
def reading_room(served: Served) -> Iterator[None]:
    """Reads what comes in for as long as the block lasts. What is not finished then is not lost."""
    thread = Thread(target=_Reader(served).run, name="bole-reading", daemon=True)
    thread.start()
    try:
        yield
    finally:
        served.stopping.set()
        served.arrived.set()
        thread.join(_PATIENCE)


class _Reader:
    def __init__(self, served: Served) -> None:
        self._served = served
        self._owed = True  # a process before may have stored what no search finds yet

    def run(self) -> None:
        from indexer.documents.limits import Limits
        from indexer.intake import readers

        place = self._served.place
        with ExitStack() as open_:
            pool = None
            while not self._served.stopping.is_set():
                self._served.arrived.clear()
                try:
                    from api.receiving import has_waiting, work_off

                    if has_waiting(place.catalog):
                        if pool is None:  # processes are started for the first document
                            pool = open_.enter_context(readers(place.settings.workers, Limits()))
                        self._owed |= bool(work_off(place.catalog, pool))
                    if self._owed and self._is_loaded():
                        self._make_searchable()
                        self._owed = False
                    if has_waiting(place.catalog):
                        continue
                except Exception as error:
                    _note(error)
                self._served.arrived.wait(_LOOK_AGAIN)

    def _is_loaded(self) -> bool:
        try:
            self._served.check_ready()
        except NotReady:
            return False
        return True

    def _make_searchable(self) -> None:
        """Embed what waits; where nothing is served yet, build and publish the first index.

        Errors: Conflict while another process builds it; the next look tries again.
        """
        from api.watching import look_if_watched
        from indexer.embedding import keep_up
        from indexer.reindex import reindex

        place = self._served.place
        with place.catalog.reading() as reading:
            is_served = reading.generations.pointer() is not None
            is_empty = not reading.counts().people
        if not is_served and is_empty:
            return
        with self._served.models:
            if is_served:
                keep_up(place.catalog, place.encoder)
            else:
                with suppress(NotReady):  # there is nothing to index
                    reindex(place.catalog, place.encoder, keep=place.settings.kept_generations)
                    place.searcher()
            with suppress(NotReady):
                look_if_watched(place, datetime.now(UTC))


def _note(error: Exception) -> None:
    """What went wrong and where, without its message: that may quote a résumé."""
    if isinstance(error, BoleError):
        _log.warning("résumés wait: %s", type(error).__name__)
        return
    last = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("résumés wait: %s at %s:%s", type(error).__name__, last.filename, last.lineno)
