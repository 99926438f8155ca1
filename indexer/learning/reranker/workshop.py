"""The models of one run, trained alike: the candidate, and those it has to beat."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.learning.examples import JobPairs, Origin, Pair
from indexer.learning.held_out.splitting import Split
from indexer.learning.measuring.closely import job_read_closely, scores_of
from indexer.learning.measuring.figures import comparable, judgements, measure, rank_by
from indexer.learning.reranker.start import Start
from indexer.learning.reranker.tuning import FineTuning, finetune
from indexer.learning.training.runs import Say, telling

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

REAL: Final = "real"  # the folder of the candidate, in the run's


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where and how the models of one run are trained."""

    folder: Path
    cache: Path  # of unpacked base models
    tuning: FineTuning
    say: Say

    def train(
        self, name: str, stage: str, pairs: Sequence[Pair], dev: Sequence[JobPairs], start: Start
    ) -> CrossEncoder:
        """A model in a folder of its own; one that is finished there is only opened."""
        return finetune(
            pairs,
            dev,
            self.tuning,
            self.folder / name,
            self.cache,
            start.folder,
            telling(self.say, stage),
        )

    def train_candidate(
        self, pairs: Sequence[Pair], dev: Sequence[JobPairs], start: Start, weighted: bool
    ) -> tuple[CrossEncoder, dict[str, Any] | None]:
        """The candidate, in REAL. Where the pairs are weighted by exposure, that has to beat not
        weighing on the development jobs, or it is left out; the figures say how it went."""
        model = self.train(REAL, "Training", pairs, dev, start)
        if not weighted:
            return model, None
        even = [replace(p, weight=1.0) if p.origin is Origin.OUTCOME else p for p in pairs]
        plain = self.train("plain", "Training without weights", even, dev, start)
        found = {"weighted": _ndcg(model, dev), "plain": _ndcg(plain, dev)}
        if found["weighted"] > found["plain"]:
            return model, {**found, "kept": "weighted"}
        shutil.rmtree(self.folder / REAL)
        (self.folder / "plain").rename(self.folder / REAL)
        return plain, {**found, "kept": "plain"}

    def train_control(self, blind: Split) -> list[JobPairs]:
        """The blind test jobs with the scores of a model that never reads the job."""
        model = self.train(
            "control",
            "Training the control that never reads the job",
            [pair for job in blind.train for pair in job.pairs],
            blind.dev,
            Start.anew(self.tuning.base),
        )
        return [job_read_closely(model, job) for job in blind.test]


def _ndcg(model: CrossEncoder, dev: Sequence[JobPairs]) -> float:
    judged = comparable(dev)
    return measure(rank_by(judged, partial(scores_of, model)), judgements(judged))["nDCG@10"]
