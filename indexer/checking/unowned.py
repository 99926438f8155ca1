"""Files that belong to no document: an ingest was killed before it could say whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.errors import BoleError
from catalog.people import Claim
from catalog.resumes import NewResume
from catalog.store import Catalog
from indexer.candidate import read_candidate
from indexer.documents.workers import Incoming, WorkerPool


def put_on_quarantine(catalog: Catalog, keys: list[str]) -> list[str]:
    """So that a person sees them; in sentences what was done.

    Each is read as ingest reads it, so that its entry says whom it is about: then it goes when they
    are erased. What is about somebody erased already goes at once: nobody waits for that.
    """
    listed = gone = 0
    for key, read in _read(catalog, keys):
        claims, name, text = _about(read)
        with catalog.writing() as writing:
            if key not in writing.sweeping.unowned([key]):
                continue
            if writing.resumes.is_of_erased(claims, name, key, text):
                gone += catalog.blobs.delete(key)
                continue
            place = f"blobs/{catalog.blobs.name_of(key)}"
            writing.quarantine.add(
                place,
                key,
                "unowned",
                "This file lay in the data folder and no document was about it."
                f"{_said(name, claims)} Ingest it again (bole ingest {catalog.folder / place}), or"
                " resolve it.",
                kept=True,
            )
            listed += 1
    said = [f"put {listed} files that belonged to no document on the quarantine's list"]
    return said + ([f"removed {gone} files of people who were erased"] if gone else [])


def _read(catalog: Catalog, keys: Iterable[str]) -> Iterator[tuple[str, NewResume | None]]:
    """What each file says; None where it cannot be read."""
    with WorkerPool[NewResume](read_candidate, workers=1) as pool:
        for document, read in pool.run(_documents(catalog, keys)):
            yield document.tag, read if isinstance(read, NewResume) else None


def _documents(catalog: Catalog, keys: Iterable[str]) -> Iterator[Incoming]:
    for key in keys:
        try:
            content = catalog.blobs.get(key)
        except BoleError:  # gone since, or damaged: there is nothing to read
            content = b""
        yield Incoming(key, content, key)


def _about(read: NewResume | None) -> tuple[tuple[Claim, ...], str | None, str]:
    return ((), None, "") if read is None else (read.claims, read.name, read.extraction.text)


def _said(name: str | None, claims: Iterable[Claim]) -> str:
    who = [*([name] if name else []), *(claim.value for claim in claims)]
    return f" It says that it is about {', '.join(who)}." if who else ""
