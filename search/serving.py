"""What a process searches with: always the present snapshot, or a past one for a replay."""

from __future__ import annotations

from catalog.store import Catalog
from search.encoder import Encoder
from search.loading import open_served
from search.pipeline import Searcher


class Current:
    """The present state of a catalog to search in. Threads may share it."""

    def __init__(self, catalog: Catalog, encoder: Encoder, device: str = "cpu") -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._device = device

    def searcher(self) -> Searcher:
        """A searcher over the present snapshot; who holds it goes on with that snapshot.

        Errors: NotReady where nothing has been published, or with another encoder.
        """
        return Searcher(self._catalog, open_served(self._catalog, self._encoder, self._device))

    def searcher_at(self, generation: int | None, sequence: int) -> Searcher:
        """A searcher over the catalog as it was at a sequence.

        Any generation that is kept serves any sequence, with the same bits; None takes the one that
        is served. Errors: NotFound where the generation, or a vector of that time, is gone.
        """
        served = open_served(self._catalog, self._encoder, self._device, generation)
        return Searcher(self._catalog, served)
