"""What a person sees in the terminal. Everything that is printed passes through here.

Text that comes from résumés is shown as text: control characters are taken out and Rich's markup is
never interpreted, so that a file cannot write to the terminal in our name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from reading.job import Job, Kind
from reading.judging.verdicts import Outcome
from search.request import Explained, Hit, Shortlist

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

_SIGN = {
    Outcome.MET: ("●", "green"),
    Outcome.PARTLY: ("◐", "yellow"),
    Outcome.NOT_DEMONSTRATED: ("○", "bright_black"),
}


def plain(words: str, longest: int = 160) -> str:
    """One line that is safe to print, shortened in the middle of nowhere but never silently."""
    line = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in words).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def progress(unit: str) -> Progress:
    """A bar on standard error, so that standard output stays clean for what was asked."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        console=err,
    )


def show_shortlist(shortlist: Shortlist, job: Job) -> None:
    """The ranked people, each with what they show of the job."""
    out.print(Text(plain(job.title or "Untitled job"), style="bold"))
    out.print(Text(_about(shortlist), style="bright_black"))
    for hit in shortlist.hits:
        out.print(_card(hit))
    if not shortlist.hits:
        out.print("Nobody passes the filters. Loosen them, or add --include-unknown.")
    if shortlist.unknown and not shortlist.unknown_let_in:
        out.print(
            f"{shortlist.unknown} more were left out because the filters cannot be decided for "
            "them (nothing stated). Add --include-unknown to let them in."
        )
    for name, counts in shortlist.facets.items():
        if not counts:
            continue
        shown = ", ".join(f"{plain(value)} {count}" for value, count in counts.items())
        out.print(Text(f"{name}: {shown}", style="bright_black"))


def show_job(job: Job) -> None:
    """A job's requirements, for a person to check."""
    table = Table("id", "kind", "any of", "requirement", title=plain(job.title or "Untitled job"))
    for requirement in job.requirements:
        table.add_row(
            requirement.id,
            "must have" if requirement.kind is Kind.MUST else "nice to have",
            requirement.group or "",
            Text(plain(requirement.text)),
        )
    out.print(table)


def show_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table of plain values."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(Text(plain("" if cell is None else str(cell))) for cell in row))
    out.print(table)


def show_quarantine(waiting: Iterable[Mapping[str, Any]]) -> None:
    """Each file with its whole path, what happened, and what to do: a table would cut the paths."""
    for entry in waiting:
        line = Text(f"{entry['id']:>4}  ", style="bright_black")
        line.append(plain(entry["path"], 1000), style="bold")
        out.print(line, soft_wrap=True)
        out.print(Padding(Text(plain(f"{entry['message']} {entry['advice']}", 400)), (0, 0, 0, 6)))
    out.print(Text("Dealt with one? bole quarantine --resolve NUMBER", style="bright_black"))


def show_facts(facts: Mapping[str, object]) -> None:
    """Names and values, one a line."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(Text(name, style="bright_black"), Text(plain(str(value), 300)))
    out.print(table)


def _about(shortlist: Shortlist) -> str:
    seconds = sum(shortlist.timings.values())
    by = (
        "by retrieval (meaning and words; no reranker has earned its place yet)"
        if shortlist.ranked_by == "retrieval"
        else f"by {shortlist.ranked_by}"
    )
    return (
        f"{shortlist.eligible} eligible · ranked {by} · as of {shortlist.as_of} · "
        f"generation {shortlist.generation} · search {shortlist.search_id} · {seconds:.2f} s"
    )


def _card(hit: Hit) -> Panel:
    who = Text()
    who.append(f"{hit.rank}. ", style="bold")
    who.append(plain(hit.name or f"Candidate {hit.candidate_id}"), style="bold")
    if hit.headline:
        who.append(f" — {plain(hit.headline)}")
    parts = " + ".join(f"{name} {value:+.2f}" for name, value in hit.parts.items())
    score = Text(f"score {hit.score:.2f} = {parts}   candidate {hit.candidate_id}")
    if chance := _chance(hit):
        score = Text(f"{chance}\n").append_text(score)
    score.stylize("bright_black")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    for alternatives in _by_group(hit.requirements):
        table.add_row(*_row(alternatives))
    return Panel(Group(score, table), title=who, title_align="left", border_style="bright_black")


def _chance(hit: Hit) -> str:
    """What learning says of a hit, or why it says nothing; nothing where nothing was learned."""
    if hit.probability is not None:
        return f"{hit.probability:.0%} likely to reach an interview, by past outcomes"
    return f"no chance named: {plain(hit.uncertain)}" if hit.uncertain else ""


def _by_group(explained: Iterable[Explained]) -> list[list[Explained]]:
    """Requirements in their order; alternatives ("Spring or Quarkus") together, at the first."""
    groups: dict[str, list[Explained]] = {}
    for each in explained:
        requirement = each.requirement
        groups.setdefault(requirement.group or f"alone {requirement.id}", []).append(each)
    return list(groups.values())


def _row(alternatives: list[Explained]) -> tuple[Text, Text, Text]:
    """One line of a card; of alternatives the best-shown one speaks for all."""
    order = list(_SIGN)
    best = min(alternatives, key=lambda each: order.index(each.outcome))
    sign, style = _SIGN[best.outcome]
    names = dict.fromkeys(plain(each.requirement.text, 90) for each in alternatives)
    asked = Text(" / ".join(names))
    if best.requirement.kind is Kind.NICE:
        asked.append(" (nice to have)", style="bright_black")
    shown = Text(str(best.outcome), style=style)
    if best.note:
        shown.append(f" — {plain(best.note, 120)}", style="default")
    for evidence in best.evidence:
        if not evidence.context:
            shown.append(f"\n“{plain(evidence.text)}”", style="italic")
    return Text(sign, style=style), asked, shown


def _claims(claims: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """All of a kind on one line: a person may have two telephones."""
    values: dict[str, list[str]] = {}
    for claim in claims:
        values.setdefault(claim["kind"], []).append(claim["value"])
    return {kind: ", ".join(listed) for kind, listed in values.items()}


def show_candidate(described: Mapping[str, Any]) -> None:
    """One person as a recruiter reads them."""
    out.print(Text(plain(described["name"] or f"Candidate {described['candidate_id']}"), "bold"))
    months = described.get("experience_months")
    show_facts(
        {
            "candidate": described["candidate_id"],
            "status": described["status"],
            "headline": described.get("headline") or "not stated",
            "location": described.get("location") or "not stated",
            "experience": f"{months // 12} years {months % 12} months" if months else "not dated",
            "work permission": described.get("work_permission") or "not stated",
            "availability": described.get("availability") or "not stated",
            **_claims(described["claims"]),
        }
    )
    for title, columns in (
        ("positions", ("title", "employer", "period")),
        ("education", ("degree", "field", "institution", "period")),
        ("skills", ("label", "shown", "months")),
        ("languages", ("code", "level")),
        ("documents", ("document_id", "file", "in_search")),
    ):
        rows = [[entry[column] for column in columns] for entry in described.get(title, ())]
        if rows:
            show_table(title, columns, rows)
    dropped = sum(entry["end"] - entry["start"] for entry in described.get("dropped", ()))
    length = len(described.get("text", ""))
    out.print(Text(f"{length} characters read, {dropped} of them dropped", style="bright_black"))
