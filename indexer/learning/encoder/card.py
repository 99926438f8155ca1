"""The card beside an encoder: what it is, from what, how it did, what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ENCODER: Final = "encoder"
"""The kind of model this room makes."""


def card(name: str, metrics: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    table = "\n".join(
        f"| {what} | {metrics[key]['nDCG@10']:.3f} | {metrics[key]['MAP']:.3f} |"
        for key, what in (
            ("in service", "the encoder in service"),
            ("base", "the base before training"),
            ("tuned", "this encoder"),
        )
    )
    jobs, over = metrics["jobs"], metrics["gain over in service"]
    return f"""# {name}

A sentence-transformers encoder: a job's short form with the query prompt and what a résumé shows of
it with the passage prompt lie near each other where people like that were interviewed.

Trained on {metrics["triples"]} triples of {jobs["train"]} jobs, stopped by {jobs["dev"]} later
jobs, measured on {jobs["test"]} jobs after those; people of later jobs were left out of earlier
ones. Settings: `{metrics["settings"]}`.

| on the held-out jobs | nDCG@10 | MAP |
|---|---|---|
{table}

Gain over the encoder in service {over["mean"]:+.3f} [{over["low"]:+.3f}, {over["high"]:+.3f}]
(paired bootstrap over jobs, 95 %), by the cosine of two short texts; an index holds a résumé's
passages instead, and searches add the words that both texts share.

It knows what past decisions rewarded, not who would have done the work well.
"""
