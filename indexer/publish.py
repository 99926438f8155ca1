"""Putting a verified generation into service, and clearing away what nothing serves any more."""

from __future__ import annotations

import shutil

from catalog.generations import GenerationState
from catalog.store import Catalog
from indexer.learning.deciding.promotion import deciding, switch_off
from reading.skills.vocabulary import vocabulary

KEPT = 3  # published generations whose files stay, the served one among them


def publish(catalog: Catalog, generation: int) -> None:
    """Repoints the one serving row: generation, encoder and vocabulary move together.

    The reranker in service stays only while the encoder is the same, fingerprint by fingerprint:
    the weight that it was calibrated to give to meaning is one of that encoder's scale. Otherwise
    it is switched off, by a stored decision in the same transaction.
    """
    with deciding(catalog) as writing:
        before = writing.generations.pointer()
        encoder = writing.generations.get(generation).encoder
        if before is not None and before.encoder != encoder:
            switch_off(
                writing,
                "index",
                ["the encoder changed, and a calibration holds for one encoder: train again"],
                {"encoder": before.encoder, "new encoder": encoder, "generation": generation},
            )
            before = writing.generations.pointer()
        writing.generations.publish(
            generation,
            vocabulary=vocabulary().fingerprint,
            reranker=before.reranker if before else None,
            calibration=before.calibration if before else None,
        )
        writing.outbox.add("generation.published", str(generation), {"generation": generation})
    _retire_old(catalog)


def _retire_old(catalog: Catalog) -> None:
    with catalog.writing() as writing:
        published = writing.generations.all(GenerationState.PUBLISHED)
        for generation in published[:-KEPT]:
            writing.generations.retire(generation.id)
    remove_debris(catalog)


def remove_debris(catalog: Catalog) -> int:
    """Removes folders that no published generation owns; returns how many.

    Call it only while holding the index lock: a folder being written is debris to everyone else.
    """
    root = catalog.folder / "generations"
    if not root.is_dir():
        return 0
    with catalog.reading() as reading:
        owned = {
            (catalog.folder / generation.folder).name
            for generation in reading.generations.all(GenerationState.PUBLISHED)
        }
    debris = [folder for folder in root.iterdir() if folder.name not in owned]
    for folder in debris:
        shutil.rmtree(folder, ignore_errors=True)
    return len(debris)
