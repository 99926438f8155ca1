"""Pools where true fit is known and outcomes are drawn from it through a flawed process.

    python -m benchmarks.simulation OUT [--seed 1] [--candidates 1200] [--jobs 60] [--bias 1.0] …

Nothing here is a real outcome. Candidates, their résumés' words and the rules of fit are the
demo's, which were frozen before training was written; the postings are invented in number by
`benchmarks.simulated.postings`, and `benchmarks.simulated.hiring` lists the flaws of the process.

OUT/resumes/<candidate>/resume.txt   plain text, for speed
OUT/truth/jobs.jsonl                 {"id", "text"}, in the order of opening
OUT/truth/applications.jsonl, outcomes.jsonl   as in `demo.truth`; none for the last `fresh` jobs
OUT/truth/exposures.jsonl            {"job", "candidate", "rank"}: the order they were looked at in
OUT/truth/qrels.tsv                  TREC: job 0 candidate grade (0..4), every pair
OUT/truth/people.tsv                 candidate, gender, language, trade

The same arguments write the same bytes; another `bias` changes the outcomes and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.simulated.hiring import Application, Flaws, hire, true_grade
from benchmarks.simulated.postings import invent_postings
from benchmarks.simulated.traces import with_interests, with_manner
from demo.dice import Dice
from demo.facts import AS_OF, Candidate
from demo.jobs import Posting
from demo.layouts.text import write_text
from demo.pool import plan_pool
from demo.traditional import in_traditional
from demo.wording import write_paper

NOISE = Flaws().noise
DEVELOPMENT_SEEDS = (101, 102)  # what was looked at while anything was changed
REPORT_SEEDS = (20261, 20262, 20263, 20264, 20265)  # what is reported, and nothing else


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated pool: everything decided. The last `fresh` postings have no applications."""

    postings: tuple[Posting, ...]
    fresh: int
    candidates: tuple[Candidate, ...]
    resumes: dict[str, str]
    applications: tuple[Application, ...]

    @property
    def fresh_jobs(self) -> list[str]:
        """The ids of the postings that opened last and that nobody has applied for."""
        return [posting.id for posting in self.postings[len(self.postings) - self.fresh :]]


def plan(
    seed: int,
    candidates: int,
    jobs: int,
    bias: float = 0.0,
    noise: float = NOISE,
    proxies: float = 0.0,
    fresh: int = 0,
) -> Simulated:
    """Decide on everything; see `simulate` for the arguments."""
    if not 0 <= fresh < jobs:
        raise ValueError(f"of {jobs} jobs {fresh} cannot be fresh")
    if not 0 <= proxies <= 1:
        raise ValueError(f"proxies lie between 0 and 1, not at {proxies}")
    postings = invent_postings(seed, jobs)
    people = plan_pool(seed, candidates, fonts=False).candidates
    texts = {candidate.id: _write(seed, candidate, proxies) for candidate in people}
    applications = hire(seed, postings[: jobs - fresh], people, texts, Flaws(noise, bias))
    return Simulated(postings, fresh, people, texts, tuple(applications))


def _write(seed: int, candidate: Candidate, proxies: float) -> str:
    """One résumé as plain text."""
    dice = Dice(seed, "simulated résumé", candidate.id)
    traces = Dice(seed, "traces", candidate.id)
    paper = write_paper(dice, with_manner(traces, candidate, proxies))
    paper = with_interests(traces, candidate, paper, proxies)
    data = write_text(dice, in_traditional(paper) if candidate.traditional else paper)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030" if candidate.language == "zh" else "windows-1252")


def simulate(
    out: Path,
    seed: int,
    candidates: int,
    jobs: int,
    bias: float = 0.0,
    noise: float = NOISE,
    proxies: float = 0.0,
    fresh: int = 0,
) -> Simulated:
    """Write a pool into `out`, a folder that is empty or not there.

    bias     points of fit that a biased decision maker adds for one gender
    noise    standard deviation, in points of fit, of what a decision maker sees
    proxies  0 to 1: how surely interests and manners of speaking go with the gender
    fresh    so many of the jobs, the last ones, have had no applications: for measuring
    Errors: ValueError for arguments that make no pool; FileExistsError for a folder in use.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    pool = plan(seed, candidates, jobs, bias, noise, proxies, fresh)
    for name, text in pool.resumes.items():
        folder = out / "resumes" / name
        folder.mkdir(parents=True)
        (folder / "resume.txt").write_text(text, "utf-8", newline="")
    truth = out / "truth"
    truth.mkdir(parents=True)
    _put_lines(truth / "jobs.jsonl", ({"id": p.id, "text": p.text} for p in pool.postings))
    _put_histories(truth, pool.applications)
    _put_rows(
        truth / "qrels.tsv",
        ((p.id, 0, c.id, true_grade(c, p, AS_OF)) for p in pool.postings for c in pool.candidates),
    )
    _put_rows(
        truth / "people.tsv",
        ((c.id, c.person.gender, c.language, c.trade) for c in pool.candidates),
    )
    return pool


def _put_histories(truth: Path, applications: Sequence[Application]) -> None:
    _put_lines(
        truth / "applications.jsonl",
        (
            {
                "id": a.history.id,
                "candidate": a.history.candidate.id,
                "job": a.history.job,
                "applied_at": f"{a.history.events[0].at.isoformat()}Z",
                "source": a.history.source,
                "fit": a.history.fit,
            }
            for a in applications
        ),
    )
    events = [
        (event.at, a.history.id, number, event)
        for a in applications
        for number, event in enumerate(a.history.events, start=1)
    ]
    events.sort(key=lambda each: each[:3])
    _put_lines(
        truth / "outcomes.jsonl",
        (
            {
                "id": f"{application}-{number}",
                "application": application,
                "kind": event.kind,
                "at": f"{at.isoformat()}Z",
                **({"reason": event.reason} if event.reason else {}),
            }
            for at, application, number, event in events
        ),
    )
    _put_lines(
        truth / "exposures.jsonl",
        (
            {"job": a.history.job, "candidate": a.history.candidate.id, "rank": a.rank}
            for a in applications
        ),
    )


def _put_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8", newline="\n")


def _put_rows(path: Path, rows: Iterable[Iterable[object]]) -> None:
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    path.write_text(text, "utf-8", newline="\n")


def main(
    out: Annotated[Path, typer.Argument(help="The folder to write into; empty, or not there.")],
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 1,
    candidates: Annotated[int, typer.Option(min=30, help="How many candidates.")] = 1200,
    jobs: Annotated[int, typer.Option(min=1, help="How many postings.")] = 60,
    bias: Annotated[float, typer.Option(help="Points of fit added for one gender.")] = 0.0,
    noise: Annotated[float, typer.Option(help="Standard deviation of what is seen.")] = NOISE,
    proxies: Annotated[float, typer.Option(help="0..1: how surely words go with gender.")] = 0.0,
    fresh: Annotated[int, typer.Option(help="The last jobs have had no applications.")] = 0,
) -> None:
    """Write a simulated pool: résumés, postings, and outcomes of a flawed process."""
    pool = simulate(out, seed, candidates, jobs, bias, noise, proxies, fresh)
    typer.echo(f"{len(pool.candidates)} candidates, {len(pool.applications)} applications in {out}")


if __name__ == "__main__":
    typer.run(main)
