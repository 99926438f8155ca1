"""Past shortlists, page by page as they were shown, without those who were erased since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.errors import BoleError

if TYPE_CHECKING:
    from catalog.searches import Impression, SearchRecord
    from catalog.store import Catalog, Reading
    from search.request import Hit, SearchRequest

NOT_KEPT = "it is not kept with the list: a replay computes it again"


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a stored list. `request`: None where it was erased, or of another version."""

    record: SearchRecord
    request: SearchRequest | None
    hits: tuple[Hit, ...]
    total: int
    gone: int
    ranked_by: str | None
    last: int | None  # the rank after which the next page begins; None on the last one

    @property
    def is_blind(self) -> bool:
        """Whether names are left out; also where it is not known what was asked."""
        return self.request is None or self.request.blind


def read_page(catalog: Catalog, search_id: str, after: int, most: int) -> Page:
    """The lines behind rank `after` (0: from the first). Errors: NotFound.

    A page is cut by rank, so it stays the same whatever is stored or erased meanwhile, but for
    those who were erased.
    """
    from search.past import look_up
    from search.request import request_from_record

    past = look_up(catalog, search_id)
    request = None
    if past.record.request:
        try:
            request = request_from_record(past.record.request, past.record.source)
        except BoleError:
            request = None
    with catalog.reading() as reading:
        erased = set(reading.people.erased())
        there = [shown for shown in past.shown if shown.person_id not in erased]
        left = [shown for shown in there if shown.rank > after]
        hits = _hits(reading, past.record, request, left[:most])
    gone = past.gone + len(past.shown) - len(there)
    return Page(
        record=past.record,
        request=request,
        hits=hits,
        total=len(there) + gone,
        gone=gone,
        ranked_by=past.shown[0].shown_by if past.shown else None,
        last=left[most - 1].rank if len(left) > most else None,
    )


def _hits(
    reading: Reading,
    record: SearchRecord,
    request: SearchRequest | None,
    lines: list[Impression],
) -> tuple[Hit, ...]:
    from search.explanation import candidate_of, explain
    from search.request import Hit

    now = reading.people.resolve_all(line.person_id for line in lines)
    resumes = reading.resumes.of(now.values(), record.sequence)
    blind = request is None or request.blind
    names: Mapping[int, str] = {} if blind else reading.people.names(now.values())
    external: Mapping[int, str] = {} if blind else reading.people.external_ids(now.values())
    hits = []
    for line in lines:
        person = now[line.person_id]
        stored = resumes.get(person)
        hits.append(
            Hit(
                rank=line.rank,
                candidate_id=line.person_id,
                external_id=external.get(person),
                name=names.get(person),
                headline=stored.headline if stored else None,
                score=line.score,
                parts=dict(line.parts),
                requirements=()
                if stored is None or request is None
                else explain(request.job, candidate_of(stored), request.as_of, blind),
                uncertain=NOT_KEPT,
            )
        )
    return tuple(hits)
