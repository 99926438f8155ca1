"""What is done to a data folder: the real operations, as servers and commands call them.

A deed returns when its effect is acknowledged; what it returns goes into the account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog.errors import Unreadable
from catalog.outcomes import NewOutcome, OutcomeKind
from catalog.store import Catalog
from indexer.documents.workers import Incoming
from indexer.embedding import keep_up
from indexer.erasure import erase, finish_erasures
from indexer.learning.deciding.promotion import promote, roll_back
from indexer.reindex import reindex
from indexer.rollback import roll_back_generation
from indexer.storing import Origin, Report
from indexer.storing import store as keep
from search import loading
from search.request import SearchRequest
from search.serving import Current
from tests.crash import cast
from tests.crash.keeping import back_up, nightly, restore
from tests.search.pool import CountingReranker, HashingEncoder
from tests.trained import COMPARED, add_model

BY = "harness"
SOURCE = "ats"


class Place:
    """One process with a data folder: its catalog, its encoder, and what it searches with."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.encoder = HashingEncoder()
        _serve_stubs()

    @cached_property
    def current(self) -> Current:
        return Current(self.catalog, self.encoder)

    def person(self, number: int) -> int:
        """The candidate's id in the catalog. Errors: KeyError."""
        external = cast.external_id(number)
        with self.catalog.reading() as reading:
            return reading.people.of_external([external])[external]


class _Stub(CountingReranker):
    """A served model's stand-in: the folder holds no weights."""

    def __init__(self, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint


def _serve_stubs() -> None:
    class Opening:
        @staticmethod
        def open(folder: Path, name: str, fingerprint: str, *_: object) -> _Stub:
            return _Stub(name, fingerprint)

    setattr(loading, "CrossEncoderReranker", Opening)  # noqa: B010


def store(place: Place, people: Sequence[Sequence[int]]) -> dict[str, int]:
    """One batch of résumés, [number, version] each, as ingest stores what its readers give."""
    read = []
    for number, version in people:
        resume = cast.resume_of(number, version)
        data = cast.text_of(number, version).encode()
        origin = Origin(f"in/{version}/{cast.mark_of(number)}.txt", cast.external_id(number))
        read.append((Incoming("cv.txt", data, origin), resume))
    report = Report()
    keep(place.catalog, read, report)
    if report.quarantined:
        raise AssertionError(f"put aside: {report.quarantined}")
    return {
        "stored": report.stored,
        "unchanged": report.unchanged,
        "refused": len(report.refused),
    }


def keep_searches_up(place: Place) -> int:
    """What ingest does at its end."""
    return keep_up(place.catalog, place.encoder)


def put_aside(place: Place, number: int) -> int:
    """A file that nobody can read, into quarantine; how many wait there then."""
    data = f"%PDF-1.7 scrambled {number}".encode()
    origin = Origin(f"in/scrambled-{number}.pdf")
    error = Unreadable("damaged", "The file is damaged.")
    keep(place.catalog, [(Incoming("cv.pdf", data, origin), error)], Report())
    with place.catalog.reading() as reading:
        return len(reading.quarantine.waiting())


def outcome(place: Place, number: int, event: str) -> bool:
    """An application for the one job and an event of it, together."""
    person = place.person(number)
    with place.catalog.writing() as writing:
        job = writing.jobs.store(cast.JOB, external_id="J1")
        application = writing.outcomes.apply(person, job, SOURCE, f"A-{number}")
        return writing.outcomes.record(
            NewOutcome(
                application,
                OutcomeKind.INTERVIEWED,
                SOURCE,
                on=date(2026, 1, 2),
                external_id=event,
            )
        )


def forget(place: Place, number: int) -> int:
    """Erase; from now on nobody finds them."""
    return erase(place.catalog, place.person(number), BY).id


def finish(place: Place) -> dict[str, int | None]:
    """The last bytes of the erased; how many erasures stay open, and what serves then."""
    done = finish_erasures(place.catalog, lambda: reindex(place.catalog, place.encoder))
    with place.catalog.reading() as reading:
        serving = reading.generations.pointer()
    return {
        "open": sum(each.done_at is None for each in done),
        "generation": serving.generation.id if serving else None,
    }


def build(place: Place, full: bool) -> int:
    """The night's work on the index; the generation in service after it."""
    return reindex(place.catalog, place.encoder, full=full).generation


def go_back(place: Place) -> int:
    """The generation before serves again."""
    return roll_back_generation(place.catalog, BY, encoder_of=lambda _: place.encoder).id


def search(place: Place, limit: int) -> dict[str, Any]:
    """A logged search; whom it showed."""
    asked = SearchRequest(cast.JOB, cast.NOW, limit=limit)
    found = place.current.searcher().search(asked)
    shown = [cast.number_of(hit.external_id or "") for hit in found.hits]
    return {"id": found.search_id, "shown": shown}


def train(place: Place, name: str) -> str:
    """A candidate model, as a training leaves it."""
    with place.catalog.reading() as reading:
        serving = reading.generations.pointer()
    champion = serving.reranker if serving is not None else None
    compared = COMPARED if champion else {}
    met = {"champion": {**COMPARED["champion"], "fingerprint": champion}} if champion else {}
    return add_model(place.catalog, name, **(compared | met)).fingerprint


def put_into_service(place: Place, name: str) -> str | None:
    """Promote a model that has earned it."""
    with place.catalog.reading() as reading:
        (model,) = [each for each in reading.models.all() if each.name == name]
    return promote(place.catalog, model.fingerprint, BY).after


def take_back(place: Place) -> str | None:
    """What served before the last promotion serves again."""
    return roll_back(place.catalog, BY).after


def come_back(place: Place, number: int, version: int) -> int:
    """Somebody erased is imported again: how many of them were taken in, which must be none."""
    told = store(place, [[number, version]])
    return told["stored"] + told["unchanged"]


DEEDS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        store,
        keep_searches_up,
        put_aside,
        outcome,
        forget,
        finish,
        build,
        go_back,
        search,
        train,
        put_into_service,
        take_back,
        come_back,
        nightly,
        back_up,
        restore,
    )
}
