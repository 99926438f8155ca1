"""Whether the erased are gone from every byte, and whether the folder holds only what it shall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from catalog.errors import BoleError
from catalog.generations import GenerationState
from catalog.personal_data import FOLDER
from catalog.store import Catalog
from indexer.checking import check
from indexer.publish import GENERATIONS
from search.arrays import MANIFEST, open_generation
from search.encoder import Encoder
from search.vectors import on_grid
from tests.crash import cast
from tests.crash.expected import Expected
from tests.indexer.canary import dump


def check_gone(catalog: Catalog, whose: set[int]) -> Iterator[str]:
    """No file of the data folder, and no table of PostgreSQL, says a word that was only theirs."""
    for place, content in _contents(catalog):
        if left := cast.numbers_in(content) & whose:
            yield f"{place} still holds words of {sorted(left)[:5]}, who were erased"


def check_vectors_gone(
    catalog: Catalog, encoder: Encoder, expected: Expected, whose: set[int]
) -> Iterator[str]:
    """Nor does any hold their vectors, as they were kept or as an index holds them."""
    needles = {}
    for number in whose:
        for version in expected.candidate(number).tried:
            resume = cast.resume_of(number, version)
            for passage in resume.passages:
                text = passage.view.of(resume.scoring_text)
                if cast.numbers_in(text.encode()):
                    vector = encoder.encode_query(text)
                    needles[vector.astype("<f4").tobytes()] = number
                    needles[on_grid(vector).astype("<f4").tobytes()] = number
    for place, content in _contents(catalog):
        left = {number for needle, number in needles.items() if needle in content}
        if left:
            yield f"{place} still holds vectors of {sorted(left)[:5]}, who were erased"


def check_folder(catalog: Catalog) -> Iterator[str]:
    """Exactly the files that belong there: what kills leave does not pile up."""
    for path in sorted(catalog.folder.iterdir()):
        if path.name not in FOLDER:
            yield f"{path.name} lies in the data folder and belongs to nothing"
    with catalog.reading() as reading:
        owned = reading.originals.all()
        kept = reading.generations.all(GenerationState.PUBLISHED)
    keys = {path.name for path in catalog.blobs.folder.rglob("*") if path.is_file()}
    if keys != owned:
        yield f"{len(keys - owned)} blobs are nobody's and {len(owned - keys)} are lost"
    wanted = {(catalog.folder / each.folder).name for each in kept}
    root = catalog.folder / GENERATIONS
    there = {path.name for path in root.iterdir()} if root.is_dir() else set()
    if there != wanted:
        yield f"folders {sorted(there - wanted)} are no generation's, {wanted - there} are missing"
    for each in kept:
        folder = catalog.folder / each.folder
        try:
            arrays = {f"{name}.npy" for name in open_generation(folder).arrays}
        except BoleError:  # another check finds this
            continue
        if {path.name for path in folder.iterdir()} != arrays | {MANIFEST}:
            yield f"{each.folder} holds other files than its manifest names"


def check_by_product(catalog: Catalog) -> Iterator[str]:
    """What `bole check` says."""
    yield from (f"bole check: {finding.message}" for finding in check(catalog))


def _contents(catalog: Catalog) -> Iterator[tuple[str, bytes]]:
    for path in sorted(catalog.folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(catalog.folder)), _read(path)
    if catalog.engine.dialect.name == "postgresql":
        yield from dump(catalog).items()


def _read(path: Path) -> bytes:
    """Letters are also looked for where they are stored as wider numbers."""
    content = path.read_bytes()
    if path.suffix != ".npy":
        return content
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError):
        return content
    narrow = array.astype(np.uint8).tobytes() if array.dtype.kind in "ui" else b""
    return content + b"\n" + narrow
