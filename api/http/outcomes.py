"""What came of applications, told by other systems."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.http.authorisation import AnyServed, Caller, needs
from api.http.request_ids import request_id_of
from api.http.schemas.outcomes import OutcomeIn, OutcomesIn, OutcomesOut, UnusableOut
from api.importing import Line, read_row
from api.lines import Place, Wrong
from api.matching import Plan
from api.problems import problem_at
from api.recording import store_plan
from catalog.access import Action
from catalog.keys import Scope

router = APIRouter(prefix="/v1/outcomes", tags=["outcomes"])

Reporting = Annotated[Caller, Depends(needs(Scope.OUTCOMES))]


@router.post("", summary="Report what came of applications")
def report_outcomes(
    outcomes: OutcomesIn, request: Request, served: AnyServed, caller: Reporting
) -> OutcomesOut:
    """Each event that can be used is stored, once: the same again changes nothing.

    Those that cannot (an unknown candidate, no time) are listed with what to do; the others are
    stored all the same.
    """
    catalog = served.place.catalog
    lines = [_line(place, event) for place, event in enumerate(outcomes.events)]
    with catalog.reading() as reading:
        plan = Plan(reading, lines, outcomes.source)
    people = [candidacy.person_id for candidacy in plan.candidacies]
    people += [candidacy.person_id for candidacy, _ in plan.events]
    if people:
        with catalog.writing() as writing:
            writing.accesses.record(
                caller.key_id, caller.name, Action.OUTCOME, people, request_id_of(request.scope)
            )
    done = store_plan(catalog, plan, lambda count: None)
    return OutcomesOut(
        events=done.events,
        applications=done.applications,
        known=done.known,
        unusable=[
            UnusableOut(
                place=problem.place.line,
                problem=problem.kind,
                message=problem.message,
                advice=problem.advice,
            )
            for problem in done.problems
        ],
    )


def _line(place: int, event: OutcomeIn) -> Line:
    at = Place("events", place)
    row: dict[str, Any] = event.model_dump(exclude_none=True)
    try:
        return read_row(at, row)
    except Wrong as wrong:
        return problem_at(at, wrong)
