"""`bole train`: learning from outcomes, and asking for the labels that would teach most."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import AsJson, open_workplace, print_json, show_stages

if TYPE_CHECKING:
    from indexer.learning.training.recording import Trained

train = typer.Typer(
    help="Learn from what happened to people: a reranker that must earn its place.",
    no_args_is_help=True,
)

_MODELS = "packaged:multilingual, packaged:english, a Hugging Face name or a folder."

Rank = Annotated[int, typer.Option(help="Of the adapter's matrices.")]
Epochs = Annotated[float, typer.Option(help="At most; it stops early by itself.")]
Rate = Annotated[float | None, typer.Option(help="Learning rate at its highest.")]
HeldOut = Annotated[float, typer.Option(help="The share of jobs, the latest, that is measured on.")]
Seed = Annotated[int, typer.Option(help="Of everything that is left to chance.")]
Device = Annotated[str | None, typer.Option(help="cpu or cuda; default: BOLE_DEVICE.")]
ReportTo = Annotated[
    str,
    typer.Option(
        help="Where the course of training is logged: tensorboard (files on this machine) and any "
        "other name that transformers knows, separated by commas."
    ),
]


@train.command("reranker")
def reranker(
    context: typer.Context,
    base: Annotated[
        str, typer.Option(help=f"What a new adapter sits on: {_MODELS}")
    ] = "packaged:multilingual",
    layers: Annotated[
        int | None, typer.Option(help="Use only the base's first layers; 0 uses all of them.")
    ] = 6,
    lora: Annotated[
        bool, typer.Option("--lora/--full", help="A small adapter, or every weight.")
    ] = True,
    rank: Rank = 8,
    epochs: Epochs = 4,
    batch: Annotated[int, typer.Option(help="Pairs per step.")] = 16,
    accumulate: Annotated[int, typer.Option(help="Steps whose gradients are added up.")] = 1,
    rate: Rate = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Learn from jobs opened on or after this day (2026-09-01), and a sample of the "
            "older ones so that those are not forgotten."
        ),
    ] = None,
    held_out: HeldOut = 0.3,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin from the base, not from the champion.")
    ] = False,
    seed: Seed = 20261124,
    device: Device = None,
    report_to: ReportTo = "tensorboard",
    as_json: AsJson = False,
) -> None:
    """Train a reranker on the outcomes in the catalog, and measure it on later jobs.

    It is a candidate until `bole promote`. Training that was stopped goes on where it was when it
    is started again with the same settings. What happened step by step can be looked at with
    `tensorboard --logdir DATA/models`.
    """
    from indexer.learning.reranker.run import TrainingSettings, train_reranker
    from indexer.learning.reranker.tuning import FineTuning
    from search.cross_encoders import Base

    place = open_workplace(context)
    tuning = FineTuning(
        base=Base(base, layers or None),
        lora=lora,
        rank=rank,
        epochs=epochs,
        batch=batch,
        accumulate=accumulate,
        rate=rate,
        seed=seed,
        device=device or place.settings.device,
        report_to=_names(report_to),
    )
    settings = TrainingSettings(tuning, _day(since), held_out, fresh)
    with show_stages(quiet=as_json) as stage:
        trained = train_reranker(place.catalog, place.encoder, settings, stage)
    if as_json:
        print_json(_record(trained))
        return
    from api.evidence import show_comparison
    from api.screen import out
    from indexer.learning.deciding.gates import gates

    out.print(f"{trained.name}{' (was there already)' if trained.again else ''}")
    show_comparison(trained.metrics)
    against = gates(trained.metrics)
    for reason in against:
        out.print(f"against: {reason}")
    out.print("It stays a candidate." if against else f"Next: bole promote {trained.name}")


@train.command("encoder")
def encoder(
    context: typer.Context,
    base: Annotated[
        str, typer.Option(help=f"What is trained further: {_MODELS}")
    ] = "packaged:multilingual",
    lora: Annotated[
        bool, typer.Option("--lora/--full", help="A small adapter, merged at the end, or it all.")
    ] = True,
    rank: Rank = 8,
    epochs: Epochs = 3,
    batch: Annotated[int, typer.Option(help="Triples per step, at most one of a job.")] = 16,
    rate: Rate = None,
    held_out: HeldOut = 0.3,
    seed: Seed = 20261124,
    device: Device = None,
    report_to: ReportTo = "tensorboard",
    as_json: AsJson = False,
) -> None:
    """Train the encoder that retrieval searches with, and measure it on later jobs.

    What is in service stays. Vectors of two encoders cannot be compared, so a trained encoder comes
    into service with an index of its own: `bole reindex --encoder trained:NAME`.
    """
    from indexer.learning.encoder.run import EncoderRun, train_encoder
    from indexer.learning.encoder.tuning import EncoderTuning

    place = open_workplace(context)
    tuning = EncoderTuning(
        base=base,
        lora=lora,
        rank=rank,
        epochs=epochs,
        batch=batch,
        rate=rate,
        seed=seed,
        device=device or place.settings.device,
        report_to=_names(report_to),
    )
    with show_stages(quiet=as_json) as stage:
        trained = train_encoder(place.catalog, place.encoder, EncoderRun(tuning, held_out), stage)
    if as_json:
        print_json(_record(trained))
        return
    from api.encoder_evidence import show_encoders

    show_encoders(trained)


@train.command("suggest")
def suggest(
    context: typer.Context,
    wanted: Annotated[int, typer.Option("--limit", help="How many pairs.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the pairs of job and person whose outcome would teach the reranker most.

    Have somebody look at these people for these jobs, then `bole outcomes import` what came of it.
    """
    from indexer.learning.asking.suggesting import suggest_pairs

    place = open_workplace(context)
    with show_stages(quiet=as_json) as stage:
        found = suggest_pairs(place.catalog, place.encoder, wanted, stage)
    if as_json:
        print_json([suggested.record() for suggested in found])
        return
    from api.screen import show_table

    rows = [
        (each.job, each.candidate, "–" if each.chance is None else f"{each.chance:.0%}", each.why)
        for each in found
    ]
    show_table("Whose outcome would teach most", ("job", "candidate", "chance", "why"), rows)


def _record(trained: Trained) -> dict[str, Any]:
    return {
        "name": trained.name,
        "fingerprint": trained.fingerprint,
        "again": trained.again,
        **trained.metrics,
    }


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _day(text: str | None) -> date | None:
    from catalog.errors import InvalidRequest

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"--since is a day such as 2026-09-01, not {text!r}") from None
