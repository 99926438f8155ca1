"""Whether a biased decision maker's preference can be learned from what the models read.

    python -m benchmarks.genders [--report] [--seed N …] [--candidates 1800] [--json F]

Nothing here is a real outcome (see benchmarks.simulation): a decision maker adds `--bias` points of
fit for one gender. Instead of the cross-encoder, which takes hours, a quick learner of words reads
the very texts (`benchmarks.simulated.guessing`), with names left in as the positive control: where
the control learns nothing of the preference, the others prove nothing.

First table: how well the gender can be told from a text, as the area under the curve. Second: at
equal true fit, how far do the genders lie apart in the chance of an interview that the learner
names, taught by a fair and by the biased decision maker? The difference is what it took over of
the preference. "Words that go with gender": résumés whose interests and manners of speaking do so
with the strength `--proxies`, without saying it. Everything is named for people whom the learner
has not seen (five folds). Intervals are 95 %, over seeds and within them over folds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.simulated.cases import DIGEST, NAMED, VIEW, WHOLE, Case, reached, read_cases
from benchmarks.simulated.guessing import Floats, fold_of, guess, told_apart, weigh_words
from benchmarks.simulated.hiring import Flaws, hire
from benchmarks.simulated.recovery import gap_at_equal_fit, over_seeds
from benchmarks.simulated.results import cell
from benchmarks.simulation import DEVELOPMENT_SEEDS, REPORT_SEEDS, plan

PLAIN, TRACES = "plain", "words that go with gender"
OUTCOMES = "outcomes"
LEARNERS = (NAMED, DIGEST, VIEW)
SHOWN = 4.0  # the scale of the share of demands shown, beside words whose rows have length 1

Folds = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Leaks:
    """One seed's results, each a value per fold: résumés → text → area under the curve; résumés →
    what is read (or `OUTCOMES`) → the gap where the decision maker is fair, and where not."""

    seed: int
    taught: int
    told: dict[str, Folds]
    fair: dict[str, Folds]
    biased: dict[str, Folds]


def measure_seed(seed: int, candidates: int, jobs: int, bias: float, proxies: float) -> Leaks:
    """Everything for one seed. The gap of `Leaks` is at equal true fit."""
    leaks = Leaks(seed, 0, {}, {}, {})
    for resumes, strength in ((PLAIN, 0.0), (TRACES, proxies)):
        pool = plan(seed, candidates, jobs, proxies=strength)
        cases = read_cases(pool)
        biased = hire(seed, pool.postings, pool.candidates, pool.resumes, Flaws(bias=bias))
        leaks.told[resumes] = _tell(cases)
        leaks.fair[resumes] = _gaps(cases, reached(pool.applications))
        leaks.biased[resumes] = _gaps(cases, reached(biased))
    taught = sum(case.seen for case in cases)
    return Leaks(seed, taught, leaks.told, leaks.fair, leaks.biased)


def _tell(cases: Sequence[Case]) -> Folds:
    """How well the gender of everybody who applied can be told from one of their texts."""
    own = list({case.person: case for case in reversed(cases)}.values())
    genders, people = [case.preferred for case in own], [case.person for case in own]
    found: Folds = {}
    for name in (WHOLE, NAMED, DIGEST, VIEW):
        chances = guess(weigh_words([case.texts[name] for case in own]), genders, people)
        found[name] = told_apart(chances, genders, people)
    return found


def _gaps(cases: Sequence[Case], outcomes: Sequence[bool]) -> Folds:
    """The genders' gap in the outcomes of those looked at, and in what is learned of these."""
    judged = [(case, out) for case, out in zip(cases, outcomes, strict=True) if case.seen]
    seen, happened = [case for case, _ in judged], [out for _, out in judged]
    people, shown = [case.person for case in seen], [SHOWN * case.shown for case in seen]
    gaps = {OUTCOMES: _by_fold(seen, [float(out) for out in happened])}
    for name in LEARNERS:
        words = weigh_words([case.texts[name] for case in seen])
        gaps[name] = _by_fold(seen, guess(words, happened, people, shown))
    return gaps


