"""Putting the parts together for one data folder: the composition root below every way in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from api.settings import Settings
from catalog.errors import NotReady
from catalog.generations import MODEL, Generation
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
    _opened: dict[str, Encoder] = field(default_factory=dict, init=False, repr=False, compare=False)
    _opening: RLock = field(default_factory=RLock, init=False, repr=False, compare=False)

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

    @property
    def encoder(self) -> Encoder:
        """The encoder of the generation that is served, loaded; before there is one, the encoder
        that was chosen at `bole init`."""
        with self.catalog.reading() as reading:
            served = reading.generations.pointer()
        return self.open_encoder(self._spec_of(served.generation if served else None))

    def encoder_of(self, generation: Generation) -> Encoder:
        """The encoder that made a generation, loaded.

        Errors: NotReady where it is not installed any more, or another one goes by its name now.
        """
        encoder = self.open_encoder(self._spec_of(generation))
        if encoder.fingerprint != generation.encoder:
            raise NotReady(
                f"generation {generation.id} was made by another encoder than the one installed: "
                "install that one again first"
            )
        return encoder

    def _spec_of(self, generation: Generation | None) -> str:
        """What opens its encoder; where none is on record, what was chosen at `bole init`."""
        if generation is not None and (model := generation.manifest.get(MODEL)):
            return str(model)
        with self.catalog.reading() as reading:
            chosen = reading.settings.all()
        if ENCODER not in chosen:
            raise NotReady("no encoder has been chosen yet: run `bole init`")
        return str(chosen[ENCODER])

    def open_encoder(self, spec: str) -> Encoder:
        """An encoder by its specification, loaded once; the last two that were asked for stay."""
        from search.encoder import open_encoder

        with self._opening:
            encoder = self._opened.pop(spec, None)
            if encoder is None:
                with self.catalog.reading() as reading:
                    dtype = reading.settings.all()[DTYPE]
                encoder = open_encoder(
                    spec, self.encoders, dtype=dtype, device=self.settings.device
                )
            while len(self._opened) > 1:
                del self._opened[next(iter(self._opened))]
            self._opened[spec] = encoder
            return encoder

    @cached_property
    def current(self) -> Current:
        """What is served: for as long as this process runs, always the present state of it."""
        from search.serving import Current

        return Current(self.catalog, self.encoder, self.settings.device, self.encoder_of)

    def searcher(self) -> Searcher:
        """A searcher over what is served now."""
        return self.current.searcher()
