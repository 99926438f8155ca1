"""Batches computed side by side, a thread to each core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Computes(Protocol[T_contra]):
    """What workers can be given: a row for each entry of a batch."""

    def encode(self, batch: Sequence[T_contra], /) -> NDArray[np.float32]:
        """One row per entry."""


class Workers:
    """Threads that compute batches side by side, each with a single thread of the matrix library.

    Made once per encoder: torch keeps its number of threads per thread, but new threads inherit the
    last number that anybody set, so the workers are started together and the number is put back
    before anybody else can see it.
    """

    def __init__(self) -> None:
        import torch

        self.count = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="encode")
        if self.count > 1:
            together = Barrier(self.count)
            started = [self._pool.submit(_compute_alone, together) for _ in range(self.count)]
            for future in started:
                future.result()
            torch.set_num_threads(self.count)

    def encode(
        self, bert: Computes[T], batches: Sequence[Sequence[T]]
    ) -> Iterator[NDArray[np.float32]]:
        """The rows of each batch, in the order of the batches."""
        waiting: list[Future[NDArray[np.float32]]] = [
            self._pool.submit(bert.encode, batch) for batch in batches
        ]
        try:
            for future in waiting:
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()


def _compute_alone(together: Barrier) -> None:
    import torch

    torch.set_num_threads(1)
    together.wait()
