"""The tree of errors. Third-party errors are translated where the third party is called.

BoleError
├── NotFound            no such candidate, job, document, generation
├── Conflict            the request contradicts what is stored
│   └── Erased          it is about somebody who was erased, and who is not taken in again
├── InvalidRequest      a filter, expression or parameter that cannot be read
├── NotReady            no catalog, no published generation: the message says which command helps
├── Unreadable          a document that yields nothing usable (quarantine reasons)
├── Damaged             stored bytes that do not match their checksum or format
└── StoreUnavailable    the database or the data folder cannot be used
"""

from __future__ import annotations


class BoleError(Exception):
    """Anything Bole says no to. The message is for a person and says what to do."""


class NotFound(BoleError):
    """No such thing, or no longer."""


class Conflict(BoleError):
    """The request contradicts what is stored."""


class Erased(Conflict):
    """It is about somebody who was erased: they are not taken in again."""


class InvalidRequest(BoleError):
    """A filter, expression, option or file that cannot be understood."""


class NotReady(BoleError):
    """Something has to be done first; the message names the command."""


class Unreadable(BoleError):
    """A document that yields nothing usable.

    `reason` is a stable word (see indexer.documents.read), the message is for a recruiter.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Damaged(BoleError):
    """Stored bytes that do not match their checksum, or a format of another version."""


class StoreUnavailable(BoleError):
    """The database or the data folder cannot be used."""
