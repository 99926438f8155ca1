"""What a process searches with: always the present snapshot, or a past one for a replay.

A running process looks, with one statement a search, whether anything has changed. New and changed
résumés are read at once, for they are few. What the pointer names is opened aside, while searches
go on with what they have; a search begins and ends on one snapshot. The old one's files are let go
with the last search that uses it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread

from catalog.errors import BoleError, NotFound
from catalog.generations import Generation, Mark
from catalog.store import Catalog
from search.encoder import Encoder
from search.loading import Served, open_built, open_served
from search.pipeline import Searcher

AGAIN_AFTER = 5.0  # seconds until what could not be opened is tried again


@dataclass(frozen=True, slots=True)
class _Held:
    """What is searched with. `mark`: the catalog when this was brought up to date with it."""

    pointer: tuple[object, ...]  # what the catalog's pointer was when this was opened
    mark: Mark
    served: Served
    searcher: Searcher

    def is_present(self, mark: Mark) -> bool:
        """Whether nothing has changed, and no text waits for its vector."""
        return self.pointer == mark.pointer and self.has_all(mark)

    def has_all(self, mark: Mark) -> bool:
        """Whether all that is stored by now is searched, if not with what was published last."""
        return self.mark == mark and self.served.sequence == mark.sequence


class Current:
    """The present state of a catalog to search in. Threads may share it.

    `others` opens the encoder of a generation that was not made by `encoder`, so that another one
    can come into service while this process runs; without it such a generation is NotReady.
    """

    def __init__(
        self,
        catalog: Catalog,
        encoder: Encoder,
        device: str = "cpu",
        others: Callable[[Generation], Encoder] | None = None,
    ) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._device = device
        self._others = others
        self._lock = Lock()  # of all below
        self._held: _Held | None = None
        self._coming: _Coming | None = None

    def searcher(self) -> Searcher:
        """A searcher over the present snapshot; who holds it goes on with that snapshot.

        The first call opens what is served. Later ones go on with it while what has been published
        since is opened, and for as long as that cannot be.
        Errors: NotReady where nothing has been published, or with another encoder; Damaged.
        """
        mark = self._look()
        held = self._held
        if held is not None and held.is_present(mark):
            return held.searcher
        with self._lock:
            return self._bring_up_to_date().searcher

    def searcher_at(self, generation: int | None, sequence: int) -> Searcher:
        """A searcher over the catalog as it was at a sequence, but for those erased since.

        Any generation that is kept serves any sequence, with the same bits; None takes the one that
        is served. Errors: NotFound where the generation, or a vector of that time, is gone.
        """
        served = self._served_from(generation)
        with self._catalog.reading() as reading:
            if not 0 <= sequence <= reading.sequence:
                raise NotFound(f"the catalog has not come to sequence {sequence} yet")
            return Searcher(self._catalog, served.at(reading, sequence))

    @property
    def trouble(self) -> BoleError | None:
        """Why what was published last is not what is searched with; None when it is, or will be."""
        coming = self._coming
        return coming.trouble if coming is not None else None

    def _served_from(self, generation: int | None) -> Served:
        held = self._held
        if generation is None:
            return self.searcher().served
        if held is not None and held.served.generation == generation:
            return held.served
        return open_built(self._catalog, self._encoder_of(generation), self._device, generation)

    def _open(self) -> Served:
        return open_served(self._catalog, self._encoder_of(None), self._device)

    def _encoder_of(self, number: int | None) -> Encoder:
        """Of a generation, or of the one that is served (None), which is kept for next time."""
        if self._others is None:
            return self._encoder
        with self._catalog.reading() as reading:
            served = reading.generations.serving().generation
            asked = served if number is None else reading.generations.get(number)
        if asked.encoder == self._encoder.fingerprint:
            return self._encoder
        encoder = self._others(asked)
        if number is None:
            self._encoder = encoder
        return encoder

    def _look(self) -> Mark:
        with self._catalog.reading() as reading:
            return reading.generations.mark()

    def _bring_up_to_date(self) -> _Held:
        held, mark = self._held, self._look()
        if held is None:
            # What is opened is at least as new as the mark, so at worst it is opened once more.
            held = self._hold(mark.pointer, self._open())
        if held.pointer != mark.pointer:
            held = self._swap(held, mark.pointer)
        if not held.has_all(mark):
            held = self._hold(held.pointer, held.served)
        return held

    def _hold(self, pointer: tuple[object, ...], served: Served) -> _Held:
        """Keeps what is served, with all that has changed by now."""
        with self._catalog.reading() as reading:
            mark, present = reading.generations.mark(), served.now(reading)
        self._held = _Held(pointer, mark, present, Searcher(self._catalog, present))
        return self._held

    def _swap(self, held: _Held, pointer: tuple[object, ...]) -> _Held:
        """What the pointer names, once it has been opened aside; until then what is held."""
        coming = self._coming
        if coming is None or coming.pointer != pointer or coming.may_be_tried_again:
            self._coming = _Coming(pointer, self._open)
            return held
        opened = coming.opened
        if opened is None:
            return held
        self._coming = None
        return self._hold(pointer, opened)


class _Coming:
    """What the pointer names, being opened by a thread of its own."""

    def __init__(self, pointer: tuple[object, ...], open_it: Callable[[], Served]) -> None:
        self.pointer = pointer
        self._result: Future[Served] = Future()
        self._begun = time.monotonic()

        def run() -> None:
            try:
                self._result.set_result(open_it())
            except BaseException as error:
                self._result.set_exception(error)

        Thread(target=run, name="bole-opening", daemon=True).start()

    @property
    def opened(self) -> Served | None:
        """None while it is being opened, and where it could not be."""
        if not self._result.done() or self._result.exception() is not None:
            return None
        return self._result.result()

    @property
    def trouble(self) -> BoleError | None:
        """Why it could not be opened."""
        error = self._result.exception() if self._result.done() else None
        if error is None or isinstance(error, BoleError):
            return error
        return BoleError(f"what was published could not be opened: {type(error).__name__}")

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed, and some time has passed."""
        return self.trouble is not None and time.monotonic() - self._begun > AGAIN_AFTER