def _by_fold(cases: Sequence[Case], values: Sequence[float] | Floats) -> list[float]:
    folds = fold_of([case.person for case in cases])
    gaps = []
    for fold in sorted(set(folds.tolist())):
        own = [place for place, one in enumerate(folds.tolist()) if one == fold]
        gaps.append(
            gap_at_equal_fit(
                [float(values[place]) for place in own],
                [cases[place].preferred for place in own],
                [cases[place].fit for place in own],
            )
        )
    return gaps


def as_markdown(found: Sequence[Leaks], kind: str) -> str:
    """The two tables; `kind` says what the seeds are."""
    taught = round(sum(one.taught for one in found) / len(found))
    lines = [
        f"Simulated outcomes, {len(found)} seeds ({kind}), {taught} outcomes to learn from each.",
        "",
        "| résumés | text | how well the gender can be told |",
        "|---|---|---|",
    ]
    for resumes, texts in found[0].told.items():
        for name in texts:
            told = over_seeds([one.told[resumes][name] for one in found])
            lines.append(f"| {resumes} | {name} | {cell(asdict(told))} |")
    lines += [
        "",
        "| résumés | whose word | gap, fair | gap, biased | taken over | of the preference |",
        "|---|---|---|---|---|---|",
    ]
    for resumes in found[0].fair:
        whole = over_seeds(_taken_over(found, resumes, OUTCOMES)).mean
        for name in found[0].fair[resumes]:
            more = over_seeds(_taken_over(found, resumes, name))
            gaps = [over_seeds([by[resumes][name] for by in own]) for own in _both(found)]
            cells = [cell(asdict(gap), signed=True) for gap in (*gaps, more)]
            lines.append(
                f"| {resumes} | {name} | {' | '.join(cells)} | {100 * more.mean / whole:.0f} % |"
            )
    return "\n".join(lines)


def _both(found: Sequence[Leaks]) -> tuple[list[Mapping[str, Folds]], list[Mapping[str, Folds]]]:
    return [one.fair for one in found], [one.biased for one in found]


def _taken_over(found: Sequence[Leaks], resumes: str, name: str) -> list[list[float]]:
    return [
        [b - a for a, b in zip(one.fair[resumes][name], one.biased[resumes][name], strict=True)]
        for one in found
    ]


def main(
    report: Annotated[bool, typer.Option("--report", help="The seeds of the report.")] = False,
    seed: Annotated[list[int] | None, typer.Option(help="These seeds instead.")] = None,
    candidates: Annotated[int, typer.Option(help="Candidates of a pool.")] = 1800,
    jobs: Annotated[int, typer.Option(help="Postings.")] = 60,
    bias: Annotated[float, typer.Option(help="Points of fit for one gender.")] = 1.0,
    proxies: Annotated[float, typer.Option(help="0..1, see above.")] = 0.8,
    out: Annotated[
        Path | None,
        typer.Option("--json", help="Write all results here, after every seed; go on from it."),
    ] = None,
) -> None:
    """Learn from a biased decision maker with and without names, and compare."""
    how = {"candidates": candidates, "jobs": jobs, "bias": bias, "proxies": proxies}
    found = _known(out, how)
    for one in seed or (REPORT_SEEDS if report else DEVELOPMENT_SEEDS):
        if one in {each.seed for each in found}:
            continue
        typer.echo(f"seed {one}", err=True)
        found.append(measure_seed(one, candidates, jobs, bias, proxies))
        if out is not None:
            record = {"sizes": how, "by seed": [asdict(each) for each in found]}
            out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    kept = {each.seed for each in found} <= set(REPORT_SEEDS)
    print(as_markdown(found, "kept for the report" if kept else "of development"))


def _known(out: Path | None, how: dict[str, Any]) -> list[Leaks]:
    """What a run that was stopped had found already. Errors: BadParameter for another run's."""
    if out is None or not out.exists():
        return []
    record = json.loads(out.read_text("utf-8"))
    if record.get("sizes") != how:
        raise typer.BadParameter(f"{out} holds the results of another run: name another file")
    return [Leaks(**each) for each in record["by seed"]]


if __name__ == "__main__":
    typer.run(main)
