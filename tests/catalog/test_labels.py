from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from catalog.errors import Conflict, Damaged, InvalidRequest
from catalog.labels import DEFAULT_RULES, Effect, LabelRule, check_rules
from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.store import Catalog

WITHDREW, REJECTED = OutcomeKind.WITHDREW, OutcomeKind.REJECTED


def _rule(
    rules: Iterable[LabelRule], kind: OutcomeKind, reason: ReasonClass | None = None
) -> LabelRule:
    [found] = [rule for rule in rules if (rule.kind, rule.reason) == (kind, reason)]
    return found


def _but(*changed: LabelRule) -> tuple[LabelRule, ...]:
    """The default rules with some of them replaced."""
    own = {(rule.kind, rule.reason): rule for rule in changed}
    return tuple(own.get((rule.kind, rule.reason), rule) for rule in DEFAULT_RULES)


@pytest.mark.parametrize(
    ("kind", "reason", "effect", "grade"),
    [
        ("applied", None, "seen", None),
        ("viewed", None, "seen", None),
        ("screened", None, "stage", 1),
        ("interviewed", None, "stage", 2),
        ("offered", None, "stage", 3),
        ("hired", None, "stage", 4),
        ("unhired", None, "reverses", None),
        ("unrejected", None, "reverses", None),
        ("withdrew", None, "keep", None),
        ("rejected", "not_qualified", "final", 0),
        ("rejected", "others_better", "keep", 0),
        ("rejected", "position_filled", "keep", None),
        ("rejected", "duplicate", "keep", None),
        ("rejected", "headcount", "keep", None),
        ("rejected", "location", "keep", None),
        ("rejected", None, "keep", None),
    ],
)
def test_what_an_outcome_says_until_a_company_says_otherwise(
    kind: str, reason: str | None, effect: str, grade: int | None
) -> None:
    found = _rule(DEFAULT_RULES, OutcomeKind(kind), None if reason is None else ReasonClass(reason))
    assert (found.effect, found.grade) == (effect, grade)


def test_the_defaults_give_every_event_one_meaning() -> None:
    check_rules(DEFAULT_RULES)
    listed = {(rule.kind, rule.reason) for rule in DEFAULT_RULES}
    assert len(listed) == len(DEFAULT_RULES)
    assert listed == {(kind, None) for kind in OutcomeKind} | {
        (REJECTED, reason) for reason in ReasonClass
    }


def test_a_company_need_not_say_something_about_every_reason() -> None:
    check_rules(rule for rule in DEFAULT_RULES if rule.reason is None)


@pytest.mark.parametrize("kind", list(OutcomeKind))
def test_a_kind_without_a_rule_is_refused(kind: OutcomeKind) -> None:
    with pytest.raises(InvalidRequest, match=kind):
        check_rules(rule for rule in DEFAULT_RULES if rule.kind is not kind)


def test_a_rejection_needs_a_rule_for_no_reason_too() -> None:
    rules = [rule for rule in DEFAULT_RULES if (rule.kind, rule.reason) != (REJECTED, None)]
    with pytest.raises(InvalidRequest, match="rejected"):
        check_rules(rules)


def test_no_rules_at_all_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        check_rules([])


def test_two_rules_for_one_thing_are_refused_even_when_they_agree() -> None:
    with pytest.raises(InvalidRequest, match="two rules for rejected/terms"):
        check_rules((*DEFAULT_RULES, _rule(DEFAULT_RULES, REJECTED, ReasonClass.TERMS)))


@pytest.mark.parametrize(
    "rule",
    [
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, 5),
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, -1),
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, None),
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, True),
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, 3.5),  # type: ignore[arg-type]
        LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, "4"),  # type: ignore[arg-type]
        LabelRule(OutcomeKind.HIRED, None, "stage", 4),  # type: ignore[arg-type]
        LabelRule(OutcomeKind.HIRED, None, None, 4),  # type: ignore[arg-type]
        LabelRule(OutcomeKind.HIRED, None, Effect.REVERSES, None),
        LabelRule(OutcomeKind.APPLIED, None, Effect.SEEN, 1),
        LabelRule(OutcomeKind.UNHIRED, None, Effect.REVERSES, 4),
        LabelRule(REJECTED, None, Effect.FINAL, None),
        LabelRule(REJECTED, None, Effect.UNLABELLED, 0),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: LabelRule) -> None:
    with pytest.raises(InvalidRequest):
        check_rules(_but(rule))


@pytest.mark.parametrize(
    "rule",
    [
        LabelRule("ghosted", None, Effect.SEEN, None),  # type: ignore[arg-type]
        LabelRule("'; DROP TABLE label_rules; --", None, Effect.SEEN, None),  # type: ignore[arg-type]
        LabelRule(REJECTED, "年龄", Effect.FINAL, 0),  # type: ignore[arg-type]
        LabelRule(None, None, Effect.SEEN, None),  # type: ignore[arg-type]
        LabelRule(OutcomeKind.HIRED, ReasonClass.TERMS, Effect.STAGE, 4),
        LabelRule(WITHDREW, ReasonClass.TERMS, Effect.KEEP, None),
    ],
)
def test_a_rule_for_what_cannot_happen_is_refused(rule: LabelRule) -> None:
    with pytest.raises(InvalidRequest):
        check_rules((*DEFAULT_RULES, rule))


