"""What comes out of `--json`: fixed forms that others script against."""

from __future__ import annotations

from typing import Any

from indexer.storing import Report
from search.measures import Estimate
from search.request import Explained, Hit, Shortlist


def report_out(report: Report) -> dict[str, Any]:
    """{"stored", "unchanged", "quarantined": [{"path", "reason", "message"}]}.

    With "refused", like "quarantined", where something was about people who were erased.
    """
    told = {
        name: [
            {"path": refused.path, "reason": refused.reason, "message": refused.message}
            for refused in which
        ]
        for name, which in (("quarantined", report.quarantined), ("refused", report.refused))
        if which or name == "quarantined"
    }
    return {"stored": report.stored, "unchanged": report.unchanged, **told}


def shortlist_out(shortlist: Shortlist) -> dict[str, Any]:
    """The shortlist with its evidence; offsets count code points of the document's extraction."""
    return {
        "search_id": shortlist.search_id,
        "generation": shortlist.generation,
        "sequence": shortlist.sequence,
        "as_of": str(shortlist.as_of),
        "ranked_by": shortlist.ranked_by,
        "eligible": shortlist.eligible,
        "unknown": {"count": shortlist.unknown, "let_in": shortlist.unknown_let_in},
        "facets": shortlist.facets,
        "models": dict(shortlist.models),
        "hits": [_hit(hit) for hit in shortlist.hits],
        "timings": shortlist.timings,
    }


def estimates_out(estimates: dict[str, Estimate]) -> dict[str, Any]:
    """Measure → mean and 95 % interval."""
    return {
        name: {"mean": found.mean, "low": found.low, "high": found.high}
        for name, found in estimates.items()
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "candidate_id": hit.candidate_id,
        "external_id": hit.external_id,
        "name": hit.name,
        "headline": hit.headline,
        "score": hit.score,
        "parts": hit.parts,
        "probability": hit.probability,
        "uncertain": hit.uncertain,
        "requirements": [_explained(explained) for explained in hit.requirements],
    }


def _explained(explained: Explained) -> dict[str, Any]:
    requirement = explained.requirement
    return {
        "id": requirement.id,
        "text": requirement.text,
        "kind": requirement.kind.value,
        "group": requirement.group,
        "verdict": explained.outcome.value,
        "note": explained.note,
        "evidence": [
            {
                "document_id": evidence.document_id,
                "start": evidence.span.start,
                "end": evidence.span.end,
                "text": evidence.text,
                "context": evidence.context,
            }
            for evidence in explained.evidence
        ],
    }
