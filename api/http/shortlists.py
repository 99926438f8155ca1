"""Shortlists on their way out; in blind mode nothing that identifies anybody goes along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.http.schemas.searches import (
    EvidenceOut,
    ExplainedOut,
    HitOut,
    ReplayOut,
    SearchOut,
    StoredSearchOut,
    UnknownOut,
)

if TYPE_CHECKING:
    from api.stored_lists import Page
    from search.past import Shown
    from search.replay import Replay
    from search.request import Explained, Hit, Shortlist


def search_out(shortlist: Shortlist, page: int, next_: str | None, *, blind: bool) -> SearchOut:
    """A shortlist with its first `page` hits."""
    return SearchOut(
        search_id=shortlist.search_id,
        generation=shortlist.generation,
        sequence=shortlist.sequence,
        as_of=str(shortlist.as_of),
        ranked_by=shortlist.ranked_by,
        blind=blind,
        eligible=shortlist.eligible,
        unknown=UnknownOut(count=shortlist.unknown, let_in=shortlist.unknown_let_in),
        total=len(shortlist.hits),
        facets=shortlist.facets,
        models=dict(shortlist.models),
        timings=shortlist.timings,
        hits=hits_out(shortlist.hits[:page], blind=blind),
        next=next_,
    )


def stored_out(page: Page, next_: str | None) -> StoredSearchOut:
    """A page of a stored list."""
    record = page.record
    return StoredSearchOut(
        search_id=record.id,
        at=record.at.isoformat(),
        generation=record.generation_id,
        sequence=record.sequence,
        as_of=str(record.as_of),
        ranked_by=page.ranked_by,
        blind=page.is_blind,
        request_erased=not record.request,
        total=page.total,
        gone=page.gone,
        models=dict(record.fingerprints),
        hits=hits_out(page.hits, blind=page.is_blind),
        next=next_,
    )


def replay_out(replay: Replay) -> ReplayOut:
    """A past search again."""
    past, again = replay.past, replay.shortlist
    blind = replay.request is None or replay.request.blind
    return ReplayOut(
        replays=past.id,
        search_id=replay.search_id,
        how=replay.how.value,
        same=replay.same,
        gone=replay.gone,
        why=replay.why,
        generation=again.generation if again else past.generation_id,
        sequence=past.sequence,
        as_of=str(past.as_of),
        ranked_by=replay.ranked_by,
        models=dict(again.models if again else past.fingerprints),
        hits=hits_out(again.hits, blind=blind)
        if again
        else [_recalled(shown, blind=blind) for shown in replay.recalled],
    )


def hits_out(hits: Iterable[Hit], *, blind: bool) -> list[HitOut]:
    """Lines of a shortlist."""
    return [
        HitOut(
            rank=hit.rank,
            candidate_id=hit.candidate_id,
            external_id=None if blind else hit.external_id,
            name=None if blind else hit.name,
            headline=hit.headline,
            score=hit.score,
            parts=hit.parts,
            probability=hit.probability,
            uncertain=hit.uncertain,
            requirements=[_explained(explained) for explained in hit.requirements],
        )
        for hit in hits
    ]


def _explained(explained: Explained) -> ExplainedOut:
    requirement = explained.requirement
    return ExplainedOut(
        id=requirement.id,
        text=requirement.text,
        kind=requirement.kind.value,
        group=requirement.group,
        verdict=explained.outcome.value,
        note=explained.note,
        evidence=[
            EvidenceOut(
                document_id=evidence.document_id,
                start=evidence.span.start,
                end=evidence.span.end,
                text=evidence.text,
                context=evidence.context,
            )
            for evidence in explained.evidence
        ],
    )


def _recalled(shown: Shown, *, blind: bool) -> HitOut:
    return HitOut(
        rank=shown.rank,
        candidate_id=shown.candidate_id,
        external_id=None if blind else shown.external_id,
        name=None if blind else shown.name,
        headline=shown.headline,
        score=shown.score,
        parts=dict(shown.parts),
        probability=None,
        uncertain=None,
        requirements=[],
    )
