"""What an outcome says about fit: rules that a company can edit.

A label is a grade from 0 (turned down for fit) to 4 (hired), or none: most rejections say more
about the job, the terms or the other candidates than about the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.errors import InvalidRequest
from catalog.outcomes import OutcomeKind, ReasonClass

HIGHEST_GRADE: Final = 4


class Effect(StrEnum):
    """What an event does to the label of its application."""

    STAGE = "stage"  # a stage was reached, worth its grade
    FINAL = "final"  # the grade holds, whatever stage was reached
    KEEP = "keep"  # the highest stage holds; where none was reached, the grade (none: no label)
    UNLABELLED = "unlabelled"  # the application has no label, whatever stage was reached
    REVERSES = "reverses"  # takes back the hire, or the rejection
    SEEN = "seen"  # says nothing about fit


@dataclass(frozen=True, slots=True)
class LabelRule:
    """What an event of this kind does. Without a reason: for all reasons that have no own rule."""

    kind: OutcomeKind
    reason: ReasonClass | None
    effect: Effect
    grade: int | None


_OF_FIT: Final = {
    ReasonClass.NOT_QUALIFIED: (Effect.FINAL, 0),
    ReasonClass.OTHERS_BETTER: (Effect.KEEP, 0),
}

DEFAULT_RULES: Final[tuple[LabelRule, ...]] = (
    LabelRule(OutcomeKind.APPLIED, None, Effect.SEEN, None),
    LabelRule(OutcomeKind.VIEWED, None, Effect.SEEN, None),
    LabelRule(OutcomeKind.SCREENED, None, Effect.STAGE, 1),
    LabelRule(OutcomeKind.INTERVIEWED, None, Effect.STAGE, 2),
    LabelRule(OutcomeKind.OFFERED, None, Effect.STAGE, 3),
    LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, 4),
    LabelRule(OutcomeKind.UNHIRED, None, Effect.REVERSES, None),
    *(
        LabelRule(OutcomeKind.REJECTED, reason, *_OF_FIT.get(reason, (Effect.KEEP, None)))
        for reason in ReasonClass
    ),
    LabelRule(OutcomeKind.REJECTED, None, Effect.KEEP, None),
    LabelRule(OutcomeKind.UNREJECTED, None, Effect.REVERSES, None),
    LabelRule(OutcomeKind.WITHDREW, None, Effect.KEEP, None),
)

_TAKE_BACK: Final = (OutcomeKind.UNHIRED, OutcomeKind.UNREJECTED)
_NEED_A_GRADE: Final = (Effect.STAGE, Effect.FINAL)
_MAY_HAVE_A_GRADE: Final = (*_NEED_A_GRADE, Effect.KEEP)


def check_rules(rules: Iterable[LabelRule]) -> None:
    """Refuse rules that leave an event without meaning, or give it two.

    Every kind needs one rule without a reason; a rejection may have others by reason.

    Raises:
        InvalidRequest: an unknown word, a rule twice, a kind without a rule, a grade that is not
            from 0 to 4 or does not belong to the effect, a withdrawal that counts against somebody.
    """
    known: set[tuple[OutcomeKind, ReasonClass | None]] = set()
    for rule in rules:
        _check_rule(rule)
        if (rule.kind, rule.reason) in known:
            raise InvalidRequest(f"there are two rules for {_name(rule)}")
        known.add((rule.kind, rule.reason))
    missing = [kind for kind in OutcomeKind if (kind, None) not in known]
    if missing:
        raise InvalidRequest(f"there is no rule for {', '.join(missing)}")


def _check_rule(rule: LabelRule) -> None:
    words = (rule.kind, OutcomeKind), (rule.reason, ReasonClass), (rule.effect, Effect)
    for word, kinds in words:
        if not isinstance(word, kinds) and not (word is None and kinds is ReasonClass):
            raise InvalidRequest(f"a rule knows only the words {', '.join(kinds)} there")
    if rule.reason is not None and rule.kind is not OutcomeKind.REJECTED:
        raise InvalidRequest(f"only a rejection has a reason, so {_name(rule)} can have no rule")
    if rule.effect is Effect.REVERSES and rule.kind not in _TAKE_BACK:
        raise InvalidRequest(f"{_name(rule)} takes nothing back")
    _check_grade(rule)


def _check_grade(rule: LabelRule) -> None:
    if rule.grade is None:
        if rule.effect in _NEED_A_GRADE:
            raise InvalidRequest(f"the rule for {_name(rule)} needs a grade")
        return
    if rule.effect not in _MAY_HAVE_A_GRADE:
        raise InvalidRequest(f"the rule for {_name(rule)} can have no grade")
    if type(rule.grade) is not int or not 0 <= rule.grade <= HIGHEST_GRADE:
        raise InvalidRequest(f"the grade for {_name(rule)} is not from 0 to {HIGHEST_GRADE}")
    if rule.grade == 0 and rule.kind is OutcomeKind.WITHDREW:
        raise InvalidRequest("a withdrawal is the person's own doing and never counts against them")


def _name(rule: LabelRule) -> str:
    return str(rule.kind) if rule.reason is None else f"{rule.kind}/{rule.reason}"
