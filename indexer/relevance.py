"""Whether a new generation ranks worse than the served one, by what came of past applications.

Asked are stored jobs with graded outcomes. Each ranks the people whose outcome is known, among a
fixed sample of others (whose grade counts as none), and only people whom both generations hold with
the same résumé.
nDCG@10 is compared job by job. Ranked is by retrieval: a reranker is measured where it is trained.

An old generation can be asked only with vectors of its own encoder. Those of the jobs are kept in
the catalog by content, so that after a change of the encoder the old one need not be there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from catalog.errors import BoleError
from catalog.generations import Serving
from catalog.store import Catalog, Reading
from indexer.changes import find_changes
from indexer.learning.labelling.labels import grade_applications
from search import words
from search.arrays import Generation, open_generation
from search.encoder import Encoder, Vector
from search.fusion import DEFAULT_BLEND, fuse
from search.lexical import LexicalIndex
from search.loading import FOLD
from search.measures import Run, per_job
from search.vectors import ExactIndex, Ints, Rows, VectorIndex, evenly

ENOUGH = 20  # jobs; fewer say nothing about a difference of some hundredths
MOST = 50  # jobs, the latest
OTHERS = 1000  # people beside the graded ones
LARGEST_DROP = 0.02  # of the mean nDCG@10
MEASURE = "nDCG@10"

Grades = Mapping[int, int]  # person → grade


@dataclass(frozen=True, slots=True)
class Relevance:
    """Mean nDCG@10 of the new and the served generation; None, and `note`, where not compared."""

    jobs: int
    now: float | None = None
    before: float | None = None
    note: str = ""

    @property
    def fell(self) -> bool:
        """Whether the new one is worse by more than LARGEST_DROP."""
        if self.now is None or self.before is None:
            return False
        return self.before - self.now > LARGEST_DROP

    def __str__(self) -> str:
        if self.now is None or self.before is None:
            return f"relevance was not compared: {self.note}"
        told = "fell" if self.fell else "held"
        return f"relevance {told}: {MEASURE} {self.before:.3f} → {self.now:.3f} on {self.jobs} jobs"


def compare(
    catalog: Catalog,
    encoder: Encoder,
    vectors: VectorIndex,
    lexical: LexicalIndex,
    served: Serving | None,
    base: Generation | None = None,
) -> Relevance:
    """The new indexes against the served generation's, which is `base` where that is open already.

    Left out is whoever has another résumé now: better or worse, that is not the index's doing.
    """
    before = _open(catalog, served, base)
    people = lexical.ids
    if not isinstance(before, str):
        rows = vectors.rows
        changes = find_changes(before[0].rows, np.column_stack([rows.owners, rows.ids]))
        people = np.setdiff1d(people, changes.coming)
    with catalog.reading() as reading:
        judged = _judged(reading, people)
        texts = {job: reading.jobs.get(job).job.text for job in judged}
    asked = _questions(catalog, encoder, texts)  # kept for the night on which the encoder changes
    if served is None or isinstance(before, str):
        return Relevance(0, note=str(before))
    asked_before = _known_questions(catalog, served.encoder, texts, before[0].rows.dimension)
    jobs = [job for job in judged if job in asked_before]
    if len(jobs) < ENOUGH:
        return Relevance(
            len(jobs), note=f"{len(jobs)} jobs with graded outcomes, {ENOUGH} are needed"
        )
    others = evenly(people, OTHERS)
    now, then = {}, {}
    for job in jobs:
        ranked = np.union1d(others, np.array(sorted(judged[job]), np.int64))
        now[str(job)] = _rank(vectors, lexical, asked[job], texts[job], ranked)
        then[str(job)] = _rank(*before, asked_before[job], texts[job], ranked)
    wanted = {job: judged[job] for job in jobs}
    return Relevance(len(jobs), _mean(now, wanted), _mean(then, wanted))


def _open(
    catalog: Catalog, served: Serving | None, base: Generation | None
) -> tuple[VectorIndex, LexicalIndex] | str:
    """The served generation's indexes, or why they cannot be asked."""
    if served is None:
        return "nothing was served before"
    try:
        if base is None:
            base = open_generation(catalog.folder / served.generation.folder)
            base.verify()
        if base.manifest.words != words.fingerprint():
            return "the served generation counts words by other rules"
        rows = Rows.of_arrays(base.arrays)
        return ExactIndex(rows, FOLD), LexicalIndex.of_arrays(base.arrays)
    except BoleError as error:
        return f"the served generation cannot be opened ({error})"


def _judged(reading: Reading, people: Ints) -> dict[int, Grades]:
    """The latest jobs for which somebody of these people had a good outcome, and the grades."""
    graded = grade_applications(reading.outcomes.up_to(reading.sequence), reading.labels.rules())
    known = set(people.tolist())
    latest: dict[int, tuple[str, int]] = {}
    by_job: dict[int, dict[int, int]] = {}
    for one in graded:
        if one.person_id in known:
            by_job.setdefault(one.job_id, {})[one.person_id] = one.grade
            day = one.on.isoformat()
            latest[one.job_id] = max(latest.get(one.job_id, (day, one.job_id)), (day, one.job_id))
    good = [job for job, grades in by_job.items() if max(grades.values()) > 0]
    chosen = sorted(good, key=lambda job: latest[job], reverse=True)[:MOST]
    return {job: by_job[job] for job in sorted(chosen)}


def _questions(catalog: Catalog, encoder: Encoder, texts: Mapping[int, str]) -> dict[int, Vector]:
    """The jobs' vectors; those that are new are kept, each encoded alone."""
    known = _known_questions(catalog, encoder.fingerprint, texts, encoder.dimension)
    new = {job: encoder.encode_query(text) for job, text in texts.items() if job not in known}
    if new:
        with catalog.writing() as writing:
            writing.vectors.put(
                {_key(texts[job]): vector.astype("<f4").tobytes() for job, vector in new.items()},
                encoder.fingerprint,
            )
    return known | new


def _known_questions(
    catalog: Catalog, encoder: str, texts: Mapping[int, str], dimension: int
) -> dict[int, Vector]:
    keys = {job: _key(text) for job, text in texts.items()}
    with catalog.reading() as reading:
        kept = reading.vectors.get(keys.values(), encoder)
    whole = {key: vector for key, vector in kept.items() if len(vector) == 4 * dimension}
    return {job: np.frombuffer(whole[key], "<f4") for job, key in keys.items() if key in whole}


def _key(text: str) -> str:
    """Never that of a passage, which may have the same words and another prompt."""
    return hashlib.sha256(f"a job:\0{text}".encode()).hexdigest()


def _rank(
    vectors: VectorIndex, lexical: LexicalIndex, question: Vector, text: str, people: Ints
) -> list[str]:
    """These people, best first, by the scores that retrieval gives them."""
    cosines = vectors.scores_of_all(question, people).scores
    bm25 = lexical.scores(words.question_terms(text), people)
    scores = np.sum(list(fuse(cosines, bm25, DEFAULT_BLEND).values()), axis=0)
    return [str(person) for person in people[np.lexsort((people, -scores))].tolist()]


def _mean(run: Run, judged: Mapping[int, Grades]) -> float:
    qrels = {
        str(job): {str(person): grade for person, grade in grades.items()}
        for job, grades in judged.items()
    }
    return float(np.mean(list(per_job(run, qrels)[MEASURE].values())))
