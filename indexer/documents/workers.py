"""Worker processes that read documents and can be killed, one document at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from catalog.errors import Unreadable
from indexer.documents.limits import Limits, check_bytes

R = TypeVar("R")

# What one worker runs on one document: module-level, so that another process can import it.
Work = Callable[[bytes, str, Limits], R]

_IN_FLIGHT_PER_WORKER = 3  # enough that no worker waits for the next document
_KILLED_FOR_MEMORY = -signal.SIGKILL  # what the kernel sends when memory runs out
_ADDRESS_SPACE_BEYOND = 4_000_000_000  # libraries map far more than they touch


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document on its way in. `error` says why its bytes could not be had, or None."""

    filename: str
    data: bytes
    tag: Any = None  # the caller's own, handed back untouched; never sent to the worker
    error: Unreadable | None = None


class WorkerPool(Generic[R]):
    """Runs `work` over documents in processes of their own.

    A document that takes too long, too much memory, or its process down with it, or that `work`
    fails on, yields an Unreadable (timeout, out_of_memory, crashed); its worker is replaced where
    it died, and the others go on.
    Workers start fresh ("spawn"), import what `work`'s module imports, and live until the end.
    """

    def __init__(self, work: Work[R], *, workers: int = 2, limits: Limits | None = None) -> None:
        self._work = work
        self._workers = max(1, workers)
        self._limits = limits or Limits()
        self._pool: ProcessPool | None = None

    def __enter__(self) -> WorkerPool[R]:
        self._pool = ProcessPool(
            max_workers=self._workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
            initargs=(self._limits.memory, self._work),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # leaving early: not the rest
            self._pool.join()
            self._pool = None

    def run(self, documents: Iterable[Incoming]) -> Iterator[tuple[Incoming, R | Unreadable]]:
        """Each document with its result or why there is none, in the order they came.

        Documents are drawn lazily: at most three per worker are held at a time.
        """
        if self._pool is None:
            raise RuntimeError("the pool is used inside its with block")
        waiting: deque[tuple[Incoming, ProcessFuture[Any] | Unreadable]] = deque()
        for document in documents:
            waiting.append((document, self._start(document)))
            if len(waiting) >= self._workers * _IN_FLIGHT_PER_WORKER:
                yield self._finish(*waiting.popleft())
        while waiting:
            yield self._finish(*waiting.popleft())

    def _start(self, document: Incoming) -> ProcessFuture[Any] | Unreadable:
        assert self._pool is not None
        if document.error is not None:
            return document.error
        try:
            check_bytes(len(document.data), self._limits)
        except Unreadable as error:
            return error
        args = (self._work, document.data, document.filename, self._limits)
        return self._pool.schedule(_guarded, args=args, timeout=self._limits.seconds)

    def _finish(
        self, document: Incoming, future: ProcessFuture[Any] | Unreadable
    ) -> tuple[Incoming, R | Unreadable]:
        if isinstance(future, Unreadable):
            return document, future
        try:
            reason, value = future.result()
        except FutureTimeout:
            seconds = f"{self._limits.seconds:g}"
            return document, Unreadable("timeout", f"Reading took longer than {seconds} seconds.")
        except ProcessExpired as error:
            if error.exitcode == _KILLED_FOR_MEMORY:
                return document, _out_of_memory()
            return document, Unreadable("crashed", "Reading the document brought its reader down.")
        except MemoryError:
            return document, _out_of_memory()
        if reason is not None:
            return document, Unreadable(reason, value)
        return document, value


def _out_of_memory() -> Unreadable:
    return Unreadable("out_of_memory", "Reading needs more memory than allowed.")


def _prepare_worker(memory: int, work: Work[Any]) -> None:
    """Bounds on memory, and no say in Ctrl-C: the parent decides when to stop.

    `work` is handed over so that its module is imported now and not on the first document's time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows; macOS may refuse
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for limit, size in (
            (resource.RLIMIT_DATA, memory),
            (resource.RLIMIT_AS, memory + _ADDRESS_SPACE_BEYOND),
        ):
            _, hard = resource.getrlimit(limit)
            if hard == resource.RLIM_INFINITY or size < hard:
                resource.setrlimit(limit, (size, hard))


def _guarded(work: Work[Any], data: bytes, filename: str, limits: Limits) -> tuple[str | None, Any]:
    """(None, result) or (reason, message): plain values, so that no foreign error is pickled."""
    try:
        return None, work(data, filename, limits)
    except Unreadable as error:
        return error.reason, str(error)
    except MemoryError:
        return "out_of_memory", str(_out_of_memory())
    except RecursionError:
        return "damaged", "The document is nested too deeply."
    except Exception as error:
        # A fault of ours costs one document and not the night's run. The error's own words may
        # quote the résumé, so only its kind and place are told.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        return "crashed", f"Bole failed on this document, which is a fault of Bole's: {where}."
