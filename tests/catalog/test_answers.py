from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from catalog.answers import Answer, Begun, Standing
from catalog.keys import Role
from catalog.people import Claim, ClaimKind
from catalog.store import Catalog
from catalog.store.answers import KEPT, LEASE

ANSWER = Answer(201, {"location": "/v1/jobs/1"}, '{"b": 1, "a": "李雷 \\u0000"}')


@pytest.fixture(autouse=True)
def two_keys(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.keys.add("anna", Role.RECRUITER, "root")
        w.keys.add("li", Role.RECRUITER, "root")


def begin(catalog: Catalog, key_id: int = 1, key: str = "k", fingerprint: str = "f") -> Begun:
    with catalog.writing() as w:
        return w.answers.begin(key_id, key, fingerprint)


def settle(catalog: Catalog, begun: Begun, answer: Answer = ANSWER) -> None:
    assert begun.number is not None
    with catalog.writing() as w:
        w.answers.settle(begun.number, answer)


def wind_back(catalog: Catalog, ago: timedelta) -> None:
    row = sa.table("idempotency", sa.column("begun_at", sa.DateTime(timezone=True)))
    with catalog.writing() as w:
        w.unit.connection.execute(sa.update(row).values(begun_at=datetime.now(UTC) - ago))


def test_the_first_is_to_be_done_and_the_next_is_answered_as_it_was(catalog: Catalog) -> None:
    first = begin(catalog)
    assert first.standing is Standing.NEW
    assert begin(catalog).standing is Standing.RUNNING
    settle(catalog, first)
    again = begin(catalog)
    assert (again.standing, again.answer) == (Standing.DONE, ANSWER)  # to the byte


def test_a_key_means_one_request_whether_done_or_not(catalog: Catalog) -> None:
    first = begin(catalog)
    assert begin(catalog, fingerprint="g").standing is Standing.OTHER
    settle(catalog, first)
    assert begin(catalog, fingerprint="g").standing is Standing.OTHER


def test_two_callers_equal_keys_do_not_meet(catalog: Catalog) -> None:
    settle(catalog, begin(catalog))
    assert begin(catalog, key_id=2).standing is Standing.NEW


def test_what_was_given_up_may_be_tried_again_even_with_another_body(catalog: Catalog) -> None:
    first = begin(catalog)
    assert first.number is not None
    with catalog.writing() as w:
        w.answers.give_up(first.number)
    assert begin(catalog, fingerprint="g").standing is Standing.NEW


def test_what_has_its_answer_is_not_given_up(catalog: Catalog) -> None:
    first = begin(catalog)
    settle(catalog, first)
    assert first.number is not None
    with catalog.writing() as w:
        w.answers.give_up(first.number)
    assert begin(catalog).standing is Standing.DONE


def test_a_write_whose_process_died_is_done_again_after_the_lease(catalog: Catalog) -> None:
    begin(catalog)
    wind_back(catalog, LEASE - timedelta(seconds=30))
    assert begin(catalog).standing is Standing.RUNNING
    wind_back(catalog, LEASE + timedelta(seconds=1))
    assert begin(catalog).standing is Standing.NEW
    assert begin(catalog).standing is Standing.RUNNING  # for one of them


def test_an_answer_is_forgotten_after_a_day(catalog: Catalog) -> None:
    settle(catalog, begin(catalog))
    wind_back(catalog, KEPT - timedelta(minutes=1))
    assert begin(catalog).standing is Standing.DONE
    wind_back(catalog, KEPT + timedelta(minutes=1))
    assert begin(catalog).standing is Standing.NEW


def test_of_many_at_once_exactly_one_is_done(catalog: Catalog) -> None:
    with ThreadPoolExecutor(8) as pool:
        standings = [b.standing for b in pool.map(lambda _: begin(catalog), range(24))]
    assert sorted(standings).count(Standing.NEW) == 1
    assert set(standings) == {Standing.NEW, Standing.RUNNING}


@pytest.mark.parametrize(
    "body",
    ['{"name": "Zuleika Quandary"}', '{"hits": [{"candidate_id": 1}]}', '"z@quandary.example"'],
)
def test_an_answer_about_somebody_goes_when_they_are_erased(catalog: Catalog, body: str) -> None:
    with catalog.writing() as w:
        person = w.people.add("Zuleika Quandary")
        w.people.add_claims(person, [Claim(ClaimKind.EMAIL, "z@quandary.example")], None)
    settle(catalog, begin(catalog, key="about"), Answer(200, {}, body))
    settle(catalog, begin(catalog, key="other"), Answer(200, {}, '{"name": "Kofi Mensah"}'))
    with catalog.writing() as w:
        w.forgetting.erase(person, "root", b"k" * 32)
    assert begin(catalog, key="about").standing is Standing.NEW
    assert begin(catalog, key="other").standing is Standing.DONE
