"""The ways of learning that are compared on simulated outcomes.

this training   `indexer.learning.reranker.run.train_reranker`, as `bole train reranker` calls it
naive           hired 4, everybody else who applied 0; no weights, no mined negatives
shuffled        this training's examples with the grades of each job dealt out anew
job-blind       a cross-encoder that never reads the job
names left in   this training's examples with title and name before every answer
as it ships     the base reranker that ships with Bole, which has seen no outcome
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated.company import Company
from benchmarks.simulated.results import THIS
from catalog.errors import NotFound
from catalog.labels import DEFAULT_RULES, Effect, LabelRule
from catalog.outcomes import OutcomeKind
from demo.dice import Dice
from demo.facts import Candidate
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.held_out.leaks import hold_out
from indexer.learning.held_out.splitting import Split
from indexer.learning.labelling.gathering import BLIND_QUESTION, Gathered, blind, gather
from indexer.learning.measuring.calibrate import (
    PRIOR,
    TRUSTING,
    fit_calibration,
    learned_scores,
)
from indexer.learning.measuring.closely import read_closely, scores_of
from indexer.learning.reranker.choosing import choose_pairs
from indexer.learning.reranker.run import TrainingSettings, train_reranker
from indexer.learning.reranker.shipped import find_foundation
from indexer.learning.reranker.tuning import FineTuning, finetune
from search.calibration import CLOSE_READING, Calibration, calibration_from_record
from search.cross_encoders import open_cross_encoder
from search.loading import Served

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Floats = NDArray[np.float64]

PARTS_ALONE, UNWEIGHTED, NAIVE = "parts alone", "without weights", "naive"
SHUFFLED, BLIND, NAMED = "shuffled labels", "job-blind", "names left in"
SHIPPED = "as it ships"

_REPLACED: Final = {
    OutcomeKind.HIRED: (Effect.STAGE, 4),
    OutcomeKind.UNHIRED: (Effect.REVERSES, None),
    OutcomeKind.UNREJECTED: (Effect.REVERSES, None),
    OutcomeKind.WITHDREW: (Effect.KEEP, None),
    OutcomeKind.REJECTED: (Effect.FINAL, 0),
}
NAIVE_RULES: Final = tuple(
    LabelRule(rule.kind, rule.reason, *_REPLACED.get(rule.kind, (Effect.STAGE, 0)))
    for rule in DEFAULT_RULES
)


@dataclass(frozen=True, slots=True)
class Learned:
    """A cross-encoder and what it takes to rank with it.

    `calibration` is None for a model that knows nothing of the job: it ranks by its own word.
    Without a `model` the other parts decide.
    `reading`: the pairs as this model reads them. `metrics`: what the product says of its own.
    """

    model: CrossEncoder | None
    calibration: Calibration | None
    reading: Callable[[Sequence[Pair]], list[Pair]] = list
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, pairs: Sequence[Pair]) -> Floats:
        """One logit for each pair, which carries its raw parts."""
        read = self.reading(pairs)
        if self.model is None:
            assert self.calibration is not None
            return learned_scores(self.calibration, _unread_closely(read))
        if self.calibration is None:
            return np.array(scores_of(self.model, read), np.float64)
        return learned_scores(self.calibration, read_closely(self.model, read))

    def chances(self, pairs: Sequence[Pair]) -> Floats:
        """The probability of getting to an interview, as the product would name it."""
        assert self.calibration is not None
        return self.calibration.probability(self.scores(pairs))


@dataclass(frozen=True, slots=True)
class School:
    """One company's outcomes, and how models are tuned on them.

    `whole`: this training runs as a whole, with its own control and comparison, which cost as much
    again; else on the same examples and nothing more.
    """

    company: Company
    served: Served
    tuning: FineTuning
    scratch: Path
    whole: bool = True
    done: dict[str, Learned] = field(default_factory=dict)

    def learn(self, arm: str) -> Learned:
        """What came of one of the arms; each is trained once."""
        ways: Mapping[str, Callable[[], Learned]] = {
            THIS: self._as_the_product if self.whole else self._from_its_examples,
            PARTS_ALONE: self._without_a_model,
            UNWEIGHTED: self._without_weights,
            NAIVE: self._naively,
            SHUFFLED: self._from_shuffled_labels,
            BLIND: self._without_the_job,
            NAMED: self._with_names,
            SHIPPED: self._as_it_ships,
        }
        if arm not in self.done:
            self.done[arm] = ways[arm]()
        return self.done[arm]

    def _as_the_product(self) -> Learned:
        place = self.company.place
        trained = train_reranker(place.catalog, place.encoder, TrainingSettings(tuning=self.tuning))
        with place.catalog.reading() as reading:
            model = reading.models.get(trained.fingerprint)
        opened = open_cross_encoder(
            place.catalog.folder / model.path, place.encoders, self.tuning.device
        )
        return Learned(opened, calibration_from_record(model.calibration), metrics=trained.metrics)

    def _from_its_examples(self) -> Learned:
        gathered, split = self._gathered()
        return self._tune(self._taught(split, gathered), split, THIS)

    def _without_a_model(self) -> Learned:
        _, split = self._gathered()
        return Learned(None, fit_calibration(_unread_closely(_pairs_of(split.dev))))

    def _without_weights(self) -> Learned:
        gathered, split = self._gathered()
        unseen = replace(gathered, exposed={job: {} for job in gathered.exposed})
        return self._tune(self._taught(split, unseen), split, UNWEIGHTED)

    def _naively(self) -> Learned:
        catalog = self.company.place.catalog
        with catalog.writing() as writing:
            writing.labels.replace(NAIVE_RULES, "benchmark")
        try:
            gathered = gather(catalog, self.served)
        finally:
            with catalog.writing() as writing:
                writing.labels.replace(DEFAULT_RULES, "benchmark")
        jobs = [
            _mapped(job, lambda pair: replace(pair, reached=pair.grade == 4))
            for job in gathered.jobs
        ]
        split = hold_out(jobs)
        return self._tune(_pairs_of(split.train), split, NAIVE)

    def _from_shuffled_labels(self) -> Learned:
        gathered, split = self._gathered()
        split = replace(
            split,
            train=tuple(_shuffled(job, self.tuning.seed) for job in split.train),
            dev=tuple(_shuffled(job, self.tuning.seed) for job in split.dev),
        )
        return self._tune(self._taught(split, gathered), split, SHUFFLED)

    def _without_the_job(self) -> Learned:
        _, split = self._gathered()
        catalog = self.company.place.catalog
        train, dev = (blind(catalog, self.served, jobs) for jobs in (split.train, split.dev))
        unread = replace(split, train=train, dev=dev)
        model = self._finetune(_pairs_of(train), unread, BLIND, None)
        return Learned(model, None, self._unread)

    def _with_names(self) -> Learned:
        gathered, split = self._gathered()
        split = replace(
            split,
            train=tuple(_mapped(job, self._named) for job in split.train),
            dev=tuple(_mapped(job, self._named) for job in split.dev),
        )
        near = {job: tuple(map(self._named, pairs)) for job, pairs in gathered.near.items()}
        examples = self._taught(split, replace(gathered, near=near))
        learned = self._tune(examples, split, NAMED)
        return replace(learned, reading=lambda pairs: list(map(self._named, pairs)))

    def _as_it_ships(self) -> Learned:
        folder = find_foundation()
        if folder is None:
            raise NotFound("no base reranker ships")
        place = self.company.place
        model = open_cross_encoder(folder, place.encoders, self.tuning.device)
        return Learned(model, Calibration(0.0, TRUSTING, labels=0, jobs=0))

    def _gathered(self) -> tuple[Gathered, Split]:
        gathered = gather(self.company.place.catalog, self.served)
        return gathered, hold_out(gathered.jobs)

    def _taught(self, split: Split, gathered: Gathered) -> list[Pair]:
        """What the product trains on."""
        return choose_pairs(gathered, split, None, self.tuning.seed).pairs

    def _tune(self, examples: Sequence[Pair], split: Split, arm: str) -> Learned:
        start = find_foundation(self.tuning.base)
        model = self._finetune(examples, split, arm, start)
        read = read_closely(model, _pairs_of(split.dev))
        return Learned(model, fit_calibration(read, TRUSTING if start else PRIOR))

    def _finetune(
        self, examples: Sequence[Pair], split: Split, arm: str, start: Path | None
    ) -> CrossEncoder:
        folder = self.scratch / arm.replace(" ", "-")
        return finetune(
            examples, split.dev, self.tuning, folder, self.company.place.encoders, start
        )

    def _named(self, pair: Pair) -> Pair:
        candidate = self.company.people[pair.person_id]
        return replace(pair, answer=f"{introduce(candidate)} {pair.answer}")

    def _unread(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs without their job, as the blind model was trained on them."""
        if not pairs:
            return []
        posting = self.company.jobs[pairs[0].job_id]
        opened = date(posting.opened.year, posting.opened.month, 1)
        job = JobPairs(
            pairs[0].job_id, posting.id, posting.title, posting.language, opened, tuple(pairs)
        )
        read = blind(self.company.place.catalog, self.served, [job])[0].pairs
        by_person = {pair.person_id: pair for pair in read}
        return [
            by_person.get(pair.person_id, replace(pair, question=BLIND_QUESTION, answer="?"))
            for pair in pairs
        ]


