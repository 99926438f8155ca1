"""The commands that tell Bole what became of people: jobs, outcomes, and what outcomes mean.

They are the ways in for learning: `bole jobs add`, `bole outcomes import`, `bole labels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.console import AsJson, open_workplace, print_json, show_bar

jobs = typer.Typer(no_args_is_help=False)
outcomes = typer.Typer(no_args_is_help=False)
labels = typer.Typer(no_args_is_help=False)


@jobs.callback(invoke_without_command=True)
def list_jobs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the jobs that are stored, or store some (`bole jobs add`).

    Each with how many people applied, and how many of those have a grade: an
    outcome that says something about their fit (see `bole labels`). Searching
    needs no stored job; learning does.
    """
    if context.invoked_subcommand is not None:
        return
    from api.job_files import describe_jobs

    listed = describe_jobs(open_workplace(context).catalog)
    if as_json:
        print_json(listed)
        return
    from api.screen import out, show_table

    if not listed:
        out.print("No job is stored. Next: bole jobs add FOLDER")
        return
    columns = ("external_id", "title", "requirements", "applications", "graded")
    rows = [[job[column] for column in columns] for job in listed]
    show_table(f"{len(listed)} jobs", ("id", *columns[1:]), rows)


@jobs.command("add")
def add_jobs(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Text files, folders of them (walked), .json from `bole job --json`, and .jsonl "
            'with {"id": …, "text": …} a line.'
        ),
    ],
    id_from: Annotated[
        str,
        typer.Option(
            help="Where a file's id comes from: stem (its name without the ending) or prefix (the "
            "id that the name begins with: J01-nurse.txt is J01)."
        ),
    ] = "stem",
    as_json: AsJson = False,
) -> None:
    """Store jobs under the ids by which your outcomes name them.

    The same file again changes nothing. Another text under a known id replaces
    the job; what people applied for before stays with the old text.
    """
    from api.job_files import IdFrom
    from api.job_files import add_jobs as add
    from api.problems import problems_out, show_problems
    from catalog.errors import InvalidRequest
    from indexer.documents.bulk import is_bulk
    from indexer.intake import find_files

    if id_from not in set(IdFrom):
        raise InvalidRequest(f"--id-from is one of {', '.join(IdFrom)}, not {id_from!r}")
    place = open_workplace(context)
    files = find_files(paths)
    total = None if any(is_bulk(file.name) for file in files) else len(files)
    with show_bar("Reading", total, "jobs", quiet=as_json) as advance:
        done = add(place.catalog, files, IdFrom(id_from), advance)
    stored = done.added + done.changed + done.unchanged
    if as_json:
        counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
        print_json({**counts, **problems_out(done.problems)})
    else:
        from api.screen import out

        show_problems(done.problems)
        out.print(f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged.")
        if stored:
            out.print("Next: bole outcomes import FILE")
    if not stored:
        raise InvalidRequest("no job was stored: there is none in what was named")


@outcomes.callback(invoke_without_command=True)
def show_outcomes(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what happened and what it teaches, or import more (`bole outcomes import`).

    Grades go from 0 (turned down for fit) to 4 (hired). An application without a
    grade teaches nothing: the position was filled, or the person withdrew.
    `bole labels` shows the rules.
    """
    if context.invoked_subcommand is not None:
        return
    from api.recording import describe_outcomes

    told = describe_outcomes(open_workplace(context).catalog)
    if as_json:
        print_json(told)
        return
    from api.screen import out, show_facts

    if not told["applications"]:
        out.print("No outcome is stored. Next: bole outcomes import FILE")
        return
    show_facts(
        {
            "applications": f"{told['applications']} for {told['jobs']} jobs",
            "events": _counts(told["events"]),
            "people with a grade": sum(told["grades"].values()),
            "grades": _counts({f"grade {grade}": count for grade, count in told["grades"].items()}),
            "without a grade": _counts(told["unlabelled"]) or "nobody",
        }
    )


@outcomes.command("import")
def import_outcomes(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help=".jsonl (one object a line) or .csv (with a header); in any order."),
    ],
    source: Annotated[
        str, typer.Option(help="The system it comes from, where a line does not say.")
    ] = "import",
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing if any line cannot be used.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import applications and what came of them: one event a line.

    An event has a kind, a time, and somebody to whom it happened:

    - kind: applied, viewed, screened, interviewed, offered, hired, rejected,
      withdrew, unhired or unrejected

    - at: a moment (2026-11-24T10:00:00Z; without a zone it is UTC),
      or on: a date (2026-11-24)

    - candidate and job: their external ids, or application: its id

    and may have

    - reason (of a rejection): not_qualified, others_better, position_filled,
      terms, location, work_permission, unresponsive, duplicate, headcount, other

    - id (its own, in its source) and source

    Example:
    {"candidate": "C42", "job": "J01", "kind": "hired", "on": "2026-11-24"}

    A line with a candidate and a job alone is an application; it may have id,
    applied_at and source.

    The same line again changes nothing. Lines that cannot be used are listed
    with what to do; the others are stored.
    """
    from api.matching import Plan
    from api.problems import problems_out, show_problems
    from api.recording import read_lines, refuse_plan, store_plan
    from catalog.errors import InvalidRequest

    catalog = open_workplace(context).catalog
    with show_bar("Checking", None, "lines", quiet=as_json) as advance:
        lines = read_lines(files, advance)
    with catalog.reading() as reading:
        plan = Plan(reading, lines, source)
    if strict and plan.problems:
        done = refuse_plan(plan)
    else:
        steps = len(plan.candidacies) + len(plan.events)
        with show_bar("Storing", steps, "records", quiet=as_json) as advance:
            done = store_plan(catalog, plan, advance)
    if as_json:
        counts = {
            name: getattr(done, name) for name in ("lines", "applications", "events", "known")
        }
        print_json({**counts, **problems_out(done.problems)})
    else:
        from api.screen import out

        show_problems(done.problems)
        out.print(
            f"{done.lines} lines: {done.events} events and {done.applications} applications "
            f"stored, {done.known} lines known before, {len(done.problems)} not used.",
            soft_wrap=True,
        )
    if strict and plan.problems:
        raise InvalidRequest(f"nothing was stored: {len(plan.problems)} lines cannot be used")
    if not (done.events or done.applications or done.known):
        raise InvalidRequest("nothing was stored: no line can be used")


@labels.callback(invoke_without_command=True)
def show_labels(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what each outcome teaches, or change it (`bole labels export`, then `import`).

    The effects:

    - stage: a stage was reached, worth its grade (4: hired)

    - final: the grade holds, whatever was reached before (0: turned down for fit)

    - keep: the highest stage holds; where there is none, the grade if one is given

    - unlabelled: the application teaches nothing

    - reverses: takes the hire, or the rejection, back

    - seen: says nothing about fit
    """
    if context.invoked_subcommand is not None:
        return
    from api.label_table import COLUMNS, describe_rules

    with open_workplace(context).catalog.reading() as reading:
        rules = describe_rules(reading.labels.rules())
    if as_json:
        print_json(rules)
        return
    from api.screen import show_table

    rows = [[rule[column] for column in COLUMNS] for rule in rules]
    show_table("what an outcome teaches", COLUMNS, rows)


@labels.command("export")
def export_labels(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The .csv to write; it must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write the table as CSV (kind, reason, effect, grade), to edit and import again."""
    from api.label_table import write_rules

    with open_workplace(context).catalog.reading() as reading:
        rules = reading.labels.rules()
    write_rules(rules, file)
    if as_json:
        print_json({"file": str(file), "rules": len(rules)})
        return
    from api.screen import out

    out.print(
        f"{len(rules)} rules written. Next: bole labels import {file} --author YOUR_NAME",
        soft_wrap=True,
    )


@labels.command("import")
def import_labels(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .csv as `bole labels export` writes it.")],
    author: Annotated[str, typer.Option(help="Who decided this: it is kept with the table.")],
    as_json: AsJson = False,
) -> None:
    """Let an edited table hold from now on.

    Earlier tables are kept, and no outcome is changed. A file with a mistake
    changes nothing; the message names the line.
    """
    from api.label_table import read_rules, replace_rules
    from catalog.errors import InvalidRequest

    if not author.strip():
        raise InvalidRequest("--author is empty: say who decided this")
    done = replace_rules(open_workplace(context).catalog, read_rules(file), author.strip())
    if as_json:
        print_json(done)
        return
    from api.screen import out

    if not done["changed"]:
        out.print("Nothing is new: these rules hold already.")
        return
    out.print(
        f"{done['rules']} rules hold from now on. {done['regraded']} applications have another "
        f"grade; {done['graded']['after']} have one ({done['graded']['before']} before).",
        soft_wrap=True,
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in counts.items())
