"""The catalog: one database and one data folder, used in units of work.

catalog = open_catalog(default_url(folder), folder)
with catalog.writing() as w:  # committed at the end of the block, or not at all
    w.resumes.store(…)
with catalog.reading() as r:  # one state of everything, whatever others do meanwhile
    r.resumes.of(ids, r.sequence)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from catalog.errors import NotReady, StoreUnavailable
from catalog.filters import Filters
from catalog.store.access import AccessLog
from catalog.store.answers import Answers
from catalog.store.backups import Backups
from catalog.store.blobs import Blobs
from catalog.store.contradictions import find_contradictions
from catalog.store.decisions import Decisions
from catalog.store.eligibility import Eligible, count_facets, find_eligible
from catalog.store.engine import make_engine, read_url, transaction
from catalog.store.forgetting.compacting import compact
from catalog.store.forgetting.erasures import Forgetting
from catalog.store.forgetting.key import KeyFile
from catalog.store.forgetting.sweeping import Sweeping
from catalog.store.generations import Generations
from catalog.store.jobs import Jobs
from catalog.store.keys import Keys
from catalog.store.labels import Labels
from catalog.store.locks import hold
from catalog.store.merges import Merges
from catalog.store.migrating import check_schema, migrate
from catalog.store.models import Models
from catalog.store.nights import Nights
from catalog.store.originals import Originals
from catalog.store.outcomes import Outcomes
from catalog.store.people import People
from catalog.store.post import Post
from catalog.store.quarantine import Quarantine
from catalog.store.resumes import Resumes
from catalog.store.search_log.searches import Searches
from catalog.store.settings import Settings
from catalog.store.status import Counts, count
from catalog.store.tables import InboxRow, OutboxRow
from catalog.store.unit import Unit
from catalog.store.vectors import Vectors
from catalog.store.watches import Watches
from reading.dates import Month


class Reading:
    """Everything in the catalog, in one transaction that refuses to change anything."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    @property
    def sequence(self) -> int:
        """The newest change that this transaction sees: what a snapshot is named by."""
        return self.unit.current_sequence()

    @cached_property
    def people(self) -> People:
        """People, their claims and status."""
        return People(self.unit)

    @cached_property
    def merges(self) -> Merges:
        """Two records of one person."""
        return Merges(self.unit, self.people)

    @cached_property
    def resumes(self) -> Resumes:
        """Documents, résumés and passages."""
        return Resumes(self.unit, self.people)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs and their requirements."""
        return Jobs(self.unit)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Applications and what came of them."""
        return Outcomes(self.unit, self.people)

    @cached_property
    def generations(self) -> Generations:
        """Built indexes and what is served."""
        return Generations(self.unit)

    @cached_property
    def models(self) -> Models:
        """Trained models, and whose outcomes went into them."""
        return Models(self.unit, self.people)

    @cached_property
    def decisions(self) -> Decisions:
        """What was decided about models, and why."""
        return Decisions(self.unit)

    @cached_property
    def labels(self) -> Labels:
        """What outcomes say about fit."""
        return Labels(self.unit)

    @cached_property
    def inbox(self) -> Post:
        """Messages that came in."""
        return Post(self.unit, InboxRow)

    @cached_property
    def outbox(self) -> Post:
        """Messages to be sent."""
        return Post(self.unit, OutboxRow)

    @cached_property
    def vectors(self) -> Vectors:
        """Vectors and pair scores by content."""
        return Vectors(self.unit)

    @cached_property
    def searches(self) -> Searches:
        """The search log."""
        return Searches(self.unit)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Files that could not be read."""
        return Quarantine(self.unit)

    @cached_property
    def originals(self) -> Originals:
        """Which documents have to be in the blob store."""
        return Originals(self.unit)

    @cached_property
    def backups(self) -> Backups:
        """Backups that were made, beside which an erasure leaves word."""
        return Backups(self.unit)

    @cached_property
    def nights(self) -> Nights:
        """The nights that ran."""
        return Nights(self.unit)

    @cached_property
    def watches(self) -> Watches:
        """Watched jobs, and who entered their shortlists."""
        return Watches(self.unit, self.people)

    @cached_property
    def forgetting(self) -> Forgetting:
        """Erasures, what they leave, and legal holds."""
        return Forgetting(self.unit, self.people)

    @cached_property
    def sweeping(self) -> Sweeping:
        """What is kept by content and belongs to nobody any more."""
        return Sweeping(self.unit)

    @cached_property
    def keys(self) -> Keys:
        """Who may use the API."""
        return Keys(self.unit)

    @cached_property
    def accesses(self) -> AccessLog:
        """Who has looked at whom."""
        return AccessLog(self.unit, self.people)

    @cached_property
    def answers(self) -> Answers:
        """Answers that are given again to who asks again."""
        return Answers(self.unit)

    @cached_property
    def settings(self) -> Settings:
        """Choices made at init."""
        return Settings(self.unit)

    def find_eligible(self, filters: Filters, sequence: int, as_of: Month) -> Eligible:
        """Who passes the filters in a snapshot, and how many cannot be decided."""
        return find_eligible(self.unit.connection, filters, sequence, as_of)

    def count_facets(self, people: Iterable[int], sequence: int) -> dict[str, dict[str, int]]:
        """Exact counts over these people in a snapshot."""
        return count_facets(self.unit.connection, people, sequence)

    def contradictions(self) -> list[str]:
        """What in the database does not agree with the rest of it."""
        return find_contradictions(self.unit.connection)

    def counts(self) -> Counts:
        """How much there is of everything."""
        return count(self.unit)


class Writing(Reading):
    """The same, where changes are allowed; they become visible together when the block ends."""

    @property
    def sequence(self) -> int:
        """This transaction's own number; taking it makes other writers wait until the commit."""
        return self.unit.take_sequence()


