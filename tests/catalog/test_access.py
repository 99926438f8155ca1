from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalog.access import Accesses, Action
from catalog.errors import Conflict, NotFound
from catalog.keys import Role
from catalog.store import Catalog


@pytest.fixture
def people(catalog: Catalog) -> list[int]:
    with catalog.writing() as w:
        w.keys.add("anna", Role.RECRUITER, "root")
        w.keys.add("li", Role.RECRUITER, "root")
        return [w.people.add(name) for name in ("Amrita Kaur", "李雷", "Kofi Mensah")]


def record(catalog: Catalog, key: int, action: Action, *people: int) -> None:
    with catalog.writing() as w:
        w.accesses.record(key, {1: "anna", 2: "li"}[key], action, people, f"request-{key}")


def found(catalog: Catalog, wanted: Accesses) -> list[tuple[str, str, int]]:
    with catalog.reading() as r:
        return [(each.by, each.action, each.person_id) for each in r.accesses.find(wanted)]


def test_who_looked_at_whom_is_found_by_person_by_key_and_by_time(
    catalog: Catalog, people: list[int]
) -> None:
    first, second, third = people
    record(catalog, 1, Action.SHOWN, first, second, first)
    record(catalog, 2, Action.DOCUMENT, second)
    assert found(catalog, Accesses()) == [
        ("li", "document", second),
        ("anna", "shown", second),
        ("anna", "shown", first),
    ]
    assert found(catalog, Accesses(person_id=first)) == [("anna", "shown", first)]
    assert found(catalog, Accesses(key_id=2)) == [("li", "document", second)]
    assert found(catalog, Accesses(person_id=third)) == []
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert found(catalog, Accesses(since=later)) == []
    assert len(found(catalog, Accesses(until=later))) == 3


def test_pages_go_on_where_they_stopped_whatever_was_added(
    catalog: Catalog, people: list[int]
) -> None:
    for _ in range(3):
        record(catalog, 1, Action.READ, people[0])
    with catalog.reading() as r:
        page = r.accesses.find(Accesses(), limit=2)
    record(catalog, 1, Action.READ, people[1])
    with catalog.reading() as r:
        rest = r.accesses.find(Accesses(), before=page[-1].id)
    assert [each.id for each in page + rest] == [3, 2, 1]


def test_accesses_of_merged_records_are_one_persons(catalog: Catalog, people: list[int]) -> None:
    record(catalog, 1, Action.READ, people[0])
    record(catalog, 1, Action.RESUME, people[1])
    with catalog.writing() as w:
        w.merges.merge(people[0], people[1], reason="same", actor="root")
    for known_as in people[:2]:
        assert [action for _, action, _ in found(catalog, Accesses(person_id=known_as))] == [
            "resume",
            "read",
        ]


@pytest.mark.parametrize("sql", ["UPDATE access SET action = 'read'", "DELETE FROM access"])
def test_the_record_is_append_only(catalog: Catalog, people: list[int], sql: str) -> None:
    record(catalog, 1, Action.SHOWN, people[0])
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(sql)


def test_an_access_to_nobody_is_refused(catalog: Catalog, people: list[int]) -> None:
    with pytest.raises(NotFound):
        record(catalog, 1, Action.READ, 999)
    with pytest.raises(NotFound), catalog.reading() as r:
        r.accesses.find(Accesses(person_id=999))


def test_a_person_who_was_erased_keeps_who_looked_at_them(
    catalog: Catalog, people: list[int]
) -> None:
    record(catalog, 1, Action.READ, people[0])
    with catalog.writing() as w:
        w.forgetting.erase(people[0], "root", b"k" * 32)
    assert found(catalog, Accesses(person_id=people[0])) == [("anna", "read", people[0])]
