"""What reading 50 candidates closely costs, step by step from the library's way to ours.

    python -m benchmarks.reranking --data DATA [--model FOLDER] [--qrels FILE] [--jobs 40]

DATA is a data folder with jobs and outcomes, as `make demo` leaves it. FOLDER is any trained model
(`bole train reranker` leaves one in DATA/models); without it, the reranker in service. Each step is
timed over the same jobs and the same 50 candidates by retrieval, and its ranking is measured
against the grades of the outcomes (or FILE, trec qrels by external ids): people without a grade
count 0, and the difference to the first step is paired by job, with a 95 % bootstrap interval.

Steps: sentence-transformers' CrossEncoder, float32, whole texts cut to 256 tokens, batches of 32;
digests instead of whole texts; sorted by length; without padding, a worker per core; early exit for
those who cannot come among the first 20; scores kept from an earlier search. From the second step
on, times include making the digests, except where that is said.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.settings import Settings
from api.workplace import Workplace
from catalog.errors import NotReady
from catalog.store import create_catalog
from catalog.store.engine import default_url
from indexer.learning.labelling.labels import grade_applications
from reading.dates import Month
from search.calibration import (
    CLOSE_READING,
    PARTS,
    REQUIREMENTS,
    Calibration,
    calibration_from_record,
    closeness,
)
from search.close_reading import HEAD, read_who_matters
from search.cross_encoders import MAX_TOKENS, open_cross_encoder
from search.digest import question_of
from search.encoders.fingerprints import fingerprint_model
from search.features import look_at
from search.loading import open_served
from search.measures import Qrels, difference, evaluate, read_qrels
from search.reranker import CrossEncoderReranker, RememberedReranker
from search.retrieval import Retriever, Stopwatch

Floats = NDArray[np.float64]
LIMIT = 20
WHOLE = 256  # tokens of a pair of whole texts
BATCH = 32
UNFITTED = Calibration(0.0, dict.fromkeys(PARTS, 2.0), 0, 0)  # where a model brings none


@dataclass(frozen=True, slots=True)
class Head:
    """The first 50 of one job by retrieval; `seconds` is what their digests took."""

    job: str
    text: str
    question: str
    names: list[str]
    wholes: list[str]
    answers: list[str]
    known: dict[str, Floats]  # raw parts but for close reading
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """`read` gives a closeness for those of the 50 (by place) who were read."""

    name: str
    read: Callable[[Head], dict[int, float]]
    digests: bool = True


def main() -> None:
    """Reads the heads once and prints a line per step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--qrels", type=Path)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--as-of", default="2026-11")
    asked = parser.parse_args()
    place = Workplace(Settings(data=asked.data))
    folder, calibration = _find_model(place, asked.model)
    year, month = map(int, asked.as_of.split("-"))
    heads, qrels = _read_heads(place, asked.qrels, asked.jobs, Month(year, month))
    if not heads:
        raise SystemExit("no job has people of two different grades: import outcomes, or --qrels")
    with tempfile.TemporaryDirectory() as cache:
        _report(
            list(_steps(folder, place.encoders, calibration, Path(cache))),
            heads,
            qrels,
            calibration,
        )


def _find_model(place: Workplace, folder: Path | None) -> tuple[Path, Calibration]:
    """The model's folder and the calibration that the catalog has of it, if any."""
    with place.catalog.reading() as reading:
        models = reading.models.all("reranker")
        serving = reading.generations.serving().reranker
    if folder is None:
        chosen = [model for model in models if model.fingerprint == serving]
        if not chosen:
            raise NotReady("no reranker serves: name one with --model")
        folder = place.catalog.folder / chosen[0].path
    fingerprint = fingerprint_model(folder, {})
    for model in models:
        if model.fingerprint == fingerprint and model.calibration:
            return folder, calibration_from_record(model.calibration)
    return folder, UNFITTED


def _read_heads(
    place: Workplace, file: Path | None, limit: int, as_of: Month
) -> tuple[list[Head], Qrels]:
    served = open_served(place.catalog, place.encoder)
    retriever = Retriever(served.encoder, served.vectors, served.lexical)
    heads: list[Head] = []
    with place.catalog.reading() as reading:
        gone = np.asarray(reading.people.erased(), np.int64)
        eligible = np.setdiff1d(served.lexical.ids, gone)
        external = reading.people.external_ids(eligible.tolist())
        names = {person: external.get(person) or str(person) for person in eligible.tolist()}
        jobs = {number: reading.jobs.get(number) for number in reading.jobs.all()}
        titles = {number: job.external_id or str(number) for number, job in jobs.items()}
        qrels = _outcomes(reading, titles, names) if file is None else _from(file)
        for number, stored in jobs.items():
            job = titles[number]
            if len(heads) == limit or len(set(qrels.get(job, {}).values())) < 2:
                continue
            ranked = retriever.retrieve(stored.job.text, eligible, 0.5, HEAD, Stopwatch())
            people = ranked.candidates
            start = perf_counter()
            looked = look_at(reading, stored.job, people, served.sequence, as_of)
            seconds = perf_counter() - start
            own = [looked[person] for person in people.tolist()]
            shown = np.array([each.requirements for each in own], np.float64)
            heads.append(
                Head(
                    job=job,
                    text=stored.job.text,
                    question=question_of(stored.job),
                    names=[names[person] for person in people.tolist()],
                    wholes=[each.view for each in own],
                    answers=[each.answer for each in own],
                    known={**ranked.parts, REQUIREMENTS: shown},
                    seconds=seconds,
                )
            )
    return heads, {head.job: qrels[head.job] for head in heads}


