"""A vector for every passage in search: computed once for each text, committed as it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from catalog.store import Catalog
from search.encoder import Encoder, Vectors
from search.encoders.windows import cut_into_windows

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
        vectors = encode_whole(encoder, [missing[key] for key in lot], report)
        with catalog.writing() as writing:
            writing.vectors.put(
                {key: v.astype("<f4").tobytes() for key, v in zip(lot, vectors, strict=True)},
                encoder.fingerprint,
            )
    return len(keys)


def encode_whole(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
) -> Vectors:
    """Unit vectors (n, d). A text over the model's limit is the mean of its windows, by tokens."""
    windows = [_windows(encoder, text) for text in texts]
    parts = [
        text[start:end] for text, cuts in zip(texts, windows, strict=True) for start, end in cuts
    ]
    encoded = encoder.encode_passages(parts, progress)
    if len(parts) == len(texts):
        return encoded
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    at = 0
    for row, cuts in enumerate(windows):
        weights = np.array([end - start for start, end in cuts], np.float64)
        mean = weights @ encoded[at : at + len(cuts)].astype(np.float64)
        vectors[row] = mean / (np.linalg.norm(mean) or 1.0)
        at += len(cuts)
    return vectors


def _windows(encoder: Encoder, text: str) -> list[tuple[int, int]]:
    if encoder.count_tokens(text) <= encoder.max_tokens:
        return [(0, len(text))]
    return cut_into_windows(text, encoder.locate_tokens(text), encoder.max_tokens)