def _unread_closely(pairs: Sequence[Pair]) -> list[Pair]:
    return [replace(pair, parts={**pair.parts, CLOSE_READING: 0.0}) for pair in pairs]


def introduce(candidate: Candidate) -> str:
    """Title and name, as a résumé that nothing was stripped from would begin."""
    person, woman = candidate.person, candidate.person.gender == "f"
    if candidate.language == "zh":
        return f"{person.name}{'女士' if woman else '先生'}："
    return f"{'Ms' if woman else 'Mr'} {person.name}:"


def _shuffled(job: JobPairs, seed: int) -> JobPairs:
    """The job's grades dealt out anew among its people."""
    dealt = [(pair.grade, pair.reached) for pair in job.pairs]
    Dice(seed, "shuffled", job.job_id).shuffle(dealt)
    return replace(
        job,
        pairs=tuple(
            replace(pair, grade=grade, reached=reached)
            for pair, (grade, reached) in zip(job.pairs, dealt, strict=True)
        ),
    )


def _mapped(job: JobPairs, change: Callable[[Pair], Pair]) -> JobPairs:
    return replace(job, pairs=tuple(change(pair) for pair in job.pairs))


def _pairs_of(jobs: Sequence[JobPairs]) -> list[Pair]:
    return [pair for job in jobs for pair in job.pairs]