@pytest.mark.parametrize("effect", [Effect.FINAL, Effect.STAGE, Effect.KEEP])
def test_no_company_can_make_a_withdrawal_count_against_somebody(effect: Effect) -> None:
    with pytest.raises(InvalidRequest, match="never counts"):
        check_rules(_but(LabelRule(WITHDREW, None, effect, 0)))


def test_the_defaults_hold_until_a_company_stored_its_own(catalog: Catalog) -> None:
    own = _but(LabelRule(REJECTED, ReasonClass.OTHERS_BETTER, Effect.UNLABELLED, None))
    with catalog.reading() as r:
        assert r.labels.rules() == DEFAULT_RULES
    with catalog.writing() as w:
        w.labels.replace(own, "张伟")
    with catalog.reading() as r:
        assert r.labels.rules() == own


def test_every_version_is_kept_with_its_author_and_the_newest_holds(catalog: Catalog) -> None:
    first = _but(LabelRule(OutcomeKind.SCREENED, None, Effect.STAGE, 2))
    with catalog.writing() as w:
        w.people.add("Noor")  # so that the first change is not the rules
    with catalog.writing() as w:
        w.labels.replace(first, "Zofia")
    with catalog.writing() as w:
        w.labels.replace(DEFAULT_RULES, "张伟")
    with catalog.reading() as r:
        assert r.labels.rules() == DEFAULT_RULES
        assert [r.labels.rules(at) for at in (1, 2, 3)] == [DEFAULT_RULES, first, DEFAULT_RULES]
        stored = r.unit.connection.exec_driver_sql(
            "SELECT id, author, sequence FROM label_rules ORDER BY id"
        ).all()
    assert stored == [(1, "Zofia", 2), (2, "张伟", 3)]


@pytest.mark.parametrize(
    ("rules", "author"),
    [
        (DEFAULT_RULES[1:], "Zofia"),
        (_but(LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, 9)), "Zofia"),
        (DEFAULT_RULES, ""),
        (DEFAULT_RULES, "a\x00b"),
    ],
)
def test_rules_that_cannot_hold_leave_the_old_ones(
    catalog: Catalog, rules: tuple[LabelRule, ...], author: str
) -> None:
    own = _but(LabelRule(OutcomeKind.VIEWED, None, Effect.UNLABELLED, None))
    with catalog.writing() as w:
        w.labels.replace(own, "Zofia")
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.labels.replace(rules, author)
    with catalog.reading() as r:
        assert r.labels.rules() == own


def test_a_kind_that_is_younger_than_the_stored_rules_has_its_default(catalog: Catalog) -> None:
    _store_by_hand(
        catalog,
        [
            {"kind": rule.kind, "reason": rule.reason, "effect": rule.effect, "grade": rule.grade}
            for rule in _but(LabelRule(OutcomeKind.HIRED, None, Effect.STAGE, 3))
            if rule.kind is not OutcomeKind.VIEWED
        ],
    )
    with catalog.reading() as r:
        rules = r.labels.rules()
    check_rules(rules)
    assert _rule(rules, OutcomeKind.VIEWED).effect is Effect.SEEN
    assert _rule(rules, OutcomeKind.HIRED).grade == 3


@pytest.mark.parametrize(
    "stored",
    [
        [{"kind": "ghosted", "reason": None, "effect": "seen", "grade": None}],
        [{"kind": "hired", "reason": None, "effect": "stage", "grade": "4"}],
        [{"kind": "hired"}],
        ["hired"],
        [None],
        {"kind": "hired"},
        7,
    ],
)
def test_stored_rules_that_are_none_are_damage_and_not_quietly_the_defaults(
    catalog: Catalog, stored: Any
) -> None:
    _store_by_hand(catalog, stored)
    with pytest.raises(Damaged, match="store them again"), catalog.reading() as r:
        r.labels.rules()
    with catalog.writing() as w:  # and the way out that it names works
        w.labels.replace(DEFAULT_RULES, "Zofia")
        assert w.labels.rules() == DEFAULT_RULES


@pytest.mark.parametrize("sql", ["UPDATE label_rules SET author = 'x'", "DELETE FROM label_rules"])
def test_a_version_of_the_rules_is_never_changed_or_removed(catalog: Catalog, sql: str) -> None:
    with catalog.writing() as w:
        w.labels.replace(DEFAULT_RULES, "Zofia")
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(sql)
    with catalog.reading() as r:
        assert r.labels.rules() == DEFAULT_RULES


def test_a_rule_is_a_value() -> None:
    rule = DEFAULT_RULES[0]
    assert replace(rule) == rule
    with pytest.raises(AttributeError):
        rule.grade = 3  # type: ignore[misc]


def _store_by_hand(catalog: Catalog, rules: Any) -> None:
    from catalog.store.tables import LabelRulesRow

    with catalog.writing() as w:
        w.unit.insert(
            LabelRulesRow,
            {"rules": rules, "author": "?", "at": w.unit.now, "sequence": w.sequence},
        )
