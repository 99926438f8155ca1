from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_st

from catalog.errors import BoleError, Conflict, Damaged, NotReady, StoreUnavailable
from search import arrays as arrays_module
from search.arrays import open_generation, write_generation

ARRAYS = {
    "vectors": np.arange(24, dtype=np.float32).reshape(6, 4),
    "row_ids": np.array([4, 9, 2, 7, 1, 3], np.int64),
    "candidate_of_row": np.array([1, 1, 2, 3, 5, 8], np.int64),
    "vocabulary": np.frombuffer("护士\nnurse".encode(), np.uint8),
    "nothing": np.empty((0, 4), np.float32),
    "number": np.array(3.5),
}


def write(folder: Path, **changes: object) -> None:
    facts: dict = {
        "encoder": "e5:abc",
        "words": "w1",
        "sequence": 17,
        "counts": {"passages": 6},
    }
    write_generation(folder, ARRAYS, **(facts | changes))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "7")
    return tmp_path / "7"


def test_what_was_written_is_read_and_mapped_not_copied(folder: Path) -> None:
    generation = open_generation(folder, encoder="e5:abc", words="w1")
    generation.verify()
    assert generation.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert generation.arrays[name].dtype == array.dtype
        assert np.array_equal(generation.arrays[name], array)
        assert not generation.arrays[name].flags.writeable
    assert isinstance(generation.arrays["vectors"], np.memmap)
    assert generation.manifest.sequence == 17
    assert generation.manifest.counts == {"passages": 6}


@given(
    numpy_st.arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.int32, np.uint8, np.bool_]),
        numpy_st.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6),
    )
)
def test_any_array_of_numbers_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray
) -> None:
    folder = tmp_path_factory.mktemp("any") / "g"
    given_arrays = {"straight": array, "turned": array.T}
    write_generation(folder, given_arrays, encoder="e", words="w", sequence=0, counts={})
    generation = open_generation(folder)
    generation.verify()
    for name, one in given_arrays.items():
        assert generation.arrays[name].shape == one.shape
        assert generation.arrays[name].tobytes() == one.tobytes()
    shutil.rmtree(folder.parent)


@pytest.mark.parametrize("name", ["../outside", "with space", "", "a/b", "a.b"])
def test_an_array_cannot_be_named_like_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        write_generation(
            tmp_path / "g", {name: np.zeros(1)}, encoder="e", words="w", sequence=0, counts={}
        )
    assert list(tmp_path.iterdir()) == []


def test_objects_are_not_stored(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="type"):
        write_generation(
            tmp_path / "g",
            {"texts": np.array(["a", None], object)},
            encoder="e",
            words="w",
            sequence=0,
            counts={},
        )


def test_a_generation_is_never_written_twice(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(Conflict):
        write(folder, sequence=18)
    assert (folder / "manifest.json").read_bytes() == before


def test_a_failure_while_writing_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(arrays_module, "flush", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        write(tmp_path / "7")
    assert list(tmp_path.iterdir()) == []


def test_all_is_on_the_disk_before_it_has_its_name_and_the_manifest_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, str]] = []
    fsync, rename = os.fsync, Path.rename

    def record_fsync(handle: int) -> None:
        steps.append(("flushed", Path(os.readlink(f"/proc/self/fd/{handle}")).name))
        fsync(handle)

    def record_rename(self: Path, to: Path) -> Path:
        steps.append(("renamed", to.name))
        return rename(self, to)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(Path, "rename", record_rename)
    write(tmp_path / "data" / "generations" / "7")
    aside = next(name for _, name in steps if name.startswith(".7."))
    assert steps == [
        ("flushed", "data"),  # where the folder of the generations was made
        ("flushed", tmp_path.name),
        *(("flushed", f"{name}.npy") for name in sorted(ARRAYS)),
        ("flushed", "manifest.json"),
        ("flushed", aside),
        ("renamed", "7"),
        ("flushed", "generations"),
    ]


