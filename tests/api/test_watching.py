"""`bole watch`: whoever newly enters a watched job's shortlist is told of, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.settings import Settings
from api.watching import CHANGED, find_job, look_if_watched
from api.workplace import Workplace
from catalog.errors import Conflict, NotFound, NotReady
from catalog.searches import SearchSource
from catalog.store import Catalog, open_catalog
from catalog.store.engine import default_url
from catalog.store.tables import WatchRow
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from indexer.documents.workers import Incoming
from indexer.storing import Origin, Report, store
from reading.job import Job
from reading.jobs.requirements import read_job
from tests import people
from tests.api.conftest import Said, run_bole
from tests.indexer.pool import WordCounter

NEWCOMER = "Thyra Moorcock-Lind"


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from search import encoder

    counter = WordCounter(dimension=256)
    monkeypatch.setattr(encoder, "open_encoder", lambda *_, **__: counter)


@pytest.fixture
def data(sqlite_catalog: Catalog) -> Path:
    """Everybody indexed, and the arborist's and the diver's job stored."""
    with sqlite_catalog.writing() as writing:
        writing.settings.choose("encoder", "word counter")
        writing.settings.choose("dtype", "float32")
        for name, text in (("J01", people.ARBORIST_JOB), ("J02", people.DIVER_JOB)):
            writing.jobs.store(read_job(text), name)
    data = sqlite_catalog.folder
    for who in people.TEXTS:
        arrive(data, who, who)
    assert run_bole(data, "index", "--json").json["people"] == len(people.TEXTS)
    return data


def file_of(data: Path, who: str, name: str) -> Path:
    """A résumé like that of `who`, in a folder that is called as the person is."""
    folder = data.parent / "arrived" / name
    folder.mkdir(parents=True, exist_ok=True)
    contact = f"{name.split()[0].lower()}@example.org"
    text = people.resume_of(who, name=name, contact=contact)
    (folder / "cv.txt").write_text(text, encoding="utf-8")
    return folder / "cv.txt"


def arrive(data: Path, who: str = "arborist", name: str = NEWCOMER) -> None:
    """Somebody comes in, as by `bole ingest` but without its worker processes."""
    content = file_of(data, who, name).read_bytes()
    catalog, report = catalog_of(data), Report()
    read = read_candidate(content, "cv.txt", Limits(), ocr=False)
    store(catalog, [(Incoming("cv.txt", content, Origin("cv.txt", name)), read)], report)
    catalog.close()
    assert report.stored == 1


def ingest(data: Path, who: str = "arborist", name: str = NEWCOMER) -> Said:
    return run_bole(data, "ingest", "--id-from", "folder", file_of(data, who, name))


def night(data: Path, code: int = 0) -> Any:
    said = run_bole(data, "nightly", "--json")
    assert said.code == code, said.out + said.err
    return json.loads(said.out)["tasks"]["watches"]


def matches(data: Path, *arguments: str) -> Any:
    return run_bole(data, "watch", "matches", *arguments, "--json").json


def catalog_of(data: Path) -> Catalog:
    return open_catalog(default_url(data), data)


def count_searches(data: Path) -> int:
    catalog = catalog_of(data)
    with catalog.reading() as reading:
        searches = reading.counts().searches
    catalog.close()
    return searches


def messages(data: Path) -> list[dict[str, Any]]:
    catalog = catalog_of(data)
    with catalog.reading() as reading:
        sent = [m for m in reading.outbox.waiting() if m.kind == CHANGED]
    catalog.close()
    return [dict(message.payload) for message in sent]


def test_the_first_look_says_who_is_there_and_calls_nobody_new(data: Path) -> None:
    begun = run_bole(data, "watch", "J01", "--limit", "3", "--json").json
    assert begun["watch"] == 1
    assert len(begun["starts_from"]) == 3
    assert night(data)["entered"] == 0
    assert matches(data) == matches(data, "--new") == []
    (listed,) = run_bole(data, "watch", "list", "--json").json
    assert listed["job"]["external_id"] == "J01"
    assert (listed["entered"], listed["new"], listed["limit"]) == (0, 0, 3)
    assert messages(data) == []


def test_who_enters_is_told_of_once_with_rank_score_and_search(data: Path) -> None:
    run_bole(data, "watch", "J01", "--limit", "3")
    arrive(data)
    told = night(data)
    searches = count_searches(data)
    (match,) = matches(data, "--new")
    assert match["name"] == NEWCOMER
    assert match["external_id"] == NEWCOMER  # its folder's name
    assert match["job"]["external_id"] == "J01"
    assert match["new"]
    catalog = catalog_of(data)
    with catalog.reading() as reading:
        shown = {s.person_id: s for s in reading.searches.impressions(match["search_id"])}
    catalog.close()
    assert shown[match["candidate_id"]].rank == match["rank"]
    assert shown[match["candidate_id"]].score == match["score"]
    sent = {"watch": 1, "job": 1, "search": match["search_id"], "entered": 1}
    assert messages(data) == [sent]
    catalog = catalog_of(data)
    with catalog.reading() as reading:
        assert reading.searches.get(match["search_id"]).source is SearchSource.WATCH
    catalog.close()
    # Whoever was listed has been seen; the next nights find nobody, and leave nothing in the log.
    assert matches(data, "--new") == []
    assert [each["new"] for each in matches(data)] == [False]
    assert night(data) | {"seconds": 0} == {
        "outcome": "done",
        "watches": 1,
        "entered": 0,
        "failed": 0,
        "seconds": 0,
    }
    assert count_searches(data) == searches
    assert messages(data) == [sent]
    assert told["failed"] == 0


def test_the_report_of_a_night_names_nobody(data: Path) -> None:
    run_bole(data, "watch", "J01")
    arrive(data)
    report = run_bole(data, "nightly", "--json").out + run_bole(data, "nights").out
    assert NEWCOMER not in report
    assert "thyra" not in report


def test_people_see_who_entered_and_for_which_job(data: Path) -> None:
    assert "bole watch JOB" in run_bole(data, "watch", "matches").out
    assert "bole watch JOB" in run_bole(data, "watch", "list").out
    said = run_bole(data, "watch", "J01", "--limit", "2")
    assert "2 people" in said.out
    assert "Nobody" in run_bole(data, "watch", "matches").out
    arrive(data)
    night(data)
    assert "J01" in run_bole(data, "watch", "list").out
    assert "Moorcock" in run_bole(data, "watch", "matches", "--new").out
    assert "Nobody new" in run_bole(data, "watch", "matches", "--new").out


def test_filters_hold_for_whoever_enters(data: Path) -> None:
    run_bole(data, "watch", "J01", "--where", "language=Italian", "--by", "one")
    run_bole(data, "watch", "J01", "--text", "rigging", "--by", "other")
    arrive(data)
    arrive(data, "violin", "Piero Salvemini")
    night(data)
    assert {(m["watch"], m["name"]) for m in matches(data)} == {
        (1, "Piero Salvemini"),
        (2, NEWCOMER),
    }
    assert [m["name"] for m in matches(data, "1")] == ["Piero Salvemini"]


def test_only_the_first_so_many_count(data: Path) -> None:
    run_bole(data, "watch", "J02", "--limit", "1")
    arrive(data, "potter", "陶 新人")
    assert night(data)["entered"] == 0
    assert matches(data) == []


def test_a_blind_watch_names_nobody(data: Path) -> None:
    run_bole(data, "watch", "J01", "--blind")
    arrive(data)
    night(data)
    (match,) = matches(data)
    assert match["name"] is None
    assert match["candidate_id"] > 0


def test_somebody_erased_is_no_match_any_more(data: Path) -> None:
    run_bole(data, "watch", "J01")
    arrive(data)
    arrive(data, name="Wendel Astbury")
    night(data)
    gone, stays = matches(data)
    assert run_bole(data, "erase", str(gone["candidate_id"]), "--yes", "--json").code == 0
    assert [m["candidate_id"] for m in matches(data)] == [stays["candidate_id"]]
    assert gone["name"] not in json.dumps(run_bole(data, "watch", "list", "--json").json)
    assert night(data)["entered"] == 0


def test_a_job_whose_text_is_replaced_is_watched_in_its_new_form(data: Path) -> None:
    begun = run_bole(data, "watch", "J01", "--limit", "1", "--json").json
    changed = data.parent / "J01.txt"
    changed.write_text(people.DIVER_JOB, encoding="utf-8")
    assert run_bole(data, "jobs", "add", changed, "--json").json["changed"] == 1
    night(data)
    (match,) = matches(data)
    assert match["candidate_id"] not in begun["starts_from"]
    assert match["external_id"] == "diver"
    assert (
        match["job"]["title"] == run_bole(data, "watch", "list", "--json").json[0]["job"]["title"]
    )


def test_a_watch_that_is_stopped_is_looked_at_no_longer(data: Path) -> None:
    run_bole(data, "watch", "J01")
    assert run_bole(data, "watch", "stop", "1", "--json").json["watch"] == 1
    arrive(data)
    assert night(data)["outcome"] == "not_due"
    assert run_bole(data, "watch", "list", "--json").json == []
    again = run_bole(data, "watch", "stop", "1")
    assert (again.code, "ended" in again.err) == (1, True)
    assert run_bole(data, "watch", "J01").code == 0


def test_one_watch_that_cannot_be_looked_at_keeps_no_other_from_it(data: Path) -> None:
    run_bole(data, "watch", "J01", "--by", "one")
    run_bole(data, "watch", "J01", "--by", "other")
    catalog = catalog_of(data)
    with catalog.writing() as writing:
        writing.unit.connection.execute(
            sa.update(WatchRow).where(WatchRow.id == 1).values(request={})
        )
    catalog.close()
    arrive(data)
    told = night(data, code=1)
    assert (told["outcome"], told["failed"], told["watches"]) == ("failed", 1, 2)
    assert {m["watch"] for m in matches(data)} == {2}


def test_where_nobody_watches_an_ingest_loads_no_model(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_searcher(place: Workplace) -> Any:
        raise AssertionError("a searcher was made although nobody watches")

    monkeypatch.setattr(Workplace, "searcher", no_searcher)
    assert ingest(data).code == 0
    place = Workplace(Settings(data=data))
    assert look_if_watched(place, datetime.now(UTC)) is None
    place.catalog.close()


def test_an_ingest_tells_of_who_entered_at_once(data: Path) -> None:
    run_bole(data, "watch", "J01")
    said = ingest(data)
    assert "1 new on watched shortlists" in said.out
    assert [m["name"] for m in matches(data, "--new")] == [NEWCOMER]


def test_what_an_ingest_has_stored_is_stored_although_the_look_fails(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_bole(data, "watch", "J01")

    def no_searcher(place: Workplace) -> Any:
        raise NotReady("the index is being put back")

    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(Workplace, "searcher", no_searcher)
        said = ingest(data)
    assert said.code == 0
    assert "1 stored" in said.out
    assert "wait for the night: the index is being put back" in said.err
    night(data)
    assert len(matches(data)) == 1


@pytest.mark.parametrize(
    "name", ["J99", "", "-3", "9999999999999999999999", "job:J01", "1' OR 1=1"]
)
def test_a_job_that_is_not_stored_cannot_be_watched(data: Path, name: str) -> None:
    said = run_bole(data, "watch", "job", "--", name)
    assert said.code == 1
    assert "bole jobs" in said.err
    assert run_bole(data, "watch", "list", "--json").json == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--limit", "0"],
        ["--limit", "1001"],
        ["--blend", "2"],
        ["--where", "shoe=42"],
        ["--text", "("],
    ],
)
def test_what_no_search_could_answer_is_not_watched(data: Path, arguments: list[str]) -> None:
    said = run_bole(data, "watch", "J01", *arguments)
    assert said.code == 1
    assert said.err.startswith("bole: ")
    assert run_bole(data, "watch", "list", "--json").json == []


def test_the_same_watch_twice_is_refused_with_its_number(data: Path) -> None:
    run_bole(data, "watch", "J01")
    again = run_bole(data, "watch", "J01")
    assert (again.code, "watch 1" in again.err) == (1, True)
    assert run_bole(data, "watch", "J01", "--limit", "5").code == 0


def test_before_the_first_index_the_next_step_is_named(sqlite_catalog: Catalog) -> None:
    data = sqlite_catalog.folder
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    with sqlite_catalog.writing() as writing:
        writing.jobs.store(Job("Climbs trees", "en", "Climber", ()), "J01")
    said = run_bole(data, "watch", "J01")
    assert (said.code, "bole reindex" in said.err or "bole reindex" in said.err) == (1, True)


@pytest.fixture
def jobs(sqlite_catalog: Catalog) -> Catalog:
    with sqlite_catalog.writing() as writing:
        for name in ("list", "1", "3"):
            writing.jobs.store(Job(f"Job {name}", "en", name, ()), name)
    return sqlite_catalog


@pytest.mark.parametrize(
    ("name", "number"),
    [("list", 1), ("2", 2), ("job:1", 1), ("external:1", 2), ("3", 3), ("external:3", 3)],
)
def test_a_job_is_found_by_its_external_id_or_by_our_number(
    jobs: Catalog, name: str, number: int
) -> None:
    with jobs.reading() as reading:
        assert find_job(reading, name) == number


def test_a_name_that_means_two_jobs_is_asked_about(jobs: Catalog) -> None:
    with jobs.reading() as reading:
        with pytest.raises(Conflict, match="job:1 or external:1"):
            find_job(reading, "1")
        with pytest.raises(NotFound):
            find_job(reading, "job:list")


def test_a_job_that_is_called_like_a_command_can_be_watched(data: Path) -> None:
    file = data.parent / "list.txt"
    file.write_text(people.ARBORIST_JOB, encoding="utf-8")
    run_bole(data, "jobs", "add", file)
    assert run_bole(data, "watch", "job", "list", "--json").json["watch"] == 1


@pytest.mark.parametrize("command", [[], ["job"], ["list"], ["matches"], ["stop"]])
def test_every_command_teaches(command: list[str], tmp_path: Path) -> None:
    said = run_bole(tmp_path, "watch", *command, "--help")
    assert said.code == 0
    assert not command or "--json" in said.out
