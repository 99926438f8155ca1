"""A pool of a few short résumés, and an encoder that needs no model and counts what it is asked."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from catalog.people import Claim, ClaimKind
from catalog.resumes import Facts, NewDocument, NewExtraction, NewPassage, NewResume
from catalog.store import Catalog
from reading.identity.scoring_view import Segment
from reading.spans import Span
from search import words
from search.encoder import Progress, Vector, Vectors

TEXTS = {
    "nurse": "Night nurse on a cardiac ward.\nTrained two nurses.",
    "driver": "Drove a lorry for years.\nWarehouse lead: forklift, stock counts.",
    "baker": "Baker of rye bread.\nNight shift at the oven, C++ as a hobby.",
    "护士": "急诊护士，三年护理经验。\n病房夜班。",
    "accountant": "Month-end closing, VAT returns, payroll; closing, closing.",
    "surgeon": "Surgeon.\nCardiac ward.\nNight shifts with nurses.",
}


class WordCounter:
    """Words hashed into a few dimensions: equal texts, equal vectors, whatever is beside them."""

    def __init__(self, name: str = "word counter", dimension: int = 12) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = 512
        self.fingerprint = hashlib.sha256(f"{name} {dimension}".encode()).hexdigest()
        self.numerics = "exact"
        self.encoded: list[str] = []
        self.asked: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        return [(0, len(text))]

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded.extend(texts)
        if progress is not None:
            progress(len(texts))
        return np.array([self._encode(text) for text in texts], np.float32)

    def encode_query(self, text: str) -> Vector:
        self.asked.append(text)
        return self._encode(text)

    def _encode(self, text: str) -> Vector:
        counts = np.zeros(self.dimension)
        for term in words.terms(words.atoms(text)):
            counts[zlib.crc32(f"{self.name} {term}".encode()) % self.dimension] += 1.0
        return (counts / (np.linalg.norm(counts) or 1.0)).astype(np.float32)


def resume_of(external: str, text: str) -> NewResume:
    """One passage a line; nothing is stripped."""
    content = f"{external}: {text}".encode()
    return NewResume(
        document=NewDocument(
            content_hash=hashlib.sha256(content).hexdigest(),
            media_type="text/plain",
            language="en",
            size=len(content),
            source="file",
            filename="cv.txt",
        ),
        extraction=NewExtraction("plain/1", text),
        parser="1",
        language="en",
        parsed={},
        scoring_text=text,
        segments=(Segment(0, 0, len(text)),),
        facts=Facts(),
        passages=tuple(_passages(text)),
        claims=(Claim(ClaimKind.EXTERNAL, external),),
    )


def store(catalog: Catalog, texts: Mapping[str, str]) -> dict[str, int]:
    """Stores or replaces these people's résumés; external id → person."""
    with catalog.writing() as w:
        return {who: w.resumes.store(resume_of(who, text)).person_id for who, text in texts.items()}


def erase(catalog: Catalog, person: int) -> None:
    """What an erasure does to the rows that an index is built from."""
    with catalog.writing() as w:
        w.unit.connection.exec_driver_sql(f"DELETE FROM document WHERE person_id = {person:d}")
        w.unit.connection.exec_driver_sql(
            f"UPDATE person SET erased_at = CURRENT_TIMESTAMP WHERE id = {person:d}"
        )


def files_of(folder: Path) -> dict[str, bytes]:
    """Name → bytes of everything in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folders(catalog: Catalog) -> set[str]:
    """What lies among the generations, hidden things too."""
    root = catalog.folder / "generations"
    return {path.name for path in root.iterdir()} if root.is_dir() else set()


def _passages(text: str) -> Iterable[NewPassage]:
    at = 0
    for line in text.splitlines(keepends=True):
        span = Span(at, at + len(line))
        yield NewPassage(span, span, hashlib.sha256(line.encode()).hexdigest())
        at = span.end
