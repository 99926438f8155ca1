"""Serving an older generation again, while its files are still kept."""

from __future__ import annotations

from collections.abc import Callable

from catalog.errors import BoleError, Conflict
from catalog.generations import Generation, GenerationState
from catalog.store import Catalog, Reading
from catalog.store.locks import INDEX
from indexer.embedding import taking_over
from indexer.learning.deciding.promotion import deciding
from indexer.publish import repoint
from search import words
from search.arrays import open_generation
from search.encoder import Encoder
from search.loading import open_indexes


def roll_back_generation(
    catalog: Catalog,
    by: str,
    to: int | None = None,
    encoder_of: Callable[[Generation], Encoder] | None = None,
) -> Generation:
    """Repoints the serving row to an older generation; by default to the one before the served.

    Its files are read and checked first. A reranker that was calibrated for another encoder than
    its own is switched off, by a stored decision. `encoder_of` opens the encoder that made a
    generation, so that nothing is served that could not be asked; what came in since is then
    embedded by it. It holds until the next reindex, which builds what the catalog says now.

    Errors: Conflict where there is none, it is served already, its files are no longer kept, or an
    index run is under way; NotFound; NotReady before the first index, or where its encoder is not
    installed or it was made by other rules; Damaged where its files are.
    """
    with catalog.lock(INDEX):
        with catalog.reading() as reading:
            pointer = reading.generations.serving()
            served = pointer.generation
            target = _previous(reading, served) if to is None else reading.generations.get(to)
        _refuse(target, served)
        encoder = None if encoder_of is None else encoder_of(target)
        try:
            opened = open_generation(
                catalog.folder / target.folder, encoder=target.encoder, words=words.fingerprint()
            )
            opened.verify()
            open_indexes(opened)
        except BoleError as error:
            raise type(error)(f"generation {target.id} cannot serve again: {error}") from error
        with taking_over(catalog, encoder, pointer), deciding(catalog) as writing:
            repoint(writing, target, by)
            writing.generations.note_rollback(target.id, by, instead_of=served.id)
            writing.outbox.add(
                "generation.rolled_back",
                f"{served.id}>{target.id}@{writing.unit.now.isoformat()}",
                {"generation": target.id, "instead_of": served.id, "by": by},
            )
        with catalog.reading() as reading:
            return reading.generations.get(target.id)


def _previous(reading: Reading, served: Generation) -> Generation:
    kept = reading.generations.all(GenerationState.PUBLISHED)
    older = [generation for generation in kept if generation.id < served.id]
    if not older:
        raise Conflict(
            f"generation {served.id} is the oldest that is kept: there is none to go back to"
        )
    return older[-1]


def _refuse(target: Generation, served: Generation) -> None:
    if target.id == served.id:
        raise Conflict(f"generation {target.id} is being served already")
    if target.state is GenerationState.RETIRED:
        raise Conflict(f"generation {target.id} is retired: its files are no longer kept")
    if target.state is not GenerationState.PUBLISHED:
        raise Conflict(f"generation {target.id} never served: it is {target.state}")
