"""Storing many things: in lots, each in one transaction, and one by one where a lot is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from catalog.errors import BoleError, StoreUnavailable
from catalog.store import Catalog, Writing

TOGETHER = 500

T = TypeVar("T")
R = TypeVar("R")


def store_in_lots(
    catalog: Catalog,
    things: Iterable[T],
    store: Callable[[Writing, T], R],
    progress: Callable[[int], None] = lambda done: None,
    together: int = TOGETHER,
) -> Iterator[tuple[T, R | BoleError]]:
    """Each thing with what storing it gave, after the commit, or why it was refused.

    A thing that is refused costs only itself. Errors: StoreUnavailable, with all lots before
    stored.
    """
    source = iter(things)
    while lot := list(islice(source, together)):
        try:
            with catalog.writing() as writing:
                done: list[R | BoleError] = [store(writing, thing) for thing in lot]
        except StoreUnavailable:
            raise
        except BoleError:
            done = [_store_alone(catalog, thing, store) for thing in lot]
        yield from zip(lot, done, strict=True)
        progress(len(lot))


def _store_alone(catalog: Catalog, thing: T, store: Callable[[Writing, T], R]) -> R | BoleError:
    try:
        with catalog.writing() as writing:
            return store(writing, thing)
    except StoreUnavailable:
        raise
    except BoleError as error:
        return error
