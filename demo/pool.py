"""Write the demo pool: `python -m demo.pool OUT [--seed 7] [--candidates 300]`.

OUT/resumes/<candidate>/<file>   résumés, one folder for each candidate, as an ATS exports them
OUT/broken/                      files that yield nothing usable
OUT/jobs/*.txt                   postings
OUT/truth/                       what is true of all of them (see `demo.truth`)

The same seed writes the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from demo.candidates import invent_candidate
from demo.dice import Dice
from demo.earlier import years_ago
from demo.facts import Candidate, Language
from demo.filing import FORMS, SCANS, file_name
from demo.fonts import cut_font
from demo.paper import Paper
from demo.trades import all_trades
from demo.traditional import in_traditional
from demo.wording import write_paper


@dataclass(frozen=True, slots=True)
class Filing:
    """One file of one candidate. `current` is false for the version that was sent before."""

    candidate: Candidate
    paper: Paper
    form: str
    path: str  # below OUT, with slashes
    current: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything decided, nothing written."""

    seed: int
    candidates: tuple[Candidate, ...]
    filings: tuple[Filing, ...]


def _deal_forms(dice: Dice, candidates: tuple[Candidate, ...], fonts: bool) -> list[str]:
    """A form for each candidate in the shares of `FORMS`; the scans go to three of them."""
    forms = [dice.weighted(FORMS) for _ in candidates]
    if not fonts:
        forms = [
            "docx/plain" if c.language == "zh" and form.startswith("pdf") else form
            for c, form in zip(candidates, forms, strict=True)
        ]
    english = [i for i, c in enumerate(candidates) if c.language == "en"]
    chinese = [i for i, c in enumerate(candidates) if c.language == "zh" and not c.traditional]
    order = english[:2] + chinese[:1] if fonts and chinese else english[:3]
    for index, form in zip(order, SCANS, strict=False):
        forms[index] = form
    return forms


def _file(seed: int, candidate: Candidate, form: str, current: bool) -> Filing:
    name = "résumé" if current else "earlier résumé"
    paper = write_paper(Dice(seed, name, candidate.id), candidate)
    if candidate.traditional:
        paper = in_traditional(paper)
    called = file_name(Dice(seed, name, "file", candidate.id), candidate, form, paper.name)
    if candidate.traditional:
        called = in_traditional(called)
    if not current:
        called = f"old_{called}"
    return Filing(candidate, paper, form, f"resumes/{candidate.id}/{called}", current)


def plan_pool(seed: int, count: int, fonts: bool = True) -> Pool:
    """Decide on every candidate and file. One in fifty has sent an earlier version too."""
    dice = Dice(seed, "pool")
    trades = list(all_trades())
    dealt: list[tuple[str, Language]] = []
    while len(dealt) < count:
        dice.shuffle(trades)
        dealt += [(t, "zh" if dice.chance(1 / 3) else "en") for t in trades]
    candidates = tuple(
        invent_candidate(seed, number, trade, language)
        for number, (trade, language) in enumerate(dealt[:count], start=1)
    )
    forms = _deal_forms(dice, candidates, fonts)
    filings = []
    for candidate, form in zip(candidates, forms, strict=True):
        before = years_ago(candidate)
        if int(candidate.id[1:]) % 40 == 17 and before is not candidate:
            filings.append(
                _file(
                    seed, before, "txt" if form.startswith("docx") else "docx/plain", current=False
                )
            )
        filings.append(_file(seed, candidate, form, current=True))
    return Pool(seed, candidates, tuple(filings))


def render(seed: int, filing: Filing, font: Path | None) -> bytes:
    """The bytes of one file."""
    from demo.layouts import docx, html, json_resume, pdf, scan, text

    dice = Dice(seed, "layout", filing.path)
    paper = filing.paper
    if filing.form.startswith("pdf/"):
        return pdf.write_pdf(dice, paper, filing.form[4:], font)
    if filing.form.startswith("docx/"):
        return docx.write_docx(dice, paper, filing.form[5:])
    match filing.form:
        case "html":
            return html.write_html(dice, paper)
        case "txt":
            return text.write_text(dice, paper)
        case "md":
            return text.write_markdown(dice, paper)
        case "json":
            candidate = (
                in_traditional(filing.candidate)
                if filing.candidate.traditional
                else filing.candidate
            )
            return json_resume.write_json_resume(candidate, paper)
        case "scan/png":
            return scan.write_scan_png(dice, paper, font)
        case "scan/pdf":
            return scan.write_scan_pdf(dice, paper, font)
    raise ValueError(f"no such form: {filing.form}")


def _render_batch(job: tuple[int, list[Filing], Path | None]) -> list[bytes]:
    seed, filings, font = job
    return [render(seed, filing, font) for filing in filings]


def _rendered(pool: Pool, font: Path | None, workers: int) -> Iterator[tuple[Filing, bytes]]:
    batches = [pool.filings[i : i + 10] for i in range(0, len(pool.filings), 10)]
    jobs = [(pool.seed, list(batch), font) for batch in batches]
    if workers <= 1:
        for batch, job in zip(batches, jobs, strict=True):
            yield from zip(batch, _render_batch(job), strict=True)
        return
    with ProcessPoolExecutor(workers) as executor:
        for batch, done in zip(batches, executor.map(_render_batch, jobs), strict=True):
            yield from zip(batch, done, strict=True)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_broken(out: Path, rendered: dict[str, bytes]) -> dict[str, str]:
    """Write the broken files; path below `out` → what is wrong."""
    from demo.layouts.broken import broken_files

    whole_pdf = next(data for path, data in rendered.items() if path.endswith(".pdf"))
    whole_docx = next(data for path, data in rendered.items() if path.endswith(".docx"))
    wrong = {}
    for name, (data, what) in broken_files(whole_pdf, whole_docx).items():
        _put(out / "broken" / name, data)
        wrong[f"broken/{name}"] = what
    return wrong


def write_pool(
    out: Path, seed: int = 7, candidates: int = 300, workers: int = 2, progress: bool = False
) -> Pool:
    """Write the pool into `out`, replacing the four folders of an earlier one."""
    from rich.progress import track

    from demo.truth import write_truth

    for folder in ("resumes", "broken", "jobs", "truth"):
        shutil.rmtree(out / folder, ignore_errors=True)
    with TemporaryDirectory() as scratch:
        plan = plan_pool(seed, candidates)
        font = cut_font((f.paper.texts() for f in plan.filings), Path(scratch))
        if font is None:
            plan = plan_pool(seed, candidates, fonts=False)
        steps: Iterable[tuple[Filing, bytes]] = _rendered(plan, font, workers)
        if progress:
            steps = track(steps, "Writing résumés", total=len(plan.filings))
        samples: dict[str, bytes] = {}
        for filing, data in steps:
            _put(out / filing.path, data)
            if filing.form in ("pdf/one column", "docx/plain"):
                samples.setdefault(filing.path, data)
    write_truth(out, plan, _write_broken(out, samples))
    return plan


def main(
    out: Annotated[Path, typer.Argument(help="The folder to write into; made if it is not there.")],
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 7,
    candidates: Annotated[int, typer.Option(min=30, help="How many candidates.")] = 300,
    workers: Annotated[int, typer.Option(min=1, help="Processes that write at the same time.")] = 2,
) -> None:
    """Write the demo pool: résumés in many forms, jobs, and the truth about both."""
    plan = write_pool(out, seed, candidates, workers, progress=True)
    typer.echo(
        f"{len(plan.filings)} résumés of {len(plan.candidates)} candidates in {out / 'resumes'}"
    )


if __name__ == "__main__":
    typer.run(main)
