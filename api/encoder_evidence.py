"""How a trained encoder did beside its base and the one in service, and what to do with it."""

from __future__ import annotations

from indexer.learning.training.recording import Trained

_SYSTEMS = (
    ("in service", "in service"),
    ("base", "the base before training"),
    ("tuned", "this encoder"),
)


def show_encoders(trained: Trained) -> None:
    """The comparison on the held-out jobs, the gains, and the way into service."""
    from api.screen import out, show_table

    metrics = trained.metrics
    jobs, pairs = metrics["jobs"], metrics["pairs"]
    out.print(f"{trained.name}{' (was there already)' if trained.again else ''}")
    show_table(
        f"{jobs['test']} held-out jobs, {pairs['test']} people with an outcome",
        ("", "nDCG@10", "MAP"),
        [
            (name, f"{metrics[key]['nDCG@10']:.3f}", f"{metrics[key]['MAP']:.3f}")
            for key, name in _SYSTEMS
        ],
    )
    for key, name in (("base", "its base"), ("in service", "the one in service")):
        gain = metrics[f"gain over {key}"]
        out.print(
            f"nDCG@10 against {name}: {gain['mean']:+.3f} "
            f"[{gain['low']:+.3f}, {gain['high']:+.3f}] (paired, 95 % over jobs)"
        )
    out.print(f"Learned from {metrics['triples']} triples of {jobs['train']} jobs.")
    if metrics["few labels"]:
        out.print("Fewer than 200 interviews: what it learned may not last.")
    if metrics["gain over in service"]["low"] <= 0:
        out.print("It has not shown that it finds people better than the one in service.")
        return
    out.print(
        "A new encoder needs an index of its own. To build that aside and serve from it: "
        f"bole reindex --encoder trained:{trained.name}",
        soft_wrap=True,
    )
