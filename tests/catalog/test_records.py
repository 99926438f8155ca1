"""The smaller stores: vectors, searches, quarantine, settings, status of people."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.people import PersonStatus
from catalog.searches import Exposure, Impression, SearchRecord, SearchSource
from catalog.store import Catalog
from reading.dates import Month


def test_the_first_vector_written_is_the_one_for_ever(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.vectors.put({"k1": b"first", "k2": b"two"}, "m")
    with catalog.writing() as w:
        w.vectors.put({"k1": b"other", "k3": b"three"}, "m")
        w.vectors.put({"k1": b"of another model"}, "m2")
    with catalog.reading() as r:
        assert r.vectors.get(["k3", "k1", "k1", "k2", "?"], "m") == {
            "k1": b"first",
            "k2": b"two",
            "k3": b"three",
        }
        assert r.vectors.get(["k1", "k2"], "m2") == {"k1": b"of another model"}
        assert r.vectors.get([], "m") == {}


def test_a_vector_cannot_be_rewritten_even_by_sql(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.vectors.put({"k1": b"first"}, "m")
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql("UPDATE vector SET fingerprint = 'x'")


def test_more_vectors_than_fit_into_one_statement(catalog: Catalog) -> None:
    vectors = {f"k{n}": n.to_bytes(4, "little") for n in range(12_000)}
    with catalog.writing() as w:
        w.vectors.put(vectors, "m")
    with catalog.reading() as r:
        assert r.vectors.get(vectors, "m") == vectors


def test_the_first_pair_score_written_is_the_one_to_the_bit(catalog: Catalog) -> None:
    third = 1 / 3
    with catalog.writing() as w:
        w.vectors.put_scores("job", {"p1": third, "p2": -0.0}, "rr")
        w.vectors.put_scores("job", {"p1": 0.5}, "rr")
        w.vectors.put_scores("other job", {"p1": 5e-324}, "rr")
    with catalog.reading() as r:
        assert r.vectors.get_scores("job", ["p1", "p2", "p3"], "rr") == {"p1": third, "p2": 0.0}
        assert r.vectors.get_scores("other job", ["p1"], "rr") == {"p1": 5e-324}
        assert r.vectors.get_scores("job", ["p1"], "rr2") == {}


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused(catalog: Catalog, score: float) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.vectors.put_scores("job", {"p1": score}, "rr")


def test_a_search_can_be_read_back_with_whom_it_showed(catalog: Catalog) -> None:
    with catalog.writing() as w:
        people = [w.people.add(name) for name in ("Bo", "Cy", "Di")]
        record = SearchRecord(
            id=uuid.uuid4().hex,
            at=datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=UTC),
            request={"text": "java AND 数据", "limit": 2},
            job_key="ab" * 32,
            sequence=w.sequence,
            generation_id=None,
            as_of=Month(2026, 5),
            source=SearchSource.CLI,
            fingerprints={"encoder": "e5"},
            timings={"vector": 1.25},
        )
        shown = [
            Impression(1, people[2], 0.75, {"dense": 0.5, "lexical": 0.25}, "fusion"),
            Impression(2, people[0], 1 / 3, {"dense": 1 / 3}, "explore", 0.125),
        ]
        w.searches.log(record, shown)
        w.searches.add_impressions(record.id, [Impression(3, people[1], 0.1, {}, "fusion")])
    with catalog.reading() as r:
        assert r.searches.get(record.id) == record
        assert r.searches.impressions(record.id)[:2] == shown
        assert [i.rank for i in r.searches.impressions(record.id)] == [1, 2, 3]
        assert r.counts().searches == 1
        assert r.searches.impressions("no such search") == []
        with pytest.raises(NotFound):
            r.searches.get("' OR 1=1 --")


def test_exposures_of_a_job_are_whom_its_searches_showed_and_not_its_replays(
    catalog: Catalog,
) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def search(name: str, hours: int, job_key: str, source: SearchSource) -> SearchRecord:
        at = noon + timedelta(hours=hours)
        return SearchRecord(name, at, {}, job_key, 1, None, Month(2026, 5), source)

    with catalog.writing() as w:
        bo, cy = w.people.add("Bo"), w.people.add("Cy")
        w.searches.log(
            search("later", 2, "job", SearchSource.API), [Impression(1, bo, 0.5, {}, "fusion")]
        )
        w.searches.log(
            search("first", 1, "job", SearchSource.CLI),
            [
                Impression(2, bo, 0.25, {"meaning": 0.25}, "explore", 0.125),
                Impression(1, cy, 1 / 3, {"words": 1 / 3}, "fusion"),
            ],
        )
        w.searches.log(
            search("again", 3, "job", SearchSource.REPLAY), [Impression(1, cy, 0.5, {}, "fusion")]
        )
        w.searches.log(
            search("other", 4, "other job", SearchSource.API),
            [Impression(1, cy, 0.5, {}, "fusion")],
        )
        w.searches.log(search("empty", 5, "job", SearchSource.API))
    one, two = noon + timedelta(hours=1), noon + timedelta(hours=2)
    with catalog.reading() as r:
        assert r.searches.exposures("job") == [
            Exposure("first", one, cy, 1, 1 / 3, {"words": 1 / 3}, "fusion", None),
            Exposure("first", one, bo, 2, 0.25, {"meaning": 0.25}, "explore", 0.125),
            Exposure("later", two, bo, 1, 0.5, {}, "fusion", None),
        ]
        assert r.searches.exposures("no such job") == []
    with catalog.writing() as w:  # whoever was shown under an old id is who they are now
        w.merges.merge(cy, bo, reason="same phone", actor="Zofia")
        assert [e.person_id for e in w.searches.exposures("job")] == [cy, cy, cy]
        assert [i.person_id for i in w.searches.impressions("later")] == [bo]  # as it was shown


def test_showing_somebody_unknown_or_the_same_rank_twice_is_refused(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Bo")
        record = SearchRecord(
            "s1", datetime.now(UTC), {}, "k", 1, None, Month(2026, 5), SearchSource.API
        )
        w.searches.log(record)
    with pytest.raises(NotFound), catalog.writing() as w:
        w.searches.add_impressions("s1", [Impression(1, 4711, 0.1, {}, "x")])
    with pytest.raises(Conflict), catalog.writing() as w:
        w.searches.add_impressions("s1", [Impression(1, person, 0.1, {}, "x")] * 2)


def test_a_file_in_quarantine_counts_its_tries_and_waits_for_a_person(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first = w.quarantine.add("in/cv.pdf", "aa", "encrypted", "Ask for a copy", kept=True)
        other = w.quarantine.add("in/cv2.pdf", "", "missing", "Could not be read")
    with catalog.writing() as w:
        assert w.quarantine.add("in/cv.pdf", "aa", "damaged", "Still unreadable") == first
    with catalog.reading() as r:
        one, two = r.quarantine.waiting()
        assert (one.id, one.tries, one.reason, one.kept) == (first, 2, "damaged", True)
        assert (two.id, two.tries, two.kept) == (other, 1, False)
        assert one.last_at >= one.at
        assert r.counts().quarantined == 2
    with catalog.writing() as w:
        w.quarantine.resolve(first)
        with pytest.raises(NotFound):
            w.quarantine.resolve(first)
        w.quarantine.settle("in/cv2.pdf", "bb")
        assert w.quarantine.waiting() == []
        w.quarantine.add("in/cv.pdf", "aa", "damaged", "Again")
        assert [q.tries for q in w.quarantine.waiting()] == [3]


def test_settling_a_file_without_bytes_settles_no_other(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.quarantine.add("a.pdf", "", "missing", "m")
        w.quarantine.add("b.pdf", "", "missing", "m")
        w.quarantine.settle("a.pdf", "")
        assert [q.path for q in w.quarantine.waiting()] == ["b.pdf"]


def test_a_choice_is_made_once(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.settings.choose("dtype", "float32")
        w.settings.choose("encoder", {"name": "e5", "prompts": ["query: ", "passage: "]})
        w.settings.choose("dtype", "float32")
        w.settings.choose("nothing", None)
    with pytest.raises(Conflict, match="dtype"), catalog.writing() as w:
        w.settings.choose("dtype", "bfloat16")
    with catalog.reading() as r:
        assert r.settings.all() == {
            "dtype": "float32",
            "encoder": {"name": "e5", "prompts": ["query: ", "passage: "]},
            "nothing": None,
        }


def test_a_status_holds_from_its_change_on(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Bo")
    with catalog.writing() as w:
        w.people.set_status(person, "paused")
        w.people.set_status(person, PersonStatus.PAUSED)  # again: nothing changes
    with catalog.reading() as r:
        assert r.people.get(person).status is PersonStatus.PAUSED
        rows = r.unit.connection.exec_driver_sql(
            "SELECT status, from_sequence, to_sequence FROM person_status ORDER BY id"
        ).all()
    assert rows == [("active", 1, 2), ("paused", 2, None)]


def test_an_unknown_status_or_person_is_refused(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Bo")
        with pytest.raises(InvalidRequest, match="active"):
            w.people.set_status(person, "sleeping")
        with pytest.raises(NotFound):
            w.people.set_status(4711, "paused")
        with pytest.raises(NotFound):
            w.people.get(-1)
        with pytest.raises(NotFound):
            w.people.dismiss_suggestion(4711)
