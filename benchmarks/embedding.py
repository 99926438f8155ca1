"""How fast passages are embedded, against sentence-transformers' own float32 `encode`.

    python -m benchmarks.embedding --data DATA --cache CACHE [--model packaged:multilingual]

DATA holds `livecareer_onet_proxy_dev/resumes.jsonl` (real résumés, not part of the project);
without it, the benchmark says so and measures nothing. Both sides get the same list of distinct
passages of at most 200 tokens, take turns in the same process, and run with all threads;
sentence-transformers runs with its defaults (batches of 32, float32). Reported: the ratio of the
best times, of the processor seconds (which a busy machine disturbs less), and the lowest cosine
between the two results. Target: 1.3, or 2.5 where the processor has bfloat16 instructions.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.encoder import Vectors, choose_dtype
from search.encoders.sentence import SentenceEncoder
from search.encoders.windows import cut_into_windows

TOKENS = 200


def main() -> None:
    arguments = _parse_arguments()
    source = arguments.data / "livecareer_onet_proxy_dev" / "resumes.jsonl"
    if not source.is_file():
        print(f"Skipped: {source} is not there; this benchmark needs real résumés.")
        return
    dtype = arguments.dtype or choose_dtype(arguments.model, arguments.cache)
    ours = SentenceEncoder.open(arguments.model, arguments.cache, dtype=dtype, device="cpu")
    theirs = _open_peer(ours.folder)
    passages = _read_passages(source, ours, arguments.passages)
    tokens = sum(map(ours.count_tokens, passages))
    print(f"{ours.name}, {dtype}: {len(passages)} distinct passages, {tokens} tokens")
    print(ours.numerics)

    ours.encode_passages(passages[:8])
    theirs(passages[:8])
    our_times, their_times = [], []
    for turn in range(arguments.turns):
        their_vectors, seconds = _time(theirs, passages)
        their_times.append(seconds)
        our_vectors, seconds = _time(ours.encode_passages, passages)
        our_times.append(seconds)
        print(
            f"turn {turn + 1}: sentence-transformers {their_times[-1][0]:.2f} s, "
            f"{their_times[-1][1]:.2f} processor s; "
            f"Bole {our_times[-1][0]:.2f} s, {our_times[-1][1]:.2f} processor s"
        )
    wall, processor = (
        min(t[k] for t in their_times) / min(t[k] for t in our_times) for k in (0, 1)
    )
    print(f"Bole is {wall:.2f} times as fast, for 1/{processor:.2f} of the processor seconds")
    print(f"{tokens / min(t[0] for t in our_times):.0f} tokens a second")
    print(f"lowest cosine of the two: {_lowest_cosine(our_vectors, their_vectors):.6f}")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="where models are unpacked")
    parser.add_argument("--model", default="packaged:multilingual")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], help="else chosen by measuring")
    parser.add_argument("--passages", type=int, default=160)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


def _open_peer(folder: Path) -> Callable[[list[str]], Vectors]:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    return lambda texts: model.encode_document(texts, show_progress_bar=False)


def _read_passages(source: Path, encoder: SentenceEncoder, count: int) -> list[str]:
    """The passages of every 20th résumé, in order, each once."""
    passages: dict[str, None] = {}
    with source.open(encoding="utf-8") as lines:
        for line in list(lines)[::20]:
            text = json.loads(line)["text"]
            for start, end in cut_into_windows(text, encoder.locate_tokens(text), TOKENS):
                passages[text[start:end].strip()] = None
            if len(passages) >= count:
                break
    return list(passages)[:count]


def _time(
    encode: Callable[[list[str]], Vectors], passages: list[str]
) -> tuple[Vectors, tuple[float, float]]:
    """The vectors; seconds by the clock and of the processor."""
    started = time.perf_counter(), time.process_time()
    vectors = encode(passages)
    return vectors, (time.perf_counter() - started[0], time.process_time() - started[1])


def _lowest_cosine(ours: Vectors, theirs: Vectors) -> float:
    left, right = (_to_unit(rows.astype(np.float64)) for rows in (ours, theirs))
    return float((left * right).sum(axis=1).min())


def _to_unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
