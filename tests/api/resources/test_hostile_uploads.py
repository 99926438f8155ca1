"""Whatever is uploaded: never a fault of the server's, and never a document without a fate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.receiving import clean_name
from catalog.keys import Role
from tests.api.resources.conftest import Server, open_place, serve
from tests.documents import hostile

PLAIN = (
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    b"hello\r\n--x--\r\n"
)


@pytest.fixture(scope="module")
def fuzzed(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = shutil.copytree(indexed, tmp_path_factory.mktemp("fuzzed") / "data")
    yield from serve(open_place(data, api_rate=10**6))


def cut(body: bytes, at: int, with_: bytes) -> bytes:
    at %= len(body)
    return body[:at] + with_ + body[at + len(with_) // 2 :]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), with_=st.binary(max_size=12), twice=st.booleans())
def test_a_broken_form_is_never_our_fault(
    fuzzed: Server, at: int, with_: bytes, twice: bool
) -> None:
    body = cut(PLAIN, at, with_)
    body = cut(body, at * 7, with_[::-1]) if twice else body
    said = fuzzed.ask(
        "POST",
        "/v1/resumes",
        Role.INTEGRATOR,
        content=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert said.status_code in (202, 400), said.text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.text(max_size=40), body=st.binary(max_size=200))
def test_any_type_and_any_bytes_are_answered(fuzzed: Server, kind: str, body: bytes) -> None:
    said = fuzzed.ask(
        "POST",
        "/v1/resumes",
        Role.INTEGRATOR,
        content=body,
        headers={"Content-Type": kind.encode("utf-8", "replace").replace(b"\n", b"")},
    )
    assert said.status_code in (400, 415), said.text


def test_every_hostile_file_has_a_fate(fuzzed: Server) -> None:
    files = hostile_files()
    receipt = fuzzed.send(*files)
    fates = [each["status"] for each in receipt["documents"]]
    assert len(fates) == len(files)
    assert set(fates) <= {"stored", "unchanged", "quarantined"}, fates
    assert "quarantined" in fates


@given(st.text(max_size=300))
def test_a_file_name_is_never_a_path(name: str) -> None:
    shown = clean_name(name)
    assert shown
    assert not set(shown) & set("/\\\x00\n\r")
    assert not shown.startswith(".")
    assert len(shown) <= 150
    shown.encode()


def hostile_files() -> list[tuple[str, bytes]]:
    """Files that are made to hurt their reader."""
    return [
        ("nested.pdf", hostile.pdf_nested(2000)),
        ("looping.pdf", hostile.pdf_with_looping_pages()),
        ("huge.pdf", hostile.pdf_with_huge_page()),
        ("locked.pdf", hostile.pdf("Arborist", encrypted=True)),
        ("locked.docx", hostile.encrypted_zip()),
        ("bomb.docx", hostile.package({"word/document.xml": b"\0" * 30_000_000})),
        ("deep.json", b'{"basics":' * 5000),
        ("odd.json", b'{"basics": {"name": 1e999, "email": [[]]}, "work": [null, 7, {}]}'),
        ("twice.txt", b"\xff\xfe" + "Arborist".encode("utf-16-le")),
        ("empty.txt", b""),
        ("CON.docx", b"MZ" + bytes(range(256)) * 20),
        ("pool.jsonl", b'{"text": "Arborist since 2010"}\n' * 3),
        ("名字.txt", ("潜水教练，三年经验。\n" * 3).encode("gb18030")),
    ]