class Catalog:
    """One organisation's catalog. Threads may share it; a unit of work belongs to one thread."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.blobs = Blobs(folder / "blobs")
        self.erasure_key = KeyFile(folder)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A unit of work that is committed when the block ends, and undone when it raises."""
        with transaction(self.engine, writes=True) as connection:
            yield Writing(Unit(connection, self.erasure_key.read))

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A unit of work that sees one state of the catalog and changes nothing."""
        with transaction(self.engine, writes=False) as connection:
            yield Reading(Unit(connection, self.erasure_key.read))

    def lock(self, name: str, wait: float = 0.0) -> AbstractContextManager[None]:
        """Keep other processes out of something for a block; see `catalog.store.locks.hold`."""
        return hold(self.engine, self.folder, name, wait)

    def compact(self) -> bool:
        """Make the bytes of deleted rows go too; see `catalog.store.forgetting.compacting`."""
        return compact(self.engine)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_catalog(url: str, folder: Path) -> Catalog:
    """Open a catalog that `create_catalog` made.

    Raises:
        NotReady: there is none yet, or one of an older version.
        StoreUnavailable: the database or folder cannot be used, or is of a newer version.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise NotReady("there is no catalog here yet: run `bole init`")
    if not folder.is_dir():
        raise NotReady("the data folder is not there: run `bole init`")
    engine = make_engine(url)
    try:
        with transaction(engine, writes=False) as connection:
            check_schema(connection)
    except BaseException:
        engine.dispose()
        raise
    return Catalog(engine, folder)


def create_catalog(url: str, folder: Path) -> Catalog:
    """Create a catalog, or bring an older one up to date, and open it.

    The folder is made for its owner only: it will hold people's documents.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        parsed = read_url(url)
        if parsed.get_backend_name() == "sqlite":
            Path(parsed.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable("the data folder cannot be made") from error
    migrate(url)
    return open_catalog(url, folder)
