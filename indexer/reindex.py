"""The night's work on the index: lock, plan, build aside, verify, publish, clear away.

What is served stays as it is until the new generation is verified; the one row that says what is
served then moves in one transaction. A failure at any step, a kill too, leaves it where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from catalog.errors import InvalidRequest
from catalog.store import Catalog
from catalog.store.locks import INDEX
from indexer.build import write_folder
from indexer.changes import ErasedMeanwhile
from indexer.embedding import embed_missing, taking_over
from indexer.planning import Kind, Plan
from indexer.planning import plan as plan
from indexer.publish import GENERATIONS, KEPT, give_up, give_up_unfinished, publish, retire_old
from indexer.verify import verify
from search.arrays import FORMAT
from search.encoder import Encoder

_TRIES = 3  # an erasure while the index is built makes it begin anew

Stage = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index run did.

    `reused`: vectors taken from the generation before. `recall`: of the approximate index against
    the exact one, if it is. `relevance`: how the ranking compares with what was served before.
    """

    generation: int
    sequence: int
    people: int
    passages: int
    embedded: int
    recall: float | None
    nothing_new: bool = False
    kind: Kind = Kind.FULL
    why: str = ""
    reused: int = 0
    relevance: str = ""


def reindex(
    catalog: Catalog,
    encoder: Encoder,
    stage: Stage = lambda name, done, of: None,
    full: bool = False,
    *,
    keep: int = KEPT,
    accept_drop: bool = False,
) -> Indexed:
    """Brings the served generation up to the catalog, by as little work as that takes.

    `full` builds everything anew whatever changed (no text is embedded twice for it). `keep`: how
    many published generations keep their files. Errors: Conflict while another run is under way,
    or where relevance fell by more than it may (unless `accept_drop`); NotReady where there is
    nothing to index; Damaged where what was built does not hold. After any error what was served
    before is served still.
    """
    if keep < 1:
        raise InvalidRequest("at least the generation that is served has to be kept")
    with catalog.lock(INDEX):
        give_up_unfinished(catalog)
        for _ in range(_TRIES - 1):
            with suppress(ErasedMeanwhile):
                return _bring_up(catalog, encoder, stage, full, keep, accept_drop)
        return _bring_up(catalog, encoder, stage, full, keep, accept_drop)


def _bring_up(
    catalog: Catalog, encoder: Encoder, stage: Stage, full: bool, keep: int, accept_drop: bool
) -> Indexed:
    stage("Planning", 0, 0)
    made = plan(catalog, encoder, full=full)
    if made.kind is Kind.NOTHING:
        return _nothing_new(made)
    embedded = embed_missing(
        catalog, encoder, made.sequence, lambda done, of: stage("Embedding", done, of)
    )
    number, folder = _begin(catalog, encoder, made)
    try:
        stage("Building", 0, 0)
        reused = write_folder(catalog, encoder, made.sequence, folder, made.base)
        stage("Verifying", 0, 0)
        built = verify(
            catalog, encoder, number, folder, made.served, made.base, accept_drop=accept_drop
        )
        before = made.served.generation.id if made.served else None
        with taking_over(catalog, encoder, made.served):
            publish(catalog, number, instead_of=before)
    except BaseException as error:
        give_up(catalog, number, error)
        raise
    retire_old(catalog, keep)
    return Indexed(
        generation=number,
        sequence=made.sequence,
        people=built.people,
        passages=built.passages,
        embedded=embedded,
        recall=built.recall,
        kind=made.kind,
        why=made.why,
        reused=reused,
        relevance=str(built.relevance),
    )


def _nothing_new(made: Plan) -> Indexed:
    assert made.served is not None  # with nothing served there is something to do
    held = made.served.generation
    return Indexed(
        generation=held.id,
        sequence=made.sequence,
        people=held.people,
        passages=held.passages,
        embedded=0,
        recall=None,
        nothing_new=True,
        kind=made.kind,
        why=made.why,
    )


def _begin(catalog: Catalog, encoder: Encoder, made: Plan) -> tuple[int, Path]:
    name = f"{GENERATIONS}/{made.sequence:08d}-{uuid4().hex[:8]}"
    with catalog.writing() as writing:
        number = writing.generations.begin(name, made.sequence, encoder.fingerprint, FORMAT)
    return number, catalog.folder / name
