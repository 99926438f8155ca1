"""The card beside a reranker: what it is, from what, how it did, what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def card(name: str, metrics: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    gain, jobs, pairs = metrics["gain over retrieval"], metrics["jobs"], metrics["pairs"]
    challenger, control = metrics["challenger"], metrics["control"]
    rows = [
        ("retrieval alone", metrics["retrieval"]["nDCG@10"], metrics["retrieval"]["MAP"]),
        ("this model", challenger["nDCG@10"], challenger["MAP"]),
        ("control that never reads the job", control["nDCG@10"], control["MAP"]),
    ]
    if metrics["champion"]:
        rows.append(
            ("champion until now", metrics["champion"]["nDCG@10"], metrics["champion"]["MAP"])
        )
    table = "\n".join(f"| {what} | {ndcg:.3f} | {ap:.3f} |" for what, ndcg, ap in rows)
    return f"""# {name}

A cross-encoder that reads a job beside what a résumé shows of it, and a calibration that turns its
word, retrieval and the requirement verdicts into a chance of reaching an interview.

Trained on {pairs["train"]} pairs of {jobs["train"]} jobs (started from {metrics["started from"]}),
fitted on {jobs["dev"]} later jobs, measured on {jobs["test"]} jobs after those; people of later
jobs were left out of earlier ones. Settings: `{metrics["settings"]}`.

| on the held-out jobs | nDCG@10 | MAP |
|---|---|---|
{table}

Gain over retrieval {gain["mean"]:+.3f} [{gain["low"]:+.3f}, {gain["high"]:+.3f}] (paired bootstrap
over jobs, 95 %). ECE {challenger["ECE"]:.3f}, Brier {challenger["Brier"]:.3f}.

It knows what past decisions rewarded, not who would have done the work well. People who were turned
away wrongly teach it to turn the like of them down the list; it never turns anybody away itself.
"""
