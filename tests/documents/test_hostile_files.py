"""Whatever arrives ends as a text or as a reason, and the run goes on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from catalog.errors import Unreadable
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits
from indexer.documents.read import REASONS, read_document
from indexer.documents.workers import Incoming, WorkerPool
from tests.documents.hostile import FILES, READS, outcome, pdf, png


def test_the_suite_holds_at_least_forty_files() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_ends_as_a_text_or_as_the_expected_reason(name: str) -> None:
    make, expected = FILES[name]
    result = outcome(make(), name, ocr=True)
    if isinstance(result, Unreadable):
        assert result.reason in REASONS
        assert result.reason in expected.split()
        assert str(result).endswith(".")
        return
    assert expected == READS
    assert result.text.strip()
    result.text.encode("utf-8")
    assert not set(result.text) & {"\0", "\r", "\ufeff", "\u202e"}
    assert all(box.span.end <= len(result.text) for box in result.boxes)


@pytest.mark.parametrize("name", [name for name, (_, expected) in FILES.items() if not expected])
def test_what_is_read_is_read_the_same_every_time(name: str) -> None:
    data = FILES[name][0]()
    assert read_document(data, name) == read_document(data, name)


def test_an_external_entity_brings_no_file_in() -> None:
    text = read_document(FILES["external_entity.docx"][0](), "x.docx").text
    assert "root:" not in text
    assert "Forklift" in text


def test_a_path_out_of_the_archive_writes_nothing() -> None:
    read_document(FILES["path_traversal.docx"][0](), "x.docx")
    assert not Path("/tmp/owned").exists()


def test_text_survives_the_marks_that_would_reorder_it() -> None:
    text = read_document(FILES["override_marks.txt"][0](), "x.txt").text
    assert text == "Forklift driver"


def test_a_scan_without_the_ocr_extra_says_what_to_install() -> None:
    with pytest.raises(Unreadable, match=r"bole\[ocr\]") as caught:
        read_document(png(64, 64, bytes(65 * 64)), "scan.png", Limits(), ocr=False)
    assert caught.value.reason == "no_text"


def test_a_parser_that_raises_what_nobody_foresaw_is_a_damaged_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import indexer.documents.html as html

    def burst(data: bytes, limits: Limits) -> Extraction:
        raise ZeroDivisionError("inside a parser")

    monkeypatch.setattr(html, "read_html", burst)
    with pytest.raises(Unreadable) as caught:
        read_document(b"<html><p>Forklift driver", "x.html")
    assert caught.value.reason == "damaged"


def test_slow_pages_are_stopped_by_the_clock_between_them() -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(pdf("Forklift driver", pages=5), "x.pdf", Limits(seconds=0.0))
    assert caught.value.reason == "timeout"


def read_or_misbehave(data: bytes, filename: str, limits: Limits) -> str:
    """What the workers run here: most names are read, some bring their process down."""
    if filename == "hangs":
        time.sleep(60)
    if filename == "exits":
        os._exit(3)
    if filename == "aborts":
        os.abort()
    if filename == "killed":
        os.kill(os.getpid(), 9)
    if filename == "eats_memory":
        hoard = []
        while True:
            hoard.append(bytearray(50_000_000))
    if filename == "raises":
        raise KeyError("words of the résumé")
    if filename == "imports":
        import sys

        return ",".join(sorted({"torch", "faiss", "transformers"} & set(sys.modules)))
    return read_document(data, filename, limits).text


MISBEHAVIOUR = {
    "hangs": "timeout",
    "exits": "crashed",
    "aborts": "crashed",
    "killed": "out_of_memory",
    "eats_memory": "out_of_memory",
}


def test_a_document_that_kills_its_worker_costs_only_itself() -> None:
    names = [name for bad in MISBEHAVIOUR for name in (bad, f"after_{bad}.txt")]
    limits = Limits(seconds=4.0, memory=500_000_000)
    with WorkerPool(read_or_misbehave, workers=2, limits=limits) as pool:
        results = list(pool.run(Incoming(name, f"I am {name}".encode()) for name in names))
    assert [document.filename for document, _ in results] == names
    for document, result in results:
        if document.filename in MISBEHAVIOUR:
            assert isinstance(result, Unreadable)
            assert result.reason == MISBEHAVIOUR[document.filename]
        else:
            assert result == f"I am {document.filename}"


def test_a_fault_of_ours_costs_one_document_and_quotes_nothing_of_it() -> None:
    documents = [Incoming("raises", b"x"), Incoming("after.txt", b"Forklift driver")]
    with WorkerPool(read_or_misbehave, workers=1) as pool:
        (_, failed), (_, read) = pool.run(documents)
    assert isinstance(failed, Unreadable)
    assert failed.reason == "crashed"
    assert "KeyError at test_hostile_files.py:" in str(failed)
    assert "words of the résumé" not in str(failed)
    assert read == "Forklift driver"


def test_documents_are_drawn_only_as_fast_as_they_are_read() -> None:
    drawn = 0

    def documents() -> object:
        nonlocal drawn
        for number in range(50):
            drawn += 1
            yield Incoming(f"{number}.txt", f"Number {number}".encode(), tag=number)

    with WorkerPool(read_or_misbehave, workers=1) as pool:
        for done, (document, result) in enumerate(pool.run(documents())):  # type: ignore[arg-type]
            assert (document.tag, result) == (done, f"Number {done}")
            assert drawn - done <= 4
    assert drawn == 50


def test_a_file_over_the_limit_never_reaches_a_worker() -> None:
    limits = Limits(bytes=10)
    unread = Unreadable("damaged", "The disk says no.")
    documents = [Incoming("exits", b"x" * 11), Incoming("exits", b"", error=unread)]
    with WorkerPool(read_or_misbehave, workers=1, limits=limits) as pool:
        results = [result for _, result in pool.run(documents)]
    assert [result.reason for result in results] == ["too_large", "damaged"]  # type: ignore[union-attr]


def test_workers_start_without_the_models() -> None:
    with WorkerPool(read_or_misbehave, workers=1) as pool:
        ((_, result),) = pool.run([Incoming("imports", b"x")])
    assert result == ""


def test_leaving_early_waits_for_nobody() -> None:
    started = time.monotonic()
    with WorkerPool(read_or_misbehave, workers=1) as pool:
        for _ in pool.run([Incoming("a.txt", b"a"), *[Incoming("hangs", b"x")] * 3]):
            break
    assert time.monotonic() - started < 10
