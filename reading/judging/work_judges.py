"""Skills, experience and phrases: judged from the lines of work that show them.

Decided here: a skill that is only listed is met where no length of experience is asked, and the
note says "listed, not shown in work": the list is the person's own word, as the rest of the résumé
is. Where a length is asked it is partly met, because a list has no dates to count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from reading.job import ExperienceValue, PhraseValue, SkillValue
from reading.judging.citations import cite, cite_positions, settled
from reading.judging.dossier import Claim, Dossier
from reading.judging.findings import Finding, Outcome, asked_for, duration, nothing
from reading.judging.trades import positions_by_skill, positions_by_terms
from reading.resume import SkillMention, Stance
from reading.skills.implied import ids_that_show
from reading.spans import Span

MOST_POSITIONS = 8  # cited to add up a length of experience
SHARE_FOR_PARTLY = 0.6  # of a phrase's words found together


def skill(value: SkillValue, dossier: Dossier, language: str) -> Finding:
    """A skill: the mentions of it, or of a skill that implies it, that speak for the person."""
    mentions = _mentions_of(value.skill, dossier)
    name = _skill_name(value.skill, language)
    if value.months is not None and (
        by_title := _years_in_trade(value.skill, value.months, mentions, name, dossier, language)
    ):
        return by_title
    if not mentions:
        return nothing(language)
    if value.months is not None:
        return _skill_with_years(value.skill, value.months, mentions, name, dossier, language)
    best = mentions[0]
    shown = best.stance is Stance.SHOWN or best.position is not None
    note = _implied(value.skill, best.skill, language)
    if language == "zh":
        note = f"{name}：{'工作中用到' if shown else '仅列出，工作经历中未体现'}" + note
    else:
        note = f"{name}: {'shown in work' if shown else 'listed, not shown in work'}" + note
    return Finding(Outcome.MET, cite(dossier, mentions[:1]), note)


def _mentions_of(wanted: str, dossier: Dossier) -> list[SkillMention]:
    """Best first: shown before listed, in a dated position before elsewhere, the skill itself
    before one that implies it, the latest position, whole sentences, reading order.
    """
    found = [m for name in ids_that_show(wanted) for m in dossier.mentions.get(name, ())]

    def rank(mention: SkillMention) -> tuple[bool, bool, bool, int, bool, Span]:
        return (
            mention.stance is not Stance.SHOWN,
            not dossier.dated(mention.position),
            mention.skill != wanted,
            -_last_month(dossier, mention.position),
            not dossier.reads_as_sentence(mention.sentence),
            mention.span,
        )

    return sorted(found, key=rank)


def _last_month(dossier: Dossier, position: int | None) -> int:
    period = dossier.position(position).period if position is not None else None
    if period is None:
        return 0
    return (period.end or dossier.as_of).ordinal


def _skill_with_years(
    wanted: str,
    asked: int,
    mentions: Sequence[SkillMention],
    name: str,
    dossier: Dossier,
    language: str,
) -> Finding:
    by_position: dict[int, SkillMention] = {}
    for mention in mentions:
        if mention.position is not None and dossier.dated(mention.position):
            by_position.setdefault(mention.position, mention)
    chosen = _fewest_positions(by_position, asked, dossier)
    months = dossier.months(chosen)
    claim = None if months >= asked else _claim_about(mentions, dossier)
    if claim and claim.months > months:
        outcome = Outcome.MET if claim.months >= asked else Outcome.PARTLY
        said = _years_note(name, claim.months, asked, language, claimed=True)
        return Finding(outcome, (claim.line.span,), said)
    if chosen:
        outcome = Outcome.MET if months >= asked else Outcome.PARTLY
        cited = cite(dossier, [by_position[index] for index in chosen])
        return Finding(outcome, cited, _years_note(name, months, asked, language))
    undated = name + ("，未见起止时间" if language == "zh" else ", with no dates to count")
    undated += asked_for(duration(asked, language), language)
    return Finding(Outcome.PARTLY, cite(dossier, mentions[:1]), undated)


def _years_in_trade(
    wanted: str,
    asked: int,
    mentions: Sequence[SkillMention],
    name: str,
    dossier: Dossier,
    language: str,
) -> Finding | None:
    """Where titles say the skill in other words; None where they add nothing to its mentions."""
    by_title = positions_by_skill(wanted, dossier)
    named: dict[int, Span | None] = {}
    for mention in mentions:
        if mention.position is not None and dossier.dated(mention.position):
            named.setdefault(mention.position, settled(dossier, mention))
    if by_title.keys() <= named.keys() or dossier.months(sorted(named)) >= asked:
        return None
    proof = by_title | named
    chosen = _fewest_positions(proof, asked, dossier)
    months = dossier.months(chosen)
    claim = _claim_about(mentions, dossier)
    if not months or (claim and claim.months > months):
        return None
    cited = cite_positions(dossier, [(index, proof[index]) for index in chosen])
    outcome = Outcome.MET if months >= asked else Outcome.PARTLY
    return Finding(outcome, cited, _years_note(name, months, asked, language))


def _fewest_positions(candidates: Iterable[int], asked: int, dossier: Dossier) -> list[int]:
    """The fewest positions that reach what is asked: each time the one that adds most."""
    left, chosen, reached = sorted(candidates), list[int](), 0
    while left and reached < asked and len(chosen) < MOST_POSITIONS:
        gains = [(dossier.months([*chosen, index]), -index) for index in left]
        best, index = max(gains)
        if best <= reached and chosen:
            break
        reached = best
        chosen.append(-index)
        left.remove(-index)
    return sorted(chosen)


def _claim_about(mentions: Sequence[SkillMention], dossier: Dossier) -> Claim | None:
    """The longest time that a line states beside the skill: "5 years of Java", "Java (5 years)"."""
    best: Claim | None = None
    for claim in dossier.claims:
        for mention in mentions:
            if not claim.line.span.covers(mention.span):
                continue
            after = mention.span.start - claim.span.end
            before = claim.span.start - mention.span.end
            beside = 0 <= after <= 60 or 0 <= before <= 12
            words = dossier.text[
                min(claim.span.end, mention.span.end) : max(claim.span.start, mention.span.start)
            ]
            if (
                beside
                and not any(mark in words for mark in ";；。\n")
                and (best is None or claim.months > best.months)
            ):
                best = claim
    return best


def experience_in(value: ExperienceValue, dossier: Dossier, language: str) -> Finding:
    """Experience overall, or in work whose heading or lines name one of the terms."""
    proof: dict[int, Span | None]
    if value.terms:
        named = _positions_naming(value.terms, dossier)
        proof = positions_by_terms(value.terms, dossier) | named
    else:
        proof = {i: None for i in range(len(dossier.resume.positions)) if dossier.dated(i)}
    chosen = _fewest_positions(proof, value.months, dossier)
    months = dossier.months(chosen)
    claim = None if months >= value.months else _longest_claim(value.terms, dossier)
    name = "工作经验" if language == "zh" else "experience"
    if value.terms and language == "en":
        name = "such experience"
    if claim and claim.months > months:
        outcome = Outcome.MET if claim.months >= value.months else Outcome.PARTLY
        note = _years_note(name, claim.months, value.months, language, claimed=True)
        return Finding(outcome, (claim.line.span,), note)
    if not chosen or not months:
        return nothing(language)
    outcome = Outcome.MET if months >= value.months else Outcome.PARTLY
    cited = cite_positions(dossier, [(index, proof[index]) for index in chosen])
    return Finding(outcome, cited, _years_note(name, months, value.months, language))


def _longest_claim(terms: Sequence[str], dossier: Dossier) -> Claim | None:
    claims = dossier.overall_claims
    if terms:
        claims = [claim for claim in claims if dossier.names_any(claim.line, terms)]
    return max(claims, key=lambda claim: claim.months, default=None)


def _positions_naming(terms: Sequence[str], dossier: Dossier) -> dict[int, Span | None]:
    """Dated positions whose heading (None) or a line of it names one of the terms."""
    proof: dict[int, Span | None] = {}
    for term in terms:
        for number in sorted(dossier.lines_with(term)):
            line = dossier.lines[number]
            at = line.position
            if at is None or not dossier.dated(at) or not dossier.says(line, (term,)):
                continue
            if line.heading:
                proof[at] = None
            else:
                proof.setdefault(at, line.span)
    return proof


def phrase(value: PhraseValue, dossier: Dossier, language: str) -> Finding:
    """The content words together in one line; of five, four will do; most of them are partly."""
    if not value.terms:
        return nothing(language)
    asked = len(value.terms)
    enough = asked if asked < 5 else asked - 1
    least = min(enough, max(2, math.ceil(SHARE_FOR_PARTLY * asked)))
    counts = Counter(number for term in value.terms for number in dossier.lines_with(term))
    likely = [(count, number) for number, count in counts.items() if count >= least]
    likely.sort(key=lambda pair: (-pair[0], dossier.lines[pair[1]].heading, pair[1]))
    spoken = (
        (count, dossier.lines[number])
        for count, number in likely
        if dossier.says(dossier.lines[number], value.terms)
    )
    count, best = next(spoken, (0, None))
    if best is None:
        return nothing(language)
    met = count >= enough
    if language == "zh":
        note = "简历中有对应描述" if met else "简历中有部分对应的描述"
    else:
        note = "Described in the résumé" if met else "Described in part"
    return Finding(Outcome.MET if met else Outcome.PARTLY, (best.span,), note)


def _skill_name(skill_id: str, language: str) -> str:
    from reading.skills.finding import vocabulary

    return vocabulary().label(skill_id, language)


def _implied(wanted: str, found: str, language: str) -> str:
    if wanted == found:
        return ""
    name = _skill_name(found, language)
    return f"（{name}）" if language == "zh" else f" ({name})"


def _years_note(name: str, months: int, asked: int, language: str, *, claimed: bool = False) -> str:
    has = duration(months, language)
    wants = asked_for(duration(asked, language), language)
    if language == "zh":
        return f"{name}{has}{'（自述）' if claimed else ''}{wants}"
    return f"{has} of {name}{', as stated' if claimed else ''}{wants}"
