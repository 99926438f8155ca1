"""Which words of a résumé a verdict cites: as few lines as suffice, with the headings they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reading.dossier import Dossier
from reading.resume import SkillMention
from reading.spans import Span


def cite(dossier: Dossier, mentions: Sequence[SkillMention]) -> tuple[Span, ...]:
    """Each mention's line, under the heading of its position or of its section."""
    spans: list[Span] = []
    for mention in mentions:
        if mention.position is not None:
            spans.append(dossier.position(mention.position).heading)
        elif (heading := dossier.section_heading(mention.span)) is not None:
            spans.append(heading)
        spans.append(mention.sentence)
    return ordered(spans)


def with_heading(dossier: Dossier, span: Span) -> tuple[Span, ...]:
    heading = dossier.section_heading(span)
    return ordered([heading, span] if heading else [span])


def ordered(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Reading order, without what another span covers."""
    unique = sorted(set(spans), key=lambda s: (s.start, -s.end))
    kept: list[Span] = []
    for span in unique:
        if not kept or not kept[-1].covers(span):
            kept.append(span)
    return tuple(kept)


def part_shown(span: Span, dossier: Dossier) -> bool:
    return bool(span.of(dossier.text).strip())
