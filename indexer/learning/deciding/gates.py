"""What a challenger must have shown on held-out outcomes before it may serve.

Figures come from a stored model's metrics: whatever is missing, or is no number, speaks against.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

FEWEST_JOBS = 4  # held-out jobs; an interval over fewer says nothing


def gates(metrics: Mapping[str, Any]) -> list[str]:
    """Everything that speaks against serving a model; empty where it has earned its place."""
    return [
        *_too_few_jobs(metrics),
        *_no_gain(metrics, "retrieval", "low"),
        *(_no_gain(metrics, "champion", "mean") if metrics.get("champion") else ()),
        *_reads_no_job(metrics),
        *_sees_names(metrics),
        *_not_calibrated(metrics),
    ]


def encoder_gates(metrics: Mapping[str, Any]) -> list[str]:
    """The same of an encoder: it has to find people better than the one that it would replace."""
    return [*_too_few_jobs(metrics), *_no_gain(metrics, "in service", "low")]


def gains(metrics: Mapping[str, Any]) -> list[str]:
    """What speaks for it, in sentences with figures; for models that pass the gates."""
    jobs = number(metrics, "jobs", "test")
    ours = number(metrics, "challenger", "nDCG@10")
    said = [f"measured on {int(jobs or 0)} later jobs that training never saw"]
    for other in ("retrieval", "champion"):
        theirs, gain = number(metrics, other, "nDCG@10"), describe_gain(metrics, other)
        if ours is not None and theirs is not None and gain:
            said.append(f"nDCG@10 {ours:.3f} against {theirs:.3f} for {_NAMES[other]}: {gain}")
        elif gain:
            said.append(f"nDCG@10 against {_NAMES[other]}: {gain}")
    said.append(f"nDCG@10 against a control that never reads the job: {_gain(metrics, 'control')}")
    ece, brier = number(metrics, "challenger", "ECE"), number(metrics, "challenger", "Brier")
    said.append(f"its probabilities are off by {ece:.3f} on average (Brier {brier:.3f})")
    swapped = number(metrics, "name swap", "candidates")
    said.append(f"another name changes nothing for {int(swapped or 0)} candidates")
    if metrics.get("few labels"):
        said.append("few labels: it leaned on weak ones, so watch it with `bole monitor`")
    return said


def describe_gain(metrics: Mapping[str, Any], other: str) -> str | None:
    """ "+0.080 [+0.020, +0.140]", mean and 95 % interval, over retrieval, champion or control.

    None where it was not measured.
    """
    mean, low, high = (number(metrics, f"gain over {other}", at) for at in ("mean", "low", "high"))
    if mean is None:
        return None
    within = f" [{low:+.3f}, {high:+.3f}]" if low is not None and high is not None else ""
    return f"{mean:+.3f}{within}"


def number(metrics: Mapping[str, Any], *path: str) -> float | None:
    """The finite number at a path of keys; None where there is none."""
    found: Any = metrics
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found)


_NAMES = {
    "retrieval": "retrieval alone",
    "champion": "the reranker in service",
    "control": "a control that never reads the job",
    "in service": "the encoder in service",
}


def _gain(metrics: Mapping[str, Any], other: str) -> str:
    return describe_gain(metrics, other) or "not measured"


def _too_few_jobs(metrics: Mapping[str, Any]) -> list[str]:
    jobs = number(metrics, "jobs", "test") or 0
    if jobs >= FEWEST_JOBS:
        return []
    return [f"it was measured on {int(jobs)} held-out jobs, and {FEWEST_JOBS} are the fewest"]


def _no_gain(metrics: Mapping[str, Any], other: str, at: str) -> list[str]:
    """The lower end of the interval (or the mean) must lie above zero."""
    least = number(metrics, f"gain over {other}", at)
    if least is not None and least > 0.0:
        return []
    return [f"no certain gain in nDCG@10 over {_NAMES[other]}: {_gain(metrics, other)}"]


def _reads_no_job(metrics: Mapping[str, Any]) -> list[str]:
    least = number(metrics, "gain over control", "low")
    if least is not None and least > 0.0:
        return []
    return [
        f"no certain gain in nDCG@10 over {_NAMES['control']} ({_gain(metrics, 'control')}): "
        "these labels do not depend on the job"
    ]


def _sees_names(metrics: Mapping[str, Any]) -> list[str]:
    candidates = number(metrics, "name swap", "candidates")
    changed = number(metrics, "name swap", "changed")
    if not candidates or changed is None:
        return ["it was not tested whether a name changes a score"]
    if changed:
        return [f"another name changes what is read of {int(changed)} of {int(candidates)} people"]
    return []


def _not_calibrated(metrics: Mapping[str, Any]) -> list[str]:
    measured = {name: number(metrics, "challenger", name) for name in ("ECE", "Brier")}
    return [
        f"{name} was not measured on held-out jobs"
        for name, value in measured.items()
        if value is None or value < 0.0
    ]
