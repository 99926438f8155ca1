"""Files of many lines: JSON Lines, and CSV with a header, as rows of names and values.

A line that cannot be read costs only itself, and is given with its place and with what to do.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import InvalidRequest
from indexer.documents.bulk import split_lines
from indexer.documents.limits import Limits

LONGEST_LINE = 1_000_000  # bytes; an event has a hundred, a long posting 20,000
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands, as an editor counts: from 1. Line 0 is the file as a whole."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Wrong(Exception):  # noqa: N818 (it says what a line is, not what we failed at)
    """What is wrong with a line. `kind` is for counting, `advice` says what to do."""

    def __init__(self, kind: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.advice = advice


Row = tuple[Place, Mapping[str, Any] | Wrong]


def read_objects(path: Path) -> Iterator[Row]:
    """The objects of a .jsonl. Errors: InvalidRequest for a file that cannot be opened."""
    for place, data in _lines(path):
        yield place, data if isinstance(data, Wrong) else _read_object(data)


def _read_object(data: str) -> dict[str, Any] | Wrong:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "it goes too far"
        return Wrong("not JSON", f"This is not JSON: {said}.", "Write one JSON object a line.")
    if not isinstance(value, dict):
        return Wrong("not JSON", "This is no JSON object.", "Write {…} with names and values.")
    return value


def read_table(path: Path) -> tuple[list[str], Iterator[Row]]:
    """The names in a CSV's header (small letters, "_" for spaces), and the rows under them.

    Commas, semicolons and tabs separate, whichever the header has most of. A file without a header
    has no names and no rows. Errors: InvalidRequest for a file that cannot be opened, or whose
    first line is not text.
    """
    lines = _lines(path)
    place, header = next(lines, (Place(str(path), 0), ""))
    if isinstance(header, Wrong):
        raise InvalidRequest(f"{place}: {header} {header.advice}")
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        cells = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error as error:
        raise InvalidRequest(f"{place}: the header is not CSV: {error}") from None
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
    return names, _read_rows(lines, names, delimiter)


def _read_rows(
    lines: Iterator[tuple[Place, str | Wrong]], names: list[str], delimiter: str
) -> Iterator[Row]:
    fed: list[Place] = []  # where the lines of the current row stand: quotes may hold line ends
    unusable: list[Row] = []

    def feed() -> Iterator[str]:
        for place, line in lines:
            if isinstance(line, Wrong):
                unusable.append((place, line))
                continue
            fed.append(place)
            yield line + "\n"

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        fed.clear()
        row: Mapping[str, Any] | Wrong
        try:
            row = _named(names, next(reader))
        except StopIteration:
            break
        except csv.Error as error:
            row = Wrong("not CSV", f"This is not CSV: {error}.", "Look at its quotation marks.")
        yield from unusable
        unusable.clear()
        yield fed[0], row
    yield from unusable


def _named(names: list[str], cells: list[str]) -> Mapping[str, Any] | Wrong:
    if len(cells) > len(names):
        return Wrong(
            "not CSV",
            f"There are {len(cells)} cells under {len(names)} columns.",
            "Put a cell that holds the separator into quotation marks.",
        )
    return dict(zip(names, cells, strict=False))


def _lines(path: Path) -> Iterator[tuple[Place, str | Wrong]]:
    """The lines that are not blank, as text; never more than one in memory."""
    if path.is_dir():
        raise InvalidRequest(f"{path} is a folder: name the files in it")
    try:
        with path.open("rb") as stream:
            for line in split_lines(stream, Limits(bytes=LONGEST_LINE)):
                place = Place(str(path), line.number)
                if line.error is None:
                    yield place, _decode(line.data)
                else:
                    yield place, Wrong("too long", str(line.error), "Is it the right file?")
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}") from None


def _decode(data: bytes) -> str | Wrong:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return Wrong(
            "not UTF-8", "This is not UTF-8 text.", "Save the file as UTF-8 (“CSV UTF-8”)."
        )
