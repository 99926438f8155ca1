"""What is asked in a search, and the shortlist that comes back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.http.schemas.values import In, Out, Text, example
from api.jobs import LONGEST

_MONTH = r"^\d{4}-\d{2}$"


class RequirementIn(In):
    """A demand of a job, as a person edited it."""

    id: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="Of the requirement that is meant; none: a new one."
    )
    kind: Literal["must", "nice"] = "must"
    value: dict[str, Any] = Field(
        description="`type` and its fields, as the job's own requirements show: skill (skill, "
        "months), experience (months, terms), degree (minimum, fields), language (code, level), "
        "permission, phrase (terms).",
        examples=[{"type": "phrase", "terms": ["rope", "rigging"]}],
    )
    text: Annotated[Text, Field(min_length=1, max_length=2000)] = Field(
        description="As a person reads it.", examples=["Rope rigging"]
    )
    group: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="Requirements of one group are alternatives: any of them will do."
    )


class WishesIn(In):
    """Whom to consider, and how the list is made."""

    model_config = example(filters="years>=3", include_unknown=True, limit=20)

    requirements: Annotated[list[RequirementIn], Field(max_length=200)] | None = Field(
        None, description="Instead of what Bole reads in the job."
    )
    filters: Annotated[Text, Field(max_length=5000)] = Field(
        "",
        description="Who is eligible at all, as in `bole search --where`.",
        examples=["location=Berlin years>=5 skill=python,java language=German>=B2"],
    )
    include_unknown: bool = Field(
        False, description="Let in those of whom a filter cannot be decided."
    )
    words: Annotated[Text, Field(max_length=5000)] | None = Field(
        None,
        description="A boolean expression that the résumé's text has to match.",
        examples=["rigging AND (rescue OR climbing)"],
    )
    blend: float = Field(
        0.5, ge=0, le=1, description="1: by meaning alone; 0: by the job's words alone."
    )
    limit: int = Field(20, ge=1, le=1000, description="How many people the whole list has.")
    page: int = Field(50, ge=1, le=200, description="How many of them come in one answer.")
    blind: bool = Field(False, description="Without names; evidence without identity.")
    facets: bool = Field(False, description="Count the eligible by place, skill, … as well.")
    as_of: Annotated[str, Field(pattern=_MONTH)] | None = Field(
        None, description="The month in which “present” ends; by default this one (UTC)."
    )
    min_sequence: int | None = Field(
        None,
        ge=0,
        le=2**63 - 1,
        description="Read your writes: the `sequence` of a receipt that the list has to know. "
        "503 while it does not yet.",
    )


class SearchIn(WishesIn):
    """A search: the job (stored, or as a text), and whom to consider."""

    model_config = example(
        text="Arborist\n\nRequirements\n- 5+ years of experience as an arborist\n- Rope rigging",
        filters="years>=3",
        include_unknown=True,
        limit=20,
    )

    job: Annotated[Text, Field(min_length=1, max_length=220)] | None = Field(
        None, description="A stored job: its number, or external id.", examples=[None]
    )
    text: Annotated[Text, Field(min_length=1, max_length=LONGEST)] | None = Field(
        None,
        description="The job description itself.",
        examples=["Arborist\n\nRequirements\n- 5+ years of experience as an arborist"],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> SearchIn:
        if (self.job is None) == (self.text is None):
            raise ValueError("give either `job` (a stored one) or `text`")
        return self


class EvidenceOut(Out):
    """Words that show something; offsets count code points of the document's text."""

    document_id: int
    start: int
    end: int
    text: str
    context: bool = Field(description="A heading, which only says how to read the words below it.")


class ExplainedOut(Out):
    """A requirement, and what this candidate shows of it."""

    id: str
    text: str
    kind: str
    group: str | None
    verdict: str = Field(examples=["met"])
    note: str
    evidence: list[EvidenceOut]


class HitOut(Out):
    """One line of a shortlist; the values of `parts` add up to `score`."""

    rank: int
    candidate_id: int
    external_id: str | None = Field(description="None in blind mode.")
    name: str | None = Field(description="None in blind mode.")
    headline: str | None
    score: float
    parts: dict[str, float]
    probability: float | None = Field(description="Of reaching an interview or beyond.")
    uncertain: str | None = Field(description="Why no probability is named.")
    requirements: list[ExplainedOut]


class UnknownOut(Out):
    """Candidates about whom a filter could not be decided."""

    count: int
    let_in: bool


class SearchOut(Out):
    """A shortlist's first page, with all that is needed to repeat the search."""

    search_id: str
    generation: int
    sequence: int = Field(description="The newest change of the catalog that it knows.")
    as_of: str
    ranked_by: str
    blind: bool
    eligible: int
    unknown: UnknownOut
    total: int = Field(description="How many people the whole list has.")
    facets: dict[str, dict[str, int]]
    models: dict[str, str] = Field(description="Role → fingerprint.")
    timings: dict[str, float] = Field(description="Seconds per stage.")
    hits: list[HitOut]
    next: str | None = Field(description="The cursor of the next page.")


class StoredSearchOut(Out):
    """A page of a list as it was shown, without those who were erased since."""

    search_id: str
    at: str
    generation: int | None
    sequence: int
    as_of: str
    ranked_by: str | None
    blind: bool
    request_erased: bool = Field(
        description="What was asked named somebody who has been erased, and went with them: "
        "nothing is explained any more."
    )
    total: int
    gone: int = Field(description="How many of the list have been erased since.")
    models: dict[str, str]
    hits: list[HitOut]
    next: str | None


class ReplayOut(Out):
    """A past search again: computed again, or recalled from the log with the reason."""

    replays: str
    search_id: str = Field(description="The replay's own.")
    how: Literal["recomputed", "recalled"]
    same: bool | None = Field(description="To the bit; null where it could not be computed again.")
    gone: int
    why: str
    generation: int | None
    sequence: int
    as_of: str
    ranked_by: str | None
    models: dict[str, str]
    hits: list[HitOut]
