"""A vector for every passage in search: computed once for each text, committed as it goes."""

from __future__ import annotations

from collections.abc import Callable

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
    keys = sorted(missing, key=lambda key: (len(missing[key]), key))
    done = 0

    def report(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(keys))

    report(0)
    for start in range(0, len(keys), TOGETHER):
        lot = keys[start : start + TOGETHER]
        vectors = encoder.encode_passages([missing[key] for key in lot], report)
        with catalog.writing() as writing:
            writing.vectors.put(
                {key: v.astype("<f4").tobytes() for key, v in zip(lot, vectors, strict=True)},
                encoder.fingerprint,
            )
    return len(keys)
