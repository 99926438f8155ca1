"""What is lost by reading less: digests in place of whole texts, on hundreds of simulated jobs.

    python -m benchmarks.shorter_pairs --json FILE [--jobs 550] [--candidates 16] [--model FOLDER]

`benchmarks.reranking` times the steps; here only nDCG@10 is compared, on jobs enough to bound a
loss of half a point. Nothing here is a real outcome: postings and résumés are those of
`benchmarks.simulation`, on the seeds of the report, and grades are the true ones. A job's
candidates are those that an earlier system would show first, which counts the posting's words.

Compared are sentence-transformers' CrossEncoder over whole texts cut to 256 tokens, padded, and the
product's own reading of digests without padding. The last step, early exit, yields the same list by
its construction (`search.close_reading`). The model is the one that ships, or the one in FOLDER.
Every job's scores are added to FILE when they are there; the same command goes on from them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from benchmarks.reranking import WHOLE, predict
from benchmarks.simulated.cases import read_text
from benchmarks.simulated.hiring import skills_named, true_grade
from benchmarks.simulated.recovery import ndcg
from benchmarks.simulation import REPORT_SEEDS, Simulated, plan
from demo.facts import AS_OF, Candidate
from demo.jobs import Posting
from indexer.learning.reranker.shipped import find_foundation
from reading.identity.scoring_view import ScoringView
from reading.jobs.requirements import read_job
from reading.resume import Resume
from search.calibration import CLOSE_READING, REQUIREMENTS, closeness
from search.cross_encoders import open_cross_encoder
from search.digest import answer_of, question_of
from search.features import requirements_part
from search.measures import Estimate, estimate
from search.reranker import CrossEncoderReranker

MARGIN: Final = 0.005  # of nDCG@10: what may be lost at most
WEIGHTS: Final = {CLOSE_READING: 4.0, REQUIREMENTS: 2.0}  # as the base reranker serves
POOL: Final = 300  # candidates of a seed


@dataclass(frozen=True, slots=True)
class Read:
    """One job's candidates: true grades, shares of demands shown, and the logits of both ways."""

    job: str
    grades: list[int]
    shown: list[float]
    whole: list[float]
    digests: list[float]


