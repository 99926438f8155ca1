"""Whose résumé it is: the name as its top lines give it.

A name is known by its place and form (a short capitalised line at the top, near contacts, above a
job title, spelt like the e-mail address), not by a list of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reading.identity.name_forms import (
    CHINESE,
    FoundName,
    PersonName,
    as_name,
    is_heading,
    is_job_title,
    letters,
)
from reading.spans import Span

_CERTAIN = 5  # points from which on a line is a name
_FIELD_BREAK = re.compile(r"[\n|｜¦•∙\t;；/()（）\[\]]+|\s{2,}|\s[·–—-]\s|[–—]|[:：]")


@dataclass(frozen=True, slots=True)
class _Candidate:
    found: FoundName
    points: int
    first: bool


def names_at_the_top(
    text: str,
    top: Span,
    handles: Iterable[str],
    told: Sequence[Span],
    town: Span | None,
    *,
    has_contacts: bool,
) -> list[FoundName]:
    """The likeliest name in each script among the top lines; nothing where none is certain.

    `handles` are e-mail addresses and links, which may spell the name; `told` is what has been
    found to be something else; `town` may be where somebody lives, or part of a name (Jordan).
    """
    known_handles = [letters(h) for h in handles]
    best: dict[bool, _Candidate] = {}
    for candidate in _candidates(text, top, known_handles, has_contacts, told):
        span = candidate.found.span
        if town is not None and town.covers(span) and not candidate.first:
            continue
        script = candidate.found.name.chinese
        if candidate.points >= _CERTAIN and (
            script not in best or candidate.points > best[script].points
        ):
            best[script] = candidate
    return [c.found for c in best.values()]


def _candidates(
    text: str, top: Span, handles: list[str], has_contacts: bool, told: Sequence[Span]
) -> Iterator[_Candidate]:
    lines = [
        Span(m.start() + top.start, m.end() + top.start)
        for m in re.finditer(r"[^\n]+", top.of(text))
    ]
    lines = [line for line in lines if line.of(text).strip(" \t\u3000-–—_=*#|")]
    seen_any = False
    for number, line in enumerate(lines):
        below = lines[number + 1].of(text).strip() if number + 1 < len(lines) else ""
        fields = list(_fields(text, line))
        is_first = not seen_any
        for index, field in enumerate(fields):
            found, extra = as_name(text, field)
            is_told = any(field.overlaps(t) for t in told)
            if found is None or is_told:
                seen_any = seen_any or not (is_told or is_heading(field.of(text)))
                continue
            beside = fields[index + 1].of(text) if index + 1 < len(fields) else below
            points = extra + 10 * _spelt_in(found.name, handles)
            alone = len(lines) > 1 and all(
                other == field or any(other.overlaps(t) for t in told) for other in fields
            )
            # A known surname, an opening, a dot; or nothing beside it but personal details.
            stands = extra > 0 or not found.name.chinese or (is_first and alone and len(fields) > 1)
            if (has_contacts and (stands or len(fields) <= 2)) or (is_first and alone and stands):
                points += 3 * is_first + 2 * has_contacts
                points -= 2 * (
                    not has_contacts and len(found.name.parts) == 1 and not found.name.chinese
                )
                points -= 3 * found.name.parts[0].endswith("ing")
                points += 3 * (is_job_title(beside) or is_job_title(below))
                points += bool(beside) and is_heading(beside)
            yield _Candidate(found, points, is_first)
            seen_any = True


def _fields(text: str, line: Span) -> Iterator[Span]:
    at = line.start
    for found in [*_FIELD_BREAK.finditer(text, line.start, line.end), None]:
        end = found.start() if found else line.end
        field = text[at:end]
        if field.strip():
            start = at + len(field) - len(field.lstrip())
            yield from _scripts(text, Span(start, at + len(field.rstrip())))
        at = found.end() if found else end


def _scripts(text: str, field: Span) -> Iterator[Span]:
    """A field with Chinese and Latin words, or several Chinese ones, as its parts."""
    words = field.of(text)
    if not CHINESE.search(words):
        yield field
        return
    if re.fullmatch(r"[\u3400-\u9fff][ \u3000][\u3400-\u9fff]", words):
        yield field
        return
    for part in re.finditer(
        r"[\u3400-\u9fff·]+|[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f '’.,-]*", words
    ):
        start, end = field.start + part.start(), field.start + part.end()
        touches = (text[start - 1 : start] + text[end : end + 1]).replace(" ", "")
        if not (CHINESE.match(part.group()) and any(c.isascii() and c.isalnum() for c in touches)):
            yield Span(start, end)


def _spelt_in(name: PersonName, handles: list[str]) -> bool:
    """Whether an e-mail address or a profile link is made of the name."""
    if name.chinese:
        return False
    parts = [letters(piece) for part in name.parts for piece in re.split("[-‑]", part)]
    return any(part in handle for part in parts if len(part) >= 3 for handle in handles)
