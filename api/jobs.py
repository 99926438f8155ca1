"""Jobs as they come in: a text, or a file that `bole job --json` wrote and a person edited."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import InvalidRequest
from reading.dates import Month
from reading.job import Job
from reading.jobs.requirements import read_job
from reading.record import job_from_record

LONGEST = 200_000  # characters; a long posting has 10,000


def read_job_file(source: str) -> Job:
    """The job in a file, or from standard input for "-".

    Errors: InvalidRequest for a file that is absent, empty, too long, not text, or JSON of
    another form.
    """
    text = _text_of(source)
    if not source.endswith(".json"):
        return read_job_text(text)
    _check_length(text)
    try:
        return job_from_record(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        message = str(error).splitlines()[0]
        raise InvalidRequest(f"{source} is not a job from `bole job --json`: {message}") from None


def read_job_text(text: str) -> Job:
    """The job in a text. Errors: InvalidRequest for one that is empty or too long."""
    _check_length(text)
    return read_job(text)


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidRequest(
            f"the job is longer than {LONGEST:,} characters: is it the right file?"
        )
    if not text.strip():
        raise InvalidRequest("the job description is empty: give its text or a file with it")


def read_month(text: str | None) -> Month:
    """A month written as 2026-11; this month (UTC) for None. Errors: InvalidRequest."""
    if text is None:
        now = datetime.now(UTC)
        return Month(now.year, now.month)
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    try:
        if match:
            return Month(int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise InvalidRequest(f"a month is written as 2026-11, not {text!r}")


def _text_of(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\x00", "")
    except OSError as error:
        raise InvalidRequest(f"the job {source} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidRequest(
            f"the job {source} is not UTF-8 text: save it as text, or paste it with --job -"
        ) from None
