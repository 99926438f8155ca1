"""What was found, seed by seed, and the tables that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from benchmarks.simulated.recovery import over_seeds

RETRIEVAL: Final = "retrieval alone"
ORACLE: Final = "the best order of the same 50"
OVERLAP: Final = "skill overlap"
OUTCOMES: Final = "outcomes"
THIS: Final = "this training"
FAIR, BIASED, PROXIES = "fair", "biased", "biased, words that go with gender"

_FIRST = ("nDCG@10", "tau", "tau of the head")


@dataclass(slots=True)
class Found:
    """One seed's results: arm → measure → a value for each job; condition → arm → gap; and what
    the product says of its own training."""

    seed: int
    recovery: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    gaps: dict[str, dict[str, float]] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)


def summarise(found: Sequence[Found]) -> dict[str, Any]:
    """Means and intervals over the seeds."""
    return {
        "seeds": [one.seed for one in found],
        "recovery": _recovery(found) if found[0].recovery else {},
        "gaps": _gaps(found),
        "trainings": sum(bool(one.training) for one in found),
        "would be promoted": sum(
            not one.training["against promoting it"] for one in found if one.training
        ),
    }


def _recovery(found: Sequence[Found]) -> dict[str, dict[str, Any]]:
    """The measures of each arm, and how far it gets from retrieval to the best order of the 50."""
    summary: dict[str, dict[str, Any]] = {}
    for arm in found[0].recovery:
        summary[arm] = {
            name: asdict(over_seeds([one.recovery[arm][name] for one in found])) for name in _FIRST
        }
        gains = [_less(one.recovery[arm], one.recovery[RETRIEVAL]) for one in found]
        summary[arm]["gain"] = asdict(over_seeds(gains))
    room = summary[ORACLE]["gain"]["mean"]
    for own in summary.values():
        own["recovered"] = own["gain"]["mean"] / room if room else None
    return summary


def _less(one: dict[str, list[float]], other: dict[str, list[float]]) -> list[float]:
    return [a - b for a, b in zip(one["nDCG@10"], other["nDCG@10"], strict=True)]


def _gaps(found: Sequence[Found]) -> dict[str, dict[str, Any]]:
    """The gap of each arm, and `learned`: less that of this training on fair outcomes."""
    summary: dict[str, dict[str, Any]] = {}
    for condition in found[0].gaps:
        arms = found[0].gaps[condition]
        summary[condition] = {
            arm: asdict(over_seeds([[one.gaps[condition][arm]] for one in found])) for arm in arms
        }
        for arm in arms:
            if condition != FAIR:
                fair = OUTCOMES if arm == OUTCOMES else THIS
                summary[condition][f"{arm}: learned"] = asdict(
                    over_seeds([[one.gaps[condition][arm] - one.gaps[FAIR][fair]] for one in found])
                )
    return summary


def as_markdown(summary: dict[str, Any], kind: str) -> str:
    """The two tables; `kind` says what the seeds are."""
    lines = [f"Simulated outcomes, {len(summary['seeds'])} seeds ({kind})."]
    if summary["recovery"]:
        lines += [
            "",
            "| | nDCG@10 | gain over retrieval | recovered | tau, everybody | tau, head |",
            "|---|---|---|---|---|---|",
        ]
        for arm, own in summary["recovery"].items():
            share = "" if own["recovered"] is None else f"{100 * own['recovered']:.0f} %"
            cells = [cell(own["nDCG@10"]), cell(own["gain"], signed=True), share]
            cells += [cell(own["tau"]), cell(own["tau of the head"])]
            lines.append(f"| {arm} | {' | '.join(cells)} |")
        if summary["trainings"]:
            promoted = f"{summary['would be promoted']} of {summary['trainings']}"
            lines += ["", f"Trainings that would be promoted: {promoted}."]
    if summary["gaps"]:
        lines += [
            "",
            "Preferred gender minus the other, at equal true fit: share of the viewed who got to "
            "an interview; chance of an interview that the model names.",
            "",
            "| decision maker | whose word | gap | more than where the decision maker is fair |",
            "|---|---|---|---|",
        ]
        for condition, arms in summary["gaps"].items():
            for arm in [name for name in arms if not name.endswith(": learned")]:
                more = arms.get(f"{arm}: learned")
                shown = cell(more, signed=True) if more else ""
                lines.append(f"| {condition} | {arm} | {cell(arms[arm], signed=True)} | {shown} |")
    return "\n".join(lines)


def cell(found: dict[str, float], signed: bool = False) -> str:
    """A mean with its interval."""
    form = "+.3f" if signed else ".3f"
    return f"{found['mean']:{form}} [{found['low']:{form}}, {found['high']:{form}}]"
