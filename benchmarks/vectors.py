"""How quick the indexes are, and how much the approximate ones find.

    python -m benchmarks.vectors                     100,000 passages of 25,000 candidates
    python -m benchmarks.vectors --rows 1000000      a million (5 GB of memory, minutes)

The vectors are made up: people around directions of their own in 64 dimensions that matter
unequally, and noise in all 384. Uniformly random ones would compress worse; what real embeddings
give is in the report of a pool's own compressed index. Texts are made of words as frequent as
Zipf's law has them. Times are the least of several runs: milliseconds on this machine, one thread
if OMP_NUM_THREADS=1 says so.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from search import words
from search.boolean import candidates_matching, parse
from search.faiss_index import compressed_index, flat_index
from search.lexical import LexicalIndex
from search.vectors import BEST_PASSAGE, MEAN, ExactIndex, Fold, Rows, VectorIndex

DIMENSION = 384
K = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=100_000, help="passages")
    options.add_argument("--documents", type=int, default=20_000, help="texts for BM25")
    asked = options.parse_args()
    rows = made_up_rows(asked.rows)
    print(f"{len(rows):,} passages of {len(rows.candidates):,} candidates, the {K} nearest\n")
    compare_indexes(rows)
    find_crossover(rows)
    time_words(asked.documents)


def made_up_rows(count: int) -> Rows:
    random = np.random.default_rng(0)
    people = count // 4
    owners = np.sort(random.integers(0, people, count))
    own = random.normal(size=(people, 64)).astype(np.float32)
    axes = random.normal(size=(64, DIMENSION)) * np.linspace(1, 0.1, 64)[:, None]
    vectors = np.empty((count, DIMENSION), np.float32)
    for start in range(0, count, 50_000):
        part = owners[start : start + 50_000]
        inner = 0.7 * own[part] + 0.7 * random.normal(size=(len(part), 64))
        block = inner @ axes + 1.2 * random.normal(size=(len(part), DIMENSION))
        vectors[start : start + 50_000] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return Rows.arrange(vectors, np.arange(count), owners)


def questions(rows: Rows, count: int) -> list[NDArray[np.float32]]:
    """Half-way between two people's passages: as far from each as a job is from a résumé."""
    random = np.random.default_rng(1)
    pairs = rows.vectors[random.integers(0, len(rows), (2, count))].sum(axis=0)
    return list(pairs / np.linalg.norm(pairs, axis=1, keepdims=True))


def milliseconds(run: Callable[..., object], *arguments: object, times: int = 7) -> float:
    least = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        run(*arguments)
        least = min(least, time.perf_counter() - start)
    return 1_000 * least


def compare_indexes(rows: Rows) -> None:
    asked = questions(rows, 30)
    sgemv = milliseconds(lambda: rows.vectors @ asked[0])
    print(f"one float32 product with all passages (BLAS): {sgemv:.1f} ms")
    print(f"{'fold':26}{'index':12}{'build s':>8}{'ms':>8}{'× exact':>9}{'recall':>8}")
    for fold in (BEST_PASSAGE, MEAN, Fold(0.5)):
        exact = ExactIndex(rows, fold)
        truth = [exact.nearest(question, K).candidates for question in asked]
        all_of_them = milliseconds(exact.scores_of_all, asked[0])
        base = milliseconds(exact.nearest, asked[0], K)
        print(
            f"{fold!s:26}{'all scores':12}{'':8}{all_of_them:8.1f}{base / all_of_them:9.1f}{1:8.3f}"
        )
        print(f"{fold!s:26}{'exact':12}{'':8}{base:8.1f}{1:9.1f}{1:8.3f}")
        makers: list[tuple[str, Callable[[Rows, Fold], VectorIndex]]] = [
            ("flat", flat_index),
            ("compressed", compressed_index),
        ]
        for name, make in makers:
            start = time.perf_counter()
            index = make(rows, fold)
            built = time.perf_counter() - start
            took = milliseconds(index.nearest, asked[0], K)
            recall = np.mean(
                [
                    len(np.intersect1d(index.nearest(question, K).candidates, known)) / K
                    for question, known in zip(asked, truth, strict=True)
                ]
            )
            print(f"{fold!s:26}{name:12}{built:8.1f}{took:8.1f}{base / took:9.1f}{recall:8.3f}")


def find_crossover(rows: Rows) -> None:
    """Where scoring the eligible exactly stops being the quicker way."""
    print(f"\n{'eligible':>10}{'exact ms':>10}{'flat ms':>10}{'compressed ms':>15}")
    random = np.random.default_rng(2)
    question = questions(rows, 1)[0]
    exact, flat, compressed = ExactIndex(rows), flat_index(rows), compressed_index(rows)
    for share in (0.001, 0.01, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5, 1.0):
        eligible = rows.candidates[random.random(len(rows.candidates)) < share]
        took = [
            milliseconds(index.nearest, question, K, eligible)
            for index in (exact, flat, compressed)
        ]
        print(f"{share:10.1%}{took[0]:10.2f}{took[1]:10.2f}{took[2]:15.2f}")


def time_words(documents: int) -> None:
    random = np.random.default_rng(3)
    letters = np.array(list("abcdefghijklmnoprstuvw"))
    vocabulary = np.array(["".join(random.choice(letters, 7)) for _ in range(60_000)])
    shares = 1 / np.arange(1, 60_001) ** 1.0
    shares /= shares.sum()
    texts = (" ".join(random.choice(vocabulary, 600, p=shares)) for _ in range(documents))
    start = time.perf_counter()
    index = LexicalIndex.build(range(documents), texts)
    built = time.perf_counter() - start
    question = words.question_terms(" ".join(random.choice(vocabulary[100:], 256)))
    common = words.question_terms(" ".join(random.choice(vocabulary[20:3_000], 256)))
    postings = sum(len(index.places_of(index.term_number(term))) for term in set(common))
    print(f"\nBM25, {documents:,} texts of 600 words, built in {built:.1f} s (with making them up)")
    print(f"256 rare words: {milliseconds(index.scores, question):.2f} ms")
    print(f"256 common words ({postings:,} postings): {milliseconds(index.scores, common):.2f} ms")
    first, second, third = vocabulary[[5, 6, 400]]
    for expression in (
        f"{first} AND ({third} OR {second}) NOT {vocabulary[50]}",
        f'"{first} {second}"',
        f"{third[:2]}*",
    ):
        read = parse(expression)
        took = milliseconds(candidates_matching, read, index)
        print(f"{expression:50}{took:8.2f} ms, {len(candidates_matching(read, index)):,} found")


if __name__ == "__main__":
    main()
