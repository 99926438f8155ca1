"""The commands about the index: bring it up to date, list its generations, go back to one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import AsJson, By, open_workplace, print_json, show_stages, who
from catalog.generations import MODEL

if TYPE_CHECKING:
    from api.workplace import Workplace
    from catalog.generations import Generation
    from indexer.reindex import Indexed
    from search.encoder import Encoder

generations = typer.Typer(
    help="List the generations of the index, or go back to an older one.",
    invoke_without_command=True,
)


def reindex(
    context: typer.Context,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Build everything anew, whatever changed. No text is embedded twice."
        ),
    ] = False,
    accept_drop: Annotated[
        bool,
        typer.Option(
            "--accept-drop",
            help="Publish although past outcomes are ranked worse than by what is served now.",
        ),
    ] = False,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="Build with another encoder and serve from it: trained:NAME, "
            "packaged:multilingual, packaged:english, packaged:bilingual, a Hugging Face name or "
            "a folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to the catalog: nothing, what changed, or everything, as it takes.

    Built aside, checked, then put into service at one stroke; until then searches go on with what
    is served, and after a failure they still do. The last few generations are kept (three, or
    BOLE_KEPT_GENERATIONS), so that `bole generations rollback` can go back.

    With `--encoder` every text is embedded anew, which takes its time; until that is done searches
    go on with the encoder before. If it is interrupted, run it again: it goes on where it was. A
    reranker goes off with the encoder that it was calibrated for.
    """
    from dataclasses import asdict

    from indexer.reindex import reindex as bring_up

    place = open_workplace(context)
    with show_stages(quiet=as_json) as stage:
        done = bring_up(
            place.catalog,
            _chosen(place, encoder, accept_drop),
            stage,
            full,
            keep=place.settings.kept_generations,
            accept_drop=accept_drop,
        )
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)


def _chosen(place: Workplace, spec: str | None, accept_drop: bool) -> Encoder:
    """The encoder to build with: the one in service, or the one that was asked for."""
    from indexer.learning.deciding.encoders import refuse_unproven

    if spec is None:
        return place.encoder
    if not accept_drop:
        refuse_unproven(place.catalog, spec)
    return place.open_encoder(spec)


@generations.callback()
def list_generations(context: typer.Context, as_json: AsJson = False) -> None:
    """List the generations: which one serves, what each holds, and why one failed.

    The size is that of its files; a retired generation has none left.
    """
    if context.invoked_subcommand is not None:
        return
    described = describe_generations(open_workplace(context))
    if as_json:
        print_json(described)
        return
    from api.screen import out, plain, show_table

    if not described:
        out.print("Nothing has been indexed yet: bole reindex")
        return
    columns = ("id", "state", "people", "passages", "sequence", "size", "when (UTC)")
    show_table("Generations", columns, [_row(each) for each in described])
    kept = [each for each in described if each["bytes"] and each["model"]]
    for model in dict.fromkeys(each["model"] for each in kept):
        made = ", ".join(str(each["id"]) for each in kept if each["model"] == model)
        out.print(plain(f"Encoder of {made}: {model}"), soft_wrap=True)
    for each in described:
        if each["failure"]:
            out.print(plain(f"{each['id']} failed: {each['failure']}", 600), soft_wrap=True)
        for again in each["rolled_back_to"]:
            said = f"{each['id']} serves again since {again['at'][:16]}, by {again['by']}"
            out.print(plain(f"{said}, instead of {again['instead_of']}"), soft_wrap=True)


@generations.command("rollback")
def roll_back(
    context: typer.Context,
    to: Annotated[
        int | None,
        typer.Argument(help="The generation to serve again; by default the one before."),
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Serve an older generation again, whose files are still kept.

    Its files are checked first. Nobody's résumé is lost by it: what came since is searched beside
    it, and the next `bole reindex` (or night) builds from the catalog again. This is about the
    index; to go back to an earlier reranker, use `bole rollback`.
    """
    from indexer.rollback import roll_back_generation

    place = open_workplace(context)
    with place.catalog.reading() as reading:
        before = reading.generations.serving()
    served = roll_back_generation(place.catalog, who(by), to, place.encoder_of)
    with place.catalog.reading() as reading:
        now = reading.generations.serving()
    switched_off = before.reranker is not None and now.reranker is None
    if as_json:
        print_json(_describe(place, served, served.id) | {"reranker_switched_off": switched_off})
        return
    from api.screen import out

    out.print(
        f"Generation {served.id} serves again ({served.people} people, sequence "
        f"{served.sequence}), instead of {before.generation.id}."
    )
    if switched_off:
        out.print("The reranker was calibrated for another encoder and is off: bole models")
    out.print("It holds until the next reindex, which builds from the catalog as it is then.")


def describe_generations(place: Workplace) -> list[dict[str, Any]]:
    """Every generation, oldest first."""
    with place.catalog.reading() as reading:
        pointer = reading.generations.pointer()
        known = reading.generations.all()
    serves = pointer.generation.id if pointer else None
    return [_describe(place, generation, serves) for generation in known]


def _describe(place: Workplace, generation: Generation, serves: int | None) -> dict[str, Any]:
    published = generation.published_at
    return {
        "id": generation.id,
        "state": generation.state.value,
        "serving": generation.id == serves,
        "people": generation.people,
        "passages": generation.passages,
        "sequence": generation.sequence,
        "bytes": _size(place.settings.data / generation.folder),
        "encoder": generation.encoder,
        "model": generation.manifest.get(MODEL),
        "built_at": generation.created_at.isoformat(),
        "published_at": published and published.isoformat(),
        "failure": generation.failure,
        "relevance": generation.manifest.get("relevance"),
        "recall": generation.manifest.get("recall"),
        "rolled_back_to": list(generation.manifest.get("rolled_back_to", ())),
    }


def _size(folder: Path) -> int:
    """Bytes of the files in a folder; 0 where it is gone, also while one looks."""
    try:
        return sum(path.stat().st_size for path in folder.iterdir())
    except OSError:
        return 0


def _row(described: dict[str, Any]) -> tuple[object, ...]:
    when = datetime.fromisoformat(described["published_at"] or described["built_at"])
    return (
        described["id"],
        "serving" if described["serving"] else described["state"],
        described["people"],
        described["passages"],
        described["sequence"],
        f"{described['bytes'] / 1e6:.1f} MB" if described["bytes"] else "",
        f"{when:%d %b %H:%M}",
    )


def _tell(done: Indexed) -> None:
    from api.screen import out, plain

    if done.nothing_new:
        out.print(f"Nothing new since generation {done.generation} ({done.people} people).")
    else:
        out.print(
            f"Generation {done.generation}: {done.people} people, {done.passages} passages, "
            f"{done.embedded} newly embedded, {done.reused} taken over."
        )
        out.print(plain(f"Built {done.kind}: {done.why}. {done.relevance}.", 600), soft_wrap=True)
    out.print("Next: bole search --job JOB.txt")
