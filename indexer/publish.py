"""Putting a verified generation into service, and clearing away what nothing serves any more."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from catalog.durability import flush_names
from catalog.errors import BoleError, Conflict, StoreUnavailable
from catalog.generations import Generation, GenerationState
from catalog.store import Catalog, Writing
from indexer.learning.deciding.encoders import move_states
from indexer.learning.deciding.promotion import deciding, switch_off
from indexer.planning import VOCABULARY
from reading.skills.vocabulary import vocabulary

GENERATIONS = "generations"
KEPT = 3  # published generations whose files stay, the served one among them
_ANY = -1


def publish(catalog: Catalog, generation: int, *, instead_of: int | None = _ANY) -> None:
    """Repoints the one serving row: generation, encoder and vocabulary move together.

    The reranker in service stays only while the encoder is the same, fingerprint by fingerprint:
    the weight that it was calibrated to give to meaning is one of that encoder's scale. Otherwise
    it is switched off, by a stored decision in the same transaction.

    `instead_of`: the generation that must be in service still (None: none). Errors: Conflict where
    another is.
    """
    with deciding(catalog) as writing:
        before = writing.generations.pointer()
        serves = before.generation.id if before else None
        if instead_of not in (_ANY, serves):
            raise Conflict(
                f"generation {serves} came into service while this one was built: run it again"
            )
        repoint(writing, writing.generations.get(generation), "index")
        writing.outbox.add("generation.published", str(generation), {"generation": generation})


def repoint(writing: Writing, generation: Generation, by: str) -> None:
    """Serves a generation with what belongs to it, in the caller's transaction."""
    before = writing.generations.pointer()
    if before is not None and before.encoder != generation.encoder:
        switch_off(
            writing,
            by,
            ["the encoder changed, and a calibration holds for one encoder: train again"],
            {
                "encoder": before.encoder,
                "new encoder": generation.encoder,
                "generation": generation.id,
            },
        )
        before = writing.generations.pointer()
    move_states(writing, generation)
    writing.generations.publish(
        generation.id,
        vocabulary=generation.manifest.get(VOCABULARY, vocabulary().fingerprint),
        reranker=before.reranker if before else None,
        calibration=before.calibration if before else None,
    )


def retire_old(catalog: Catalog, keep: int = KEPT) -> None:
    """Retires all but `keep` (≥ 1) generations, and removes their files.

    Kept are the one that is served and the newest others, by number: clocks jump. Call it only
    while holding the lock "index".
    """
    with catalog.writing() as writing:
        serving = writing.generations.pointer()
        others = [
            generation.id
            for generation in writing.generations.all(GenerationState.PUBLISHED)
            if serving is None or generation.id != serving.generation.id
        ]
        for generation in others[: max(len(others) - (keep - 1), 0)]:
            writing.generations.retire(generation)
    remove_debris(catalog)


def give_up_unfinished(catalog: Catalog) -> None:
    """Records what a killed process left half-built as failed, and removes it.

    Call it only while holding the lock "index".
    """
    with catalog.writing() as writing:
        for generation in writing.generations.all(
            GenerationState.BUILDING, GenerationState.VERIFIED
        ):
            writing.generations.fail(generation.id, "its process ended before it was in service")
    remove_debris(catalog)


def give_up(catalog: Catalog, generation: int, error: BaseException) -> None:
    """Records why a generation failed and removes it; what is served stays as it is.

    Where the database is gone meanwhile, the next run does so: never in the error's way.
    """
    why = str(error) if isinstance(error, BoleError) else type(error).__name__
    with suppress(BoleError):
        with catalog.writing() as writing:
            writing.generations.fail(generation, why)
        remove_debris(catalog)


def remove_debris(catalog: Catalog) -> int:
    """Removes what no published generation owns; returns how much there was.

    Call it only while holding the lock "index": a folder being written is debris to everyone else.
    """
    root = catalog.folder / GENERATIONS
    if not root.is_dir():
        return 0
    with catalog.reading() as reading:
        owned = {
            (catalog.folder / generation.folder).name
            for generation in reading.generations.all(GenerationState.PUBLISHED)
        }
    try:
        debris = [path for path in root.iterdir() if path.name not in owned]
    except OSError as error:
        raise StoreUnavailable(f"{root} cannot be read: {error.strerror}") from error
    removed = sum(_is_removed(path) for path in debris)
    if removed:  # it may have held people who were erased: no power cut brings them back
        with suppress(OSError):
            flush_names(root)
    return removed


def _is_removed(path: Path) -> bool:
    """Whether it is gone now; what cannot be removed is tried again next time."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
    return not path.exists()
