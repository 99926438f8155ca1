"""A stored résumé as JSON Resume v1.0.0 (jsonresume.org/schema), from what Bole read in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reading.dates import Period
from reading.resume import Position, SectionKind, Stance
from reading.skills.vocabulary import vocabulary
from reading.spans import Span

if TYPE_CHECKING:
    from catalog.resumes import StoredResume
    from search.explanation import Candidate

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_SPEAKS_FOR = (Stance.SHOWN, Stance.LISTED)


def resume_out(stored: StoredResume, *, blind: bool = False) -> dict[str, Any]:
    """The résumé; in blind mode without name, contacts and links, its texts from the scoring view.

    Fields of which the document says nothing are left out.
    """
    from search.explanation import candidate_of

    shown = candidate_of(stored)
    return _stated(
        {
            "$schema": SCHEMA,
            "basics": _basics(shown, blind=blind),
            "work": [_work(shown, position, blind=blind) for position in shown.resume.positions],
            "education": _education(shown),
            "skills": _skills(shown),
            "languages": [
                _stated({"language": known.code, "fluency": known.level and known.level.name})
                for known in shown.resume.languages
            ],
        }
    )


def _basics(shown: Candidate, *, blind: bool) -> dict[str, Any]:
    resume, contact = shown.resume, shown.resume.contact
    place = resume.location
    public = {
        "label": resume.headline,
        "summary": "\n\n".join(
            _text(shown, _below(section.span, section.heading), blind=blind)
            for section in resume.sections
            if section.kind is SectionKind.SUMMARY
        ),
        "location": place
        and _stated({"city": place.city, "region": place.region, "countryCode": place.country}),
    }
    if blind:
        return _stated(public)
    return _stated(
        {
            "name": contact.name,
            "email": next(iter(contact.emails), None),
            "phone": next(iter(contact.phones), None),
            "profiles": [{"url": link} for link in contact.links],
            **public,
        }
    )


def _work(shown: Candidate, position: Position, *, blind: bool) -> dict[str, Any]:
    below = _below(position.span, position.heading)
    return _stated(
        {
            "name": position.employer,
            "position": position.title,
            **_dates(position.period),
            "summary": _text(shown, below, blind=blind),
        }
    )


def _education(shown: Candidate) -> list[dict[str, Any]]:
    return [
        _stated(
            {
                "institution": each.institution,
                "area": each.field,
                "studyType": each.degree and each.degree.name.lower(),
                **_dates(each.period),
            }
        )
        for each in shown.resume.education
    ]


def _skills(shown: Candidate) -> list[dict[str, Any]]:
    """What speaks for the person, each once, in reading order."""
    speaking = (each.skill for each in shown.resume.skills if each.stance in _SPEAKS_FOR)
    return [
        {"name": vocabulary().label(skill, shown.resume.language)}
        for skill in dict.fromkeys(speaking)
    ]


def _dates(period: Period | None) -> dict[str, Any]:
    if period is None:
        return {}
    return {"startDate": str(period.start), "endDate": period.end and str(period.end)}


def _below(span: Span, heading: Span | None) -> Span:
    return span if heading is None else Span(min(max(span.start, heading.end), span.end), span.end)


def _text(shown: Candidate, span: Span, *, blind: bool) -> str:
    from search.explanation import quote

    return quote(shown, span, blind).strip()


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is not stated."""
    return {name: value for name, value in fields.items() if value or value == 0}
