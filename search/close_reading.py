"""The head of a shortlist, read closely: calibrated parts, and who need not be read.

Whoever could not come among the first so many even if the cross-encoder found nothing better than
them is not read. The list is exactly the one that reading everybody would give: the threshold idea
of Fagin, Lotem and Naor, "Optimal Aggregation Algorithms for Middleware", PODS 2001.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.store import Reading
from reading.dates import Month
from reading.job import Job
from search.calibration import CLOSE_READING, REQUIREMENTS, Calibration, closeness
from search.digest import question_of, tokens_of
from search.features import look_at
from search.fusion import DEFAULT_BLEND
from search.reranker import Reranker
from search.retrieval import Ranked, Stopwatch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HEAD: Final = 50  # candidates that are read closely
AT_ONCE: Final = 16  # how many are read before asking again who can still come among the first
NOT_READ: Final = "not read closely"

FEW_ELIGIBLE: Final = 20
FEW_LABELS: Final = 50
SHORT_JOB: Final = 20.0  # tokens: about 15 words, or 24 Chinese characters
THIN: Final = 45.0  # tokens of a scoring view: about 200 letters, or 55 Chinese characters


@dataclass(frozen=True, slots=True)
class Judged:
    """A ranking with, in its order, the chance of reaching an interview, or why none is named."""

    ranked: Ranked
    probabilities: tuple[float | None, ...]
    uncertain: tuple[str | None, ...]

    @classmethod
    def by_retrieval(cls, ranked: Ranked) -> Judged:
        """Nobody was read closely, and nobody claims to know chances."""
        nothing = (None,) * len(ranked.candidates)
        return cls(ranked, nothing, nothing)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a job is read beside: the snapshot, and how retrieval was asked."""

    sequence: int
    as_of: Month
    eligible: int
    blend: float


class CloseReader:
    """A reranker with the calibration that was fitted to it."""

    def __init__(self, reranker: Reranker, calibration: Calibration) -> None:
        self._reranker = reranker
        self._calibration = calibration

    def read(
        self,
        reading: Reading,
        job: Job,
        ranked: Ranked,
        limit: int,
        beside: Beside,
        watch: Stopwatch,
    ) -> Judged:
        """The best `limit` of what retrieval found: the head in the order of the calibrated sums,
        then the tail, which keeps its place behind it."""
        count = min(HEAD, len(ranked.candidates))
        people = ranked.candidates[:count]
        with watch.time("digest"):
            found = look_at(reading, job, people, beside.sequence, beside.as_of)
        looked = [found[person] for person in people.tolist()]
        raw = {name: part[:count] for name, part in ranked.parts.items()}
        raw[REQUIREMENTS] = np.array([each.requirements for each in looked], np.float64)
        question = question_of(job)
        with watch.time("rerank"):
            closely = read_who_matters(
                self._calibration.parts_of(raw),
                self._calibration.weights[CLOSE_READING],
                limit,
                lambda places: closeness(
                    self._reranker.score(question, [looked[place].answer for place in places])
                ),
            )
        places = np.array(sorted(closely), np.int64)
        raw = {name: part[places] for name, part in raw.items()}
        raw[CLOSE_READING] = np.array([closely[place] for place in places.tolist()], np.float64)
        head = _ranked(people[places], self._calibration.parts_of(raw))
        best = _with_tail(head, ranked, count, self._calibration).first(limit)
        views = {person: found[person].view for person in found}
        return self._judge(best, job, beside, views)

    def _judge(self, ranked: Ranked, job: Job, beside: Beside, views: Mapping[int, str]) -> Judged:
        """Names chances, except where they would rest on too little."""
        general = why_uncertain(job, beside, self._calibration)
        uncertain = tuple(
            general or _why_uncertain_about(views.get(person))
            for person in ranked.candidates.tolist()
        )
        chances = self._calibration.probability(ranked.scores).tolist()
        known = (None if why else chance for why, chance in zip(uncertain, chances, strict=True))
        return Judged(ranked, tuple(known), uncertain)


def read_who_matters(
    parts: Mapping[str, Floats],
    weight: float,
    limit: int,
    read: Callable[[Sequence[int]], Floats],
) -> dict[int, float]:
    """Place → closeness (-1 to 1) of everybody who might come among the first `limit`.

    `parts` are the weighted parts known so far, `weight` (not below 0) is what closeness counts,
    and `read` gives it for some places. Sums are rounded once (`math.fsum`) and therefore never
    exceed the same sum with the largest closeness, to the bit.
    """
    known = list(zip(*(part.tolist() for part in parts.values()), strict=True))
    most = [math.fsum((*own, weight)) for own in known]
    waiting = sorted(range(len(known)), key=lambda place: (-most[place], place))
    found: dict[int, float] = {}
    sums: list[float] = []
    while waiting:
        if len(sums) >= limit:
            last_in = sorted(sums, reverse=True)[limit - 1]
            waiting = [place for place in waiting if most[place] >= last_in]
        count = max(AT_ONCE, limit - len(sums))
        now, waiting = waiting[:count], waiting[count:]
        for place, close in zip(now, read(now).tolist() if now else (), strict=True):
            found[place] = close
            sums.append(math.fsum((*known[place], weight * close)))
    return found


def why_uncertain(job: Job, beside: Beside, calibration: Calibration) -> str | None:
    """Why no chance is named for anybody; None: nothing stands against it."""
    if calibration.labels < FEW_LABELS:
        return f"only {calibration.labels} outcomes stand behind the score"
    if beside.blend != DEFAULT_BLEND:
        return "the blend was moved from the one that chances were fitted with"
    if beside.eligible < FEW_ELIGIBLE:
        return f"fewer than {FEW_ELIGIBLE} candidates to compare"
    if not job.requirements and tokens_of(job.text) < SHORT_JOB:
        return "the job says too little"
    return None


def _why_uncertain_about(view: str | None) -> str | None:
    """Why no chance is named for one candidate; `view` is None for those who were not read."""
    if view is None:
        return NOT_READ
    return "the résumé says too little" if tokens_of(view) < THIN else None


def _ranked(people: Ints, parts: dict[str, Floats]) -> Ranked:
    columns = (part.tolist() for part in parts.values())
    scores = np.array([math.fsum(own) for own in zip(*columns, strict=True)], np.float64)
    return Ranked(people, scores, parts)


def _with_tail(head: Ranked, ranked: Ranked, count: int, calibration: Calibration) -> Ranked:
    """The head, and behind it those who were not read, in the order of their own sums.

    What keeps them behind is a part like others, in whole logits, so that sums stay sums.
    """
    if count == len(ranked.candidates):
        return head
    people = ranked.candidates[count:]
    parts = calibration.parts_of({name: part[count:] for name, part in ranked.parts.items()})
    ahead = float(_ranked(people, parts).scores.max()) - float(head.scores.min())
    behind = np.full(len(people), -float(max(0, math.floor(ahead) + 1)))
    tail = _ranked(people, {**parts, NOT_READ: behind})
    groups = head, tail
    both = {
        name: np.concatenate([g.parts.get(name, np.zeros(len(g.candidates))) for g in groups])
        for name in dict.fromkeys([*head.parts, *tail.parts])
    }
    return _ranked(np.concatenate([head.candidates, tail.candidates]), both)
