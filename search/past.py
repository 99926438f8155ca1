"""A past search as the log has it: what was asked, and who of those it showed is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog


@dataclass(frozen=True, slots=True)
class Past:
    """A logged search, and who of those it showed is still in the log."""

    record: SearchRecord
    shown: tuple[Impression, ...]
    gone: int  # impressions that are there no more
    erasures: int  # people erased since


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a recalled list: as it was shown, with what is known of the person now."""

    rank: int
    candidate_id: int
    score: float
    parts: Mapping[str, float]
    external_id: str | None
    name: str | None
    headline: str | None


def look_up(catalog: Catalog, search_id: str) -> Past:
    """A logged search. Errors: NotFound where it is not in the log."""
    with catalog.reading() as reading:
        record = reading.searches.get(search_id)
        shown = tuple(reading.searches.impressions(search_id))
        there = {each.rank for each in shown}
        places = reading.searches.places(search_id) | set(range(1, max(there, default=0) + 1))
        erased = reading.forgetting.count_since(record.sequence)
    return Past(record, shown, len(places - there), erased)


def log_again(catalog: Catalog, past: Past) -> str:
    """Log that somebody looked at a stored list again; returns the replay's id."""
    record = replace(
        past.record,
        id=uuid4().hex,
        at=datetime.now(UTC),
        source=SearchSource.REPLAY,
        timings={},
    )
    with catalog.writing() as writing:
        writing.searches.log(record, past.shown)
    return record.id


def lines_of(catalog: Catalog, past: Past, *, blind: bool) -> tuple[Shown, ...]:
    """The stored list, without those who were erased since, with what is known of the rest."""
    people = [shown.person_id for shown in past.shown]
    with catalog.reading() as reading:
        resumes = reading.resumes.of(people, past.record.sequence)
        names = {} if blind else reading.people.names(people)
        external = reading.people.external_ids(people)
    return tuple(
        Shown(
            rank=shown.rank,
            candidate_id=shown.person_id,
            score=shown.score,
            parts=shown.parts,
            external_id=external.get(shown.person_id),
            name=names.get(shown.person_id),
            headline=resumes[shown.person_id].headline if shown.person_id in resumes else None,
        )
        for shown in past.shown
    )