class Reader:
    """One model, in the library's way and in ours."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._theirs = open_cross_encoder(folder, cache, "cpu")
        self._ours = CrossEncoderReranker(
            open_cross_encoder(folder, cache, "cpu"), folder.name, "benchmark"
        )

    def read(
        self,
        name: str,
        posting: Posting,
        candidates: Sequence[Candidate],
        resumes: Sequence[tuple[Resume, ScoringView]],
    ) -> Read:
        """The candidates of one posting, in this order."""
        job = read_job(posting.text)
        answers = [answer_of(job, resume, view, AS_OF) for resume, view in resumes]
        wholes = [view.text for _, view in resumes]
        return Read(
            name,
            [true_grade(candidate, posting, AS_OF) for candidate in candidates],
            [requirements_part(job, resume, view, AS_OF) for resume, view in resumes],
            predict(self._theirs, posting.text, wholes, WHOLE).tolist(),
            self._ours.score(question_of(job), answers).tolist(),
        )


def read_pool(
    seed: int, jobs: int, first: int, reader: Reader, known: frozenset[str]
) -> Iterator[Read]:
    """The jobs of one seed that are not known, with the `first` candidates of each."""
    wanted = [f"{seed}-{number:03d}" for number in range(1, jobs + 1)]
    if known.issuperset(wanted):
        return
    pool = plan(seed, POOL, jobs, fresh=jobs - 1)
    resumes: dict[str, tuple[Resume, ScoringView]] = {}
    for name, posting in zip(wanted, pool.postings, strict=True):
        if name in known:
            continue
        chosen = _shown_first(pool, posting, first)
        for candidate in chosen:
            if candidate.id not in resumes:
                resumes[candidate.id] = read_text(pool.resumes[candidate.id])
        yield reader.read(name, posting, chosen, [resumes[each.id] for each in chosen])


def _shown_first(pool: Simulated, posting: Posting, count: int) -> list[Candidate]:
    liked = {each.id: -skills_named(posting, pool.resumes[each.id]) for each in pool.candidates}
    return sorted(pool.candidates, key=lambda each: (liked[each.id], each.id))[:count]


def compare(found: Sequence[Read], *, with_requirements: bool) -> tuple[Estimate, ...]:
    """nDCG@10 of whole texts, of digests, and the second less the first, job by job."""
    grades = {
        each.job: {str(place): grade for place, grade in enumerate(each.grades)} for each in found
    }
    whole, digests = (
        ndcg({each.job: _order(each, logits, with_requirements) for each, logits in own}, grades)
        for own in (
            [(each, each.whole) for each in found],
            [(each, each.digests) for each in found],
        )
    )
    more = [b - a for a, b in zip(whole, digests, strict=True)]
    return estimate(whole), estimate(digests), estimate(more)


def _order(each: Read, logits: Sequence[float], with_requirements: bool) -> list[str]:
    scores = np.array(logits, np.float64)
    if with_requirements:
        shown = np.array(each.shown, np.float64)
        scores = WEIGHTS[CLOSE_READING] * closeness(scores) + WEIGHTS[REQUIREMENTS] * shown
    return [str(place) for place in np.argsort(-scores, kind="stable").tolist()]


def as_markdown(found: Sequence[Read]) -> str:
    """The table, and whether the loss is bounded."""
    fit = [each for each in found if any(each.grades)]
    pairs = sum(len(each.grades) for each in fit)
    lines = [
        f"{len(fit)} simulated jobs that somebody fits, {pairs} pairs.",
        "",
        f"| ordered by | whole texts, {WHOLE} tokens | digests | difference | at most lost |",
        "|---|---|---|---|---|",
    ]
    for name, with_requirements in (("close reading alone", False), ("with requirements", True)):
        whole, digests, more = compare(fit, with_requirements=with_requirements)
        kept = "within" if -more.low <= MARGIN else "not within"
        lines.append(
            f"| {name} | {whole.mean:.4f} | {digests.mean:.4f} | {more.mean:+.4f} "
            f"[{more.low:+.4f}, {more.high:+.4f}] | {max(0.0, -more.low):.4f}, {kept} {MARGIN} |"
        )
    return "\n".join(lines)


def main(
    out: Annotated[Path, typer.Option("--json", help="Where scores are kept, one job a line.")],
    jobs: Annotated[int, typer.Option(help="Of all seeds together.")] = 550,
    candidates: Annotated[int, typer.Option(help="Candidates of a job to read.")] = 16,
    model: Annotated[Path | None, typer.Option(help="A trained model's folder.")] = None,
) -> None:
    """Compare the ranking by digests with that by whole texts."""
    folder = model or find_foundation()
    if folder is None:
        raise typer.BadParameter("no base reranker ships: name a --model")
    found = read_known(out)
    with tempfile.TemporaryDirectory() as cache, out.open("a", encoding="utf-8") as lines:
        reader = Reader(folder, Path(cache))
        for seed in REPORT_SEEDS:
            known = frozenset(each.job for each in found)
            for read in read_pool(seed, jobs // len(REPORT_SEEDS), candidates, reader, known):
                lines.write(json.dumps(asdict(read)) + "\n")
                lines.flush()
                found.append(read)
    print(as_markdown(found))


def read_known(out: Path) -> list[Read]:
    """What is in the file; a line that a kill cut off is taken out, and its job read again."""
    if not out.exists():
        return []
    whole, _, rest = out.read_text("utf-8").rpartition("\n")
    if rest:
        out.write_text(whole + "\n" if whole else "", "utf-8")
    return [Read(**json.loads(line)) for line in whole.splitlines()]


if __name__ == "__main__":
    typer.run(main)
