"""Trained encoders come into service with a generation of their own, and go out with it."""

from __future__ import annotations

from catalog.errors import Conflict, NotFound
from catalog.generations import MODEL, Generation, Model, ModelState
from catalog.store import Catalog, Writing
from indexer.learning.deciding.gates import encoder_gates
from indexer.learning.encoder.card import ENCODER
from search.encoder import TRAINED


def refuse_unproven(catalog: Catalog, spec: str) -> None:
    """Refuses a trained encoder that did not find people better, on held-out jobs, than the one
    that was in service.

    Encoders that were not trained here have no outcomes behind them: whether relevance drops is
    looked at when their index is verified. Errors: NotFound; Conflict, with what speaks against it.
    """
    if not spec.startswith(TRAINED):
        return
    with catalog.reading() as reading:
        model = _named(reading.models.all(ENCODER), spec)
    if model is None:
        raise NotFound(f"there is no trained encoder {spec.removeprefix(TRAINED)!r}: `bole models`")
    against = encoder_gates(model.metrics)
    if against:
        raise Conflict(
            f"{model.name} has not earned its place: {'; '.join(against)}. To serve from it all "
            f"the same: `bole reindex --encoder {spec} --accept-drop`"
        )


def move_states(writing: Writing, serves: Generation) -> None:
    """The trained encoder of this generation serves from now on, and no other one."""
    models = writing.models.all(ENCODER)
    served = _named(models, str(serves.manifest.get(MODEL, "")))
    for model in models:
        if model == served:
            writing.models.move(model.fingerprint, ModelState.SERVING)
        elif model.state is ModelState.SERVING:
            writing.models.move(model.fingerprint, ModelState.RETIRED)


def _named(models: list[Model], spec: str) -> Model | None:
    name = spec.removeprefix(TRAINED)
    found = [model for model in models if spec.startswith(TRAINED) and model.name == name]
    return found[-1] if found else None
