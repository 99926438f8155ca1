"""Repeating a past search, and naming what differs where it cannot be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import NotFound
from catalog.searches import Impression
from catalog.store import Catalog
from search.pipeline import Searcher
from search.request import Hit, SearchRequest, Shortlist, request_from_record


@dataclass(frozen=True, slots=True)
class Replay:
    """A search repeated; `why` says in one sentence what is the same or what is not."""

    request: SearchRequest
    shortlist: Shortlist
    same: bool
    why: str


def replay_search(
    catalog: Catalog, searcher_of: Callable[[int], Searcher], search_id: str
) -> Replay:
    """Repeats a logged search on its generation and month; the repetition is logged as a replay.

    Errors: NotFound where the search is not in the log, or its generation is no longer kept.
    """
    with catalog.reading() as reading:
        record = reading.searches.get(search_id)
        shown = reading.searches.impressions(search_id)
    if record.generation_id is None:
        raise NotFound("the log does not say which generation that search used")
    request = request_from_record(record.request, "replay")
    shortlist = searcher_of(record.generation_id).search(request)
    why = _difference(catalog, shown, shortlist.hits, record.fingerprints, shortlist.models)
    return Replay(request, shortlist, why is None, why or "The same people, order and scores.")


def _difference(
    catalog: Catalog,
    then: Sequence[Impression],
    now: Sequence[Hit],
    models_then: Mapping[str, str],
    models_now: Mapping[str, str],
) -> str | None:
    before = [(shown.person_id, shown.score) for shown in then]
    after = [(hit.candidate_id, hit.score) for hit in now]
    if before == after:
        return None
    gone = sorted({person for person, _ in before} - {person for person, _ in after})
    with catalog.reading() as reading:
        erased = [person for person in gone if reading.people.get(person).erased_at is not None]
    if erased:
        return f"{len(erased)} of the people shown then have since been erased."
    changed = sorted(
        role
        for role in models_then.keys() | models_now.keys()
        if models_then.get(role) != models_now.get(role)
    )
    if changed:
        return f"Not the same: {', '.join(changed)} changed since then."
    if gone:
        return f"Not the same: {len(gone)} of the people shown then no longer pass the filters."
    return "Not the same, and nothing that is recorded explains it: please report this."
