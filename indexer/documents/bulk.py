"""Bulk files: one JSON object a line, each a document of its own.

A line is `{"id": …, "text": …}` or `{"id": …, "resume": {JSON Resume}}`; what else it states
(name, email, phone, location, language, …) is kept as fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import IO, Any

from catalog.errors import Unreadable
from indexer.documents.characters import clean, tidy
from indexer.documents.extraction import Extraction
from indexer.documents.json_resume import is_json_resume, read_json_resume
from indexer.documents.limits import Limits, check_characters
from indexer.documents.sniff import JSON

READER = "bulk/1"
SUFFIXES = frozenset({".jsonl", ".ndjson"})
_ID_KEYS = ("external_id", "id", "candidate_id")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bulk file: bytes that `read_document` reads, or why it was not even loaded."""

    number: int  # from 1, as editors count
    data: bytes
    error: Unreadable | None = None


def is_bulk(filename: str) -> bool:
    """Whether a file of this name holds one document a line."""
    return PurePath(filename).suffix.lower() in SUFFIXES


def split_lines(stream: IO[bytes], limits: Limits) -> Iterator[Line]:
    """The lines that are not blank, lazily; never more than one line in memory.

    A line over the limit on bytes comes as an error and is skipped to its end.
    """
    number = 0
    while data := stream.readline(limits.bytes + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if len(data) > limits.bytes and not data.endswith(b"\n"):
            while (rest := stream.readline(limits.bytes)) and not rest.endswith(b"\n"):
                pass
            message = f"Line {number} is longer than {limits.bytes / 1e6:.0f} MB."
            yield Line(number, b"", Unreadable("too_large", message))
        elif data.strip():
            yield Line(number, data.strip())


def is_record(value: Any) -> bool:
    """Whether a JSON value is a bulk line's object."""
    return isinstance(value, dict) and ("text" in value or isinstance(value.get("resume"), dict))


def read_record(record: dict[str, Any], limits: Limits) -> Extraction:
    """The document of one line. The line's own fields win over those of its `resume`.

    Raises Unreadable("wrong_type") when `text` is no string.
    """
    fields = {k: v for k, v in record.items() if k not in ("text", "resume") and k not in _ID_KEYS}
    external_id = next((record[key] for key in _ID_KEYS if _is_name(record.get(key))), None)
    if external_id is not None:
        fields["external_id"] = str(external_id)
    fields = {clean(key): _cleaned(v) for key, v in fields.items() if v is not None}
    resume = record.get("resume")
    if isinstance(resume, dict) and is_json_resume(resume):
        extraction = read_json_resume(resume, limits)
        merged = dict(extraction.fields) | fields
        return replace(extraction, reader=f"{READER}+{extraction.reader}", fields=_sorted(merged))
    text = record.get("text")
    if not isinstance(text, str):
        raise Unreadable("wrong_type", "The line's “text” is not a string.")
    text = tidy(text)
    check_characters(len(text), limits)
    return Extraction(text=text, media_type=JSON, reader=READER, fields=_sorted(fields))


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _cleaned(value: Any) -> Any:
    """The value with strings that can be stored; nested values stay what they are, cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(item) for key, item in value.items()}
    return value


def _sorted(fields: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(fields.items()))
