"""What a résumé shows about a job's requirements: met, partly, or not demonstrated, with the words.

A verdict rests on its evidence alone: read the cited words by themselves and the same verdict
follows. Words that deny a skill, wish for it or speak of other people's never count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reading.dates import Month
from reading.identity.scoring_view import ScoringView
from reading.job import (
    DegreeValue,
    ExperienceValue,
    LanguageValue,
    PermissionValue,
    PhraseValue,
    Requirement,
    SkillValue,
)
from reading.judging import credential_judges, work_judges
from reading.judging.dossier import Dossier
from reading.judging.findings import Outcome, language_of
from reading.resume import Resume
from reading.spans import Span

__all__ = ["Answer", "Outcome", "Verdict", "fold_groups", "judge", "judge_all", "judge_group"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a résumé shows about one requirement, and the words that show it."""

    requirement: str  # Requirement.id
    outcome: Outcome
    evidence: tuple[
        Span, ...
    ]  # in the résumé's extraction, in reading order; empty iff not demonstrated
    note: str  # one short sentence: "6 years of Python (asked: 5)"


def judge(
    requirement: Requirement, resume: Resume, view: ScoringView | None, as_of: Month
) -> Verdict:
    """One verdict; for several requirements of one résumé `judge_all` shares the work.

    With a view, only what it shows is evidence. Positions that still run count until `as_of`.
    """
    return judge_all((requirement,), resume, view, as_of)[0]


def judge_all(
    requirements: Sequence[Requirement], resume: Resume, view: ScoringView | None, as_of: Month
) -> tuple[Verdict, ...]:
    """A verdict for each requirement, in their order."""
    dossier = Dossier(resume, view, as_of)
    return tuple(_judge(requirement, dossier) for requirement in requirements)


def _judge(requirement: Requirement, dossier: Dossier) -> Verdict:
    language = language_of(requirement.text)
    match requirement.value:
        case SkillValue() as skill:
            finding = work_judges.skill(skill, dossier, language)
        case ExperienceValue() as asked:
            finding = work_judges.experience_in(asked, dossier, language)
        case DegreeValue() as degree:
            finding = credential_judges.degree(degree, dossier, language)
        case LanguageValue() as spoken:
            finding = credential_judges.language(spoken, dossier, language)
        case PermissionValue():
            finding = credential_judges.permission(dossier, language)
        case PhraseValue() as phrase:
            finding = work_judges.phrase(phrase, dossier, language)
    return Verdict(requirement.id, finding.outcome, finding.evidence, finding.note)


@dataclass(frozen=True, slots=True)
class Answer:
    """A requirement, or a group of alternatives, with the verdict that counts for it."""

    requirements: tuple[Requirement, ...]
    verdict: Verdict


def judge_group(verdicts: Iterable[Verdict]) -> Verdict:
    """Any of the alternatives will do: the best verdict stands, the first among equals.

    ValueError on no verdicts.
    """
    return max(verdicts, key=lambda verdict: verdict.outcome.rank)


def fold_groups(
    requirements: Sequence[Requirement], verdicts: Sequence[Verdict]
) -> tuple[Answer, ...]:
    """Requirements with their verdicts; alternatives become one answer at the first one's place."""
    together: dict[str, list[tuple[Requirement, Verdict]]] = {}
    for requirement, verdict in zip(requirements, verdicts, strict=True):
        key = f"group {requirement.group}" if requirement.group else f"alone {requirement.id}"
        together.setdefault(key, []).append((requirement, verdict))
    return tuple(
        Answer(tuple(r for r, _ in pairs), judge_group(v for _, v in pairs))
        for pairs in together.values()
    )
