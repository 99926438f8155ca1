"""Taking documents in: found, read in workers, stored whole or put in quarantine with a reason.

What is reported as stored has been committed. A file that cannot be read costs only itself.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.errors import InvalidRequest, Unreadable
from catalog.resumes import NewResume
from catalog.store import Catalog
from indexer.candidate import parser_version, read_candidate
from indexer.documents.bulk import is_bulk, split_lines
from indexer.documents.limits import Limits
from indexer.documents.workers import Incoming, WorkerPool
from indexer.storing import TOGETHER, Origin, Report, store

Progress = Callable[[int], None]


class IdFrom(StrEnum):
    """Where a file's external id comes from, for exports that carry it in their names."""

    NOTHING = "nothing"
    FOLDER = "folder"
    STEM = "stem"

    def of(self, file: Path) -> str | None:
        """The id that a file's place gives it."""
        match self:
            case IdFrom.FOLDER:
                return _storable(file.resolve().parent.name)
            case IdFrom.STEM:
                return _storable(file.stem)
            case IdFrom.NOTHING:
                return None


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files to take in, folders walked in the order of their names; hidden ones are left out.

    A folder that cannot be opened is among them, so that it is reported and not passed over.
    Errors: InvalidRequest for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(_walk(path)) if not _hidden(p, path))
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise InvalidRequest(f"there is no file or folder {path}")
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for inside, _, names in os.walk(folder, onerror=lambda e: closed.append(Path(e.filename))):
        yield from (path for name in names if (path := Path(inside, name)).is_file())
    yield from closed


def ingest(
    catalog: Catalog,
    files: Iterable[Path],
    *,
    workers: int = 2,
    limits: Limits | None = None,
    ocr: bool = True,
    id_from: IdFrom = IdFrom.NOTHING,
    progress: Progress = lambda done: None,
) -> Report:
    """Reads and stores files. `progress` is called with the number of documents just finished."""
    limits = limits or Limits()
    with readers(workers, limits, ocr=ocr) as pool:
        return take_in(catalog, _documents(files, limits, id_from), pool, progress)


def readers(workers: int, limits: Limits, *, ocr: bool = True) -> WorkerPool[NewResume]:
    """The processes that read documents, to be used in a with block."""
    read = partial(read_candidate, ocr=ocr)
    return WorkerPool[NewResume](read, workers=workers, limits=limits)


def take_in(
    catalog: Catalog,
    documents: Iterable[Incoming],
    pool: WorkerPool[NewResume],
    progress: Progress = lambda done: None,
) -> Report:
    """Reads and stores documents whose tag is their `Origin`."""
    report = Report()
    results = pool.run(_new_only(catalog, documents, parser_version(), report, progress))
    while batch := list(islice(results, TOGETHER)):
        store(catalog, batch, report)
        progress(len(batch))
    return report


def _documents(files: Iterable[Path], limits: Limits, id_from: IdFrom) -> Iterator[Incoming]:
    for file in files:
        if is_bulk(file.name):
            yield from _lines(file, limits)
        else:
            yield _whole(file, limits, Origin(_storable(str(file)), id_from.of(file)))


def _whole(file: Path, limits: Limits, origin: Origin) -> Incoming:
    name = _storable(file.name)
    try:
        _refuse_what_is_no_file(file)
        if file.stat().st_size > limits.bytes:
            megabytes = limits.bytes / 1e6
            error = Unreadable("too_large", f"The file is larger than {megabytes:.0f} MB.")
            return Incoming(name, b"", origin, error)
        return Incoming(name, file.read_bytes(), origin)
    except Unreadable as refused:
        return Incoming(name, b"", origin, refused)
    except OSError as error:
        refusal = Unreadable("unreadable", f"The file cannot be opened: {error.strerror}.")
        return Incoming(name, b"", origin, refusal)


def _refuse_what_is_no_file(file: Path) -> None:
    """A pipe or a device may never end, and a folder comes here only when it cannot be opened."""
    mode = file.stat().st_mode
    if stat.S_ISDIR(mode):
        raise Unreadable("unreadable", "The folder cannot be opened.")
    if not stat.S_ISREG(mode):
        raise Unreadable("unreadable", "This is a device or a pipe, not a file.")


def _lines(file: Path, limits: Limits) -> Iterator[Incoming]:
    path, stem = _storable(str(file)), _storable(file.stem)
    try:
        _refuse_what_is_no_file(file)
        with file.open("rb") as stream:
            for line in split_lines(stream, limits):
                origin = Origin(f"{path}:{line.number}")
                yield Incoming(f"{stem}.{line.number}.json", line.data, origin, line.error)
    except Unreadable as refused:
        yield Incoming(_storable(file.name), b"", Origin(path), refused)
    except OSError as error:
        refusal = Unreadable("unreadable", f"The file cannot be opened: {error.strerror}.")
        yield Incoming(_storable(file.name), b"", Origin(path), refusal)


def _new_only(
    catalog: Catalog,
    documents: Iterable[Incoming],
    parser: str,
    report: Report,
    progress: Progress,
) -> Iterator[Incoming]:
    """Leaves out, and counts, what was stored before and would be read no differently."""
    source = iter(documents)
    while batch := list(islice(source, TOGETHER)):
        with catalog.reading() as reading:
            known = [_is_known(reading, document, parser) for document in batch]
        report.unchanged += sum(known)
        progress(sum(known))
        yield from (d for d, is_known in zip(batch, known, strict=True) if not is_known)


def _is_known(reading: Any, document: Incoming, parser: str) -> bool:
    if document.error is not None:
        return False
    digest = hashlib.sha256(document.data).hexdigest()
    found = reading.resumes.find_document(digest, document.tag.external_id)
    return found is not None and found.parser == parser


def _storable(name: str) -> str:
    """A file's name as text; bytes in it that are no UTF-8 come out as \\xff."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)
