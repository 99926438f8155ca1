"""What a line of an import says of applications and outcomes, or what is wrong with it.

JSON Lines and CSV know the same names:

    kind, at or on, application or candidate and job, and reason, id, source    an event
    candidate, job, and id, applied_at, source                                  an application

Nothing here knows what is stored: whether a candidate exists is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from api.lines import Place, Row, Wrong, read_objects, read_table
from api.problems import Problem, problem_at
from catalog.errors import InvalidRequest
from catalog.outcomes import OutcomeKind, ReasonClass
from indexer.documents.bulk import is_bulk

LONGEST_ID = 200  # characters
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_YEARS = range(1970, 2101)  # what a wrong unit or a slip of the finger gives lies outside


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """That a candidate applied for a job; ids are external ones. `applied` may be unknown."""

    place: Place
    id: str | None
    candidate: str
    job: str
    source: str | None
    applied: datetime | date | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """That something happened, either to an application or to whom and for which job."""

    place: Place
    id: str | None
    application: str | None
    candidate: str | None
    job: str | None
    kind: OutcomeKind
    reason: ReasonClass | None
    when: datetime | date
    source: str | None


Line = ApplicationLine | EventLine | Problem


def read_file(path: Path) -> Iterator[Line]:
    """Every line of a file that is not blank, lazily; a line that is wrong costs only itself.

    Errors: InvalidRequest for a file that is absent, a folder, of another kind, or a table whose
    header names nothing that is known.
    """
    for place, row in _rows(path):
        try:
            if isinstance(row, Wrong):
                raise row
            yield read_row(place, row)
        except Wrong as wrong:
            yield problem_at(place, wrong)


def _rows(path: Path) -> Iterator[Row]:
    if is_bulk(path.name):
        return read_objects(path)
    if path.suffix.lower() not in (".csv", ".tsv"):
        raise InvalidRequest(
            f"{path} is neither .jsonl nor .csv: one JSON object a line, or a table with a header"
        )
    names, rows = read_table(path)
    if names and "kind" not in names and not {"candidate", "job"} <= set(names):
        raise InvalidRequest(
            f"the first line of {path} is no header: it names the columns, as "
            "application,kind,at,reason,id or candidate,job,kind,on,reason,id"
        )
    return rows


def read_row(place: Place, row: Mapping[str, Any]) -> ApplicationLine | EventLine:
    """What one line says, by the names of its fields. Errors: Wrong."""
    candidate, job = read_id(row, "candidate"), read_id(row, "job")
    source, own = read_id(row, "source"), read_id(row, "id")
    if candidate and job and not {"kind", "at", "on"} & set(row):
        applied = _time(row, "applied_at")
        return ApplicationLine(place, own, candidate, job, source, applied)
    kind = _kind(row)
    application = read_id(row, "application")
    if application is None and not (candidate and job):
        raise Wrong(
            "of nobody",
            "This does not say to whom it happened.",
            "Give the application, or the candidate and the job.",
        )
    when = _time(row, "at") or _time(row, "on")
    if when is None:
        raise Wrong(
            "no time", "This does not say when it happened.", "Give at (a moment) or on (a date)."
        )
    reason = _reason(row, kind)
    return EventLine(place, own, application, candidate, job, kind, reason, when, source)


def _kind(row: Mapping[str, Any]) -> OutcomeKind:
    word = _word(row, "kind")
    if word in set(OutcomeKind):
        return OutcomeKind(word)
    said = f"“{word[:40]}” is no kind of outcome." if word else "There is no kind."
    raise Wrong("unknown kind", said, f"Write one of {', '.join(OutcomeKind)}.")


def _reason(row: Mapping[str, Any], kind: OutcomeKind) -> ReasonClass | None:
    word = _word(row, "reason")
    if not word:
        return None
    if word not in set(ReasonClass):
        raise Wrong(
            "unknown reason",
            f"“{word[:40]}” is no class of reasons.",
            f"Write one of {', '.join(ReasonClass)}, or leave it out.",
        )
    if kind is not OutcomeKind.REJECTED:
        raise Wrong(
            "misplaced reason", f"“{kind}” has no reason.", "Leave it out: only rejections have."
        )
    return ReasonClass(word)


def _word(row: Mapping[str, Any], name: str) -> str:
    """A word of ours however it is spelled: “Not qualified” is not_qualified."""
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Wrong(f"unknown {name}", f"“{name}” is no text.", f"Write {name} as a word.")
    return re.sub(r"[\s-]+", "_", (value or "").strip().lower())


def read_id(row: Mapping[str, Any], name: str) -> str | None:
    """An id: a text or a whole number, None where it is empty. Errors: Wrong."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**18 else "9" * (LONGEST_ID + 1)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Wrong("unusable id", f"“{name}” is no text.", "Ids are texts or whole numbers.")
    value = value.strip()
    if len(value) > LONGEST_ID or _CONTROLS.search(value):
        raise Wrong(
            "unusable id",
            f"“{name}” is longer than {LONGEST_ID} characters, or has control characters.",
            "Check the export: is this the right column?",
        )
    return value or None


def _time(row: Mapping[str, Any], name: str) -> datetime | date | None:
    """A moment in UTC, or a date alone; a moment without a time zone is UTC."""
    value = row.get(name)
    if value is None or value == "":
        return None
    advice = "Write 2026-11-24T10:00:00Z, or 2026-11-24 where only the day is known."
    if not isinstance(value, str):
        raise Wrong("unusable date", f"“{name}” is no text.", advice)
    text = value.strip()
    try:
        found = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise Wrong("unusable date", f"“{text[:40]}” is no date.", advice) from None
    if found.year not in _YEARS:
        raise Wrong("unusable date", f"The year {found.year} cannot be meant.", advice)
    if isinstance(found, datetime):
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found
