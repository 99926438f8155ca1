"""The map of personal data: every column and every folder, and what erasing a person does to it.

A test walks the tables and fails when a column is not here; erasure walks this map only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a place can hold about a candidate."""

    PERSONAL = "personal"  # says something about a person
    PSEUDONYMOUS = "pseudonymous"  # a number or hash that leads to a person
    NONE = "none"


class Treatment(StrEnum):
    """What becomes of it when a person is erased."""

    DELETE = "delete"  # the row, or the file, goes
    CASCADE = "cascade"  # goes with the row that it hangs on
    BLANK = "blank"  # the row stays as a tombstone, the value becomes null
    ORPHAN = "orphan"  # goes once no other person's text has the same content
    REBUILD = "rebuild"  # is built again without the person
    KEEP = "keep"  # stays: it leads to the tombstone only, or to nobody


@dataclass(frozen=True, slots=True)
class Place:
    """What a column or folder holds, and its treatment."""

    kind: Kind
    treatment: Treatment


_P, _H, _N = Kind.PERSONAL, Kind.PSEUDONYMOUS, Kind.NONE


def _places(kind: Kind, treatment: Treatment, columns: str) -> dict[str, Place]:
    return dict.fromkeys(columns.split(), Place(kind, treatment))


COLUMNS: dict[str, dict[str, Place]] = {
    # The tombstone: that there was somebody, and since when no longer.
    "person": _places(_P, Treatment.BLANK, "name consent_basis purpose retention_until")
    | _places(_H, Treatment.KEEP, "id created_at from_sequence erased_at"),
    "person_status": _places(_P, Treatment.DELETE, "status at")
    | _places(_H, Treatment.DELETE, "id person_id from_sequence to_sequence"),
    # Old ids resolve for ever: to the tombstone.
    "person_alias": _places(_H, Treatment.KEEP, "old_person_id person_id from_sequence"),
    "identity_claim": _places(_P, Treatment.DELETE, "kind value")
    | _places(_H, Treatment.DELETE, "id person_id document_id since_sequence until_sequence"),
    # `reason` and `actor` are written by recruiters, in their own words.
    "merge_event": _places(_P, Treatment.DELETE, "reason actor")
    | _places(_H, Treatment.DELETE, "id kind winner_id loser_id at sequence moved undoes_id"),
    "merge_suggestion": _places(_H, Treatment.DELETE, "id person_id other_id reason state at"),
    "document": _places(
        _P, Treatment.DELETE, "media_type language filename size source received_at"
    )
    | _places(_H, Treatment.DELETE, "id person_id content_hash sequence"),
    "extraction": _places(_P, Treatment.CASCADE, "text boxes furniture pages")
    | _places(_H, Treatment.CASCADE, "id document_id reader at"),
    "resume": _places(
        _P,
        Treatment.CASCADE,
        "language headline country region city remote months_before open_since degree"
        " work_permission availability salary_min salary_max salary_currency scoring_text"
        " segments parsed",
    )
    | _places(_H, Treatment.CASCADE, "id person_id extraction_id parser from_sequence to_sequence"),
    "position": _places(_P, Treatment.CASCADE, "title employer start end span_start span_end")
    | _places(_H, Treatment.CASCADE, "resume_id ordinal"),
    "education": _places(
        _P,
        Treatment.CASCADE,
        "degree field institution start end in_progress span_start span_end",
    )
    | _places(_H, Treatment.CASCADE, "resume_id ordinal"),
    "resume_skill": _places(_P, Treatment.CASCADE, "skill shown months_before open_since last_used")
    | _places(_H, Treatment.CASCADE, "resume_id"),
    "resume_language": _places(_P, Treatment.CASCADE, "code level")
    | _places(_H, Treatment.CASCADE, "resume_id"),
    "passage": _places(
        _H,
        Treatment.CASCADE,
        "id resume_id ordinal view_start view_end start end content_key",
    ),
    # A file that nobody could read may be anybody's: the name says whose, a person decides.
    "quarantine": _places(_P, Treatment.DELETE, "path message")
    | _places(_H, Treatment.DELETE, "id content_hash kept reason at last_at tries resolved_at"),
    "job": _places(
        _N,
        Treatment.KEEP,
        "id external_id title text text_key language location created_at from_sequence to_sequence",
    ),
    "requirement": _places(
        _N,
        Treatment.KEEP,
        "job_id requirement_id version ordinal value author at sequence",
    ),
    "application": _places(_P, Treatment.DELETE, "source external_id created_at")
    | _places(_H, Treatment.DELETE, "id person_id job_id sequence"),
    "outcome_event": _places(_P, Treatment.DELETE, "kind reason at happened_on")
    | _places(_H, Treatment.DELETE, "id application_id source external_id recorded_at sequence"),
    # A vector can be turned back into much of its text.
    "vector": _places(_P, Treatment.ORPHAN, "vector")
    | _places(_H, Treatment.ORPHAN, "content_key fingerprint"),
    "pair_score": _places(_H, Treatment.ORPHAN, "job_key fingerprint passage_key score"),
    "generation": _places(
        _N,
        Treatment.KEEP,
        "id state folder sequence encoder format_version passages people manifest created_at"
        " published_at failure",
    ),
    "serving": _places(
        _N, Treatment.KEEP, "id generation_id encoder reranker calibration vocabulary changed_at"
    ),
    "model": _places(
        _N,
        Treatment.KEEP,
        "id name kind fingerprint path metrics state created_at base parent data_hash calibration",
    ),
    # Which models somebody's outcomes went into: the receipt of an erasure names them.
    "trained_on": _places(_H, Treatment.KEEP, "person_id model_id"),
    "decision": _places(
        _N, Treatment.KEEP, "id at kind model before after by reasons evidence sequence"
    ),
    "label_rules": _places(_N, Treatment.KEEP, "id rules author at sequence"),
    # A recruiter may have typed somebody's name into a job or a filter.
    "search_log": _places(_P, Treatment.BLANK, "request")
    | _places(
        _N,
        Treatment.KEEP,
        "id at job_key job_id sequence generation_id as_of fingerprints timings source",
    )
    | _places(_H, Treatment.BLANK, "salt"),
    "impression": _places(_P, Treatment.DELETE, "score parts propensity")
    | _places(_H, Treatment.DELETE, "search_id rank person_id shown_by salt"),
    # Commitments without their salts say nothing: the chain holds, and nobody is in it.
    "search_chain": _places(
        _N, Treatment.KEEP, "id search_id at request impressions previous link"
    ),
    # What keeps an erased person from coming back leads to the tombstone only.
    "erasure": _places(
        _H, Treatment.KEEP, "id person_id at by due_at done_at removed models sequence"
    ),
    "tombstone": _places(_H, Treatment.KEEP, "kind digest person_id at"),
    "legal_hold": _places(_P, Treatment.DELETE, "reason by")
    | _places(_H, Treatment.DELETE, "id person_id at lifted_by lifted_at"),
    "backup": _places(_N, Treatment.KEEP, "id path at sequence"),
    "night": _places(_N, Treatment.KEEP, "id due_on state started_at finished_at report"),
    # A watch's request may hold what a recruiter typed, as a search's does.
    "watch": _places(_P, Treatment.BLANK, "request")
    | _places(_N, Treatment.KEEP, "id job_id by since_at ended_at"),
    "watch_match": _places(_P, Treatment.DELETE, "rank score")
    | _places(_H, Treatment.DELETE, "watch_id person_id search_id at seen_at"),
    # Keys are the company's own people and programs.
    "api_key": _places(
        _N,
        Treatment.KEEP,
        "id name role scopes digest former_digest former_until created_at created_by expires_at"
        " revoked_at revoked_by last_used_on",
    ),
    # Who looked at somebody stays on record: it leads to the tombstone only.
    "access": _places(_H, Treatment.KEEP, "id at key_id by action person_id request_id"),
    # A client chose the key, and the answer may say whom the write was about.
    "idempotency": _places(_P, Treatment.DELETE, "key headers body")
    | _places(_H, Treatment.DELETE, "id key_id fingerprint begun_at status"),
    "sequence": _places(_N, Treatment.KEEP, "id value"),
    "setting": _places(_N, Treatment.KEEP, "key value"),
    "append_only_pass": _places(_N, Treatment.KEEP, "id"),
    "inbox": _places(_P, Treatment.DELETE, "payload parked")
    | _places(_H, Treatment.DELETE, "id kind key received_at attempts done_at"),
    "outbox": _places(_P, Treatment.DELETE, "payload parked")
    | _places(_H, Treatment.DELETE, "id kind key created_at available_at attempts done_at"),
    "alembic_version": _places(_N, Treatment.KEEP, "version_num"),
}

# What lies directly in the data folder. SQLite's log keeps images of pages until a checkpoint.
FOLDER: dict[str, Place] = {
    "catalog.db": Place(_P, Treatment.REBUILD),
    "catalog.db-wal": Place(_P, Treatment.REBUILD),
    "catalog.db-shm": Place(_N, Treatment.KEEP),
    "blobs": Place(_P, Treatment.ORPHAN),
    "generations": Place(_P, Treatment.REBUILD),
    "models": Place(_P, Treatment.KEEP),  # weights trained on outcomes: the receipt names them
    "index.lock": Place(_N, Treatment.KEEP),
    "night.lock": Place(_N, Treatment.KEEP),
    "backup.lock": Place(_N, Treatment.KEEP),
    "erasure.key": Place(_N, Treatment.KEEP),  # without it a tombstone cannot be guessed at
    "erasures.jsonl": Place(_H, Treatment.KEEP),  # tombstones again, for restores
    "serving.lock": Place(_N, Treatment.KEEP),
    "encoders": Place(_N, Treatment.KEEP),  # weights from packages
    "logs": Place(_N, Treatment.KEEP),  # promise 8: no text, name or contact
}