def test_a_name_that_may_not_last_is_taken_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = arrays_module.flush_names

    def fail_at_last(folder: Path) -> None:
        if folder == tmp_path:
            raise OSError(5, "Input/output error")
        whole(folder)

    monkeypatch.setattr(arrays_module, "flush_names", fail_at_last)
    with pytest.raises(StoreUnavailable, match="Input/output error"):
        write(tmp_path / "7")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (OSError(errno.EIO, "Input/output error"), Damaged),
        (PermissionError(errno.EACCES, "Permission denied"), StoreUnavailable),
    ],
)
@pytest.mark.parametrize("what", ["manifest.json", "vectors.npy"])
def test_a_disk_that_fails_is_no_traceback(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    meant: type[BoleError],
    what: str,
) -> None:
    def fail(opened: Path, *given: Any, **more: Any) -> object:
        if opened.name == what:
            raise error
        return whole(opened, *given, **more)

    whole = io.open
    monkeypatch.setattr(io, "open", fail)
    with pytest.raises(meant):
        open_generation(folder).verify()


def test_only_its_owner_may_look_into_a_generation(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0


def test_a_generation_made_with_another_encoder_or_other_words_is_refused(folder: Path) -> None:
    with pytest.raises(NotReady, match=r"other encoder.*bole reindex"):
        open_generation(folder, encoder="e5:abd")
    with pytest.raises(NotReady, match=r"other word rules.*bole reindex"):
        open_generation(folder, encoder="e5:abc", words="w2")


def test_where_there_is_no_generation_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="bole reindex"):
        open_generation(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotReady, match="bole reindex"):
        open_generation(tmp_path / "empty")


def truncate(folder: Path) -> None:
    path = folder / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-1])


def flip(folder: Path) -> None:
    path = folder / "vectors.npy"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))


def flip_header(folder: Path) -> None:
    path = folder / "vectors.npy"
    data = bytearray(path.read_bytes())
    data[1] ^= 1
    path.write_bytes(bytes(data))


def lose(folder: Path) -> None:
    (folder / "row_ids.npy").unlink()


def empty(folder: Path) -> None:
    (folder / "row_ids.npy").write_bytes(b"")


def swap(folder: Path) -> None:
    one, other = folder / "row_ids.npy", folder / "candidate_of_row.npy"
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)


def retype(folder: Path) -> None:
    path = folder / "row_ids.npy"
    np.save(path, np.load(path).astype(np.float64))


def reshape(folder: Path) -> None:
    path = folder / "vectors.npy"
    np.save(path, np.load(path).reshape(4, 6))


def pickle(folder: Path) -> None:
    path = folder / "row_ids.npy"
    size = path.stat().st_size
    np.save(path, np.array([{"a": 1}], object), allow_pickle=True)
    data = path.read_bytes()
    path.write_bytes((data + bytes(size))[:size])


def change(folder: Path, alter: Callable[[dict], object]) -> None:
    path = folder / "manifest.json"
    sealed = json.loads(path.read_bytes())
    alter(sealed["manifest"])
    path.write_text(json.dumps(sealed))


def other_format(folder: Path) -> None:
    change(folder, lambda facts: facts.update(format=2))


def other_sequence(folder: Path) -> None:
    change(folder, lambda facts: facts.update(sequence=18))


def escape(folder: Path) -> None:
    change(folder, lambda facts: facts["arrays"].update({"../x": facts["arrays"]["vectors"]}))


def forget(folder: Path) -> None:
    change(folder, lambda facts: facts.pop("arrays"))


def garble(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"{\xff")


def listed(folder: Path) -> None:
    (folder / "manifest.json").write_text("[1, 2]")


@pytest.mark.parametrize(
    "harm",
    [
        truncate,
        flip,
        flip_header,
        lose,
        empty,
        swap,
        retype,
        reshape,
        pickle,
        other_format,
        other_sequence,
        escape,
        forget,
        garble,
        listed,
    ],
)
def test_damage_is_noticed_and_what_to_do_is_said(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    harm(folder)
    with pytest.raises(Damaged, match="bole reindex"):
        open_generation(folder).verify()


@pytest.mark.parametrize("harm", [truncate, lose, empty, retype, reshape, pickle, other_format])
def test_gross_damage_is_noticed_at_once(folder: Path, harm: Callable[[Path], None]) -> None:
    harm(folder)
    with pytest.raises(Damaged):
        open_generation(folder)


@given(st.binary(max_size=200))
def test_no_manifest_makes_it_stumble(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(BoleError):
        open_generation(folder)
    shutil.rmtree(folder)
