"""What was asked and what was shown: enough to replay it, and to learn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from reading.dates import Month


class SearchSource(StrEnum):
    """Where a search came from; a replay's impressions teach nothing."""

    CLI = "cli"
    API = "api"
    REPLAY = "replay"
    WATCH = "watch"  # a look at a watched job that found somebody new


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search. `id` is a uuid4 in hex; `job_key` the sha256 of the job's text in hex.

    `timings` maps a stage to milliseconds; `fingerprints` a model's role to its fingerprint.
    """

    id: str
    at: datetime
    request: Mapping[str, Any]
    job_key: str
    sequence: int
    generation_id: int | None
    as_of: Month
    source: SearchSource
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class Impression:
    """One candidate as shown. `parts` add up to the score; no propensity: the order was fixed."""

    rank: int  # from 1
    person_id: int
    score: float
    parts: Mapping[str, float]
    shown_by: str
    propensity: float | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """One time that a search for a job showed somebody, under the id that they have now."""

    search_id: str
    at: datetime
    person_id: int
    rank: int  # from 1
    score: float
    parts: Mapping[str, float]
    shown_by: str
    propensity: float | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure took out of the search log: impressions, and requests that were emptied."""

    impressions: int
    requests: int


@dataclass(frozen=True, slots=True)
class LoggedSearch:
    """A search as the log lists it: how many it showed, and how many of them are there no more."""

    record: SearchRecord
    ranked_by: str | None  # None: it showed nobody who is still in the log
    shown: int
    gone: int  # erased, or missing: `LogCheck` tells


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What the chain says of the search log, which is as it was written where `problems` is empty.

    `head` is the newest link: whoever keeps it elsewhere can later prove that the log was not cut
    off or written anew. Nothing vouches for the `before` searches logged before the chain began,
    except that their ids are all still there.
    """

    links: int
    head: str | None
    begins_at: datetime | None
    before: int
    searches: int
    impressions: int
    erased_impressions: int
    erased_requests: int
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.problems
