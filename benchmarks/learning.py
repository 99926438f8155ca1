"""What learning recovers of a truth that only the simulation knows, and what it picks up besides.

    python -m benchmarks.learning [--report] [--seed N …] [--candidates 1200] [--jobs 60] [--json F]

Nothing here is a real outcome (see benchmarks.simulation). For each seed a pool is written, put
into a data folder by the product's own functions, and learned from. What is measured is measured on
`--fresh` postings that opened after all others and that nobody has applied for, against the true
grade of every candidate; the head of 50 by retrieval is ordered by each way of learning, the rest
stays as retrieval has it: that is what serving does.

First table: how much of the true ranking comes back. Recovered: of the way from retrieval to the
best possible order of the same 50, in nDCG@10. Second: a decision maker adds `--bias` points of fit
for one gender. At equal true fit, how far do the genders lie apart, in what came of the viewed
applications and in what the models say? "proxies" are résumés whose words go with the gender.

Seeds of development and of the report are kept apart. Intervals are 95 %, over seeds and within
them over jobs.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.simulated.arms import BLIND, NAIVE, NAMED, SHUFFLED, THIS, School
from benchmarks.simulated.company import (
    Company,
    branch,
    found_company,
    open_company,
    record_outcomes,
)
from benchmarks.simulated.hiring import PREFERRED, true_grade
from benchmarks.simulated.recovery import gap_at_equal_fit, kendall, ndcg, over_seeds
from benchmarks.simulation import DEVELOPMENT_SEEDS, REPORT_SEEDS, Simulated, simulate
from demo.facts import AS_OF
from indexer.learning.examples import Pair
from indexer.learning.finetune import FineTuning
from search.digest import question_of
from search.features import features_of
from search.loading import Served, open_served
from search.retrieval import Retriever, Stopwatch

HEAD = 50
RETRIEVAL, ORACLE = "retrieval alone", "the best order of the same 50"
ARMS = (THIS, NAIVE, SHUFFLED, BLIND)
OUTCOMES = "outcomes"
FAIR, BIASED, PROXIES = "fair", "biased", "biased, words that go with gender"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is."""

    candidates: int = 1200
    jobs: int = 60
    fresh: int = 20
    bias: float = 1.0
    proxies: float = 0.8
    encoder: str = "packaged:multilingual"


@dataclass(slots=True)
class Found:
    """One seed's results: arm → measure → a value for each job, and condition → arm → gap."""

    seed: int
    recovery: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    gaps: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A posting that nobody has applied for: all candidates by retrieval, the head as pairs."""

    job: str
    order: tuple[str, ...]
    head: tuple[Pair, ...]  # in the order of retrieval
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A company under one condition, and what its models are measured on."""

    condition: str
    pool: Simulated
    company: Company
    school: School
    fresh: list[Fresh]


def measure_seed(seed: int, sizes: Sizes, tuning: FineTuning, folder: Path, say: Say) -> Found:
    """Everything for one seed, in a folder that is empty."""
    found = Found(seed)
    settled = folder / "company"
    simulated = _simulate(folder / "settled", seed, sizes)
    say(f"seed {seed}: {sizes.candidates} candidates arrive")
    _found(settled, folder / "settled", simulated, sizes)
    for condition in (FAIR, BIASED, PROXIES):
        pool_folder, home = folder / f"pool {condition}", folder / f"company {condition}"
        bias = 0.0 if condition == FAIR else sizes.bias
        proxies = sizes.proxies if condition == PROXIES else 0.0
        pool = _simulate(pool_folder, seed, sizes, bias, proxies)
        if condition == PROXIES:  # other résumés
            say(f"seed {seed}: {sizes.candidates} candidates arrive, {condition}")
            _found(home, pool_folder, pool, sizes)
        else:
            branch(settled, home)
        company = open_company(home, pool.candidates, pool.postings)
        record_outcomes(company, pool_folder / "truth")
        scene = _set_scene(condition, pool, company, tuning, folder / f"runs {condition}")
        if condition == FAIR:
            _recover(found, scene, say)
        _compare_genders(found, scene, say)
        company.place.catalog.close()
    return found


def _simulate(
    folder: Path, seed: int, sizes: Sizes, bias: float = 0.0, proxies: float = 0.0
) -> Simulated:
    return simulate(
        folder, seed, sizes.candidates, sizes.jobs, bias, proxies=proxies, fresh=sizes.fresh
    )


def _found(home: Path, folder: Path, pool: Simulated, sizes: Sizes) -> None:
    found_company(home, folder, pool.candidates, pool.postings, sizes.encoder)


