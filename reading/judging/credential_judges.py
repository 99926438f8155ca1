"""Degrees, languages and work permission: judged from the entries that state them.

Decided here: a degree one step below what is asked, one in another field and one in progress are
partly met, and so is a language below the level asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from reading.folding import narrow
from reading.job import DegreeValue, LanguageValue
from reading.jobs.fields import same_field
from reading.judging.citations import part_shown, with_heading
from reading.judging.dossier import Dossier, trimmed
from reading.judging.findings import (
    Finding,
    Outcome,
    asked_for,
    degree_name,
    language_name,
    level_name,
    nothing,
)
from reading.resume import Degree, Education, WorkPermission
from reading.resumes.education import degree_named
from reading.resumes.tongue import language_of
from reading.spans import Span

LONG_LINE = 120  # code points: a line this long shows its language as well as a longer one
LIKELY_LINES = 5  # the longest ones, tried in turn
LONG_EDUCATION = 240  # code points of an entry cited whole


def degree(value: DegreeValue, dossier: Dossier, language: str) -> Finding:
    """A degree of at least the level asked, in one of the fields where the job names any."""
    entries = [
        e for e in dossier.resume.education if e.degree is not None and part_shown(e.span, dossier)
    ]
    if not entries:
        return nothing(language)

    def judged(entry: Education) -> tuple[int, bool, int]:
        assert entry.degree is not None
        in_field = not value.fields or _in_field(entry, value.fields, dossier)
        if entry.degree >= value.minimum:
            rank = 2 if in_field and not entry.in_progress else 1
        else:
            near = value.minimum - entry.degree == 1 and entry.degree >= Degree.ASSOCIATE
            rank = 1 if near and not entry.in_progress else 0
        return rank, in_field, entry.degree

    best = max(entries, key=judged)
    rank, in_field, _ = judged(best)
    if rank == 0:
        return nothing(language)
    assert best.degree is not None
    note = degree_name(best.degree, language)
    if best.in_progress:
        note += "（在读）" if language == "zh" else ", in progress"
    if not in_field:
        note += "，专业不同" if language == "zh" else " in another field"
    if best.degree < value.minimum:
        note += asked_for(degree_name(value.minimum, language), language)
    outcome = Outcome.MET if rank == 2 else Outcome.PARTLY
    return Finding(
        outcome, with_heading(dossier, _entry(best, dossier)), note[:1].upper() + note[1:]
    )


def _in_field(entry: Education, fields: Sequence[str], dossier: Dossier) -> bool:
    studied = _entry(entry, dossier).of(dossier.text)  # what would be cited, and no more
    return any(same_field(field, studied) for field in fields)


def _entry(entry: Education, dossier: Dossier) -> Span:
    """What is cited of an entry: all of it, or of a long one the line that names the degree."""
    text = dossier.resume.text
    if len(entry.span) <= LONG_EDUCATION:
        return entry.span
    at = entry.span.start
    for line in entry.span.of(text).split("\n"):
        if degree_named(narrow(line)) is entry.degree:
            return trimmed(text, at, at + len(line))
        at += len(line) + 1
    return entry.span


def language(value: LanguageValue, dossier: Dossier, answer: str) -> Finding:
    """A language at the level asked; where the résumé names none, being written in it is partly."""
    name = language_name(value.code, answer)
    known = [
        s for s in dossier.resume.languages if s.code == value.code and part_shown(s.span, dossier)
    ]
    if not known:
        return _written_in(value.code, name, dossier, answer)
    best = max(known, key=lambda s: s.level or 0)
    cited = with_heading(dossier, dossier.line_of(best.span))
    asked = asked_for(level_name(value.level, answer), answer) if value.level else ""
    if value.level is None or (best.level is not None and best.level >= value.level):
        level = f" {level_name(best.level, answer)}" if best.level else ""
        return Finding(Outcome.MET, cited, f"{name}{level}{asked}")
    if best.level is None:
        unknown = "，未注明水平" if answer == "zh" else ", level not stated"
        return Finding(Outcome.PARTLY, cited, name + unknown + asked)
    return Finding(Outcome.PARTLY, cited, f"{name} {level_name(best.level, answer)}{asked}")


def _written_in(code: str, name: str, dossier: Dossier, answer: str) -> Finding:
    if dossier.resume.language != code:
        return nothing(answer)
    prose = [line.span for line in dossier.lines if not line.heading and len(line.span) > 20]
    prose.sort(key=lambda span: (-min(len(span), LONG_LINE), span))
    tongues = ((span, language_of(span.of(dossier.text))) for span in prose[:LIKELY_LINES])
    shown = next((span for span, tongue in tongues if tongue == code), None)
    if shown is None:
        return nothing(answer)
    note = (
        f"未写明{name}，简历以{name}写成"
        if answer == "zh"
        else f"{name} is not stated; the résumé is written in it"
    )
    return Finding(Outcome.PARTLY, (shown,), note)


def permission(dossier: Dossier, language: str) -> Finding:
    """Only a stated permission counts."""
    stated = dossier.resume.work_permission
    if stated is None or stated.value is not WorkPermission.PERMITTED:
        return nothing(language)
    note = "已写明工作许可" if language == "zh" else "Permission to work is stated"
    return Finding(Outcome.MET, (dossier.line_of(stated.span),), note)
