"""Writes the examples for the base reranker: `python -m indexer.learning.foundation --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from catalog.errors import BoleError
from indexer.learning.foundation import (
    find_left_out,
    make_examples,
    read_left_out,
)
from indexer.learning.foundation.leaving_out import read_titles


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the pairs, refuses to write any that gives away what is left out, then writes all."""
    parser = argparse.ArgumentParser(prog="python -m indexer.learning.foundation")
    parser.add_argument(
        "--taxonomies", type=Path, required=True, help="has onet_29_2/, esco_1_1_en/"
    )
    parser.add_argument("--out", type=Path, required=True, help="one pair as JSON on each line")
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--train", type=Path, help="also train the adapter into this folder")
    parser.add_argument("--cache", type=Path, default=Path("encoders"), help="unpacked models")
    asked = parser.parse_args(arguments)
    left_out = read_left_out()
    try:
        pairs = make_examples(asked.taxonomies, left_out.codes, asked.seed, asked.count)
        titles = read_titles(asked.taxonomies, left_out.codes) | set(left_out.chinese)
    except BoleError as error:
        print(error, file=sys.stderr)
        return 2
    leaks = find_left_out([(pair.question, pair.answer) for pair in pairs], titles)
    if leaks:
        print("\n".join(["what is left out shows:", *leaks[:20]]), file=sys.stderr)
        return 1
    draft = asked.out.with_name(asked.out.name + ".part")
    lines = (json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in pairs)
    draft.write_text("".join(lines), encoding="utf-8")
    os.replace(draft, asked.out)
    print(f"{len(pairs)} pairs, {len({pair.group for pair in pairs})} questions: {asked.out}")
    if asked.train is not None:
        from indexer.learning.foundation.training import train_foundation

        train_foundation(pairs, asked.train, asked.cache, advance=_tell)
    return 0


def _tell(done: int, of: int) -> None:
    print(f"\r{done} of {of} steps", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
