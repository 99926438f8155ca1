"""The truth about the pool, as files.

candidates.jsonl   one candidate a line: files, person, positions, skills, degree, languages, …
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.facts import Candidate

if TYPE_CHECKING:
    from demo.pool import Pool


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8", newline="\n")


def describe(candidate: Candidate, files: list[dict[str, Any]]) -> dict[str, Any]:
    """One candidate as JSON. Months are "YYYY-MM"; an `end` of null means: until now."""
    person = candidate.person
    degree = candidate.highest_degree()
    return {
        "id": candidate.id,
        "files": files,
        "language": candidate.language,
        "script": "traditional" if candidate.traditional else "simplified" if candidate.language == "zh" else "latin",
        "pattern": candidate.kind,
        "trade": candidate.trade,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "gender": person.gender,
        "born": "{}-{:02d}-{:02d}".format(*person.born),
        "location": {"city": person.city.en, "city_zh": person.city.zh, "country": person.city.country},
        "positions": [
            {
                "trade": h.trade,
                "level": h.level,
                "title": h.title,
                "employer": h.employer,
                "start": str(h.start),
                "end": str(h.end) if h.end else None,
                "skills": list(h.skills),
            }
            for h in candidate.held
        ],
        "education": [
            {
                "degree": s.degree.name.lower(),
                "subject": s.subject,
                "school": s.school,
                "start": str(s.start),
                "end": str(s.end),
            }
            for s in candidate.schooling
        ],
        "degree": degree.name.lower() if degree else None,
        "skills": candidate.skill_months(),
        "listed": [skill for skill, _ in candidate.listed],
        "asides": [{"skill": a.skill, "stance": a.stance, "text": a.text} for a in candidate.asides],
        "languages": {code: level.name for code, level in candidate.languages},
        "work_permission": candidate.permission,
        "remote": candidate.remote,
    }


def write_truth(out: Path, pool: Pool) -> None:
    """Write every truth file of a pool below `out`."""
    files: dict[str, list[dict[str, Any]]] = {}
    for filing in pool.filings:
        files.setdefault(filing.candidate.id, []).append(
            {"path": filing.path, "form": filing.form, "current": filing.current}
        )
    _lines(out / "truth" / "candidates.jsonl", (describe(c, files[c.id]) for c in pool.candidates))
