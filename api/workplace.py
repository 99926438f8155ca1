"""Putting the parts together for one data folder: the composition root below every way in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from catalog.errors import NotReady
from catalog.store import Catalog, create_catalog, open_catalog

if TYPE_CHECKING:  # torch is loaded where a model is, not before
    from search.encoder import Encoder
    from search.pipeline import Searcher
    from search.serving import Current

ENCODER, DTYPE = "encoder", "dtype"


@dataclass(frozen=True)
class Workplace:
    """A data folder with its catalog, its models and what is served from it."""

    settings: Settings

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog. Errors: NotReady before `bole init`."""
        return open_catalog(self.settings.url, self.settings.data)

    @property
    def encoders(self) -> Path:
        """Where packaged encoders are unpacked."""
        return self.settings.data / "encoders"

    def create(self, encoder: str | None, dtype: str | None) -> dict[str, str]:
        """Creates the catalog and makes the choices that are made once; returns them.

        Safe to repeat: what was chosen stays, another choice is a Conflict.
        """
        from search.encoder import DEFAULT_MODEL, choose_dtype

        catalog = create_catalog(self.settings.url, self.settings.data)
        with catalog.reading() as reading:
            known = reading.settings.all()
        model: str = encoder or known.get(ENCODER) or DEFAULT_MODEL
        chosen = (
            dtype
            or known.get(DTYPE)
            or choose_dtype(model, self.encoders, device=self.settings.device)
        )
        with catalog.writing() as writing:
            writing.settings.choose(ENCODER, model)
            writing.settings.choose(DTYPE, chosen)
        return {ENCODER: model, DTYPE: chosen}

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder chosen at `bole init`, loaded."""
        from search.encoder import open_encoder

        with self.catalog.reading() as reading:
            chosen = reading.settings.all()
        if ENCODER not in chosen:
            raise NotReady("no encoder has been chosen yet: run `bole init`")
        return open_encoder(
            chosen[ENCODER], self.encoders, dtype=chosen[DTYPE], device=self.settings.device
        )

    @cached_property
    def current(self) -> Current:
        """What is served: for as long as this process runs, always the present state of it."""
        from search.serving import Current

        return Current(self.catalog, self.encoder, self.settings.device)

    def searcher(self) -> Searcher:
        """A searcher over what is served now."""
        return self.current.searcher()
