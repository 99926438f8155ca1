"""The rules from outcomes to labels: every version is kept, the newest holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from catalog.errors import Damaged, InvalidRequest
from catalog.labels import DEFAULT_RULES, Effect, LabelRule, check_rules
from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.store.tables import LabelRulesRow
from catalog.store.unit import Unit


class Labels:
    """The rules of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def rules(self, sequence: int | None = None) -> tuple[LabelRule, ...]:
        """The rules that hold now (or held at a sequence); the defaults until some were stored.

        Kinds of outcomes that are younger than the stored rules have their default rule.

        Raises:
            Damaged: what is stored are no rules.
        """
        held = sa.true() if sequence is None else LabelRulesRow.sequence <= sequence
        stored = self._unit.connection.scalar(
            sa.select(LabelRulesRow.rules).where(held).order_by(LabelRulesRow.id.desc()).limit(1)
        )
        if stored is None:
            return DEFAULT_RULES
        try:
            rules = tuple(_from_record(record) for record in stored)
            kinds = {rule.kind for rule in rules}
            rules += tuple(rule for rule in DEFAULT_RULES if rule.kind not in kinds)
            check_rules(rules)
        except (InvalidRequest, ValueError, TypeError, KeyError):
            raise Damaged("the stored rules for labels cannot be read; store them again") from None
        return rules

    def replace(self, rules: Iterable[LabelRule], author: str) -> int:
        """Store rules that hold from now on and return the number of this version.

        Raises:
            InvalidRequest: they leave an event without meaning, or nobody says who made them.
        """
        given = tuple(rules)
        check_rules(given)
        if not author:
            raise InvalidRequest("rules need an author")
        return self._unit.insert(
            LabelRulesRow,
            {
                "rules": [_to_record(rule) for rule in given],
                "author": author,
                "at": self._unit.now,
                "sequence": self._unit.take_sequence(),
            },
        )


def _to_record(rule: LabelRule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "reason": rule.reason,
        "effect": rule.effect,
        "grade": rule.grade,
    }


def _from_record(record: Any) -> LabelRule:
    reason = record["reason"]
    return LabelRule(
        OutcomeKind(record["kind"]),
        None if reason is None else ReasonClass(reason),
        Effect(record["effect"]),
        record["grade"],
    )
