"""What is said of a night: a form for machines, lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.nightly.tasks import TASKS
from api.screen import plain
from catalog.nights import Night, NightState, TaskOutcome

_OF_A_TASK = ("outcome", "seconds", "by_hand")
_WORDS = {
    NightState.RUNNING: "is running, or was killed",
    NightState.DONE: "is done",
    NightState.FAILED: "is over, and something failed",
    NightState.CUT_SHORT: "was cut short",
}


def night_out(night: Night) -> dict[str, Any]:
    """{"night", "due_on", "state", "started_at", "finished_at", "tasks"}; the tasks by name."""
    return {
        "night": night.id,
        "due_on": night.due_on.isoformat(),
        "state": night.state.value,
        "started_at": night.started_at.isoformat(),
        "finished_at": night.finished_at.isoformat() if night.finished_at else None,
        "tasks": dict(_in_order(night)),
    }


def night_lines(night: Night) -> Iterator[str]:
    """One line for the night and one for each task."""
    took = ""
    if night.finished_at is not None and night.finished_at >= night.started_at:
        took = f" ({(night.finished_at - night.started_at).total_seconds():.0f} s)"
    yield f"The night of {night.due_on} {_WORDS[night.state]}{took}."
    for name, came in _in_order(night):
        outcome = str(came.get("outcome", ""))
        said = f"  {name:<10} {outcome.replace('_', ' '):<12} {came.get('seconds', 0):8.1f} s"
        facts = ", ".join(
            f"{key.replace('_', ' ')} {_word(value)}" if key not in ("why", "error") else str(value)
            for key, value in came.items()
            if key not in _OF_A_TASK and value is not None
        )
        by_hand = f". By hand: {came['by_hand']}" if outcome == TaskOutcome.FAILED else ""
        yield f"{said}  {plain(facts, 300)}{by_hand}".rstrip()


def _word(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {count}" for name, count in sorted(value.items())) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _in_order(night: Night) -> list[tuple[str, Mapping[str, Any]]]:
    """The tasks as they ran: the report is stored as JSON, which keeps no order."""
    names = [task.name for task in TASKS]
    return sorted(
        night.report.items(),
        key=lambda item: (names.index(item[0]) if item[0] in names else len(names), item[0]),
    )
