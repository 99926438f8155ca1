"""The commands that decide which reranker serves: list, promote, roll back, watch."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.console import AsJson, By, open_workplace, print_json, who


def models(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            help="Everything about this model: its name, or how its fingerprint starts."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the models: how much better than retrieval alone each is, and which one serves.

    The gain is in nDCG@10 on later jobs that training never saw, with its 95 % interval: only where
    the whole interval lies above 0 is it one. ECE says how far the shown probabilities are off.
    """
    from api.models import describe_model, describe_models, find_model, read_records

    records = read_records(open_workplace(context).catalog)
    if name is not None:
        described = describe_model(find_model(records, name), records)
        if as_json:
            print_json(described)
        else:
            _show_model(described)
        return
    listed = describe_models(records)
    if as_json:
        print_json(listed)
        return
    from api.models import as_rows
    from api.screen import out, show_table

    if not listed["models"]:
        out.print("No model has been trained yet: bole train reranker")
        return
    columns, rows = as_rows(listed)
    show_table("Models", columns, rows)
    if listed["serving"] is None:
        waits = any(
            model["state"] == "candidate" and model["kind"] == "reranker"
            for model in listed["models"]
        )
        out.print("Searches rank by retrieval alone." + (" Next: bole promote" if waits else ""))


def promote(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(help="By default the newest candidate.", show_default=False),
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Put a reranker into service, if it has earned its place on held-out outcomes.

    It must beat retrieval alone (its whole 95 % interval), the reranker in service (on average) and
    a control that never reads the job; and a candidate's name must change nothing. Whatever stands
    against it is printed and kept: the refusal is a decision too. `bole rollback` undoes it.

    Without outcomes there is nothing to measure on: then `bole promote foundation` puts the base
    reranker into service that ships with Bole.
    """
    from api.models import (
        decision_out,
        describe_model,
        find_candidate,
        find_model,
        name_of,
        read_records,
    )
    from indexer.learning.deciding.promotion import promote as decide
    from indexer.learning.deciding.shipped import promote_foundation
    from indexer.learning.reranker.shipped import NAME as FOUNDATION

    place = open_workplace(context)
    if name == FOUNDATION:
        decision = promote_foundation(place.catalog, who(by))
    else:
        records = read_records(place.catalog)
        model = find_candidate(records) if name is None else find_model(records, name)
        if not as_json:
            _show_evidence(describe_model(model, records))
        decision = decide(place.catalog, model.fingerprint, who(by))
    records = read_records(place.catalog)
    if as_json:
        print_json(decision_out(decision, records))
        return
    _say(f"{name_of(records, decision.model)} serves from now on:", decision.reasons)
    _say("Undo it: bole rollback. Watch it: bole monitor", ())


def rollback(context: typer.Context, by: By = None, as_json: AsJson = False) -> None:
    """Go back to what served before the last promotion: the former reranker or retrieval alone.

    A former reranker that is damaged, or belongs to another encoder, is left out: then retrieval
    alone serves. Repeat it to go back further.
    """
    from api.models import decision_out, name_of, read_records
    from indexer.learning.deciding.promotion import roll_back

    place = open_workplace(context)
    decision = roll_back(place.catalog, who(by))
    records = read_records(place.catalog)
    if as_json:
        print_json(decision_out(decision, records))
        return
    now = name_of(records, decision.after) or "retrieval alone"
    _say(f"{now} serves from now on, no longer {name_of(records, decision.model)}:", ())
    _say("", decision.reasons)


def monitor(
    context: typer.Context,
    settled_days: Annotated[
        int,
        typer.Option(
            min=0,
            help="Leave out predictions younger than this: quick rejections come before slow "
            "interviews.",
        ),
    ] = 30,
    as_json: AsJson = False,
) -> None:
    """Compare what the reranker predicted with what happened since; switch it off if it drifts.

    It goes off where far more or fewer people reached an interview than predicted, where its
    probabilities do not fit (Spiegelhalter's test), or where retrieval alone orders people better.
    With fewer than 50 predicted applications that have outcomes it only says that it cannot tell.
    Run it every night: it asks for nothing.
    """
    from api.models import checked_out, read_records
    from indexer.learning.deciding.monitor import ENOUGH, check_drift

    place = open_workplace(context)
    checked = check_drift(place.catalog, settled_days=settled_days)
    if as_json:
        print_json(checked_out(checked, read_records(place.catalog)))
        return
    drift = checked.drift
    if checked.model is None or drift is None:
        _say("No reranker is in service: nothing to watch.", ())
        return
    _say(
        f"{checked.model.name}: {drift.predictions} predicted applications with outcomes; "
        f"{drift.reached} reached an interview, {drift.expected:.1f} were predicted.",
        (),
    )
    if not drift.enough:
        _say(f"Too little to tell: {ENOUGH} are needed. It serves on.", ())
    elif checked.decision is not None:
        _say("It is off, and retrieval alone serves from now on:", drift.reasons)
    elif drift.reasons:
        _say("It drifts, but something else has come into service meanwhile:", drift.reasons)
    else:
        _say("What it says still fits what happens. It serves on.", _figures(drift))


def _figures(drift: Any) -> list[str]:
    said = []
    if drift.calibration is not None:
        said.append(f"Spiegelhalter's z of its probabilities {drift.calibration:+.1f}")
    if drift.order is None:
        said.append("too few jobs to compare its order with retrieval's")
    else:
        verdict = "still beats" if drift.order.low > 0.0 else "is not surely better than"
        said.append(
            f"its order {verdict} retrieval's: {drift.order.mean:+.3f} of the pairs "
            f"(95 % {drift.order.low:+.3f} to {drift.order.high:+.3f})"
        )
    return said


def _say(sentence: str, reasons: Any) -> None:
    from api.screen import out, plain

    if sentence:
        out.print(plain(sentence, 400), soft_wrap=True)
    for reason in reasons:
        out.print(f"  {plain(reason, 400)}", soft_wrap=True)


def _show_model(described: dict[str, Any]) -> None:
    from api.screen import show_facts

    _show_evidence(described)
    show_facts(
        {
            name: described[name] or "none"
            for name in ("state", "fingerprint", "base", "parent", "data_hash", "trained_at")
        }
    )
    for decision in described["decisions"]:
        when, what = decision["at"][:16].replace("T", " "), decision["kind"].replace("_", " ")
        _say(
            f"{when} {what} by {decision['by']}; {decision['serves']} serves:", decision["reasons"]
        )


def _show_evidence(described: dict[str, Any]) -> None:
    from api.evidence import show_comparison
    from api.models import groups_of
    from api.screen import show_table

    _say(f"{described['name']} ({described['fingerprint'][:12]})", ())
    if described["metrics"]:
        show_comparison(described["metrics"])
    for title, columns, rows in groups_of(described["metrics"]):
        show_table(title, columns, rows)
    if described["against"]:
        _say("Against it:", described["against"])
