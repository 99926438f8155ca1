"""Applications, and what came of them: events that are only ever added."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from catalog.errors import InvalidRequest, NotFound
from catalog.outcomes import Application, NewOutcome, Outcome, OutcomeKind, ReasonClass
from catalog.store.people import People
from catalog.store.tables import ApplicationRow, OutcomeEventRow
from catalog.store.unit import Unit

_APPLICATIONS = sa.select(
    ApplicationRow.id,
    ApplicationRow.person_id,
    ApplicationRow.job_id,
    ApplicationRow.source,
    ApplicationRow.external_id,
)


class Outcomes:
    """The applications and outcomes of one transaction."""

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def apply(
        self, person_id: int, job_id: int, source: str, external_id: str | None = None
    ) -> int:
        """Store a candidacy and return its id; the same one of the same source again is the same.

        With an external id that says which it is; without, the person and the job do.

        Raises:
            NotFound: there never was such a person.
            Erased: they were erased.
        """
        sequence = self._unit.take_sequence()
        self._people.refuse_erased(person_id)
        person_id = self._people.resolve(person_id)
        same = (
            (ApplicationRow.person_id == person_id, ApplicationRow.job_id == job_id)
            if external_id is None
            else ()
        )
        known = self._unit.connection.scalar(
            sa.select(ApplicationRow.id).where(
                ApplicationRow.source == source,
                ApplicationRow.external_id.is_not_distinct_from(external_id),
                *same,
            )
        )
        if known is not None:
            return known
        return self._unit.insert(
            ApplicationRow,
            {
                "person_id": person_id,
                "job_id": job_id,
                "source": source,
                "external_id": external_id,
                "created_at": self._unit.now,
                "sequence": sequence,
            },
        )

    def get_application(self, application_id: int) -> Application:
        """A candidacy by its id."""
        row = self._unit.connection.execute(
            _APPLICATIONS.where(ApplicationRow.id == application_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no application {application_id}")
        return Application(*row)

    def applications(self, sequence: int) -> list[Application]:
        """Every candidacy known at a sequence, oldest first, under the ids that people have now."""
        rows = self._unit.connection.execute(
            _APPLICATIONS.where(ApplicationRow.sequence <= sequence).order_by(ApplicationRow.id)
        )
        return [Application(*row) for row in rows]

    def record(self, new: NewOutcome) -> bool:
        """Add an event; whether it was new (an event is known by its source's id for it).

        Raises:
            InvalidRequest: no time, an unknown word, or a reason for what is not a rejection.
            NotFound: there is no such application.
        """
        kind, reason = _checked(new)
        sequence = self._unit.take_sequence()
        if new.external_id is not None:
            known = self._unit.connection.scalar(
                sa.select(OutcomeEventRow.id).where(
                    OutcomeEventRow.source == new.source,
                    OutcomeEventRow.external_id == new.external_id,
                )
            )
            if known is not None:
                return False
        self.get_application(new.application_id)
        self._unit.insert(
            OutcomeEventRow,
            {
                "application_id": new.application_id,
                "kind": kind,
                "reason": reason,
                "at": new.at,
                "happened_on": new.on,
                "source": new.source,
                "external_id": new.external_id,
                "recorded_at": self._unit.now,
                "sequence": sequence,
            },
        )
        return True

    def up_to(self, sequence: int) -> Iterator[Outcome]:
        """Every event known at a sequence, in the order in which they were recorded."""
        return self._read(OutcomeEventRow.sequence <= sequence)

    def of_application(self, application_id: int) -> list[Outcome]:
        """The events of one candidacy, in the order in which they were recorded."""
        return list(self._read(OutcomeEventRow.application_id == application_id))

    def of_person(self, person_id: int) -> list[Outcome]:
        """The events of one person, over all jobs."""
        return list(self._read(ApplicationRow.person_id == self._people.resolve(person_id)))

    def _read(self, which: sa.ColumnElement[bool]) -> Iterator[Outcome]:
        rows = self._unit.connection.execute(
            sa.select(
                OutcomeEventRow.id,
                OutcomeEventRow.application_id,
                ApplicationRow.person_id,
                ApplicationRow.job_id,
                OutcomeEventRow.kind,
                OutcomeEventRow.reason,
                OutcomeEventRow.at,
                OutcomeEventRow.happened_on.label("on"),
                OutcomeEventRow.source,
                OutcomeEventRow.sequence,
            )
            .join(ApplicationRow, ApplicationRow.id == OutcomeEventRow.application_id)
            .where(which)
            .order_by(OutcomeEventRow.id)
        )
        for row in rows:
            values = dict(row._mapping)
            values["kind"] = OutcomeKind(row.kind)
            values["reason"] = None if row.reason is None else ReasonClass(row.reason)
            yield Outcome(**values)


def _checked(new: NewOutcome) -> tuple[OutcomeKind, ReasonClass | None]:
    try:
        kind = OutcomeKind(new.kind)
        reason = None if new.reason is None else ReasonClass(new.reason)
    except ValueError:
        raise InvalidRequest("not a kind of outcome, or not a class of reasons") from None
    if reason is not None and kind is not OutcomeKind.REJECTED:
        raise InvalidRequest("only a rejection has a reason")
    if new.at is None and new.on is None:
        raise InvalidRequest("an outcome needs the moment or the date on which it happened")
    return kind, reason