def _set_scene(
    condition: str, pool: Simulated, company: Company, tuning: FineTuning, scratch: Path
) -> Scene:
    served = open_served(company.place.catalog, company.place.encoder, tuning.device)
    school = School(company, served, tuning, scratch)
    return Scene(condition, pool, company, school, read_fresh(pool, company, served))


def _recover(found: Found, scene: Scene, say: Say) -> None:
    """What each way of learning recovers of the true ranking."""
    fresh = scene.fresh
    _note(found, RETRIEVAL, fresh, [list(job.order) for job in fresh])
    _note(found, ORACLE, fresh, [_reorder(job, [pair.grade for pair in job.head]) for job in fresh])
    for arm in ARMS:
        say(f"seed {found.seed}: {arm}")
        learned = scene.school.learn(arm)
        scores = [learned.scores(job.head).tolist() for job in fresh]
        orders = [_reorder(job, own) for job, own in zip(fresh, scores, strict=True)]
        _note(found, arm, fresh, orders)


def _compare_genders(found: Found, scene: Scene, say: Say) -> None:
    """How far the genders lie apart at equal fit."""
    gaps = found.gaps[scene.condition] = {OUTCOMES: outcome_gap(scene.pool)}
    for arm in (THIS, NAMED) if scene.condition == BIASED else (THIS,):
        say(f"seed {found.seed}: {arm}, {scene.condition}")
        learned = scene.school.learn(arm)
        chances = [learned.chances(job.head).tolist() for job in scene.fresh]
        gaps[arm] = score_gap(scene.fresh, chances, scene.company)


def read_fresh(pool: Simulated, company: Company, served: Served) -> list[Fresh]:
    """The fresh postings as serving reads them for everybody."""
    retriever = Retriever(served.encoder, served.vectors, served.lexical)
    everybody = served.lexical.ids
    names = {person: candidate.id for person, candidate in company.people.items()}
    ids = {posting.id: job for job, posting in company.jobs.items()}
    found = []
    with company.place.catalog.reading() as reading:
        for name in pool.fresh_jobs:
            stored = reading.jobs.get(ids[name])
            posting = company.jobs[stored.id]
            ranked = retriever.retrieve(
                stored.job.text, everybody, 0.5, len(everybody), Stopwatch()
            )
            head = ranked.candidates[:HEAD]
            features = features_of(
                reading,
                retriever,
                stored.job,
                np.sort(head),
                everybody,
                served.sequence,
                AS_OF,
            )
            pairs = {
                person: Pair(
                    job_id=stored.id,
                    person_id=person,
                    question=question_of(stored.job),
                    answer=features.answers[place],
                    grade=true_grade(company.people[person], posting, AS_OF),
                    reached=False,
                    parts={part: float(v[place]) for part, v in features.parts.items()},
                )
                for place, person in enumerate(features.candidates.tolist())
            }
            found.append(
                Fresh(
                    job=name,
                    order=tuple(names[person] for person in ranked.candidates.tolist()),
                    head=tuple(pairs[person] for person in head.tolist()),
                    grades={
                        candidate.id: true_grade(candidate, posting, AS_OF)
                        for candidate in company.people.values()
                    },
                )
            )
    return found


def _reorder(job: Fresh, scores: Sequence[float]) -> list[str]:
    """The head by its scores, equal ones as retrieval has them; then the rest."""
    best = sorted(range(len(job.head)), key=lambda place: (-scores[place], place))
    return [*(job.order[place] for place in best), *job.order[len(job.head) :]]


def _note(found: Found, arm: str, fresh: Sequence[Fresh], orders: Sequence[list[str]]) -> None:
    by_job = {job.job: order for job, order in zip(fresh, orders, strict=True)}
    grades = {job.job: job.grades for job in fresh}
    heads = {job: order[:HEAD] for job, order in by_job.items()}
    found.recovery[arm] = {
        "nDCG@10": ndcg(by_job, grades),
        "tau": kendall(by_job, grades),
        "tau of the head": kendall(heads, grades),
    }


def outcome_gap(pool: Simulated) -> float:
    """At equal true fit: the share of the preferred gender's viewed applications that got to an
    interview, less that of the others."""
    viewed = [a for a in pool.applications if any(e.kind == "viewed" for e in a.history.events)]
    return gap_at_equal_fit(
        [float(any(e.kind == "interviewed" for e in a.history.events)) for a in viewed],
        [a.preferred for a in viewed],
        [a.history.fit for a in viewed],
    )


def score_gap(
    fresh: Sequence[Fresh], chances: Sequence[Sequence[float]], company: Company
) -> float:
    """The same for the chance of an interview that a model names, among people of one job."""
    pairs = [pair for job in fresh for pair in job.head]
    return gap_at_equal_fit(
        [chance for own in chances for chance in own],
        [company.people[pair.person_id].person.gender == PREFERRED for pair in pairs],
        [(pair.job_id, pair.grade) for pair in pairs],
    )


