"""The table of labels as a file that a company edits: kind, reason, effect, grade."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.lines import Place, Wrong, read_table
from catalog.errors import InvalidRequest
from catalog.labels import DEFAULT_RULES, Effect, LabelRule, check_rules
from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.store import Catalog
from indexer.learning.labelling.labels import grade_applications

COLUMNS = ("kind", "reason", "effect", "grade")


def describe_rules(rules: Sequence[LabelRule]) -> list[dict[str, Any]]:
    """The rules as rows of values."""
    return [
        {
            "kind": rule.kind.value,
            "reason": None if rule.reason is None else rule.reason.value,
            "effect": rule.effect.value,
            "grade": rule.grade,
        }
        for rule in rules
    ]


def write_rules(rules: Sequence[LabelRule], path: Path) -> None:
    """Write the table as CSV. Errors: InvalidRequest where there is something, or no room."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(describe_rules(rules))
    except FileExistsError:
        raise InvalidRequest(f"{path} is there already: it would be overwritten") from None
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be written: {error.strerror}") from None


def read_rules(path: Path) -> tuple[LabelRule, ...]:
    """The rules in a file. Errors: InvalidRequest, which names the line."""
    names, rows = read_table(path)
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise InvalidRequest(
            f"{path} has no column {', '.join(missing)}: begin with `bole labels export`"
        )
    found: dict[tuple[OutcomeKind, ReasonClass | None], tuple[Place, LabelRule]] = {}
    for place, row in rows:
        try:
            if isinstance(row, Wrong):
                raise row
            if not any(row.values()):
                continue
            rule = _read_rule(row)
            if (rule.kind, rule.reason) in found:
                first, _ = found[rule.kind, rule.reason]
                raise Wrong("twice", f"Line {first.line} says it too.", "Take one out.")
            _check_alone(rule)
        except Wrong as wrong:
            raise InvalidRequest(f"{place}: {wrong} {wrong.advice}") from None
        found[rule.kind, rule.reason] = place, rule
    rules = tuple(rule for _, rule in found.values())
    try:
        check_rules(rules)
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error}") from None
    return rules


def replace_rules(catalog: Catalog, rules: Sequence[LabelRule], author: str) -> dict[str, Any]:
    """Let rules hold from now on, unless they do already; and what that changes.

    {"changed", "rules", "graded": {"before", "after"}, "regraded": applications whose grade is
    another now, or that have one now and had none, or the reverse}.
    """
    with catalog.writing() as writing:
        before = writing.labels.rules()
        events = list(writing.outcomes.up_to(writing.sequence))
        changed = set(before) != set(rules)
        if changed:
            writing.labels.replace(rules, author)
    old = {each.application_id: each.grade for each in grade_applications(events, before)}
    new = {each.application_id: each.grade for each in grade_applications(events, rules)}
    return {
        "changed": changed,
        "rules": len(rules),
        "graded": {"before": len(old), "after": len(new)},
        "regraded": sum(old.get(each) != new.get(each) for each in old | new),
    }


def _read_rule(row: Mapping[str, Any]) -> LabelRule:
    reason = _word(row, "reason")
    return LabelRule(
        kind=OutcomeKind(_one_of(_word(row, "kind"), "kind", OutcomeKind)),
        reason=ReasonClass(_one_of(reason, "reason", ReasonClass)) if reason else None,
        effect=Effect(_one_of(_word(row, "effect"), "effect", Effect)),
        grade=_grade(_word(row, "grade")),
    )


def _word(row: Mapping[str, Any], column: str) -> str:
    return re.sub(r"[\s-]+", "_", str(row.get(column, "")).strip().lower())


def _one_of(
    word: str, column: str, words: type[OutcomeKind] | type[ReasonClass] | type[Effect]
) -> str:
    if word not in set(words):
        said = f"“{word[:40]}” is no {column}." if word else f"There is no {column}."
        raise Wrong("unknown", said, f"Write one of {', '.join(words)}.")
    return word


def _grade(word: str) -> int | None:
    if not word:
        return None
    if not re.fullmatch(r"[0-9](\.0)?", word):
        raise Wrong("grade", f"“{word[:40]}” is no grade.", "Write 0 to 4, or nothing.")
    return int(word[0])


def _check_alone(rule: LabelRule) -> None:
    """Whether the rule is one that may stand in a table at all: it takes a default's place."""
    others = [
        each for each in DEFAULT_RULES if (each.kind, each.reason) != (rule.kind, rule.reason)
    ]
    try:
        check_rules([*others, rule])
    except InvalidRequest as error:
        message = str(error)
        raise Wrong("rule", f"{message[:1].upper()}{message[1:]}.", "Change this line.") from None
