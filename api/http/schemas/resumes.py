"""What becomes of résumés that are sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.schemas.values import Out


class ReceivedOut(Out):
    """One document of a receipt, and what became of it."""

    place: int = Field(description="In the order in which the files were sent, from 1.")
    file: str | None
    status: Literal["waiting", "stored", "unchanged", "quarantined", "refused", "failed"] = Field(
        description="unchanged: the same bytes were here already. quarantined: it cannot be read, "
        "see `reason`. refused: it is about somebody who was erased. failed: send it again."
    )
    candidate_id: int | None
    document_id: int | None
    sequence: int | None
    searchable: bool | None = Field(description="Whether searches find it by now.")
    reason: str | None
    message: str | None


class ReceiptOut(Out):
    """A receipt: what was sent is kept, whatever happens to the server."""

    receipt: str
    status: Literal["waiting", "done"]
    documents: list[ReceivedOut]
    gone: int = Field(description="Documents of people who have been erased since.")
    sequence: int | None = Field(
        description="`min_sequence` of a search that has to know all of them."
    )
    searchable: bool = Field(description="Whether searches find everything that was stored.")
