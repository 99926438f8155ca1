"""The ledger of erasures: what a backup is told, so that restoring it brings nobody back.

One line of JSON for each erasure, in the data folder and beside every backup on the list. It holds
tombstones and numbers, nothing that says who it was; with the key, which lies beside it, it can be
asked whether somebody in particular is meant.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.durability import flush, flush_file, flush_names
from catalog.errors import Damaged, StoreUnavailable
from catalog.forgetting import ErasureRecord, Tombstone
from catalog.store import Catalog
from catalog.store.forgetting.key import KEY_FILE

LEDGER = "erasures.jsonl"


def tell(catalog: Catalog) -> list[str]:
    """Bring the ledgers up to date: the data folder's, and that of every backup on the list.

    Returns the paths of backups that are not there now: they are told when they are. Errors:
    StoreUnavailable where the data folder's own cannot be written.
    """
    with catalog.reading() as reading:
        records = reading.forgetting.records()
        backups = [Path(backup.path) for backup in reading.backups.all()]
    if not records:
        return []
    try:
        add_to_ledger(catalog.folder / LEDGER, records)
    except OSError as error:
        raise StoreUnavailable(
            f"{catalog.folder / LEDGER} cannot be written: {error.strerror}. The erasure holds; "
            "run `bole erasures --finish` when it can"
        ) from error
    return [str(backup) for backup in backups if not _told(catalog, backup, records)]


def read_ledger(path: Path) -> list[ErasureRecord]:
    """The erasures in a ledger, in the order in which they were written; none where it is absent.

    A line that a crash cut short is passed over if it stands at the end or was written again; file
    systems may leave zeros in place of what was not written.
    Errors: Damaged for any other line that is not one of ours; StoreUnavailable.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be read: {error.strerror}") from error
    lines = [line.rstrip(b"\0") for line in content.split(b"\n")]
    records: dict[bytes, ErasureRecord] = {}
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            records.setdefault(line, _record_of(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            again = any(other.startswith(line) for other in lines if other != line)
            if not again and number != len(lines):
                raise Damaged(
                    f"line {number} of {path} is damaged: take the ledger of another backup, or "
                    "of the data folder"
                ) from None
    return list(records.values())


def add_to_ledger(path: Path, records: Sequence[ErasureRecord]) -> None:
    """Append what the ledger does not say yet, durably."""
    content = path.read_bytes() if path.is_file() else b""
    known = set(content.split(b"\n"))
    missing = [line for line in map(_line_of, records) if line not in known]
    if not missing:
        return
    start = b"\n" if content and not content.endswith(b"\n") else b""
    handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "ab", buffering=0) as file:
        file.write(start + b"".join(line + b"\n" for line in missing))
        flush(file)
    flush_names(path.parent)


def _told(catalog: Catalog, backup: Path, records: Sequence[ErasureRecord]) -> bool:
    """Whether the ledger of a backup says everything now; without the key it says nothing."""
    if not backup.is_dir():
        return False
    try:
        add_to_ledger(backup / LEDGER, records)
        if not (backup / KEY_FILE).exists():
            aside = backup / f".{KEY_FILE}.part"
            shutil.copy(catalog.erasure_key.path, aside)
            flush_file(aside)  # one that a power cut tore would never be written again
            os.replace(aside, backup / KEY_FILE)
            flush_names(backup)
    except OSError:
        return False
    return True


def _line_of(record: ErasureRecord) -> bytes:
    facts = {
        "person_id": record.person_id,
        "at": record.at.isoformat(),
        "tombstones": [[each.kind, each.digest] for each in record.tombstones],
        "details": dict(record.details),
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _record_of(facts: dict[str, Any]) -> ErasureRecord:
    person = int(facts["person_id"])
    at = datetime.fromisoformat(facts["at"])
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    tombstones = tuple(
        Tombstone(str(kind), str(digest), person) for kind, digest in facts["tombstones"]
    )
    details = dict(facts["details"])
    _check_people(details["people"])
    return ErasureRecord(person, at, tombstones, details)


def _check_people(people: Iterable[Sequence[Any]]) -> None:
    for number, created in people:
        if not isinstance(number, int) or datetime.fromisoformat(created).tzinfo is None:
            raise ValueError("not a person's number and moment")