def summarise(found: Sequence[Found]) -> dict[str, Any]:
    """Means and intervals over the seeds."""
    recovery: dict[str, dict[str, Any]] = {}
    for arm in found[0].recovery:
        own = recovery[arm] = {
            name: asdict(over_seeds([one.recovery[arm][name] for one in found]))
            for name in found[0].recovery[arm]
        }
        gains = [_less(one.recovery[arm], one.recovery[RETRIEVAL]) for one in found]
        own["gain"] = asdict(over_seeds(gains))
    room = recovery[ORACLE]["gain"]["mean"]
    for own in recovery.values():
        own["recovered"] = own["gain"]["mean"] / room if room else None
    gaps = {
        condition: {
            arm: asdict(over_seeds([[one.gaps[condition][arm]] for one in found])) for arm in arms
        }
        for condition, arms in found[0].gaps.items()
    }
    return {"seeds": [one.seed for one in found], "recovery": recovery, "gaps": gaps}


def _less(one: dict[str, list[float]], other: dict[str, list[float]]) -> list[float]:
    return [a - b for a, b in zip(one["nDCG@10"], other["nDCG@10"], strict=True)]


def as_markdown(summary: dict[str, Any]) -> str:
    """The two tables."""
    lines = [
        f"Simulated outcomes, {len(summary['seeds'])} seeds ({summary['kind']}).",
        "",
        "| | nDCG@10 | gain over retrieval | recovered | tau, everybody | tau, head |",
        "|---|---|---|---|---|---|",
    ]
    for arm, own in summary["recovery"].items():
        share = "" if own["recovered"] is None else f"{100 * own['recovered']:.0f} %"
        cells = [_cell(own["nDCG@10"]), _cell(own["gain"], signed=True), share]
        cells += [_cell(own["tau"]), _cell(own["tau of the head"])]
        lines.append(f"| {arm} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Preferred gender minus the other, at equal true fit: share of the viewed who got to an "
        "interview; chance of an interview that the model names.",
        "",
        "| decision maker, résumés | outcomes | this training | names left in |",
        "|---|---|---|---|",
    ]
    for condition, arms in summary["gaps"].items():
        cells = [
            _cell(arms[arm], signed=True) if arm in arms else "" for arm in (OUTCOMES, THIS, NAMED)
        ]
        lines.append(f"| {condition} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(found: dict[str, float], signed: bool = False) -> str:
    form = "+.3f" if signed else ".3f"
    return f"{found['mean']:{form}} [{found['low']:{form}}, {found['high']:{form}}]"


def main(
    report: Annotated[bool, typer.Option("--report", help="The seeds of the report.")] = False,
    seed: Annotated[list[int] | None, typer.Option(help="These seeds instead.")] = None,
    candidates: Annotated[int, typer.Option(help="Candidates of a pool.")] = Sizes().candidates,
    jobs: Annotated[int, typer.Option(help="Postings, the fresh ones included.")] = Sizes().jobs,
    fresh: Annotated[int, typer.Option(help="Postings to measure on.")] = Sizes().fresh,
    bias: Annotated[float, typer.Option(help="Points of fit for one gender.")] = Sizes().bias,
    proxies: Annotated[float, typer.Option(help="0..1, see above.")] = Sizes().proxies,
    encoder: Annotated[str, typer.Option(help="As in `bole init`.")] = Sizes().encoder,
    epochs: Annotated[float, typer.Option(help="Of fine-tuning.")] = FineTuning().epochs,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    out: Annotated[Path | None, typer.Option("--json", help="Write all results here.")] = None,
) -> None:
    """Learn from simulated outcomes and compare with the truth."""
    from rich.console import Console

    console = Console(stderr=True)
    seeds = tuple(seed or (REPORT_SEEDS if report else DEVELOPMENT_SEEDS))
    sizes = Sizes(candidates, jobs, fresh, bias, proxies, encoder)
    tuning = FineTuning(epochs=epochs, device=device)
    found: list[Found] = []
    for one in seeds:
        folder = Path(tempfile.mkdtemp(prefix="bole-learning-"))
        try:
            found.append(measure_seed(one, sizes, tuning, folder, console.log))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        summary = summarise(found) | {"sizes": asdict(sizes), "tuning": tuning.describe()}
        summary["kind"] = (
            "kept for the report" if set(seeds) <= set(REPORT_SEEDS) else "of development"
        )
        if out is not None:  # after every seed: a run takes long
            record = summary | {"by seed": [asdict(each) for each in found]}
            out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(as_markdown(summary))


if __name__ == "__main__":
    typer.run(main)
