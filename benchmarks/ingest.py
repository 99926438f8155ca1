"""What reading and storing a document costs, against bare text extraction of the same files.

    python -m benchmarks.ingest FOLDER [--repeat 3]

FOLDER holds real PDF and DOCX files (the demo pool's will do: `python -m demo.pool /tmp/pool`).
Both sides run in this one process and are timed in processor seconds, the best of the repeats.
Bare extraction is what a script would do: pypdfium2's text of each page, python-docx's paragraphs
and cells. Ours is everything up to the commit: sections, positions, skills, identity, passages, SQL
and the original bytes. Target: at most 5 times. Peak memory of the process is printed too.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from catalog.errors import Unreadable
from catalog.store import create_catalog
from catalog.store.engine import default_url
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from indexer.storing import TOGETHER


def main() -> None:
    """Measures PDF and DOCX apart and prints one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    for suffix, bare in ((".pdf", _bare_pdf), (".docx", _bare_docx)):
        files = [p.read_bytes() for p in sorted(asked.folder.rglob(f"*{suffix}"))]
        files = [data for data in files if _has_text(data, suffix)]
        if not files:
            print(f"{suffix}: no readable file in {asked.folder}")
            continue
        theirs = min(_extract_all(bare, files) for _ in range(asked.repeat))
        ours = min(_store_all(files, suffix) for _ in range(asked.repeat))
        per_file = 1000 / len(files)
        print(
            f"{suffix}: {len(files)} files, bare {theirs * per_file:.2f} ms, "
            f"read and stored {ours * per_file:.2f} ms a file: {ours / theirs:.2f} times"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


def _has_text(data: bytes, suffix: str) -> bool:
    try:
        read_candidate(data, f"cv{suffix}", Limits(), ocr=False)
    except Unreadable:
        return False
    return True


def _extract_all(extract: Callable[[bytes], str], files: Sequence[bytes]) -> float:
    return _seconds(lambda: [extract(data) for data in files])


def _store_all(files: Sequence[bytes], suffix: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        catalog = create_catalog(default_url(Path(folder)), Path(folder))

        def run() -> None:
            for start in range(0, len(files), TOGETHER):
                lot = files[start : start + TOGETHER]
                read = [read_candidate(data, f"cv{suffix}", Limits(), ocr=False) for data in lot]
                for data in lot:
                    catalog.blobs.put(data)
                with catalog.writing() as writing:
                    for new in read:
                        writing.resumes.store(new)

        seconds = _seconds(run)
        catalog.close()
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _bare_pdf(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def _bare_docx(data: bytes) -> str:
    import docx

    document = docx.Document(io.BytesIO(data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
