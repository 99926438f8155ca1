"""JSON Resume v1.0.0, from the facts themselves."""

from __future__ import annotations

import json
from typing import Any

from demo.facts import Candidate
from demo.paper import Entry, Paper, Tags

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def _entries(paper: Paper, kind: str) -> list[Entry]:
    blocks = [b for s in paper.sections if s.kind == kind for b in s.blocks]
    return [b for b in blocks if isinstance(b, Entry)]


def _tags(paper: Paper, kind: str) -> list[str]:
    blocks = [b for s in paper.sections if s.kind == kind for b in s.blocks]
    return [item for b in blocks if isinstance(b, Tags) for item in b.items]


def write_json_resume(candidate: Candidate, paper: Paper) -> bytes:
    """The facts in the standard's fields; months as ISO 8601 dates without days."""
    person, zh = candidate.person, candidate.language == "zh"
    work = [
        {
            "name": held.employer,
            "position": held.title,
            "location": held.city.zh if zh else held.city.en,
            "startDate": str(held.start),
            **({"endDate": str(held.end)} if held.end else {}),
            "highlights": list(held.bullets),
        }
        for held in candidate.held
    ]
    degrees = _entries(paper, "education")
    education = [
        {
            "institution": one.school,
            "area": one.subject,
            "studyType": entry.title,
            "startDate": str(one.start),
            "endDate": str(one.end),
        }
        for one, entry in zip(candidate.schooling, degrees, strict=True)
    ]
    basics: dict[str, Any] = {
        "name": paper.name,
        "label": candidate.headline,
        "email": person.email,
        "phone": person.phone,
        "location": {
            "city": person.city.zh if zh else person.city.en,
            "countryCode": person.city.country,
        },
        "summary": candidate.summary,
    }
    if person.link:
        basics["url"] = person.link
    notes = [aside.text for aside in candidate.asides]
    if notes:
        basics["summary"] = (
            f"{basics['summary']}{'' if zh else ' '}{('' if zh else ' ').join(notes)}"
        )
    resume: dict[str, Any] = {
        "$schema": _SCHEMA,
        "basics": basics,
        "work": work,
        "education": education,
        "skills": [{"name": words} for _, words in candidate.listed],
        "languages": [{"language": line} for line in _tags(paper, "languages")],
        "certificates": [{"name": name} for name in candidate.certificates],
        "meta": {"version": "v1.0.0", "lastModified": "2026-10-01T09:00:00"},
    }
    return (json.dumps(resume, ensure_ascii=False, indent=2) + "\n").encode()
