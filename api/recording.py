"""Storing imported applications and outcomes, and saying what there is of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from api.importing import EventLine, Line, read_file
from api.lines import Place, Wrong
from api.lots import store_in_lots
from api.matching import Candidacy, Plan, used_twice
from api.problems import Problem, problem_at
from catalog.errors import BoleError
from catalog.labels import HIGHEST_GRADE
from catalog.outcomes import NewOutcome, OutcomeKind
from catalog.store import Catalog, Writing
from indexer.learning.labelling.labels import count_unlabelled, grade_applications

Progress = Callable[[int], None]


@dataclass(slots=True)
class Imported:
    """What an import did. `known` counts lines that said what was stored already."""

    lines: int
    applications: int = 0
    events: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_lines(files: Iterable[Path], progress: Progress) -> list[Line]:
    """The lines of all files. Errors: InvalidRequest for a file that cannot be read at all."""
    lines: list[Line] = []
    for file in files:
        before = len(lines)
        for line in read_file(file):
            lines.append(line)
            progress(1)
        if len(lines) == before:
            wrong = Wrong("empty file", "There is nothing in this file.", "Export it again.")
            lines.append(problem_at(Place(str(file), 0), wrong))
    return lines


def refuse_plan(plan: Plan) -> Imported:
    """What is said of a plan of which nothing is stored."""
    return Imported(plan.lines, problems=_in_order(plan.problems))


def store_plan(catalog: Catalog, plan: Plan, progress: Progress) -> Imported:
    """Store what a plan says, in lots; whatever is refused after all is among the problems."""
    done = Imported(plan.lines, known=plan.known, problems=list(plan.problems))
    for candidacy, stored in store_in_lots(catalog, plan.candidacies, _apply, progress):
        if not isinstance(stored, BoleError):
            candidacy.id = stored
            done.applications += 1
    just_stored: set[tuple[str | None, str | None]] = set()
    for (candidacy, line), new in store_in_lots(catalog, plan.events, _record, progress):
        told = line.kind, line.reason, line.when
        if isinstance(new, BoleError):
            wrong = Wrong("refused", f"{new}.", "Import the line again when it is mended.")
            done.problems.append(problem_at(line.place, wrong))
        elif new:
            done.events += 1
            just_stored.add((line.source, line.id))
        elif (line.source, line.id) in just_stored or told in plan.stored.get(
            candidacy.id or 0, ()
        ):
            done.known += 1
        else:
            done.problems.append(problem_at(line.place, used_twice(line)))
    done.problems = _in_order(done.problems)
    return done


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.place.file, problem.place.line))


def _apply(writing: Writing, candidacy: Candidacy) -> int:
    return writing.outcomes.apply(
        candidacy.person_id, candidacy.job_id, candidacy.source, candidacy.external_id
    )


def _record(writing: Writing, event: tuple[Candidacy, EventLine]) -> bool:
    candidacy, line = event
    knows_moment = isinstance(line.when, datetime)
    return writing.outcomes.record(
        NewOutcome(
            application_id=candidacy.id or 0,
            kind=line.kind,
            source=line.source or candidacy.source,
            at=line.when if isinstance(line.when, datetime) else None,
            on=None if knows_moment else line.when,
            reason=line.reason,
            external_id=line.id,
        )
    )


def describe_outcomes(catalog: Catalog) -> dict[str, Any]:
    """How many events there are of each kind, and what they teach under the rules that hold.

    {"applications", "jobs": that somebody applied for, "events": by kind, "grades": by grade,
    "unlabelled": by what the application came to}.
    """
    with catalog.reading() as reading:
        applications = reading.outcomes.applications(reading.sequence)
        events = list(reading.outcomes.up_to(reading.sequence))
        rules = reading.labels.rules()
    kinds = Counter(event.kind for event in events)
    grades = Counter(graded.grade for graded in grade_applications(events, rules))
    silent = {each.id for each in applications} - {event.application_id for event in events}
    unlabelled = count_unlabelled(events, rules)
    return {
        "applications": len(applications),
        "jobs": len({each.job_id for each in applications}),
        "events": {kind.value: kinds[kind] for kind in OutcomeKind if kinds[kind]},
        "grades": {str(grade): grades[grade] for grade in range(HIGHEST_GRADE, -1, -1)},
        "unlabelled": unlabelled | ({"no event": len(silent)} if silent else {}),
    }
