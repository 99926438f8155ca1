"""Nights and watches in the catalog, on both databases."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, NotFound
from catalog.nights import NightState, Standing
from catalog.searches import SearchRecord, SearchSource
from catalog.store import Catalog, Writing
from catalog.store.tables import PersonRow
from reading.dates import Month
from reading.job import Job

DAY = date(2026, 11, 24)
NIGHT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def run_to(catalog: Catalog, state: NightState, due_on: date = DAY, at: datetime = NIGHT) -> int:
    with catalog.writing() as writing:
        night = writing.nights.begin(due_on, at)
        writing.nights.finish(night, state, {}, at + timedelta(minutes=5))
    return night


def is_over(catalog: Catalog, due_on: date = DAY, now: datetime = NIGHT) -> bool:
    with catalog.reading() as reading:
        return reading.nights.is_over(due_on, now)


def test_a_night_is_kept_with_what_came_of_it(catalog: Catalog) -> None:
    report = {"index": {"outcome": "done", "seconds": 1.5, "people": 3}}
    with catalog.writing() as writing:
        night = writing.nights.begin(DAY, NIGHT)
    with catalog.writing() as writing:
        writing.nights.note(night, {"index": {"outcome": "done"}})
    with catalog.reading() as reading:
        begun = reading.nights.get(night)
    assert (begun.state, begun.finished_at, begun.due_on) == (NightState.RUNNING, None, DAY)
    assert begun.report == {"index": {"outcome": "done"}}
    with catalog.writing() as writing:
        writing.nights.finish(night, NightState.DONE, report, NIGHT + timedelta(hours=1))
    with catalog.reading() as reading:
        over = reading.nights.get(night)
    assert (over.state, over.started_at, over.report) == (NightState.DONE, NIGHT, report)
    assert over.finished_at == NIGHT + timedelta(hours=1)


def test_a_night_that_was_killed_is_marked_by_the_next(catalog: Catalog) -> None:
    with catalog.writing() as writing:
        killed = writing.nights.begin(DAY, NIGHT)
        writing.nights.note(killed, {"index": {"outcome": "done"}})
    with catalog.writing() as writing:
        following = writing.nights.begin(DAY, NIGHT + timedelta(hours=1))
    with catalog.reading() as reading:
        found = reading.nights.newest()
    assert [(night.id, night.state) for night in found] == [
        (following, NightState.RUNNING),
        (killed, NightState.CUT_SHORT),
    ]
    assert found[1].finished_at is None
    assert found[1].report == {"index": {"outcome": "done"}}


@pytest.mark.parametrize(
    ("state", "over"),
    [
        (NightState.DONE, True),
        (NightState.FAILED, True),
        (NightState.CUT_SHORT, False),
        (NightState.RUNNING, False),
    ],
)
def test_a_night_is_over_once_it_has_run_to_its_end_well_or_not(
    catalog: Catalog, state: NightState, over: bool
) -> None:
    run_to(catalog, state)
    assert is_over(catalog) is over
    assert not is_over(catalog, DAY - timedelta(days=1))
    assert not is_over(catalog, DAY + timedelta(days=1))


def test_a_night_under_a_clock_that_was_years_ahead_does_not_count_when_its_day_comes(
    catalog: Catalog,
) -> None:
    day = date(2030, 6, 1)
    run_to(catalog, NightState.DONE, day, datetime(2030, 6, 1, 3, 30, tzinfo=UTC))
    assert not is_over(catalog, day, datetime(2030, 5, 20, tzinfo=UTC))
    # A clock that goes back by an hour or a day does not have the night run again.
    assert is_over(catalog, day, datetime(2030, 6, 1, 2, 30, tzinfo=UTC))
    assert is_over(catalog, day, datetime(2030, 5, 31, 3, 30, tzinfo=UTC))


def test_only_the_newest_nights_are_kept(catalog: Catalog) -> None:
    nights = [run_to(catalog, NightState.DONE, DAY + timedelta(days=n)) for n in range(5)]
    with catalog.writing() as writing:
        assert writing.nights.forget_all_but(3) == 2
        assert writing.nights.forget_all_but(3) == 0
    with catalog.reading() as reading:
        assert [night.id for night in reading.nights.newest()] == nights[:1:-1]
        with pytest.raises(NotFound):
            reading.nights.get(nights[0])


def test_nothing_is_forgotten_where_nothing_is(catalog: Catalog) -> None:
    with catalog.writing() as writing:
        assert writing.nights.forget_all_but(3) == 0
        with pytest.raises(NotFound):
            writing.nights.note(1, {})
        with pytest.raises(NotFound):
            writing.nights.finish(1, NightState.DONE, {}, NIGHT)


# Watches.

WISHES = {"limit": 3, "text": "java AND 数据"}


def add_job(catalog: Catalog, name: str = "J01") -> int:
    with catalog.writing() as writing:
        return writing.jobs.store(Job(f"{name}: climbs trees", "en", "Climber", ()), name)


def add_people(catalog: Catalog, *names: str) -> list[int]:
    with catalog.writing() as writing:
        return [writing.people.add(name) for name in names]


def log_search(writing: Writing) -> str:
    name = uuid.uuid4().hex
    at = datetime.now(UTC)
    writing.searches.log(
        SearchRecord(name, at, {}, "job", 1, None, Month(2026, 11), SearchSource.CLI)
    )
    return name


def stand(*people: int) -> list[Standing]:
    return [Standing(person, rank, 1.0 / rank) for rank, person in enumerate(people, 1)]


def watch(catalog: Catalog, *people: int, by: str = "Bo", job: int | None = None) -> int:
    job_id = job or add_job(catalog)
    with catalog.writing() as writing:
        return writing.watches.begin(job_id, WISHES, by, stand(*people), log_search(writing))


def enter(catalog: Catalog, watch_id: int, *people: int) -> list[int]:
    with catalog.writing() as writing:
        return writing.watches.enter(watch_id, stand(*people), log_search(writing))


def matched(catalog: Catalog, watch_id: int | None = None, *, only_new: bool = False) -> list[int]:
    with catalog.reading() as reading:
        found = reading.watches.matches(watch_id, only_new=only_new)
    return [match.person_id for match in found]


def test_whoever_stands_there_at_the_start_is_no_match(catalog: Catalog) -> None:
    bo, cy = add_people(catalog, "Bo", "Cy")
    number = watch(catalog, bo, cy)
    assert enter(catalog, number, cy, bo) == []
    assert matched(catalog) == []
    with catalog.reading() as reading:
        assert reading.watches.known(number) == {bo, cy}


def test_who_enters_is_recorded_once_with_rank_score_and_search(catalog: Catalog) -> None:
    bo, cy, di = add_people(catalog, "Bo", "Cy", "Di")
    number = watch(catalog, bo)
    with catalog.writing() as writing:
        search = log_search(writing)
        assert writing.watches.enter(number, stand(di, bo, cy), search) == [di, cy]
    assert enter(catalog, number, cy, di) == []  # at another rank: still known
    assert enter(catalog, number, bo) == []  # they left
    assert enter(catalog, number, di) == []  # and came back
    with catalog.reading() as reading:
        first, second = reading.watches.matches(number)
    assert (first.person_id, first.rank, first.score) == (di, 1, 1.0)
    assert (second.person_id, second.rank, second.score) == (cy, 3, 1 / 3)
    assert {first.search_id, second.search_id} == {search}
    assert first.seen_at is None


def test_a_shortlist_that_was_empty_at_the_start_is_a_start_too(catalog: Catalog) -> None:
    number = watch(catalog)
    (bo,) = add_people(catalog, "Bo")
    assert enter(catalog, number, bo) == [bo]
    assert matched(catalog, only_new=True) == [bo]


def test_what_somebody_has_looked_at_is_new_no_longer(catalog: Catalog) -> None:
    bo, cy = add_people(catalog, "Bo", "Cy")
    number = watch(catalog)
    enter(catalog, number, bo)
    with catalog.writing() as writing:
        writing.watches.mark_seen(writing.watches.matches(number))
    enter(catalog, number, cy, bo)
    assert matched(catalog, only_new=True) == [cy]
    assert matched(catalog) == [bo, cy]


def test_somebody_merged_is_not_new_under_the_other_id(catalog: Catalog) -> None:
    bo, twin, cy = add_people(catalog, "Bo", "Bo again", "Cy")
    number = watch(catalog, twin)
    enter(catalog, number, bo, cy)
    with catalog.writing() as writing:
        writing.merges.merge(cy, twin, reason="one person", actor="me")
    # `cy` entered, `twin` was there from the start: whoever they are now is known.
    assert enter(catalog, number, cy) == []
    with catalog.writing() as writing:
        writing.merges.merge(cy, bo, reason="one person", actor="me")
    assert matched(catalog) == [cy]  # one person, listed once
    with catalog.writing() as writing:
        writing.watches.mark_seen(writing.watches.matches(number))
    assert matched(catalog, only_new=True) == []


def test_a_search_before_a_merge_records_whom_the_person_is_now(catalog: Catalog) -> None:
    bo, twin = add_people(catalog, "Bo", "Bo again")
    number = watch(catalog)
    with catalog.writing() as writing:
        writing.merges.merge(bo, twin, reason="one person", actor="me")
    assert enter(catalog, number, twin, bo) == [bo]
    with catalog.reading() as reading:
        (match,) = reading.watches.matches(number)
    assert match.rank == 1  # the better of their two places


def erase(catalog: Catalog, person: int) -> None:
    with catalog.writing() as writing:
        writing.unit.take_sequence()
        writing.unit.connection.execute(
            sa.update(PersonRow).where(PersonRow.id == person).values(erased_at=NIGHT)
        )


def test_nobody_erased_is_a_match_not_even_one_who_is_erased_while_we_look(
    catalog: Catalog,
) -> None:
    bo, cy = add_people(catalog, "Bo", "Cy")
    number = watch(catalog)
    enter(catalog, number, bo)
    assert matched(catalog) == [bo]
    erase(catalog, bo)
    assert matched(catalog) == []
    erase(catalog, cy)  # after the search that found them, before this:
    assert enter(catalog, number, cy) == []
    with catalog.reading() as reading:
        assert reading.watches.known(number) == {bo}


def test_an_erasure_under_way_is_waited_for(catalog: Catalog) -> None:
    (bo,) = add_people(catalog, "Bo")
    number = watch(catalog)
    found: list[list[int]] = []
    recorder = threading.Thread(target=lambda: found.append(enter(catalog, number, bo)))
    with catalog.writing() as writing:
        writing.unit.take_sequence()
        recorder.start()
        recorder.join(0.3)
        assert recorder.is_alive()
        writing.unit.connection.execute(
            sa.update(PersonRow).where(PersonRow.id == bo).values(erased_at=NIGHT)
        )
    recorder.join(30)
    assert found == [[]]


def test_two_who_look_at_once_record_whoever_is_new_once(catalog: Catalog) -> None:
    people = add_people(catalog, *"abcdefgh")
    number = watch(catalog)
    found: list[list[int]] = []
    lookers = [
        threading.Thread(target=lambda: found.append(enter(catalog, number, *people)))
        for _ in range(4)
    ]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join(60)
    assert sorted(found) == [[], [], [], people]
    assert matched(catalog) == people


def test_looking_at_a_watch_moves_no_snapshot(catalog: Catalog) -> None:
    (bo,) = add_people(catalog, "Bo")
    job = add_job(catalog)
    with catalog.reading() as reading:
        before = reading.sequence
    number = watch(catalog, job=job)
    enter(catalog, number, bo)
    with catalog.reading() as reading:
        assert reading.sequence == before


def test_two_people_may_watch_a_job_and_one_may_not_watch_it_twice(catalog: Catalog) -> None:
    job = add_job(catalog)
    first = watch(catalog, job=job)
    other = watch(catalog, job=job, by="Cy")
    with pytest.raises(Conflict, match=f"watch {first}"):
        watch(catalog, job=job)
    with catalog.writing() as writing:  # in another way is another watch
        third = writing.watches.begin(job, {"limit": 5}, "Bo", [])
    with catalog.reading() as reading:
        assert [w.id for w in reading.watches.open(job)] == [first, other, third]
        assert reading.watches.open(job + 1) == []
        assert reading.watches.get(first).request == WISHES


def test_a_watch_that_has_ended_records_nobody_and_keeps_whom_it_found(catalog: Catalog) -> None:
    bo, cy = add_people(catalog, "Bo", "Cy")
    number = watch(catalog)
    enter(catalog, number, bo)
    with catalog.writing() as writing:
        assert writing.watches.stop(number).ended_at is not None
    assert enter(catalog, number, cy) == []
    assert matched(catalog) == []
    assert matched(catalog, number) == [bo]
    with pytest.raises(Conflict, match="ended"), catalog.writing() as writing:
        writing.watches.stop(number)
    watch(catalog, job=1)  # it may be watched again


def test_of_a_watch_that_there_is_not_nothing_can_be_said(catalog: Catalog) -> None:
    with catalog.writing() as writing:
        for ask in (writing.watches.get, writing.watches.stop):
            with pytest.raises(NotFound, match="bole watch list"):
                ask(7)
        with pytest.raises(NotFound):
            writing.watches.enter(7, [], "")
        assert writing.watches.matches(7) == []
        assert writing.watches.known(7) == set()


def test_somebody_who_never_was_is_not_recorded(catalog: Catalog) -> None:
    (bo,) = add_people(catalog, "Bo")
    number = watch(catalog)
    assert enter(catalog, number, 999_999, bo) == [bo]
