"""A disk that loses its power: what may be left of a folder at every moment of writing it.

`kill -9` cannot show a missing fsync, since the kernel still writes what it was given. Here the
calls that make things durable (fsync of a file or folder, sync) and those that change names are
watched while a function runs. Before and after each of them the folder could lose its power, and
what is left then is any mixture of: names that were flushed or not yet, and contents that were
flushed, or not at all, or to the half, or as so many zeros.
"""

from __future__ import annotations

import os
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_NAMING = ("replace", "rename", "link", "unlink", "rmdir", "mkdir")
_MIXTURES = 6  # drawn at each moment, beside the plain ones

Loss = Callable[[bytes, bytes], bytes]
"""What is left of a file, given what was flushed of it and what is in it."""

LOSSES: dict[str, Loss] = {
    "lost": lambda flushed, now: flushed,
    "torn": lambda flushed, now: now[: (len(flushed) + len(now)) // 2],
    "zeros": lambda flushed, now: flushed + bytes(max(0, len(now) - len(flushed))),
    "whole": lambda flushed, now: now,
}


@dataclass(slots=True)
class _Node:
    """A file or folder, whatever its names. `flushed` is None before its first fsync."""

    is_folder: bool
    flushed: bytes | None = None
    now: bytes = b""
    names_flushed: dict[str, int] = field(default_factory=dict)
    names_now: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """A folder after the power went. `done`: whether the function had returned by then."""

    folder: Path
    done: bool
    when: str


class Disk:
    """Watches a folder. What lies in it at the start is on the disk for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nodes: dict[int, _Node] = {}
        self._places: dict[int, int] = {}  # inode → node: a number may be used again
        self._moments: list[tuple[str, bool, dict[int, _Node]]] = []
        self._root = self._look(folder)
        self._flush_all()

    def watch(self, act: Callable[[], Any]) -> None:
        """Runs `act` and remembers every moment at which the power could go."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _NAMING:
                patch.setattr(os, name, self._naming(name, getattr(os, name)))
            patch.setattr(os, "fsync", self._flushing(os.fsync))
            patch.setattr(os, "sync", self._flush_all)
            act()
        self._remember("afterwards", done=True)

    def cuts(self, into: Path, seed: int = 1) -> Iterator[Cut]:
        """Every folder that may be left, one after another at the same place."""
        dice = random.Random(seed)
        for when, done, nodes in self._moments:
            for how, names, loss in self._ways(nodes, dice):
                if into.exists():
                    shutil.rmtree(into)
                self._write(nodes, self._root, into, names, loss)
                yield Cut(into, done, f"{when}, {how}")

    def _ways(
        self, nodes: dict[int, _Node], dice: random.Random
    ) -> Iterator[tuple[str, Callable[[_Node], dict[str, int]], Callable[[], Loss]]]:
        for how, loss in LOSSES.items():
            yield f"new names, contents {how}", lambda n: n.names_now, lambda loss=loss: loss
        yield "old names", lambda n: n.names_flushed, lambda: LOSSES["lost"]
        for number in range(_MIXTURES):
            yield (
                f"mixture {number}",
                lambda n: _mix(n, dice),
                lambda: dice.choice(list(LOSSES.values())),
            )

    def _write(
        self,
        nodes: dict[int, _Node],
        which: int,
        path: Path,
        names: Callable[[_Node], dict[str, int]],
        loss: Callable[[], Loss],
    ) -> None:
        node = nodes[which]
        if node.is_folder:
            path.mkdir()
            for name, inside in names(node).items():
                self._write(nodes, inside, path / name, names, loss)
        else:
            flushed = node.flushed or b""
            path.write_bytes(node.now if node.flushed == node.now else loss()(flushed, node.now))

    def _naming(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **more: Any) -> Any:
            self._remember(f"before {name}")
            result = call(*given, **more)
            self._remember(f"after {name}")
            return result

        return watched

    def _flushing(self, call: Callable[[int], None]) -> Callable[[int], None]:
        def watched(handle: int) -> None:
            self._remember("before fsync")
            call(handle)
            self._look(self._folder)
            number = self._places.get(os.fstat(handle).st_ino)
            if number is not None:
                _flush(self._nodes[number])
            self._remember("after fsync")

        return watched

    def _flush_all(self) -> None:
        self._look(self._folder)
        for node in self._nodes.values():
            _flush(node)

    def _remember(self, when: str, done: bool = False) -> None:
        self._look(self._folder)
        moment = {number: _copy(node) for number, node in self._nodes.items()}
        self._moments.append((when, done, moment))

    def _look(self, folder: Path) -> int:
        """Reads what is in the folder now; inodes that are no longer there may be used again."""
        seen: dict[int, int] = {}
        root = self._read(folder, seen)
        self._places = seen
        return root

    def _read(self, path: Path, seen: dict[int, int]) -> int:
        found = path.stat()
        is_folder = stat.S_ISDIR(found.st_mode)
        number = seen.get(found.st_ino, self._places.get(found.st_ino, -1))
        if number < 0 or self._nodes[number].is_folder != is_folder:
            number = len(self._nodes)
            self._nodes[number] = _Node(is_folder)
        seen[found.st_ino] = number
        node = self._nodes[number]
        if is_folder:
            node.names_now = {each.name: self._read(each, seen) for each in sorted(path.iterdir())}
        else:
            node.now = path.read_bytes()
        return number


def _mix(node: _Node, dice: random.Random) -> dict[str, int]:
    """Each name that changed is as it was or as it is."""
    mixed = {}
    for name in node.names_flushed.keys() | node.names_now.keys():
        names = dice.choice([node.names_flushed, node.names_now])
        if name in names:
            mixed[name] = names[name]
    return mixed


def _flush(node: _Node) -> None:
    if node.is_folder:
        node.names_flushed = dict(node.names_now)
    else:
        node.flushed = node.now


def _copy(node: _Node) -> _Node:
    return _Node(
        node.is_folder,
        node.flushed,
        node.now,
        dict(node.names_flushed),
        dict(node.names_now),
    )
