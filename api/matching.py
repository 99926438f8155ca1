"""Imported lines matched with what is stored: which application each means, and what is new.

The same line again changes nothing: an event is known by its source's id for it, and one without
an id by what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from api.importing import ApplicationLine, EventLine, Line
from api.lines import Place, Wrong
from api.problems import Problem, problem_at
from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.store import Reading

L = TypeVar("L", ApplicationLine, EventLine)
R = TypeVar("R")

Told = tuple[OutcomeKind, ReasonClass | None, datetime | date | None]


@dataclass(slots=True)
class Candidacy:
    """An application, stored or (without `id`) about to be. `job` is the job's external id."""

    person_id: int
    job: str | None
    job_id: int
    source: str
    external_id: str | None
    id: int | None = None


class Plan:
    """What an import is going to store, and the lines that cannot be used, with the reasons."""

    def __init__(self, reading: Reading, lines: Sequence[Line], source: str) -> None:
        told = [line for line in lines if not isinstance(line, Problem)]
        self.lines = len(lines)
        self.known = 0
        self.problems = [line for line in lines if isinstance(line, Problem)]
        self.candidacies: list[Candidacy] = []
        self.events: list[tuple[Candidacy, EventLine]] = []
        self.stored: defaultdict[int, set[Told]] = defaultdict(set)
        self._source = source
        self._people = reading.people.of_external(
            {line.candidate for line in told if line.candidate}
        )
        self._erased = reading.forgetting.erased_ids(
            {line.candidate for line in told if line.candidate} - self._people.keys()
        )
        names = {line.job for line in told if line.job}
        self._jobs = {name: reading.jobs.find(name) for name in names}
        self._by_id: defaultdict[str, list[Candidacy]] = defaultdict(list)
        self._by_pair: defaultdict[tuple[int, str], list[Candidacy]] = defaultdict(list)
        self._ids: dict[tuple[str, str], object] = {}
        self._look_up(reading)
        self._go_through(told)

    def _look_up(self, reading: Reading) -> None:
        """What is stored. A job whose text has changed is still the job of its applications."""
        jobs: dict[int, str | None] = {}
        for known in reading.outcomes.applications(reading.sequence):
            if known.job_id not in jobs:
                jobs[known.job_id] = reading.jobs.get(known.job_id).external_id
            job = jobs[known.job_id]
            self._note(
                Candidacy(
                    known.person_id, job, known.job_id, known.source, known.external_id, known.id
                )
            )
        for event in reading.outcomes.up_to(reading.sequence):
            self.stored[event.application_id].add(
                (event.kind, event.reason, event.at if event.at is not None else event.on)
            )

    def _go_through(self, told: Sequence[ApplicationLine | EventLine]) -> None:
        applied: list[tuple[Candidacy, ApplicationLine]] = []
        for line in told:  # applications first: the files come in any order
            if isinstance(line, ApplicationLine):
                before = len(self.candidacies)
                found = self._usable(self._of_application, line)
                if found is not None:
                    self.known += len(self.candidacies) == before
                    applied.append((found, line))
        for line in told:
            if isinstance(line, EventLine):
                event = self._usable(self._of_event, line)
                if event is not None:
                    self.events.append(event)
        self._add_applied(applied)

    def _usable(self, read: Callable[[L], R], line: L) -> R | None:
        try:
            return read(line)
        except Wrong as wrong:
            self.problems.append(problem_at(line.place, wrong))
            return None

    def _of_application(self, line: ApplicationLine) -> Candidacy:
        """Another system's application of the same id is another application."""
        source = line.source or self._source
        return self._candidacy(line.id, line.candidate, line.job, source, exactly=True)

    def _of_event(self, line: EventLine) -> tuple[Candidacy, EventLine]:
        source = line.source or self._source
        candidacy = self._candidacy(line.application, line.candidate, line.job, source)
        line = replace(line, source=line.source or candidacy.source, id=line.id or _digest(line))
        said = replace(line, place=Place("", 0))
        if self._ids.setdefault((line.source or "", line.id or ""), said) != said:
            raise used_twice(line)
        return candidacy, line

    def _candidacy(
        self,
        own: str | None,
        candidate: str | None,
        job: str | None,
        source: str,
        *,
        exactly: bool = False,
    ) -> Candidacy:
        """The application that a line means: one that is known, or one that it adds.

        Of several it is `source`'s; where it must be `exactly` that one's, no other will do.
        """
        meant: list[Candidacy] = []
        pair: tuple[int, str] | None = None
        if candidate is not None and job is not None:
            pair = self._person(candidate), job
            meant = self._by_pair.get(pair, [])
        if own is not None:
            meant = self._by_id.get(own, [])
        found = [each for each in meant if each.source == source]
        if not found and not exactly:
            found = meant
        if own is not None and len(found) > 1:
            raise Wrong(
                "unclear application",
                f"{len(found)} sources have an application {own}.",
                "Name the source.",
            )
        if found:
            if pair not in (None, (found[-1].person_id, found[-1].job)):
                raise Wrong(
                    "contradiction",
                    f"The application {own} is another candidate's, or for another job.",
                    "Check the application's id.",
                )
            return found[-1]
        if pair is None or job is None:
            raise Wrong(
                "unknown application",
                f"There is no application {own}.",
                "Import the applications too, or name the candidate and the job.",
            )
        added = Candidacy(pair[0], job, self._job(job), source, own)
        self.candidacies.append(added)
        self._note(added)
        return added

    def _person(self, candidate: str) -> int:
        if candidate in self._erased:
            raise Wrong(
                "erased candidate",
                f"The candidate with the external id {candidate} was erased.",
                "Nothing is recorded about them again; leave the line out.",
            )
        if candidate not in self._people:
            raise Wrong(
                "unknown candidate",
                f"There is no candidate with the external id {candidate}.",
                "Ingest the résumé first (bole ingest --id-from …).",
            )
        return self._people[candidate]

    def _job(self, job: str) -> int:
        found = self._jobs.get(job)
        if found is None:
            raise Wrong(
                "unknown job",
                f"There is no job with the external id {job}.",
                "Add the job first (bole jobs add).",
            )
        return found

    def _note(self, candidacy: Candidacy) -> None:
        if candidacy.external_id is not None:
            self._by_id[candidacy.external_id].append(candidacy)
        if candidacy.job is not None:
            self._by_pair[candidacy.person_id, candidacy.job].append(candidacy)

    def _add_applied(self, applied: Iterable[tuple[Candidacy, ApplicationLine]]) -> None:
        """When somebody applied, for the applications of which no event says it."""
        kind = OutcomeKind.APPLIED
        said = {id(candidacy) for candidacy, line in self.events if line.kind is kind}
        for candidacy, line in applied:
            stored = self.stored.get(candidacy.id, ()) if candidacy.id is not None else ()
            if line.applied is None or id(candidacy) in said or any(t[0] is kind for t in stored):
                continue
            said.add(id(candidacy))
            event = EventLine(
                place=line.place,
                id=None,
                application=line.id,
                candidate=line.candidate,
                job=line.job,
                kind=kind,
                reason=None,
                when=line.applied,
                source=candidacy.source,
            )
            self.events.append((candidacy, replace(event, id=_digest(event))))


def _digest(line: EventLine) -> str:
    """An id for an event that came without: whatever it says, and nothing of where it stood."""
    said = (line.application, line.candidate, line.job, line.kind, line.reason, str(line.when))
    return "said:" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def used_twice(line: EventLine) -> Wrong:
    return Wrong(
        "id used twice",
        f"Another event has the id {line.id} too; what is stored is never overwritten.",
        "Give every event an id of its own, or none.",
    )
