"""What is said of erasures and legal holds, and whom they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.dossier import find_candidate
from catalog.errors import InvalidRequest, NotFound
from catalog.forgetting import Erasure, Hold
from catalog.people import Claim, ClaimKind
from catalog.store import Catalog, Reading

# Tables and stores as people call them; those that are parts of others are counted with JSON only.
_WORDS = {
    "document": "documents",
    "resume": "versions of the résumé",
    "blobs": "original files",
    "idempotency": "answers kept for requests that come twice",
    "identity_claim": "ids, e-mails and phones",
    "application": "applications",
    "outcome_event": "outcomes",
    "impression": "places on shortlists",
    "search_log": "logged searches that named them",
    "watch": "watches that named them",
    "watch_match": "places on watched shortlists",
    "quarantine": "files in quarantine",
    "merge_event": "merges",
    "merge_suggestion": "suggested merges",
    "legal_hold": "past legal holds",
    "inbox": "messages in",
    "outbox": "messages out",
    "vector": "vectors",
    "pair_score": "kept scores",
    "generations": "generations of the index",
}


def in_words(removed: Mapping[str, int]) -> str:
    """What is removed, as a recruiter reads it."""
    told = (f"{_WORDS[name]}: {removed[name]}" for name in _WORDS if removed.get(name))
    return ", ".join(told) or "nothing"


def find_to_erase(catalog: Catalog, name: str, reason: str | None) -> int:
    """The person whom a number or external id means, one that was erased before included.

    Errors: NotFound; Conflict under a legal hold; InvalidRequest where the reason names the person,
    for the reason is kept.
    """
    with catalog.reading() as reading:
        try:
            person = find_candidate(reading, name)
        except NotFound:
            return _erased_before(catalog, reading, name)
        if reading.people.get(person).erased_at is None:
            reading.forgetting.refuse_held(person)
            if reason is not None and reading.forgetting.names(person, reason):
                raise InvalidRequest("the reason names the person, and it is kept: leave that out")
        return person


def describe_loss(catalog: Catalog, person: int) -> dict[str, Any]:
    """Who it is, and how much of what goes with them: for the person who decides."""
    with catalog.reading() as reading:
        known = reading.people.get(person)
        claims = [f"{claim.kind} {claim.value}" for claim in reading.people.claims(person)]
        counts = reading.forgetting.preview(person)
    return {
        "candidate": person,
        "name": known.name or "not stated",
        "known by": ", ".join(claims) or "nothing",
        "what goes": in_words(counts),
    }


def receipt(catalog: Catalog, erasure: Erasure) -> dict[str, Any]:
    """{"erasure", "candidate_id", "at", "by", "due_at", "done_at", "removed": table or store →
    how many, "models": names of those that had seen the person, "backups_not_told"}."""
    with catalog.reading() as reading:
        named = {model.fingerprint: model.name for model in reading.models.all()}
        away = _backups_away(reading)
    return {
        **_erasure_out(erasure),
        "removed": dict(sorted(erasure.removed.items())),
        "models": [named.get(print_, print_[:12]) for print_ in erasure.models],
        "backups_not_told": away,
    }


def describe_erasures(catalog: Catalog) -> dict[str, Any]:
    """{"erasures": open ones first, "retention_over": candidates to be erased tonight, "held":
    candidates under a legal hold, "backups_not_told": paths}."""
    with catalog.reading() as reading:
        every = reading.forgetting.all()
        every.sort(key=lambda each: (each.done_at is not None, each.due_at, each.id))
        held = {hold.person_id for hold in reading.forgetting.holds() if hold.lifted_at is None}
        return {
            "erasures": [_erasure_out(each) for each in every],
            "retention_over": reading.forgetting.due(datetime.now(UTC).date()),
            "held": sorted(held),
            "backups_not_told": _backups_away(reading) if every else [],
        }


def hold_candidate(catalog: Catalog, name: str, reason: str, by: str) -> None:
    """Put a person under a legal hold. Errors: NotFound, Conflict, InvalidRequest."""
    with catalog.writing() as writing:
        writing.forgetting.hold(find_candidate(writing, name), reason, by)


def lift_holds(catalog: Catalog, name: str, by: str) -> None:
    """End all holds of a person. Errors: NotFound where there is none."""
    with catalog.writing() as writing:
        holds = writing.forgetting.holds(find_candidate(writing, name))
        lasting = [hold.id for hold in holds if hold.lifted_at is None]
        if not lasting:
            raise NotFound(f"candidate {name} is under no legal hold")
        for each in lasting:
            writing.forgetting.lift(each, by)


def describe_holds(catalog: Catalog, name: str | None) -> list[dict[str, Any]]:
    """One person's holds, lifted ones included; or everybody's that last."""
    with catalog.reading() as reading:
        if name is not None:
            return list(map(_hold_out, reading.forgetting.holds(find_candidate(reading, name))))
        return [_hold_out(hold) for hold in reading.forgetting.holds() if hold.lifted_at is None]


def _erased_before(catalog: Catalog, reading: Reading, name: str) -> int:
    """Whose external id this was. Errors: NotFound."""
    if reading.forgetting.all():
        claim = Claim(ClaimKind.EXTERNAL, name.removeprefix("external:"))
        person = reading.forgetting.is_erased([claim], catalog.erasure_key.read())
        if person is not None:
            return person
    raise NotFound(f"there is no candidate {name}")


def _backups_away(reading: Reading) -> list[str]:
    return [backup.path for backup in reading.backups.all() if not Path(backup.path).is_dir()]


def _erasure_out(erasure: Erasure) -> dict[str, Any]:
    return {
        "erasure": erasure.id,
        "candidate_id": erasure.person_id,
        "at": _minute(erasure.at),
        "by": erasure.by,
        "due_at": _minute(erasure.due_at),
        "done_at": erasure.done_at and _minute(erasure.done_at),
    }


def _hold_out(hold: Hold) -> dict[str, Any]:
    lifted = f"{_minute(hold.lifted_at)} by {hold.lifted_by}" if hold.lifted_at else None
    return {
        "hold": hold.id,
        "candidate_id": hold.person_id,
        "since": _minute(hold.at),
        "reason": hold.reason,
        "by": hold.by,
        "lifted": lifted,
    }


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
