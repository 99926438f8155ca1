"""Makes multilingual.centres.f4: python -m search.encoders.data.build_centres ONET_FOLDER CACHE

The mean vector of neutral texts, as a query and as a passage, English and Chinese counting the
same. English: every second title and every fourth description of O*NET 29.2's occupations (CC BY
4.0, U.S. Department of Labor; only the mean is kept). Chinese: the first 500 labels of skills and
words of titles in `reading/data`. Chosen before anything was measured with them; run again, it
follows the vocabulary of that day, which makes another model: the file is made once.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np

from search.encoder import Vectors
from search.encoders.packaged_models import MULTILINGUAL
from search.encoders.sentence import SentenceEncoder

CHINESE_TEXTS = 500


def build(onet: Path, cache: Path) -> None:
    """Writes the file beside this one: two rows of float32, the query's and the passages'."""
    encoder = SentenceEncoder.open(MULTILINGUAL, cache, dtype="float32", device="cpu")
    groups = (list(_english(onet)), list(dict.fromkeys(_chinese()))[:CHINESE_TEXTS])
    queries = [np.stack([encoder.encode_query(text) for text in group]) for group in groups]
    passages = [encoder.encode_passages(group) for group in groups]
    content = b"".join(_mean(vectors).astype("<f4").tobytes() for vectors in (queries, passages))
    Path(__file__).with_name("multilingual.centres.f4").write_bytes(content)


def _mean(groups: list[Vectors]) -> Vectors:
    means = np.stack([group.astype(np.float64).mean(axis=0) for group in groups])
    mean: Vectors = means.mean(axis=0).astype(np.float32)
    return mean


def _english(onet: Path) -> Iterator[str]:
    with (onet / "Occupation Data.txt").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t"))[1:]
    yield from (title for _, title, _ in rows[::2])
    yield from (description for _, _, description in rows[1::4])


def _chinese() -> Iterator[str]:
    for name, column, separator in (("skills.tsv", 2, ";"), ("titles.tsv", 1, None)):
        for line in (files("reading") / "data" / name).read_text("utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#") or len(cells) <= column:
                continue
            for label in cells[column].split(separator)[:2] if separator else cells[1].split():
                if any("\u4e00" <= letter <= "\u9fff" for letter in label):
                    yield label.lstrip("=~")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
