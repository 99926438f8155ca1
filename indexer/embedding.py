"""A vector for every passage in search: computed once for each text, committed as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from catalog.generations import Serving
from catalog.store import Catalog
from search.encoder import Encoder

TOGETHER = 2048  # passages that are embedded and committed together

Progress = Callable[[int, int], None]
"""Called with how many of how many passages have their vector."""


def embed_missing(
    catalog: Catalog, encoder: Encoder, sequence: int, progress: Progress = lambda done, of: None
) -> int:
    """Embeds the texts at a sequence that have no vector yet; returns how many there were.

    Killed half-way it has lost at most the last TOGETHER texts.
    """
    with catalog.reading() as reading:
        missing = {
            passage.content_key: passage.text
            for passage in reading.resumes.without_vector(encoder.fingerprint, sequence)
        }
    keys, done = list(missing), 0

    def report(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(keys))

    report(0)
    for start in range(0, len(keys), TOGETHER):
        # In the order in which they came, so that searches see the first while the last are
        # computed; within a lot by length, so that little is padded.
        lot = sorted(keys[start : start + TOGETHER], key=lambda key: (len(missing[key]), key))
        vectors = encoder.encode_passages([missing[key] for key in lot], report)
        with catalog.writing() as writing:
            # Whoever was erased while it was computed leaves no vector.
            there = writing.sweeping.in_passages(lot)
            computed = zip(lot, vectors, strict=True)
            writing.vectors.put(
                {key: v.astype("<f4").tobytes() for key, v in computed if key in there},
                encoder.fingerprint,
            )
    return len(keys)


def keep_up(catalog: Catalog, encoder: Encoder, progress: Progress = lambda done, of: None) -> int:
    """Embeds what searches wait for: from then on they find all that is stored.

    Returns how many texts there were; 0 where nothing is served, for then nothing waits.
    """
    with catalog.reading() as reading:
        sequence = reading.sequence
        if reading.generations.pointer() is None:
            return 0
    return embed_missing(catalog, encoder, sequence, progress)


@contextmanager
def taking_over(
    catalog: Catalog, encoder: Encoder | None, served: Serving | None
) -> Iterator[None]:
    """Around the moment from which `encoder` serves: searches go on finding the newest.

    What came since the index was built is embedded before, and whoever came in between after it.
    Where `served` is of the same encoder there is nothing to do.
    """
    if encoder is None or served is None or served.encoder == encoder.fingerprint:
        yield
        return
    keep_up(catalog, encoder)
    yield
    keep_up(catalog, encoder)
