"""The evidence for and against a model, as a table a person can judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SYSTEMS = (
    ("retrieval", "retrieval alone"),
    ("champion", "in service until now"),
    ("challenger", "this model"),
    ("nothing learned", "its parts, nothing learned"),
    ("close reading alone", "its cross-encoder alone"),
    ("control", "control that never reads the job"),
)
_GAINS = (
    ("retrieval", "retrieval alone"),
    ("champion", "the one in service"),
    ("control", "control"),
)


def show_comparison(metrics: Mapping[str, Any]) -> None:
    """What was learned from, how each system did on the held-out jobs, and the gains."""
    from api.screen import out, show_table

    jobs, pairs = metrics.get("jobs", {}), metrics.get("pairs", {})
    rows = [
        (name, _figure(found, "nDCG@10"), _figure(found, "MAP"), _figure(found, "ECE"))
        for key, name in _SYSTEMS
        if (found := metrics.get(key))
    ]
    show_table(
        f"{jobs.get('test')} held-out jobs, {pairs.get('test')} people with an outcome",
        ("", "nDCG@10", "MAP", "ECE"),
        rows,
    )
    for key, name in _GAINS:
        gain = metrics.get(f"gain over {key}")
        if gain:
            out.print(
                f"nDCG@10 against {name}: {gain['mean']:+.3f} "
                f"[{gain['low']:+.3f}, {gain['high']:+.3f}] (paired, 95 % over jobs)"
            )
    out.print(
        f"Learned from {pairs.get('train')} pairs of {jobs.get('train')} jobs "
        f"({pairs.get('graded')} with an outcome), fitted on {jobs.get('dev')} jobs."
    )
    if metrics.get("few labels"):
        out.print(
            "Fewer than 200 graded pairs: weak labels helped out. `bole train suggest` names the "
            "people whose outcome would teach most."
        )
    forgotten = metrics.get("forgotten")
    if forgotten and forgotten.get("jobs"):
        out.print(
            f"On {forgotten['jobs']} older jobs nDCG@10 is {forgotten['challenger']:.3f}, "
            f"was {forgotten['champion']:.3f}."
        )


def _figure(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return "" if value is None else f"{value:.3f}"
