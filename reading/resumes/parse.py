"""Reading a résumé: from one text to everything it says."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reading.dates import find_periods
from reading.resume import (
    Contact,
    Education,
    Position,
    Resume,
    Section,
    SectionKind,
    SkillMention,
    Stance,
)
from reading.resumes.contacts import find_contact
from reading.resumes.education import find_education
from reading.resumes.languages import find_languages
from reading.resumes.places import find_location
from reading.resumes.positions import find_positions
from reading.resumes.sections import find_sections, heading_kind
from reading.resumes.stance import sentence_around, stance_of
from reading.resumes.titles import names_title
from reading.resumes.tongue import language_of
from reading.resumes.wishes import find_availability, find_salary, find_work_permission
from reading.skills.finding import find_skills
from reading.skills.vocabulary import Vocabulary, vocabulary
from reading.spans import Span, union

_NO_FIELDS: Mapping[str, Any] = MappingProxyType({})
_NOT_OF_WORK = {SectionKind.PERSONAL, SectionKind.REFERENCES}  # hobbies, other people
_LONGEST_HEADLINE = 120


def read_resume(
    text: str,
    furniture: Sequence[Span] = (),
    fields: Mapping[str, Any] = _NO_FIELDS,
    known: Vocabulary | None = None,
) -> Resume:
    """Everything a résumé says, with the spans that say it.

    `furniture` are stretches of the text that are no content; `fields` is what a structured source
    states outright (name, email, phone, location, headline, …) and goes before what the text
    says. Never raises on any text: what cannot be read is left out.
    """
    sections, dropped = find_sections(text, furniture)
    language = language_of(text)
    dated = [
        (period, span)
        for period, span in find_periods(text)
        if not any(span.overlaps(item.span) for item in dropped)
    ]
    positions = find_positions(text, sections, dated)
    education = find_education(text, sections, dated)
    contact = find_contact(text, sections, fields, language)
    return Resume(
        text=text,
        language=language,
        sections=sections,
        dropped=dropped,
        contact=contact,
        headline=_headline(text, sections, positions, contact, fields),
        positions=positions,
        education=education,
        skills=tuple(_mentions(text, sections, positions, education, known or vocabulary())),
        languages=find_languages(text, sections),
        location=find_location(text, sections, fields),
        work_permission=find_work_permission(text, sections),
        availability=find_availability(text, sections),
        salary=find_salary(text, sections, language),
    )


def _headline(
    text: str,
    sections: Sequence[Section],
    positions: Sequence[Position],
    contact: Contact,
    fields: Mapping[str, Any],
) -> str | None:
    """What a source calls the headline, a title at the top, the latest title, or a lone line."""
    for key in ("headline", "label", "title"):
        stated = fields.get(key)
        if isinstance(stated, str) and stated.strip():
            return " ".join(stated.split())[:_LONGEST_HEADLINE]
    top = [s for s in sections if s.kind is SectionKind.HEADER]
    lines = [line.strip() for s in top for line in s.span.of(text).splitlines() if line.strip()]
    for line in lines[:8]:
        for part in line.split("|"):
            words = part.strip(" \ufeff*#_-·•")
            if contact.name and words.startswith(contact.name):
                words = words[len(contact.name) :].strip(" ,，-–—|")
            if 2 < len(words) <= 80 and "@" not in words and names_title(words):
                return words
    titled = [p for p in positions if p.title]
    if titled:
        return max(titled, key=_recency).title
    alone = text.strip()
    if alone and "\n" not in alone and len(alone) <= _LONGEST_HEADLINE and alone != contact.name:
        return alone
    return None


def _recency(position: Position) -> tuple[int, int, int]:
    """Running positions first, then the latest start; the earlier in the text wins ties."""
    if position.period is None:
        return (0, 0, -position.span.start)
    running = position.period.end is None
    return (2 if running else 1, position.period.start.ordinal, -position.span.start)


def _mentions(
    text: str,
    sections: Sequence[Section],
    positions: Sequence[Position],
    education: Sequence[Education],
    known: Vocabulary,
) -> Iterator[SkillMention]:
    names = union(_names_of_others(text, sections, positions, education))
    named = [name.start for name in names]
    starts = [section.span.start for section in sections]
    held = [position.span.start for position in positions]
    for hit in find_skills(text, known):
        at = bisect_right(starts, hit.span.start) - 1
        section = sections[at] if at >= 0 else None
        if section is None or not section.span.covers(hit.span):
            continue  # in what was dropped
        if section.kind in _NOT_OF_WORK:
            continue
        index = bisect_left(named, hit.span.end) - 1
        if index >= 0 and names[index].overlaps(hit.span):
            continue
        index = bisect_right(held, hit.span.start) - 1
        position = index if index >= 0 and positions[index].span.covers(hit.span) else None
        kind = SectionKind.EXPERIENCE if position is not None else section.kind
        sentence = sentence_around(text, hit.span)
        yield SkillMention(
            skill=hit.skill,
            span=hit.span,
            sentence=sentence,
            stance=Stance.SHOWN
            if position is not None and positions[position].heading.covers(hit.span)
            else stance_of(text, hit.span, sentence, kind),
            position=position,
        )


def _names_of_others(
    text: str,
    sections: Sequence[Section],
    positions: Sequence[Position],
    education: Sequence[Education],
) -> Iterator[Span]:
    """Where headings, employers and schools stand: their names are not what a person can do."""
    for section in sections:
        if section.heading is not None and heading_kind(section.heading.of(text)) is not None:
            yield section.heading
    for name, within in (
        *((p.employer, p.heading) for p in positions),
        *((e.institution, e.span) for e in education),
    ):
        at = text.find(name, within.start, within.end) if name else -1
        if name and at >= 0:
            yield Span(at, at + len(name))
