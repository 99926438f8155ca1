from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from catalog.errors import Damaged, InvalidRequest, NotFound, StoreUnavailable
from catalog.store.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_bytes_come_back_by_their_hash(blobs: Blobs) -> None:
    for content in (b"", b"\x00\xff" * 10_000, "简历".encode()):
        key = blobs.put(content)
        assert key == hashlib.sha256(content).hexdigest()
        assert blobs.get(key) == content


def test_equal_bytes_share_one_file_for_its_owner_only(blobs: Blobs) -> None:
    key = blobs.put(b"cv")
    assert blobs.put(b"cv") == key
    files = [path for path in blobs.folder.rglob("*") if path.is_file()]
    assert files == [blobs.folder / key[:2] / key[2:4] / key]
    assert files[0].stat().st_mode & 0o077 == 0
    assert list(blobs.keys()) == [key]


def test_damage_is_noticed_and_the_same_bytes_repair_a_cut_file(blobs: Blobs) -> None:
    key = blobs.put(b"a long document")
    path = blobs.folder / key[:2] / key[2:4] / key
    path.write_bytes(b"a l0ng document")
    with pytest.raises(Damaged):
        blobs.get(key)
    path.write_bytes(b"a long")
    blobs.put(b"a long document")
    assert blobs.get(key) == b"a long document"


def test_a_write_that_fails_leaves_nothing_behind(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StoreUnavailable):
        blobs.put(b"cv")
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []


def test_what_a_crash_left_is_no_blob_and_is_swept(blobs: Blobs) -> None:
    key = blobs.put(b"cv")
    (blobs.folder / key[:2] / key[2:4] / ".aside-x1").write_bytes(b"half of a")
    assert list(blobs.keys()) == [key]
    assert blobs.sweep() == 1
    assert blobs.sweep() == 0
    assert blobs.get(key) == b"cv"


def test_deleting_is_for_good_and_twice_is_harmless(blobs: Blobs) -> None:
    key = blobs.put(b"cv")
    assert blobs.delete(key)
    assert not blobs.delete(key)
    with pytest.raises(NotFound):
        blobs.get(key)


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 63 + "/", "é" * 64]
)
def test_a_key_cannot_lead_out_of_the_folder(blobs: Blobs, key: str) -> None:
    for act in (blobs.get, blobs.delete):
        with pytest.raises(InvalidRequest):
            act(key)
