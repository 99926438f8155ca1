"""Lines and files that cannot be used: where each is, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.lines import Place, Wrong

TOLD = 20  # problems that are listed on the screen


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used. `kind` is for counting, `advice` says what to do."""

    place: Place
    kind: str
    message: str
    advice: str


def problem_at(place: Place, wrong: Wrong) -> Problem:
    """What is wrong, with its place."""
    return Problem(place, wrong.kind, str(wrong), wrong.advice)


def problems_out(problems: Sequence[Problem]) -> dict[str, Any]:
    """{"problems": {kind: count}, "unusable": [{"file", "line", "problem", …}]}."""
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.kind] = counts.get(problem.kind, 0) + 1
    return {
        "problems": counts,
        "unusable": [
            {
                "file": problem.place.file,
                "line": problem.place.line,
                "problem": problem.kind,
                "message": problem.message,
                "advice": problem.advice,
            }
            for problem in problems
        ],
    }


def show_problems(problems: Sequence[Problem]) -> None:
    """The first lines that cannot be used, each with what to do; and how many there are of each."""
    from api.screen import out, plain

    for problem in problems[:TOLD]:
        words = f"{problem.place}  {problem.message} {problem.advice}"
        out.print(plain(words, 600), soft_wrap=True)
    if len(problems) > TOLD:
        counted = problems_out(problems)["problems"]
        kinds = ", ".join(f"{count} × {kind}" for kind, count in counted.items())
        out.print(f"… {len(problems)} in all: {kinds}. --json lists every one.", soft_wrap=True)
