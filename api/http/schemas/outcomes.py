"""What came of applications."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.http.schemas.values import In, Out, Text, example

Id = Annotated[Text, Field(max_length=220)] | int


class OutcomeIn(In):
    """One event, or (with neither `kind` nor a time) that somebody applied.

    Say to whom it happened by `application`, or by `candidate` and `job`: their ids in your system,
    as they came with the résumé and the job.
    """

    id: Id | None = Field(None, description="Its id in your system: sent again, it is the same.")
    kind: Annotated[Text, Field(max_length=50)] | None = Field(
        None,
        description="applied, screened, interviewed, offered, hired, rejected or withdrew",
        examples=["interviewed"],
    )
    at: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="The moment.", examples=["2026-11-24T10:00:00Z"]
    )
    on: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="The date, where only the day is known.", examples=[None]
    )
    applied_at: Annotated[Text, Field(max_length=40)] | None = Field(None, examples=[None])
    application: Id | None = Field(None, examples=[None])
    candidate: Id | None = Field(None, examples=["C-1042"])
    job: Id | None = Field(None, examples=["REQ-204"])
    reason: Annotated[Text, Field(max_length=50)] | None = Field(
        None, description="Of a rejection: its class.", examples=[None]
    )
    source: Annotated[Text, Field(max_length=200)] | None = Field(
        None, description="Another system than `source` of all.", examples=[None]
    )


class OutcomesIn(In):
    """Outcomes in bulk."""

    model_config = example(
        source="our ATS",
        events=[
            {
                "id": "e-1",
                "candidate": "C-1042",
                "job": "REQ-204",
                "kind": "interviewed",
                "on": "2026-11-20",
            }
        ],
    )

    source: Annotated[Text, Field(min_length=1, max_length=200)] = Field(
        "api", description="The system that reports them: ids are its own."
    )
    events: Annotated[list[OutcomeIn], Field(min_length=1, max_length=5000)]


class UnusableOut(Out):
    """An event that was not stored."""

    place: int = Field(description="Its place in `events`, from 0.")
    problem: str
    message: str
    advice: str


class OutcomesOut(Out):
    """What was stored; what was known already is left as it is."""

    events: int
    applications: int
    known: int
    unusable: list[UnusableOut]
