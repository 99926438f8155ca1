"""The search log is chained: what somebody with the database's password does to it is found."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.searches import Forgotten, Impression, LogCheck, SearchRecord, SearchSource
from catalog.store import Catalog, open_catalog
from catalog.store.copying import copy_catalog
from catalog.store.engine import default_url
from catalog.store.search_log.removals import Removals
from catalog.store.tables import ImpressionRow, Row, SearchChainRow, SearchRow
from reading.dates import Month
from reading.jobs.requirements import read_job

NOON = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


def a_search(name: str, hours: int = 0, **more: Any) -> SearchRecord:
    given: dict[str, Any] = {
        "request": {"text": "java AND 数据", "limit": 2, "blend": 0.1},
        "fingerprints": {"encoder": "e5"},
        "timings": {"vector": 1.25},
    } | more
    return SearchRecord(
        name,
        NOON + timedelta(hours=hours),
        job_key="ab" * 32,
        sequence=7,
        generation_id=None,
        as_of=Month(2026, 5),
        source=SearchSource.CLI,
        **given,
    )


def shown(*people: int, first: int = 1) -> list[Impression]:
    return [
        Impression(place, person, 1 / (place + 2), {"meaning": 0.1, "words": 0.2}, "retrieval")
        for place, person in enumerate(people, first)
    ]


@pytest.fixture
def people(catalog: Catalog) -> list[int]:
    """Three people; searches a, b and c show all of them, b with a further page."""
    with catalog.writing() as w:
        bo, cy, di = (w.people.add(name) for name in ("Bo", "Cy", "Di"))
    for hours, name in enumerate("abc"):
        with catalog.writing() as w:
            w.searches.log(a_search(name, hours), shown(bo, cy))
        if name == "b":
            with catalog.writing() as w:
                w.searches.add_impressions("b", shown(di, first=3))
    return [bo, cy, di]


def check(catalog: Catalog, *heads: str) -> LogCheck:
    with catalog.reading() as r:
        return r.searches.check_chain(heads)


def problems(catalog: Catalog) -> list[str]:
    with catalog.reading() as r:
        return r.searches.verify_chain()


def attack(catalog: Catalog, *statements: str, **values: Any) -> None:
    """Raw SQL, with the triggers that keep the chain append-only put to sleep."""
    with catalog.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO append_only_pass (id) VALUES (1)")
        for statement in statements:
            done = (
                connection.execute(sa.text(statement), values)
                if values
                else connection.exec_driver_sql(statement)
            )
            assert done.rowcount > 0, "the attack must hit something"
        connection.exec_driver_sql("DELETE FROM append_only_pass")


@pytest.mark.usefixtures("people")
def test_a_log_as_it_was_written_holds(catalog: Catalog) -> None:
    found = check(catalog)
    assert found.problems == ()
    assert found.holds
    assert (found.links, found.searches, found.impressions, found.before) == (4, 3, 7, 0)
    assert found.head is not None
    assert len(found.head) == 64
    assert (found.erased_impressions, found.erased_requests) == (0, 0)


def test_an_empty_log_holds_and_has_no_head(catalog: Catalog) -> None:
    found = check(catalog)
    assert found.holds
    assert found.head is found.begins_at is None


def test_the_chain_is_what_its_page_says_computed_by_hand(catalog: Catalog) -> None:
    """docs/decisions/0007, followed with nothing but hashlib and json."""
    with catalog.writing() as w:
        bo = w.people.add("Bo")
        w.searches.log(
            a_search("a", request={"limit": 1}), [Impression(1, bo, 1 / 3, {"w": -0.5}, "x", 0.25)]
        )
    with catalog.engine.connect() as connection:
        salt = connection.exec_driver_sql("SELECT salt FROM search_log").scalar_one()
        other = connection.exec_driver_sql("SELECT salt FROM impression").scalar_one()
        link = connection.execute(sa.text("SELECT * FROM search_chain")).one()
        at = connection.execute(
            sa.select(sa.column("at", sa.DateTime(timezone=True))).select_from(
                sa.table("search_chain")
            )
        ).scalar_one()

    def hashed(purpose: str, salt: str, text: str) -> str:
        return hashlib.sha256(f"bole search log 1\n{purpose}\n{salt}\n{text}".encode()).hexdigest()

    facts = (
        '["a","2026-05-01T12:00:00.123456+00:00","' + "ab" * 32 + '",null,7,null,24316,'
        '{"encoder":"e5"},{"vector":1.25},"cli"]'
    )
    request = hashed("request", salt, f'[{{"limit":1}},{facts}]')
    impression = hashed(
        "impression", other, f'["a",1,{bo},0.3333333333333333,{{"w":-0.5}},0.25,"x"]'
    )
    origin = hashed("origin", "", "[]")
    moment = at.replace(tzinfo=UTC).isoformat(timespec="microseconds")
    assert link.request == request
    assert link.previous == origin
    assert salt != other
    assert link.link == hashed(
        "link",
        "",
        f'["{origin}","a","{moment}","{request}",[[1,"{impression}"]],{facts}]',
    )


CHANGES = {
    "the request": ("UPDATE search_log SET request = '{}' WHERE id = 'b'", "search b was changed"),
    "the job": ("UPDATE search_log SET job_key = 'cd' WHERE id = 'b'", "search b was changed"),
    "the moment": (
        "UPDATE search_log SET at = '2026-05-01 13:00:00.123457' WHERE id = 'b'",
        "search b was changed",
    ),
    "the snapshot": ("UPDATE search_log SET sequence = 6 WHERE id = 'b'", "search b was changed"),
    "the month": ("UPDATE search_log SET as_of = 24315 WHERE id = 'b'", "search b was changed"),
    "a model": (
        """UPDATE search_log SET fingerprints = '{"encoder":"e6"}' WHERE id = 'b'""",
        "search b was changed",
    ),
    "a time": (
        """UPDATE search_log SET timings = '{"vector":1.0}' WHERE id = 'b'""",
        "search b was changed",
    ),
    "the source": (
        "UPDATE search_log SET source = 'replay' WHERE id = 'b'",
        "search b was changed",
    ),
    "the salt": ("UPDATE search_log SET salt = 'ab' WHERE id = 'b'", "search b was changed"),
    "no salt": (
        "UPDATE search_log SET salt = NULL WHERE id = 'b'",
        "the salt of search b is missing",
    ),
    "who was shown": (
        "UPDATE impression SET person_id = :di WHERE search_id = 'b' AND rank = 2",
        "place 2 of search b was changed",
    ),
    "the last bit of a score": (
        "UPDATE impression SET score = 0.25000000000000006 WHERE search_id = 'b' AND rank = 2",
        "place 2 of search b was changed",
    ),
    "a part": (
        """UPDATE impression SET parts = '{"meaning":0.1,"words":0.20000000000000004}'
        WHERE search_id = 'b' AND rank = 2""",
        "place 2 of search b was changed",
    ),
    "by what": (
        "UPDATE impression SET shown_by = 'mercy' WHERE search_id = 'b' AND rank = 2",
        "place 2 of search b was changed",
    ),
    "by chance": (
        "UPDATE impression SET propensity = 0.5 WHERE search_id = 'b' AND rank = 2",
        "place 2 of search b was changed",
    ),
    "no salt of a place": (
        "UPDATE impression SET salt = NULL WHERE search_id = 'b' AND rank = 2",
        "the salt of place 2 of search b is missing",
    ),
    "a place added": (
        """INSERT INTO impression (search_id, rank, person_id, score, parts, shown_by)
        VALUES ('b', 9, :di, 0.5, '{}', 'retrieval')""",
        "place 9 of search b was added past the log",
    ),
    "a commitment": (
        "UPDATE search_chain SET impressions = '[]' WHERE id = 1",
        "link 1 of search a, or what is kept of it, was changed",
    ),
    "a link's moment": (
        "UPDATE search_chain SET at = '2026-05-01 13:00:00' WHERE id = 3",
        "link 3 of a further page of search b was changed",
    ),
}


@pytest.mark.parametrize(("statement", "said"), CHANGES.values(), ids=CHANGES)
def test_a_changed_entry_is_found_and_named(
    catalog: Catalog, people: list[int], statement: str, said: str
) -> None:
    given = {"di": people[2]} if ":di" in statement else {}
    attack(catalog, statement, **given)
    found = problems(catalog)
    assert found
    assert found[0].startswith(said)
    if not said.startswith("link"):
        assert len(found) == 1, "and nothing else is accused"


def columns() -> list[tuple[str, str]]:
    tables = (SearchRow, ImpressionRow, SearchChainRow)
    return [(row.__tablename__, column.name) for row in tables for column in row.__table__.columns]


@pytest.mark.parametrize(("table", "column"), columns())
def test_no_column_of_the_log_or_its_chain_can_be_changed_unseen(
    sqlite_catalog: Catalog, table: str, column: str
) -> None:
    """Of every column that there is, so also of those that somebody adds."""
    with sqlite_catalog.writing() as w:
        bo, cy = w.people.add("Bo"), w.people.add("Cy")
        generation = w.generations.begin("somewhere", 1, "e5", 1)
        job = w.jobs.store(read_job("Diver\n\nRequirements\n- Dives\n"))
        w.searches.log(a_search("a"), shown(bo, bo))
        w.searches.log(a_search("b"), shown(bo))
    assert problems(sqlite_catalog) == []
    given: dict[str, Any] = {"person_id": cy, "generation_id": generation, "job_id": job}
    given |= {"id": 77 if table == "search_chain" else "z", "source": "api", "search_id": "b"}
    given |= {"at": "2026-05-01 13:00:00.000000", "propensity": 0.5}
    kind = Row.metadata.tables[table].c[column].type
    new = given.get(column, '{"a":2}' if isinstance(kind, sa.JSON) else "5")
    which = {
        "search_log": "id = 'a'",
        "impression": "search_id = 'a' AND rank = 2",
        "search_chain": "id = 1",
    }
    with sqlite3.connect(str(sqlite_catalog.engine.url.database)) as database:
        database.execute("INSERT INTO append_only_pass (id) VALUES (1)")
        done = database.execute(
            f"UPDATE {table} SET {column} = ? WHERE {which[table]} AND {column} IS NOT ?",
            (new, new),
        )
        assert done.rowcount == 1, "the attack must hit something"
        database.execute("DELETE FROM append_only_pass")
    database.close()
    assert problems(sqlite_catalog)


@pytest.mark.usefixtures("people")
def test_two_places_that_change_seats_are_found(catalog: Catalog) -> None:
    """Each payload with its own salt: only the place is another."""
    attack(
        catalog,
        "UPDATE impression SET rank = 77 WHERE search_id = 'a' AND rank = 1",
        "UPDATE impression SET rank = 1 WHERE search_id = 'a' AND rank = 2",
        "UPDATE impression SET rank = 2 WHERE search_id = 'a' AND rank = 77",
    )
    assert [problem[:20] for problem in problems(catalog)] == [
        "place 1 of search a ",
        "place 2 of search a ",
    ]


@pytest.mark.usefixtures("people")
def test_a_deleted_impression_is_missing_and_named(catalog: Catalog) -> None:
    attack(catalog, "DELETE FROM impression WHERE search_id = 'c' AND rank = 1")
    assert problems(catalog) == [
        "impressions missing that no erasure removed: 1, namely place 1 of search c"
    ]


@pytest.mark.usefixtures("people")
def test_a_deleted_search_is_missing_and_named(catalog: Catalog) -> None:
    attack(catalog, "DELETE FROM search_log WHERE id = 'b'")
    assert problems(catalog) == ["search b is missing from the log, where link 2 has it"]


@pytest.mark.usefixtures("people")
def test_a_link_taken_out_of_the_middle_is_found(catalog: Catalog) -> None:
    attack(catalog, "DELETE FROM search_chain WHERE id = 2")
    found = problems(catalog)
    assert "at least one link before link 3 is missing" in found
    assert "search b has lost its link, or was added past the log" in found


@pytest.mark.usefixtures("people")
def test_a_link_and_all_that_hangs_on_it_taken_out_is_found(catalog: Catalog) -> None:
    attack(
        catalog,
        "DELETE FROM search_log WHERE id = 'b'",
        "DELETE FROM search_chain WHERE search_id = 'b'",
    )
    assert problems(catalog) == ["at least one link before link 4 is missing"]


@pytest.mark.usefixtures("people")
def test_the_first_links_taken_away_are_found(catalog: Catalog) -> None:
    attack(
        catalog,
        "DELETE FROM search_log WHERE id = 'a'",
        "DELETE FROM search_chain WHERE search_id = 'a'",
    )
    assert problems(catalog)[0].startswith("link 2 is not the first")


@pytest.mark.usefixtures("people")
def test_reordered_links_are_found(catalog: Catalog) -> None:
    attack(
        catalog,
        "UPDATE search_chain SET id = 77 WHERE id = 1",
        "UPDATE search_chain SET id = 1 WHERE id = 2",
        "UPDATE search_chain SET id = 2 WHERE id = 77",
    )
    assert "link 1 belongs directly after link 2: links were reordered" in problems(catalog)


@pytest.mark.usefixtures("people")
def test_a_tail_cut_off_with_its_entries_is_found_by_whoever_kept_the_head(
    catalog: Catalog,
) -> None:
    kept = check(catalog).head
    assert kept is not None
    assert check(catalog, kept).holds
    attack(
        catalog,
        "DELETE FROM search_log WHERE id = 'c'",
        "DELETE FROM search_chain WHERE search_id = 'c'",
    )
    if catalog.engine.dialect.name == "sqlite":  # it remembers which number it gave last
        assert problems(catalog) == [
            "the newest link is missing: the chain ends with link 3, and 4 have been given out"
        ]
        attack(catalog, "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'search_chain'")
    assert problems(catalog) == [], "from inside, nothing shows it"
    (problem,) = check(catalog, kept).problems
    assert problem.startswith(f"the link {kept} is not in the chain: the log was cut off")


@pytest.mark.usefixtures("people")
def test_links_cut_off_without_their_entries_are_found(catalog: Catalog) -> None:
    attack(catalog, "DELETE FROM search_chain WHERE id = 4")
    assert "search c has lost its link, or was added past the log" in problems(catalog)


@pytest.mark.usefixtures("people")
def test_a_log_written_anew_from_some_entry_on_is_found_by_an_older_head(catalog: Catalog) -> None:
    """The strongest attacker knows the code: only what they cannot reach gives them away."""
    kept = check(catalog).head
    assert kept is not None
    attack(
        catalog,
        "DELETE FROM search_log WHERE id = 'c'",
        "DELETE FROM search_chain WHERE search_id = 'c'",
    )
    with catalog.writing() as w:
        w.searches.log(a_search("c", request={"text": "forged"}))
    if catalog.engine.dialect.name == "postgresql":
        assert problems(catalog) == []
    assert not check(catalog, kept).holds


def test_a_link_to_look_for_must_look_like_one(catalog: Catalog) -> None:
    with pytest.raises(InvalidRequest, match="64"):
        check(catalog, "abc")


def test_the_chain_refuses_to_be_changed_by_accident(catalog: Catalog, people: list[int]) -> None:
    assert people
    for statement in ("UPDATE search_chain SET link = 'x'", "DELETE FROM search_chain"):
        with pytest.raises(Conflict), catalog.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_an_erased_person_leaves_a_chain_that_holds_and_says_how_many_went(
    catalog: Catalog, people: list[int]
) -> None:
    bo, cy, _ = people
    with catalog.writing() as w:
        assert w.searches.forget([bo], ["a"]) == Forgotten(impressions=3, requests=1)
    found = check(catalog)
    assert found.problems == ()
    assert (found.erased_impressions, found.erased_requests) == (3, 1)
    with catalog.reading() as r:
        assert [shown.person_id for shown in r.searches.impressions("a")] == [cy]
        assert r.searches.get("a").request == {}
        assert r.searches.get("a").job_key == "ab" * 32
        (listed,) = (each for each in r.searches.latest(9) if each.record.id == "a")
    assert (listed.shown, listed.gone) == (1, 1)
    with catalog.engine.connect() as connection:
        salts = connection.exec_driver_sql("SELECT salt FROM search_log WHERE id = 'a'")
        assert salts.scalar_one() is None
        links = connection.execute(sa.text("SELECT impressions FROM search_chain ORDER BY id DESC"))
        newest = links.scalars().first()
        said = json.loads(newest) if isinstance(newest, str) else newest
        assert said == [["impressions", 3], ["requests", 1]], "how many, and nobody's id or place"


def test_forgetting_again_or_somebody_who_was_never_shown_adds_nothing(
    catalog: Catalog, people: list[int]
) -> None:
    with catalog.writing() as w:
        w.searches.forget([people[0]], ["a"])
        before = w.searches.links()
        assert w.searches.forget([people[0], 4711], ["a", "nowhere"]) == Forgotten(0, 0)
        assert w.searches.links() == before


def test_a_deletion_does_not_hide_behind_an_erasure(catalog: Catalog, people: list[int]) -> None:
    with catalog.writing() as w:
        w.searches.forget([people[2]])
    attack(catalog, "DELETE FROM impression WHERE search_id = 'c' AND rank = 1")
    assert problems(catalog) == [
        "impressions missing that no erasure removed: 1, "
        "among place 3 of search b, place 1 of search c"
    ]


def test_what_was_deleted_after_an_erasure_is_named_exactly(
    catalog: Catalog, people: list[int]
) -> None:
    bo, cy, di = people
    with catalog.writing() as w:
        w.searches.forget([di])
        w.searches.log(a_search("d", 4), shown(bo, cy))
    attack(catalog, "DELETE FROM impression WHERE search_id = 'd' AND rank = 2")
    assert problems(catalog) == [
        "impressions missing that no erasure removed: 1, namely place 2 of search d"
    ]


def test_a_request_emptied_without_an_erasure_is_found(catalog: Catalog, people: list[int]) -> None:
    assert people
    attack(catalog, "UPDATE search_log SET request = '{}', salt = NULL WHERE id = 'b'")
    assert problems(catalog) == [
        "requests missing that no erasure removed: 1, namely that of search b"
    ]


def test_what_is_kept_of_an_emptied_search_still_cannot_be_changed(
    catalog: Catalog, people: list[int]
) -> None:
    with catalog.writing() as w:
        w.searches.forget([], ["b"])
    assert people
    assert problems(catalog) == []
    attack(catalog, "UPDATE search_log SET job_key = 'cd' WHERE id = 'b'")
    (problem,) = problems(catalog)
    assert problem.startswith("link 2 of search b, or what is kept of it, was changed")


def test_what_an_erasure_removed_and_somebody_put_back_is_found(
    catalog: Catalog, people: list[int]
) -> None:
    with catalog.engine.connect() as connection:
        row = (
            connection.exec_driver_sql(
                "SELECT * FROM impression WHERE search_id = 'b' AND rank = 3"
            )
            .mappings()
            .one()
        )
        values = {
            k: v if isinstance(v, int | float | str | None) else json.dumps(v)
            for k, v in row.items()
        }
    with catalog.writing() as w:
        w.searches.forget([people[2]])
    attack(
        catalog,
        f"INSERT INTO impression ({', '.join(values)}) "
        f"VALUES ({', '.join(f':{name}' for name in values)})",
        **values,
    )
    assert problems(catalog) == [
        "impressions that an erasure removed and that are in the log again: 1"
    ]


def test_an_erasure_that_is_made_to_look_bigger_is_found(
    catalog: Catalog, people: list[int]
) -> None:
    with catalog.writing() as w:
        w.searches.forget([people[2]])
    attack(
        catalog,
        "DELETE FROM impression WHERE search_id = 'c' AND rank = 1",
        """UPDATE search_chain SET impressions = '[["impressions",2],["requests",0]]'
        WHERE search_id = '~erasure'""",
    )
    assert problems(catalog) == ["link 5 of an erasure was changed after it was logged"]


@pytest.mark.parametrize("seed", range(30))
def test_erasures_account_for_exactly_what_they_removed(seed: int) -> None:
    """Against a log that is simulated entry by entry; nobody tells who removed which."""
    dice = random.Random(seed)
    told: list[str | int] = []  # an entry's name, or how many an erasure removed
    there: set[str] = set()
    gone: set[str] = set()
    for number in range(60):
        if there and dice.random() < 0.2:
            erased = set(dice.sample(sorted(there), dice.randint(1, min(5, len(there)))))
            there -= erased
            gone |= erased
            told.append(len(erased))
        else:
            there.add(f"place {number}")
            told.append(f"place {number}")
    back = set(dice.sample(sorted(gone), min(len(gone), seed % 3)))
    deleted = set(dice.sample(sorted(there), 0 if back else seed % 4))
    removals = Removals()
    for each in told:
        if isinstance(each, int):
            removals.explain({"impressions": each})
        elif each in (gone - back) | deleted:
            removals.miss("impressions", each)
    expected = []
    if deleted:
        expected = [f"impressions missing that no erasure removed: {len(deleted)}, "]
    elif back:
        expected = [
            f"impressions that an erasure removed and that are in the log again: {len(back)}"
        ]
    found = list(removals.problems())
    assert [said.split("among")[0].split("namely")[0] for said in found] == expected


def test_an_erasure_undone_leaves_no_word_of_it(catalog: Catalog, people: list[int]) -> None:
    def forget_and_fail() -> None:
        with catalog.writing() as w:
            w.searches.forget([people[0]])
            w.searches.get("nowhere")

    with pytest.raises(NotFound):
        forget_and_fail()
    found = check(catalog)
    assert found.holds
    assert found.erased_impressions == 0


def before_the_chain(catalog: Catalog, *names: str) -> None:
    """Searches as schema 0002 logged them: no salts, no links."""
    with catalog.engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(
                "INSERT INTO search_log (id, at, request, job_key, sequence, as_of, fingerprints, "
                f"timings, source) VALUES ('{name}', '2026-01-01 00:00:00', "
                """'{"limit":1}', 'k', 1, 24312, '{}', '{}', 'cli')"""
            )


def test_of_a_log_older_than_the_chain_it_is_said_where_the_chain_begins(
    catalog: Catalog,
) -> None:
    before_the_chain(catalog, "old", "older")
    assert check(catalog).before == 2
    with catalog.writing() as w:
        bo = w.people.add("Bo")
        w.searches.log(a_search("new"), shown(bo))
        w.searches.add_impressions("old", shown(bo))
    found = check(catalog)
    assert found.problems == ()
    assert (found.before, found.searches, found.links) == (2, 1, 2)
    assert found.begins_at is not None
    assert abs(found.begins_at - datetime.now(UTC)) < timedelta(minutes=1)
    with catalog.writing() as w:
        assert w.searches.forget([bo], ["old"]) == Forgotten(impressions=2, requests=1)
    assert check(catalog).holds


@pytest.mark.parametrize("change", ["added", "removed"])
def test_older_searches_are_neither_added_nor_removed_unseen(catalog: Catalog, change: str) -> None:
    before_the_chain(catalog, "old", "older")
    with catalog.writing() as w:
        w.searches.log(a_search("new"))
    if change == "added":
        before_the_chain(catalog, "forged")
    else:
        attack(catalog, "DELETE FROM search_log WHERE id = 'old'")
    (problem,) = problems(catalog)
    assert "searches from before the chain began were added or removed" in problem


def test_values_that_databases_like_to_change_stay_as_they_were_said(catalog: Catalog) -> None:
    hostile = {
        "text": "zero-width\u200b, e\u0301 and é, \u0000, 𝔘 and \\u0041",
        "numbers": [-0.0, 0.0, 1e22, 5e-324, 2**53 + 1, 1.0, 1, 0.1 + 0.2],
        "nested": {"b": None, "a": [True, {"ü": (), "z": ""}]},
        "keys": {10: "ten", 9: "nine"},
    }
    with catalog.writing() as w:
        bo = w.people.add("Bo")
        w.searches.log(
            a_search("a", request=hostile, timings={"x": 1e-7}),
            [
                Impression(1, bo, -0.0, {"x": -0.0, "y": 1}, "x", 1),
                Impression(2, bo, 1.7976931348623157e308, {}, "x", 5e-324),
                Impression(3, bo, 3, {"x": 0.1 + 0.2}, "x", -0.0),
            ],
        )
        w.searches.log(a_search("' OR 1=1 --", 1), shown(bo))
    assert problems(catalog) == []


@pytest.mark.parametrize(
    "bad", [{"request": {"x": float("nan")}}, {"timings": {"x": float("inf")}}]
)
def test_what_cannot_be_stored_is_refused_and_leaves_no_link(
    catalog: Catalog, bad: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.searches.log(a_search("a", **bad))
    assert check(catalog).links == 0


BROKEN = {
    "a link's list": "UPDATE search_chain SET impressions = '[[' WHERE id = 2",
    "a link's moment": "UPDATE search_chain SET at = 'yesterday' WHERE id = 2",
    "a link of bytes": "UPDATE search_chain SET link = CAST(x'ff' AS TEXT) WHERE id = 2",
    "a request": "UPDATE search_log SET request = '{' WHERE id = 'b'",
    "a moment": "UPDATE search_log SET at = 5 WHERE id = 'b'",
    "a month": "UPDATE search_log SET as_of = 'May' WHERE id = 'b'",
    "parts": "UPDATE impression SET parts = '' WHERE search_id = 'b' AND rank = 2",
    "a score": "UPDATE impression SET score = 'high' WHERE search_id = 'b' AND rank = 2",
    "a name of bytes": "UPDATE impression SET shown_by = CAST(x'ff' AS TEXT)"
    " WHERE search_id = 'b' AND rank = 2",
}


@pytest.mark.parametrize("statement", BROKEN.values(), ids=BROKEN)
def test_an_entry_that_cannot_even_be_read_is_a_finding_and_not_a_crash(
    sqlite_catalog: Catalog, statement: str
) -> None:
    """SQLite stores anything anywhere."""
    with sqlite_catalog.writing() as w:
        bo = w.people.add("Bo")
        for hours, name in enumerate("abc"):
            w.searches.log(a_search(name, hours), shown(bo, bo))
    attack(sqlite_catalog, statement)
    found = problems(sqlite_catalog)
    assert found
    assert all(" a " not in problem for problem in found), "search a is as it was"


def test_shapes_that_no_link_has_are_a_finding_and_not_a_crash(
    catalog: Catalog, people: list[int]
) -> None:
    with catalog.writing() as w:
        w.searches.forget([people[2]])
    for shape in ('{"a":1}', "[1,[2],[3,4,5]]", '[["x","y"]]', '[[1,2],["impressions",1e999]]'):
        attack(catalog, f"UPDATE search_chain SET impressions = '{shape}' WHERE id IN (1, 5)")
        assert any(problem.startswith("link 1 ") for problem in problems(catalog))


def test_many_problems_are_told_as_many(catalog: Catalog) -> None:
    with catalog.writing() as w:
        bo = w.people.add("Bo")
        w.searches.log(a_search("a"), shown(*[bo] * 300))
    attack(catalog, "UPDATE impression SET score = 0")
    found = problems(catalog)
    assert len(found) == 201
    assert found[-1] == "and 100 more problems like these"


def test_a_long_log_is_checked_lot_by_lot(catalog: Catalog) -> None:
    told: list[int] = []
    with catalog.writing() as w:
        bo = w.people.add("Bo")
        for number in range(230):
            w.searches.log(a_search(f"s{number}", number), shown(bo))
        w.searches.add_impressions("s0", shown(bo, first=2))  # in another lot than its search
    with catalog.reading() as r:
        assert r.searches.check_chain(advance=told.append).holds
    assert told == [100, 100, 31]


def copied(catalog: Catalog, url: str, folder: Path) -> None:
    before = check(catalog)
    assert before.holds
    copy_catalog(catalog.engine, url)
    other = open_catalog(url, folder)
    try:
        assert check(other, str(before.head)) == before
        with other.writing() as w:
            w.searches.log(a_search("after the move"))
        after = check(other, str(before.head))
        assert after.problems == ()
        assert after.links == before.links + 1
    finally:
        other.close()


def a_log_with_everything(catalog: Catalog, people: list[int]) -> None:
    scores = [0.1 + 0.2, 5e-324, -0.0, 1e22]
    with catalog.writing() as w:
        for place, score in enumerate(scores):
            w.searches.log(
                a_search(f"e{place}", request={"数": score, "a": [1, 1.0]}),
                [Impression(1, people[1], score, {"x": score}, "x", score or None)],
            )
        w.searches.forget([people[0]], ["a"])


def test_a_log_that_moves_to_sqlite_still_holds(
    catalog: Catalog, people: list[int], tmp_path: Path
) -> None:
    a_log_with_everything(catalog, people)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    copied(catalog, default_url(folder), folder)


@pytest.mark.postgres
def test_a_log_that_moves_to_postgresql_still_holds(
    catalog: Catalog, people: list[int], tmp_path: Path, postgres: Any
) -> None:
    a_log_with_everything(catalog, people)
    copied(catalog, postgres.new_database(), tmp_path)


_LOGGER = """
import sys
from pathlib import Path
from catalog.store import open_catalog
from tests.catalog.test_chain import a_search, shown
url, folder, who, person = sys.argv[1:]
catalog = open_catalog(url, Path(folder))
print("ready", flush=True)
sys.stdin.readline()
for number in range(12):
    with catalog.writing() as w:
        w.searches.log(a_search(f"{who}-{number}"), shown(int(person)))
"""


def test_processes_and_threads_that_log_at_once_make_one_chain(
    catalog: Catalog, catalog_url: str
) -> None:
    with catalog.writing() as w:
        bo = w.people.add("Bo")
    command = [sys.executable, "-c", _LOGGER, catalog_url, str(catalog.folder)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    loggers = [subprocess.Popen([*command, who, str(bo)], **pipes) for who in "xy"]
    for logger in loggers:
        assert logger.stdout is not None
        assert logger.stdout.readline() == "ready\n"
    for logger in loggers:
        assert logger.stdin is not None
        logger.stdin.write("\n")
        logger.stdin.flush()

    def log(number: int) -> None:
        with catalog.writing() as w:
            w.searches.log(a_search(f"thread-{number}"), shown(bo, bo))
            w.searches.add_impressions(f"thread-{number}", shown(bo, first=3))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(log, range(12)))
    for logger in loggers:
        logger.communicate(timeout=60)
        assert logger.returncode == 0
    found = check(catalog)
    assert found.problems == ()
    assert (found.links, found.searches) == (2 * 12 + 2 * 12, 3 * 12)
