"""Which words of a résumé a verdict cites: as few lines as suffice, with the headings they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reading.judging.dossier import Dossier
from reading.resume import SkillMention
from reading.skills.finding import find_skills, vocabulary
from reading.skills.vocabulary import Care, search_form
from reading.spans import Span


def cite(dossier: Dossier, mentions: Sequence[SkillMention]) -> tuple[Span, ...]:
    """Each mention's line, under the heading of its position or of its section."""
    held = [(m.position, settled(dossier, m)) for m in mentions if m.position is not None]
    spans = list(cite_positions(dossier, held))
    for mention in mentions:
        if mention.position is None:
            spans += with_heading(dossier, settled(dossier, mention))
    return ordered(spans)


def settled(dossier: Dossier, mention: SkillMention) -> Span:
    """A mention's line, with the lines beside it where only their company makes it a skill.

    "Access" by itself is a word; between Excel and Outlook it is a skill.
    """
    text = dossier.text
    labels = vocabulary().labels.get(search_form(mention.span.of(text)), ())
    here = mention.sentence
    if all(label.care is not Care.CONTEXT for label in labels):
        return here
    above = dossier.line_of(Span(max(here.start - 1, 0), max(here.start - 1, 0)))
    below = dossier.line_of(Span(*[min(here.end + 1, len(text))] * 2))
    for wider in (
        here,
        Span(here.start, max(here.end, below.end)),
        Span(min(here.start, above.start), here.end),
        Span(min(here.start, above.start), max(here.end, below.end)),
    ):
        if any(hit.skill == mention.skill for hit in find_skills(wider.of(text))):
            return wider
    return here


def cite_positions(dossier: Dossier, shown: Iterable[tuple[int, Span | None]]) -> tuple[Span, ...]:
    """Positions by the lines that date them, each with the line that shows what was asked.

    The heading of their section comes with them: without it a line with two dates need be no job.
    """
    spans: list[Span] = []
    for index, line in shown:
        spans += with_heading(dossier, dossier.position(index).heading)
        if line is not None:
            spans.append(dossier.with_mark(line))
    return ordered(spans)


def with_heading(dossier: Dossier, span: Span) -> tuple[Span, ...]:
    """A line under the heading of its section."""
    heading = dossier.section_heading(span)
    return ordered([heading, span] if heading else [span])


def ordered(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Reading order; what overlaps is one span."""
    kept: list[Span] = []
    for span in sorted(set(spans)):
        if kept and span.start < kept[-1].end:
            kept[-1] = Span(kept[-1].start, max(kept[-1].end, span.end))
        else:
            kept.append(span)
    return tuple(kept)


def part_shown(span: Span, dossier: Dossier) -> bool:
    """Whether the scoring view shows anything of a span."""
    return bool(span.of(dossier.text).strip())
