from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.outcomes import NewOutcome, OutcomeKind, ReasonClass
from catalog.store import Catalog
from reading.job import Job

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _application(catalog: Catalog) -> int:
    with catalog.writing() as w:
        person = w.people.add("Oksana")
        job = w.jobs.store(Job("Nurse wanted", "en", "Nurse", ()), "J1")
        return w.outcomes.apply(person, job, "ats:lever", "L1")


def _event(application: int, **changes: Any) -> NewOutcome:
    values: dict[str, Any] = {
        "application_id": application,
        "kind": OutcomeKind.APPLIED,
        "source": "ats:lever",
        "at": NOON,
    }
    return NewOutcome(**{**values, **changes})


def test_events_come_back_in_the_order_in_which_they_were_recorded(catalog: Catalog) -> None:
    application = _application(catalog)
    with catalog.writing() as w:
        w.outcomes.record(_event(application))
        w.outcomes.record(
            _event(application, kind="rejected", reason="position_filled", at=None, on=NOON.date())
        )
        then = w.sequence
    with catalog.writing() as w:
        w.outcomes.record(_event(application, kind=OutcomeKind.WITHDREW))
    with catalog.reading() as r:
        events = r.outcomes.of_application(application)
        assert [event.kind for event in events] == ["applied", "rejected", "withdrew"]
        assert events[1].reason is ReasonClass.POSITION_FILLED
        assert (events[1].at, events[1].on) == (None, date(2026, 3, 2))
        assert r.outcomes.of_person(events[0].person_id) == events
        assert list(r.outcomes.up_to(then)) == events[:2]


def test_the_same_event_of_a_source_twice_is_recorded_once(catalog: Catalog) -> None:
    application = _application(catalog)
    event = _event(application, external_id="ev-1")
    with catalog.writing() as w:
        assert w.outcomes.record(event)
        assert not w.outcomes.record(event)
        assert w.outcomes.record(_event(application, external_id="ev-1", source="ats:ashby"))
        assert w.outcomes.record(_event(application))  # without an id every event counts
        assert w.outcomes.record(_event(application))
        assert len(w.outcomes.of_application(application)) == 4


def test_applying_twice_is_one_application(catalog: Catalog) -> None:
    application = _application(catalog)
    with catalog.writing() as w:
        known = w.outcomes.get_application(application)
        again = w.outcomes.apply(known.person_id, known.job_id, "ats:lever", "L1")
        by_hand = w.outcomes.apply(known.person_id, known.job_id, "csv")
        assert again == application
        assert w.outcomes.apply(known.person_id, known.job_id, "csv") == by_hand != application


def test_every_kind_of_event_and_every_reason_can_be_recorded(catalog: Catalog) -> None:
    application = _application(catalog)
    with catalog.writing() as w:
        for kind in OutcomeKind:
            w.outcomes.record(_event(application, kind=kind))
        for reason in ReasonClass:
            w.outcomes.record(_event(application, kind=OutcomeKind.REJECTED, reason=reason))
    with catalog.reading() as r:
        events = r.outcomes.of_application(application)
    assert [event.kind for event in events] == [*OutcomeKind, *["rejected"] * len(ReasonClass)]
    assert [event.reason for event in events[len(OutcomeKind) :]] == list(ReasonClass)


def test_the_applications_of_a_sequence_are_those_known_then(catalog: Catalog) -> None:
    first = _application(catalog)
    with catalog.writing() as w:
        known = w.outcomes.get_application(first)
        then = w.sequence
    with catalog.writing() as w:
        other = w.people.add("Oksana B.")
        second = w.outcomes.apply(other, known.job_id, "ats:lever", "L2")
    with catalog.reading() as r:
        assert r.outcomes.applications(then) == [known]
        assert [a.id for a in r.outcomes.applications(r.sequence)] == [first, second]
        assert r.outcomes.applications(0) == []
    with catalog.writing() as w:  # two records of one person: the ids that hold now
        w.merges.merge(known.person_id, other, reason="same phone", actor="Zofia")
    with catalog.reading() as r:
        assert {a.person_id for a in r.outcomes.applications(r.sequence)} == {known.person_id}


def test_a_moment_keeps_its_instant_in_any_time_zone(catalog: Catalog) -> None:
    application = _application(catalog)
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    with catalog.writing() as w:
        w.outcomes.record(_event(application, at=shanghai))
        (event,) = w.outcomes.of_application(application)
    assert event.at == NOON
    assert event.at is not None
    assert event.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "promoted"},
        {"kind": "rejected'; DROP TABLE person; --"},
        {"kind": OutcomeKind.REJECTED, "reason": "ugly"},
        {"kind": OutcomeKind.WITHDREW, "reason": ReasonClass.TERMS},
        {"at": None},
        {"at": datetime(2026, 3, 2, 12)},
        {"source": "a\x00b"},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(catalog: Catalog, changes: dict[str, Any]) -> None:
    application = _application(catalog)
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.outcomes.record(_event(application, **changes))
    with catalog.reading() as r:
        assert r.outcomes.of_application(application) == []


def test_events_and_applications_of_nobody_are_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound), catalog.writing() as w:
        w.outcomes.record(_event(4711))
    with pytest.raises(NotFound), catalog.writing() as w:
        w.outcomes.apply(4711, 1, "csv")
    with catalog.writing() as w:
        person = w.people.add("Ife")
    with pytest.raises(NotFound), catalog.writing() as w:
        w.outcomes.apply(person, 4711, "csv")


@pytest.mark.parametrize(
    "sql", ["UPDATE outcome_event SET kind = 'hired'", "DELETE FROM outcome_event"]
)
def test_an_event_is_never_changed_or_removed_except_by_erasure(catalog: Catalog, sql: str) -> None:
    application = _application(catalog)
    with catalog.writing() as w:
        w.outcomes.record(_event(application))
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(sql)
    with catalog.writing() as w:
        w.unit.connection.exec_driver_sql("INSERT INTO append_only_pass (id) VALUES (1)")
        w.unit.connection.exec_driver_sql(sql)
        w.unit.connection.exec_driver_sql("DELETE FROM append_only_pass")
    with catalog.reading() as r:
        left = [event.kind for event in r.outcomes.of_application(application)]
    assert left == (["hired"] if sql.startswith("UPDATE") else [])
