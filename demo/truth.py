"""The truth about the pool, as files.

candidates.jsonl     one candidate a line: files, person, positions, skills, degree, languages, …
jobs.jsonl           {"id", "text"}
requirements.jsonl   what each job demands, as types: one job a line
qrels.tsv            TREC: job 0 candidate grade (0..4), every pair; the rules stand in `demo.fit`
applications.jsonl   {"id", "candidate", "job", "applied_at", "source", "fit"}
outcomes.jsonl       {"id", "application", "kind", "at", "reason"}, by time; see `demo.outcomes`
files.tsv            path below the pool's folder, candidate, form, current|earlier
broken.tsv           path, what is wrong with it
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.facts import Candidate
from demo.fit import grade
from demo.jobs import Posting, all_postings
from demo.outcomes import run_jobs

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
        "script": "traditional"
        if candidate.traditional
        else "simplified"
        if candidate.language == "zh"
        else "latin",
        "pattern": candidate.kind,
        "trade": candidate.trade,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "gender": person.gender,
        "born": "{}-{:02d}-{:02d}".format(*person.born),
        "location": {
            "city": person.city.en,
            "city_zh": person.city.zh,
            "country": person.city.country,
        },
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
                "trade": s.trade,
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
        "asides": [
            {"skill": a.skill, "stance": a.stance, "text": a.text} for a in candidate.asides
        ],
        "languages": {code: level.name for code, level in candidate.languages},
        "work_permission": candidate.permission,
        "remote": candidate.remote,
    }


def _describe_posting(posting: Posting) -> dict[str, Any]:
    return {
        "id": posting.id,
        "title": posting.title,
        "trade": posting.trade,
        "language": posting.language,
        "requirements": [
            {
                "text": d.text,
                "kind": "must" if d.must else "nice",
                "skills": list(d.skills),
                "months": d.months,
                "degree": d.degree.name.lower() if d.degree else None,
                "subject": d.subject,
                "languages": list(d.languages),
                "level": d.level.name if d.level else None,
                "permission": d.permission,
            }
            for d in posting.demands
        ],
    }


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    path.write_text(lines, "utf-8", newline="\n")


def _write_outcomes(folder: Path, pool: Pool) -> None:
    histories = list(run_jobs(pool.seed, all_postings(), pool.candidates))
    _lines(
        folder / "applications.jsonl",
        (
            {
                "id": h.id,
                "candidate": h.candidate.id,
                "job": h.job,
                "applied_at": f"{h.events[0].at.isoformat()}Z",
                "source": h.source,
                "fit": h.fit,
            }
            for h in histories
        ),
    )
    events = [
        (e.at, h.id, index, e) for h in histories for index, e in enumerate(h.events, start=1)
    ]
    events.sort(key=lambda each: each[:3])
    _lines(
        folder / "outcomes.jsonl",
        (
            {
                "id": f"{application}-{index}",
                "application": application,
                "kind": event.kind,
                "at": f"{at.isoformat()}Z",
                **({"reason": event.reason} if event.reason else {}),
            }
            for at, application, index, event in events
        ),
    )


def write_truth(out: Path, pool: Pool, broken: dict[str, str]) -> None:
    """Write the postings and every truth file of a pool below `out`.

    `broken` gives each broken file's path below `out` and what is wrong with it.
    """
    folder, postings = out / "truth", all_postings()
    files: dict[str, list[dict[str, Any]]] = {}
    for filing in pool.filings:
        files.setdefault(filing.candidate.id, []).append(
            {"path": filing.path, "form": filing.form, "current": filing.current}
        )
    _lines(folder / "candidates.jsonl", (describe(c, files[c.id]) for c in pool.candidates))
    (out / "jobs").mkdir(parents=True, exist_ok=True)
    for posting in postings:
        (out / "jobs" / posting.file).write_text(posting.text, "utf-8", newline="\n")
    _lines(folder / "jobs.jsonl", ({"id": p.id, "text": p.text} for p in postings))
    _lines(folder / "requirements.jsonl", map(_describe_posting, postings))
    _write(
        folder / "qrels.tsv",
        ((p.id, 0, c.id, grade(c, p)) for p in postings for c in pool.candidates),
    )
    named = [
        (f.path, f.candidate.id, f.form, "current" if f.current else "earlier")
        for f in pool.filings
    ]
    _write(folder / "files.tsv", named)
    _write(folder / "broken.tsv", sorted(broken.items()))
    _write_outcomes(folder, pool)
