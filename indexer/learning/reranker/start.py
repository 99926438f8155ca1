"""What a training goes on from: the champion, the foundation that ships with Bole, or a base."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.store import Catalog
from indexer.learning.held_out.splitting import Split
from indexer.learning.measuring.closely import champion_of
from indexer.learning.reranker.shipped import NAME, find_foundation
from search.cross_encoders import Base


@dataclass(frozen=True, slots=True)
class Start:
    """`folder`: of a trained model; None for a base with a new head."""

    folder: Path | None
    name: str
    fingerprint: str | None = None

    @classmethod
    def anew(cls, base: Base) -> Start:
        """The base with a new head."""
        return cls(None, base.spec)


def choose_start(catalog: Catalog, split: Split, base: Base) -> Start:
    """The champion, unless it has trained on what is held out now; else the foundation, if it is
    one of this base; else the base."""
    champion = champion_of(catalog)
    if champion is not None:
        known = set(champion.metrics.get("trained on jobs", ()))
        if not known & {job.job_id for job in (*split.dev, *split.test)}:
            return Start(catalog.folder / champion.path, champion.name, champion.fingerprint)
    foundation = find_foundation(base)
    return Start(foundation, NAME) if foundation is not None else Start.anew(base)
