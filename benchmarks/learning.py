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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.simulated.arms import (
    BLIND,
    NAIVE,
    NAMED,
    PARTS_ALONE,
    SHIPPED,
    SHUFFLED,
    UNWEIGHTED,
    School,
)
from benchmarks.simulated.company import (
    Company,
    branch,
    found_company,
    open_company,
    record_outcomes,
)
from benchmarks.simulated.fresh import (
    HEAD,
    Fresh,
    outcome_gap,
    read_fresh,
    reorder,
    score_gap,
)
from benchmarks.simulated.hiring import skills_named
from benchmarks.simulated.recovery import kendall, ndcg
from benchmarks.simulated.results import (
    BIASED,
    FAIR,
    ORACLE,
    OUTCOMES,
    OVERLAP,
    PROXIES,
    RETRIEVAL,
    THIS,
    Found,
    as_markdown,
    summarise,
)
from benchmarks.simulation import DEVELOPMENT_SEEDS, REPORT_SEEDS, Simulated, simulate
from indexer.learning.deciding.gates import gates
from indexer.learning.reranker.shipped import find_foundation
from indexer.learning.reranker.tuning import FineTuning
from search.loading import Served, open_served

SAID = ("pairs", "gain over retrieval", "gain over control", "few labels", "seconds")
ARMS = (PARTS_ALONE, SHIPPED, THIS, UNWEIGHTED, NAIVE, SHUFFLED, BLIND)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is, and what of it is run."""

    candidates: int = 1200
    jobs: int = 60
    fresh: int = 20
    bias: float = 1.0
    proxies: float = 0.8
    encoder: str = "packaged:multilingual"
    recovery: bool = True
    genders: bool = True
    whole: bool = True
    arms: tuple[str, ...] = ARMS


@dataclass(frozen=True, slots=True)
class Scene:
    """A company under one condition, and what its models are measured on."""

    condition: str
    pool: Simulated
    company: Company
    school: School
    fresh: list[Fresh]
    arms: tuple[str, ...]


def measure_seed(seed: int, sizes: Sizes, tuning: FineTuning, folder: Path, say: Say) -> Found:
    """Everything for one seed, in a folder that is empty."""
    found = Found(seed)
    settled = folder / "company"
    simulated = _simulate(folder / "settled", seed, sizes)
    say(f"seed {seed}: {sizes.candidates} candidates arrive")
    _found(settled, folder / "settled", simulated, sizes)
    for condition in (FAIR, BIASED, PROXIES) if sizes.genders else (FAIR,):
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
        measured = condition == FAIR and sizes.recovery
        school = School(
            company,
            _open(company, tuning),
            tuning,
            folder / f"runs {condition}",
            measured and sizes.whole,
        )
        scene = Scene(
            condition, pool, company, school, read_fresh(pool, company, school.served), sizes.arms
        )
        if measured:
            _recover(found, scene, say)
        if sizes.genders:
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


def _open(company: Company, tuning: FineTuning) -> Served:
    return open_served(company.place.catalog, company.place.encoder, tuning.device)


def _recover(found: Found, scene: Scene, say: Say) -> None:
    """What each way of learning recovers of the true ranking."""
    fresh = scene.fresh
    _note(found, RETRIEVAL, fresh, [list(job.order) for job in fresh])
    _note(found, ORACLE, fresh, [reorder(job, [pair.grade for pair in job.head]) for job in fresh])
    _note(found, OVERLAP, fresh, [reorder(job, _overlap(job, scene)) for job in fresh])
    for arm in scene.arms:
        say(f"seed {found.seed}: {arm}")
        learned = scene.school.learn(arm)
        scores = [learned.scores(job.head).tolist() for job in fresh]
        orders = [reorder(job, own) for job, own in zip(fresh, scores, strict=True)]
        _note(found, arm, fresh, orders)
    if THIS not in scene.arms or not scene.school.whole:
        return
    metrics = scene.school.learn(THIS).metrics
    found.training = {name: metrics.get(name) for name in SAID}
    found.training["against promoting it"] = gates(metrics)


def _overlap(job: Fresh, scene: Scene) -> list[float]:
    """The control that counts skills: what an earlier system would have gone by."""
    people, jobs = scene.company.people, scene.company.jobs
    return [
        skills_named(jobs[pair.job_id], scene.pool.resumes[people[pair.person_id].id])
        for pair in job.head
    ]


def _compare_genders(found: Found, scene: Scene, say: Say) -> None:
    """How far the genders lie apart at equal fit."""
    gaps = found.gaps[scene.condition] = {OUTCOMES: outcome_gap(scene.pool)}
    for arm in (THIS, NAMED) if scene.condition == BIASED else (THIS,):
        say(f"seed {found.seed}: {arm}, {scene.condition}")
        learned = scene.school.learn(arm)
        chances = [learned.chances(job.head).tolist() for job in scene.fresh]
        gaps[arm] = score_gap(scene.fresh, chances, scene.company)


def _note(found: Found, arm: str, fresh: Sequence[Fresh], orders: Sequence[list[str]]) -> None:
    by_job = {job.job: order for job, order in zip(fresh, orders, strict=True)}
    grades = {job.job: job.grades for job in fresh}
    heads = {job: order[:HEAD] for job, order in by_job.items()}
    found.recovery[arm] = {
        "nDCG@10": ndcg(by_job, grades),
        "tau": kendall(by_job, grades),
        "tau of the head": kendall(heads, grades),
    }


def main(
    report: Annotated[bool, typer.Option("--report", help="The seeds of the report.")] = False,
    seed: Annotated[list[int] | None, typer.Option(help="These seeds instead.")] = None,
    candidates: Annotated[int, typer.Option(help="Candidates of a pool.")] = Sizes().candidates,
    jobs: Annotated[int, typer.Option(help="Postings, the fresh ones included.")] = Sizes().jobs,
    fresh: Annotated[int, typer.Option(help="Postings to measure on.")] = Sizes().fresh,
    bias: Annotated[float, typer.Option(help="Points of fit for one gender.")] = Sizes().bias,
    proxies: Annotated[float, typer.Option(help="0..1, see above.")] = Sizes().proxies,
    encoder: Annotated[str, typer.Option(help="As in `bole init`.")] = Sizes().encoder,
    recovery: Annotated[bool, typer.Option(help="Run the first table.")] = True,
    genders: Annotated[bool, typer.Option(help="Run the second table.")] = True,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole/--examples-only",
            help="This training with its own control and evidence, or on its examples alone: the "
            "same model at half the cost.",
        ),
    ] = Sizes().whole,
    arm: Annotated[
        list[str] | None, typer.Option(help=f"Only these ways of learning: {', '.join(ARMS)}.")
    ] = None,
    epochs: Annotated[float, typer.Option(help="Of fine-tuning.")] = FineTuning().epochs,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    out: Annotated[
        Path | None,
        typer.Option("--json", help="Write all results here, after every seed; go on from it."),
    ] = None,
) -> None:
    """Learn from simulated outcomes and compare with the truth."""
    from rich.console import Console

    if unknown := set(arm or ()) - set(ARMS):
        raise typer.BadParameter(f"no such way of learning: {', '.join(sorted(unknown))}")
    arms = tuple(one for one in ARMS if one in (arm or ARMS))
    if find_foundation() is None:
        arms = tuple(one for one in arms if one != SHIPPED)
    sizes = Sizes(candidates, jobs, fresh, bias, proxies, encoder, recovery, genders, whole, arms)
    tuning = FineTuning(epochs=epochs, device=device)
    how = json.loads(json.dumps({"sizes": asdict(sizes), "tuning": tuning.describe()}))
    found = _known(out, how)
    for one in seed or (REPORT_SEEDS if report else DEVELOPMENT_SEEDS):
        if one in {each.seed for each in found}:
            continue
        folder = Path(tempfile.mkdtemp(prefix="bole-learning-"))
        try:
            found.append(measure_seed(one, sizes, tuning, folder, Console(stderr=True).log))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if out is not None:
            record = summarise(found) | how | {"by seed": [asdict(each) for each in found]}
            out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    kept = {each.seed for each in found} <= set(REPORT_SEEDS)
    print(as_markdown(summarise(found), "kept for the report" if kept else "of development"))


def _known(out: Path | None, how: dict[str, Any]) -> list[Found]:
    """What a run that was stopped had found already. Errors: BadParameter for another run's."""
    if out is None or not out.exists():
        return []
    record = json.loads(out.read_text("utf-8"))
    if any(record.get(name) != how[name] for name in how):
        raise typer.BadParameter(f"{out} holds the results of another run: name another file")
    return [Found(**each) for each in record["by seed"]]


if __name__ == "__main__":
    typer.run(main)
