"""Meeting every step of a deed: each call that changes a file or commits is a boundary.

The product has no hooks for this. What it stands on is wrapped while one deed is done: the
operating system's calls, the database driver's commit, the rewriting of the database. A worker
kills itself at the boundary of a given number; a disk that is full fails there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.default import DefaultDialect

from catalog.store import catalog as catalog_module

_CALLS = ("replace", "rename", "link", "unlink", "rmdir", "mkdir", "fsync", "sync")
_NUMBERS = re.compile(r"[0-9a-f]{8,}|\d+")
_RANDOM = re.compile(r"(\.aside-|key-|[0-9a-f]\.)[a-z0-9_]{8}$")

Meet = Callable[[int, str], None]
"""Called at each boundary with its number, from 1, and what it is: "before rename …"."""


class Points:
    """Counts the boundaries of what is done in a data folder."""

    def __init__(self, folder: Path, meet: Meet) -> None:
        self._folder = folder
        self._meet = meet
        self.passed = 0

    @contextmanager
    def armed(self) -> Iterator[None]:
        """While this lasts, every boundary counts."""
        undo: list[Callable[[], None]] = []
        for name in _CALLS:
            undo.append(_wrap(os, name, self._around(name)))
        undo.append(_wrap(catalog_module, "compact", self._around("compact")))
        # Of the catalog's engine, and of those that a backup or a restore makes for itself.
        writes = [False]

        def note(connection: Connection) -> None:
            writes[0] = bool(connection.get_execution_options().get("bole_writes", False))

        event.listen(Engine, "commit", note)
        undo.append(lambda: event.remove(Engine, "commit", note))
        undo.append(_wrap(DefaultDialect, "do_commit", self._around_commit(writes)))
        try:
            yield
        finally:
            for each in reversed(undo):
                each()

    def _pass(self, label: str) -> None:
        self.passed += 1
        self._meet(self.passed, label)

    def _around(self, name: str) -> Callable[[Any], Any]:
        def wrapper(call: Any) -> Any:
            def passing(*given: Any, **more: Any) -> Any:
                label = f"{name} {self._where(given[0]) if given else ''}".strip()
                self._pass(f"before {label}")
                result = call(*given, **more)
                self._pass(f"after {label}")
                return result

            return passing

        return wrapper

    def _around_commit(self, writes: list[bool]) -> Callable[[Any], Any]:
        def wrapper(call: Any) -> Any:
            def passing(dialect: Any, connection: Any) -> None:
                counts, writes[0] = writes[0], False
                if counts:
                    self._pass("before commit")
                call(dialect, connection)
                if counts:
                    self._pass("after commit")

            return passing

        return wrapper

    def _where(self, what: Any) -> str:
        """A file as a kind of file: numbers, hashes and random parts are left out."""
        if isinstance(what, int):
            try:
                what = os.readlink(f"/proc/self/fd/{what}")
            except OSError:
                return ""
        if not isinstance(what, str | os.PathLike):
            return ""
        path = Path(what)
        if path.is_relative_to(self._folder):
            path = path.relative_to(self._folder)
        elif path.is_relative_to(self._folder.parent):
            path = Path("beside") / path.relative_to(self._folder.parent)
        parts = [_NUMBERS.sub("#", _RANDOM.sub(r"\1*", part)) for part in path.parts]
        return "blobs/#" if parts[:1] == ["blobs"] and len(parts) > 1 else "/".join(parts)


def _wrap(owner: Any, name: str, wrapper: Callable[[Any], Any]) -> Callable[[], None]:
    whole = getattr(owner, name)
    setattr(owner, name, wrapper(whole))
    return lambda: setattr(owner, name, whole)