def _outcomes(reading: Any, jobs: dict[int, str], people: dict[int, str]) -> Qrels:
    events = reading.outcomes.up_to(reading.sequence)
    grades: Qrels = defaultdict(dict)
    for one in grade_applications(events, reading.labels.rules()):
        if one.person_id in people and one.job_id in jobs:
            grades[jobs[one.job_id]][people[one.person_id]] = one.grade
    return dict(grades)


def _from(file: Path) -> Qrels:
    with file.open(encoding="utf-8") as lines:
        return read_qrels(lines)


def _steps(folder: Path, cache: Path, calibration: Calibration, scratch: Path) -> list[Step]:
    model = open_cross_encoder(folder, cache, "cpu")
    ours = CrossEncoderReranker(model, folder.name, "benchmark")
    catalog = create_catalog(default_url(scratch), scratch)

    def recall(job: str, answers: Sequence[str]) -> dict[str, float]:
        with catalog.reading() as reading:
            return reading.vectors.get_scores(job, answers, ours.fingerprint)

    def keep(job: str, scores: dict[str, float]) -> dict[str, float]:
        with catalog.writing() as writing:
            writing.vectors.put_scores(job, scores, ours.fingerprint)
            return writing.vectors.get_scores(job, list(scores), ours.fingerprint)

    remembered = RememberedReranker(ours, recall, keep)

    def early(head: Head, score: Callable[[str, Sequence[str]], Floats]) -> dict[int, float]:
        return read_who_matters(
            calibration.parts_of(head.known),
            calibration.weights[CLOSE_READING],
            LIMIT,
            lambda places: closeness(score(head.question, [head.answers[at] for at in places])),
        )

    def kept(head: Head) -> dict[int, float]:
        return early(head, remembered.score)

    return [
        Step(
            f"sentence-transformers, float32, {WHOLE} tokens",
            lambda head: _all(predict(model, head.text, head.wholes, WHOLE)),
            digests=False,
        ),
        Step("shorter pairs", lambda head: _all(_padded(model, head.question, head.answers))),
        Step(
            "sorted by length",
            lambda head: _all(predict(model, head.question, head.answers, MAX_TOKENS)),
        ),
        Step(
            "no padding, a worker per core",
            lambda head: _all(ours.score(head.question, head.answers)),
        ),
        Step(f"early exit (first {LIMIT})", lambda head: early(head, ours.score)),
        Step("scores kept, first search", kept),
        Step("scores kept, later searches", kept),
    ]


def _all(logits: Floats) -> dict[int, float]:
    return dict(enumerate(closeness(logits).tolist()))


def predict(model: Any, question: str, answers: list[str], tokens: int) -> Floats:
    """The library's own way; it sorts by length itself, which whole texts make no use of."""
    import torch

    before, model.max_seq_length = model.max_seq_length, tokens
    found = model.predict(
        [(question, answer) for answer in answers],
        batch_size=BATCH,
        activation_fn=torch.nn.Identity(),
        show_progress_bar=False,
    )
    model.max_seq_length = before
    return np.asarray(found, np.float64)


def _padded(model: Any, question: str, answers: list[str]) -> Floats:
    """Batches as they come, each padded to its longest pair."""
    import torch

    logits: list[float] = []
    for start in range(0, len(answers), BATCH):
        own = answers[start : start + BATCH]
        features = model.tokenizer(
            [question] * len(own),
            own,
            truncation=True,
            max_length=MAX_TOKENS,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits += model[0].auto_model(**features).logits[:, 0].tolist()
    return np.array(logits, np.float64)


def _report(steps: list[Step], heads: list[Head], qrels: Qrels, calibration: Calibration) -> None:
    """Job by job all steps, so that what else the machine does slows none of them alone."""
    for step in steps[:-2]:
        step.read(heads[0])  # what the first call has to set up is not timed
    seconds: dict[str, list[float]] = {step.name: [] for step in steps}
    closely: dict[str, list[dict[int, float]]] = {step.name: [] for step in steps}
    for head in heads:
        for step in steps:
            start = perf_counter()
            closely[step.name].append(step.read(head))
            seconds[step.name].append(perf_counter() - start)
    digests = median(head.seconds for head in heads)
    fitted = "the model's own calibration" if calibration.labels else "equal weights, not fitted"
    weight = calibration.weights[CLOSE_READING]
    print(f"{len(heads)} jobs, {HEAD} candidates each; {fitted}, close reading counts {weight:.2f}")
    print(f"medians per job, of which digests {1000 * digests:.0f} ms\n")
    print(f"{'step':46}{'ms':>7}{'faster':>9}{'read':>6}  nDCG@10  difference")
    runs = {
        name: {h.job: _order(h, one, calibration) for h, one in zip(heads, found, strict=True)}
        for name, found in closely.items()
    }
    first = steps[0].name
    for step in steps:
        took = median(seconds[step.name]) + (digests if step.digests else 0.0)
        gain = difference(runs[step.name], runs[first], qrels)
        found = evaluate(runs[step.name], qrels)["nDCG@10"].mean
        read = sum(map(len, closely[step.name])) / len(heads)
        print(
            f"{step.name:46}{1000 * took:7.0f}{median(seconds[first]) / took:8.1f}x{read:6.1f}"
            f"  {found:7.4f}  {gain.mean:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})"
        )


def _order(head: Head, closely: dict[int, float], calibration: Calibration) -> list[str]:
    """Whoever was read, best first, equal ones as retrieval has them."""
    places = np.array(sorted(closely), np.int64)
    raw = {name: part[places] for name, part in head.known.items()}
    raw[CLOSE_READING] = np.array([closely[place] for place in places.tolist()])
    sums = np.sum(list(calibration.parts_of(raw).values()), axis=0)
    return [head.names[places[at]] for at in np.argsort(-sums, kind="stable")]


if __name__ == "__main__":
    main()
