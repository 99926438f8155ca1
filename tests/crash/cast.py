"""Who is in the pool: a candidate for each number, with words that nobody else has.

Everything that only one candidate says holds their mark, so that their bytes can be looked for in
any file, and each version of a résumé has a word of its own.
"""

from __future__ import annotations

import re

from catalog.people import Claim, ClaimKind
from catalog.resumes import NewResume
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from reading.dates import Month
from reading.job import Job

MARK = re.compile(rb"qz([a-j]{5})qz", re.IGNORECASE)
NOW = Month(2026, 11)
JOB = Job("A toolmaker who builds engines and keeps presses running.", "en", "Toolmaker", ())

_DIGITS = str.maketrans("0123456789", "abcdefghij")
_LETTERS = str.maketrans("abcdefghij", "0123456789")

_TEXT = """{name}
{mail}

WORK HISTORY
Toolmaker, {employer} Works
March 20{year:02d} - present
- Built the {word} engine from drawings
- Kept {count} presses running for {mark} customers

Apprentice, Larkmoor Forge
April 2002 - February 2005
- Filed, drilled and measured

EDUCATION
Diploma in Toolmaking, Northfold School, 2002

LANGUAGES
English (native), German (B2)
"""


def mark_of(number: int) -> str:
    """The letters by which a candidate's bytes are known."""
    return "qz" + f"{number:05d}".translate(_DIGITS) + "qz"


def numbers_in(content: bytes) -> set[int]:
    """Whose bytes these are."""
    found = {each.decode().lower() for each in MARK.findall(content)}
    return {int(letters.translate(_LETTERS)) for letters in found}


def external_id(number: int) -> str:
    return f"T-{mark_of(number)}"


def number_of(external: str) -> int:
    """Errors: ValueError for an id that is nobody's."""
    (number,) = numbers_in(external.encode())
    return number


def word_of(number: int, version: int) -> str:
    """What only this version of this candidate's résumé says."""
    return f"{chr(ord('k') + version % 10)}{chr(ord('k') + version // 10 % 10)}{mark_of(number)}"


def text_of(number: int, version: int) -> str:
    mark = mark_of(number)
    return _TEXT.format(
        name=f"{mark.capitalize()} Fenwick",
        mail=f"{mark}@pool.example",
        employer=mark.capitalize(),
        year=5 + number % 15,
        word=word_of(number, version),
        count=3 + (number + version) % 40,
        mark="old" if version % 2 else "new",
    )


READ: dict[tuple[int, int], NewResume] = {}
"""What has been read, by number and version: new processes are handed it, for reading is slow."""


def resume_of(number: int, version: int) -> NewResume:
    """As ingest reads it; it always gives the same."""
    if (number, version) not in READ:
        data = text_of(number, version).encode()
        READ[number, version] = read_candidate(data, "cv.txt", Limits(), ocr=False)
    return READ[number, version]


def claim_of(number: int) -> Claim:
    return Claim(ClaimKind.EXTERNAL, external_id(number))
