"""What is shown of one candidate, of the quarantine, and of the whole installation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from api.jobs import read_month
from api.workplace import DTYPE, ENCODER, Workplace
from catalog.errors import Conflict, NotFound
from catalog.resumes import StoredResume
from catalog.store import Catalog, Reading
from indexer.facts import state_facts
from reading.dates import Experience, Period
from reading.record import resume_from_record
from reading.resume import Resume
from reading.skills.vocabulary import vocabulary

_ADVICE = {
    "empty": "Ask for the résumé again: this file has no text.",
    "encrypted": "Ask for a copy without a password.",
    "damaged": "Ask for the file again, or open it and save it anew.",
    "wrong_type": "Look at what the file really is; ask for a PDF or DOCX.",
    "unsupported": "Save it as PDF or DOCX and add that.",
    "binary": "Ask for a PDF or DOCX.",
    "too_large": "Ask for a smaller file, with pictures left out.",
    "too_many_pages": "Ask for the résumé alone, without certificates.",
    "zip_bomb": "Do not open it. Ask the sender what it is.",
    "no_text": "Install the OCR extra (pip install 'bole[ocr]') and ingest it again.",
    "timeout": "Ingest it again; if it happens twice, save the file anew.",
    "out_of_memory": "Save the file anew, with smaller pictures.",
    "crashed": "Save the file anew, for example by printing it to PDF.",
    "unreadable": "Check the file's permissions and ingest it again.",
    "refused": "See the message; ingest the file again when it is mended.",
}


def find_candidate(reading: Reading, name: str) -> int:
    """A person's current id from any id that ever was theirs.

    Where "7" is one person's number and another's external id, "candidate:7" and "external:7" tell
    them apart. Errors: NotFound; Conflict where `name` means two people.
    """
    kind, _, rest = name.partition(":")
    if kind not in ("candidate", "external"):
        kind, rest = "", name
    found: dict[int, None] = {}
    if kind != "candidate":
        found.update(dict.fromkeys(reading.people.of_external([rest]).values()))
    if kind != "external" and rest.isdecimal() and len(rest) < 19:
        with suppress(NotFound):
            found[reading.people.resolve(int(rest))] = None
    if not found:
        raise NotFound(f"there is no candidate {name}")
    if len(found) > 1:
        raise Conflict(
            f"{name} is one candidate's number and another's external id: "
            f"write candidate:{name} or external:{name}"
        )
    return next(iter(found))


def describe_candidate(catalog: Catalog, name: str) -> dict[str, Any]:
    """Who it is, what the current résumé says as Bole reads it, and what happened to its text."""
    with catalog.reading() as reading:
        person_id = find_candidate(reading, name)
        person = reading.people.get(person_id)
        stored = reading.resumes.of([person_id], reading.sequence).get(person_id)
        versions = reading.resumes.versions(person_id)
        claims = reading.people.claims(person_id)
    if person.erased_at is not None:
        raise NotFound(f"candidate {name} has been erased")
    described: dict[str, Any] = {
        "candidate_id": person.id,
        "name": person.name,
        "status": person.status.value,
        "claims": [{"kind": claim.kind, "value": claim.value} for claim in claims],
        "consent_basis": person.consent_basis,
        "purpose": person.purpose,
        "retention_until": person.retention_until and person.retention_until.isoformat(),
        "documents": [
            {
                "document_id": version.document_id,
                "file": version.filename,
                "in_search": version.to_sequence is None,
            }
            for version in versions
        ],
    }
    if stored is not None:
        described |= _describe_resume(stored)
    return described


def describe_quarantine(catalog: Catalog) -> list[dict[str, Any]]:
    """The files that wait, oldest first, with what to do about each."""
    with catalog.reading() as reading:
        waiting = reading.quarantine.waiting()
    return [
        {
            "id": q.id,
            "path": q.path,
            "reason": q.reason,
            "message": q.message,
            "advice": _ADVICE.get(q.reason, "Look at the file."),
            "since": q.at.isoformat(),
            "tries": q.tries,
        }
        for q in waiting
    ]


def describe_status(place: Workplace) -> dict[str, Any]:
    """How much there is, what is served, and what should be done next."""
    with place.catalog.reading() as reading:
        counts = reading.counts()
        chosen = reading.settings.all()
        serving = reading.generations.pointer()
        waiting, changed = _count_waiting(reading), _count_changed(reading)
        night = next(iter(reading.nights.newest(1)), None)
    status: dict[str, Any] = {"data": str(place.settings.data), **asdict(counts)}
    status |= {"encoder": chosen.get(ENCODER), "dtype": chosen.get(DTYPE), "generation": None}
    if serving is not None:
        served = serving.generation
        status |= {
            "generation": served.id,
            "indexed_people": served.people,
            "indexed_passages": served.passages,
            "reranker": serving.reranker or "none (ranking is by retrieval)",
            "waiting": waiting,
        }
    if night is not None:
        status["last_night"] = f"{night.due_on} {night.state}".replace("_", " ")
    if waiting:
        status["next"] = f"bole reindex ({waiting} résumés wait: searches do not find them yet)"
    elif serving is None and counts.resumes:
        status["next"] = "bole reindex (nothing has been indexed yet)"
    elif changed:
        status["next"] = f"bole reindex ({changed} people have changed since the last one)"
    return status


def _count_changed(reading: Reading) -> int:
    """People whose résumé is another one than in the generation that is served."""
    serving = reading.generations.pointer()
    if serving is None:
        return 0
    before = serving.generation.sequence
    return len(reading.resumes.changed_between(before, reading.sequence))


def _count_waiting(reading: Reading) -> int:
    """Résumés that no search finds yet, because they or older ones wait for their vectors."""
    serving = reading.generations.pointer()
    if serving is None:
        return 0
    after = serving.generation.sequence
    return reading.resumes.newer_than(reading.resumes.ready_sequence(serving.encoder, after))


def _describe_resume(stored: StoredResume) -> dict[str, Any]:
    resume = resume_from_record(stored.parsed, stored.text)
    facts, now = state_facts(resume), read_month(None)
    return {
        "language": resume.language,
        "headline": resume.headline,
        "location": resume.location and _place(resume),
        "experience_months": facts.experience and facts.experience.months(now),
        "positions": [
            {"title": p.title, "employer": p.employer, "period": _period(p.period)}
            for p in resume.positions
        ],
        "education": [
            {
                "degree": e.degree and e.degree.name.lower(),
                "field": e.field,
                "institution": e.institution,
                "period": _period(e.period),
                "in_progress": e.in_progress,
            }
            for e in resume.education
        ],
        "skills": [
            {
                "skill": skill.skill,
                "label": vocabulary().label(skill.skill, resume.language),
                "shown": skill.shown,
                "months": _months(skill.experience),
            }
            for skill in facts.skills
        ],
        "languages": [
            {"code": known.code, "level": known.level and known.level.name}
            for known in resume.languages
        ],
        "work_permission": facts.work_permission and facts.work_permission.value,
        "availability": facts.availability,
        "sections": [
            {"kind": s.kind.value, "start": s.span.start, "end": s.span.end}
            for s in resume.sections
        ],
        "dropped": [
            {"start": d.span.start, "end": d.span.end, "reason": d.reason} for d in resume.dropped
        ],
        "text": stored.text,
        "scoring_text": stored.scoring_text,
    }


def _place(resume: Resume) -> str:
    place = resume.location
    levels = (place.city, place.region, place.country) if place else ()
    return ", ".join(level for level in levels if level)


def _period(period: Period | None) -> str | None:
    return None if period is None else f"{period.start} – {period.end or 'present'}"


def _months(experience: Experience | None) -> int | None:
    return None if experience is None else experience.months(read_month(None))
