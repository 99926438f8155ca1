"""Jobs, and what they ask for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.http.schemas.searches import RequirementIn
from api.http.schemas.values import In, Out, Text, example
from api.jobs import LONGEST


class JobIn(In):
    """A job to keep."""

    model_config = example(
        text="Arborist\n\nRequirements\n- 5+ years of experience as an arborist\n- Rope rigging",
        external_id="REQ-204",
    )

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST)] = Field(
        examples=["Arborist\n\nRequirements\n- 5+ years of experience as an arborist"]
    )
    external_id: Annotated[Text, Field(min_length=1, max_length=200)] | None = Field(
        None,
        description="Its id in your system. Another text under a known id replaces the job: "
        "applications stay with the text that people applied to.",
        examples=["REQ-204"],
    )


class RequirementsIn(In):
    """All that a job asks for from now on; what is not among them is taken away."""

    model_config = example(
        requirements=[
            {
                "kind": "nice",
                "value": {"type": "phrase", "terms": ["crew"]},
                "text": "Has led a crew",
            }
        ]
    )

    requirements: Annotated[list[RequirementIn], Field(max_length=200)]


class RequirementOut(Out):
    """A demand of a job; offsets count code points of the job's text, null where a person added
    it."""

    id: str
    version: int
    kind: str
    value: dict[str, Any]
    text: str
    start: int | None
    end: int | None
    group: str | None


class JobOut(Out):
    """A job with what it asks for now."""

    job_id: int
    external_id: str | None
    open: bool
    title: str | None
    language: str
    text: str
    requirements: list[RequirementOut]


class ListedJobOut(Out):
    """A job in a list."""

    job_id: int
    external_id: str | None
    title: str | None
    language: str
    requirements: int


class JobsOut(Out):
    """Open jobs, in the order in which they were stored."""

    jobs: list[ListedJobOut]
    next: str | None
