"""Documents that were received and acknowledged, until they are read: messages of the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog.errors import Damaged

RESUME = "resume"  # the kind of message
MOST = 100  # documents of one receipt


@dataclass(frozen=True, slots=True)
class Received:
    """A document on its way: its bytes are in the blob store under `content_hash`.

    `place` counts from 1 within its receipt, `of` is how many the receipt has. `key_id` says whose
    request brought it: not by name, which a candidate may have too, whose erasure looks for it.
    """

    receipt: str
    place: int
    of: int
    content_hash: str
    filename: str
    external_id: str | None
    key_id: int | None
    request_id: str

    @property
    def key(self) -> str:
        """What the message goes by."""
        return key_of(self.receipt, self.place)


def key_of(receipt: str, place: int) -> str:
    """The key of a receipt's document."""
    return f"{receipt}:{place}"


def received_to_record(received: Received) -> dict[str, Any]:
    """The message's payload."""
    return asdict(received)


def received_from_record(record: Mapping[str, Any]) -> Received:
    """The document again. Errors: Damaged."""
    try:
        return Received(**record)
    except TypeError:
        raise Damaged("a stored receipt is not of the form that it should be") from None
