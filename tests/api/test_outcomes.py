"""What became of people comes in: from JSON Lines and CSV, once, with every line accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.outcomes import OutcomeKind, ReasonClass
from catalog.people import Claim, ClaimKind
from catalog.store import Catalog
from reading.job import Job
from tests.api.conftest import Said, run_bole

WHO = ("C1", "C2", "陈-3")


@pytest.fixture
def data(sqlite_catalog: Catalog, tmp_path: Path) -> Path:
    """A data folder that knows three candidates and the jobs J1 and 岗位2."""
    with sqlite_catalog.writing() as writing:
        for name in WHO:
            person_id = writing.people.add(name)
            writing.people.claim(person_id, (Claim(ClaimKind.EXTERNAL, name),), None)
        writing.jobs.store(Job("Beekeeper wanted", "en", "Beekeeper", ()), "J1")
        writing.jobs.store(Job("招聘养蜂人", "zh", "养蜂人", ()), "岗位2")
    return tmp_path / "data"


def lines(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> Path:
    texts = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


def bring(data: Path, *arguments: str | Path) -> Said:
    return run_bole(data, "outcomes", "import", *arguments, "--json")


def counts(said: Said) -> tuple[int, int, int, dict[str, int]]:
    told = said.json
    return told["applications"], told["events"], told["known"], told["problems"]


def hired(candidate: str = "C1", **more: Any) -> dict[str, Any]:
    return {"candidate": candidate, "job": "J1", "kind": "hired", "on": "2026-03-01", **more}


def stored(catalog: Catalog) -> list[tuple[Any, ...]]:
    with catalog.reading() as reading:
        return [
            (e.person_id, e.kind, e.reason, e.at or e.on, e.source)
            for e in reading.outcomes.up_to(reading.sequence)
        ]


def test_one_event_a_line_comes_in_with_what_it_says(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    file = lines(
        tmp_path / "events.jsonl",
        [
            {"candidate": "C1", "job": "J1", "kind": "applied", "at": "2026-02-01T09:30:00+02:00"},
            {"candidate": "C1", "job": "J1", "kind": "Hired", "on": "2026-03-01", "source": "ats"},
            {
                "candidate": "陈-3",
                "job": "岗位2",
                "kind": "rejected",
                "reason": "Not qualified",
                "at": "2026-03-02T08:00:00",
            },
        ],
    )
    assert counts(bring(data, file)) == (2, 3, 0, {})
    assert stored(sqlite_catalog) == [
        (1, OutcomeKind.APPLIED, None, datetime(2026, 2, 1, 7, 30, tzinfo=UTC), "import"),
        (1, OutcomeKind.HIRED, None, date(2026, 3, 1), "ats"),
        (
            3,
            OutcomeKind.REJECTED,
            ReasonClass.NOT_QUALIFIED,
            datetime(2026, 3, 2, 8, tzinfo=UTC),
            "import",
        ),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_says_the_same_as_json_lines(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path, separator: str
) -> None:
    rows = [
        ("Candidate", "Job", "Kind", "On", "Reason", "Remark"),
        ("C1", "J1", "hired", "2026-03-01", "", f'"said ""yes""{separator} twice\n\nhappily"'),
        ("陈-3", "岗位2", "rejected", "2026-03-02", "terms", ""),
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    table = tmp_path / "events.csv"
    table.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert counts(bring(data, table)) == (2, 2, 0, {})
    once = stored(sqlite_catalog)
    same = [
        hired(),
        {"candidate": "陈-3", "job": "岗位2", "kind": "rejected", "reason": "terms"}
        | {"on": "2026-03-02"},
    ]
    assert counts(bring(data, lines(tmp_path / "same.jsonl", same))) == (0, 0, 2, {})
    assert stored(sqlite_catalog) == once


def test_the_same_files_again_change_nothing_in_whatever_order(data: Path, tmp_path: Path) -> None:
    applications = lines(
        tmp_path / "applications.jsonl",
        [{"id": "A1", "candidate": "C1", "job": "J1", "applied_at": "2026-02-01T09:00:00Z"}],
    )
    events = lines(
        tmp_path / "events.jsonl",
        [
            {"id": "A1-1", "application": "A1", "kind": "applied", "at": "2026-02-01T09:00:00Z"},
            {"id": "A1-2", "application": "A1", "kind": "offered", "at": "2026-02-09T09:00:00Z"},
        ],
    )
    assert counts(bring(data, events, applications)) == (1, 2, 0, {})
    assert counts(bring(data, applications, events)) == (0, 0, 3, {})
    assert counts(bring(data, events)) == (0, 0, 2, {})


def test_when_somebody_applied_is_kept_where_no_event_says_it(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    file = lines(
        tmp_path / "applications.jsonl",
        [{"id": "A1", "candidate": "C1", "job": "J1", "applied_at": "2026-02-01", "source": "ats"}],
    )
    assert counts(bring(data, file)) == (1, 1, 0, {})
    assert stored(sqlite_catalog) == [(1, OutcomeKind.APPLIED, None, date(2026, 2, 1), "ats")]
    assert counts(bring(data, file)) == (0, 0, 1, {})


def test_an_event_without_an_application_belongs_to_the_one_that_is_there(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    application = {"id": "A1", "candidate": "C1", "job": "J1", "source": "referral"}
    file = lines(tmp_path / "all.jsonl", [hired(), application])
    assert counts(bring(data, file)) == (1, 1, 0, {})
    assert stored(sqlite_catalog)[0][-1] == "referral"


def test_an_event_finds_its_application_after_the_text_of_the_job_has_changed(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    first = {"candidate": "C1", "job": "J1", "kind": "applied", "on": "2026-02-01"}
    bring(data, lines(tmp_path / "first.jsonl", [first]))
    with sqlite_catalog.writing() as writing:
        writing.jobs.store(Job("Beekeeper wanted, with a car", "en", "Beekeeper", ()), "J1")
    later = bring(data, lines(tmp_path / "later.jsonl", [first, hired()]))
    assert counts(later) == (0, 1, 1, {})


@pytest.mark.parametrize(
    ("line", "problem", "advice"),
    [
        (hired(kind="promoted"), "unknown kind", "hired"),
        (hired(kind=None), "unknown kind", "hired"),
        (hired(kind=7), "unknown kind", "word"),
        (hired(kind="rejected", reason="bad vibes"), "unknown reason", "not_qualified"),
        (hired(reason="terms"), "misplaced reason", "Leave it out"),
        (hired("nobody"), "unknown candidate", "bole ingest"),
        (hired(job="J9"), "unknown job", "bole jobs add"),
        ({"application": "A9", "kind": "hired", "on": "2026-03-01"}, "unknown application", "too"),
        ({"kind": "hired", "on": "2026-03-01"}, "of nobody", "candidate and the job"),
        ({"candidate": "C1", "job": "J1", "kind": "hired"}, "no time", "at (a moment)"),
        (hired(on="01/03/2026"), "unusable date", "2026-11-24"),
        (hired(on="2026-02-30"), "unusable date", "2026-11-24"),
        (hired(on=1772323200), "unusable date", "2026-11-24"),
        (hired(on="0001-01-01T00:00:00+14:00"), "unusable date", "2026-11-24"),
        (hired(candidate=1.5), "unusable id", "whole numbers"),
        (hired(candidate=True), "unusable id", "whole numbers"),
        (hired(candidate=["C1"]), "unusable id", "whole numbers"),
        (hired(id="x\x00y"), "unusable id", "column"),
        (hired(id="x" * 5000), "unusable id", "column"),
        ('{"id": "\\ud800", "candidate": "C1", "job": "J1", "kind": "hired"}', "unusable id", ""),
        ('["C1", "J1", "hired"]', "not JSON", "names and values"),
        ('{"candidate": "C1", ', "not JSON", "object"),
        ("[" * 100_000, "not JSON", "object"),
        ('{"candidate": ' + "9" * 10_000 + "}", "not JSON", "object"),
        ('{"note": "' + "x" * 1_100_000 + '"}', "too long", "file"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_cannot_be_used_is_named_with_what_to_do_and_costs_only_itself(
    data: Path, tmp_path: Path, line: Mapping[str, Any] | str, problem: str, advice: str
) -> None:
    file = lines(tmp_path / "events.jsonl", [hired(), line, hired("C2")])
    said = bring(data, file)
    assert counts(said) == (2, 2, 0, {problem: 1})
    (unusable,) = said.json["unusable"]
    assert (unusable["file"], unusable["line"]) == (str(file), 2)
    assert advice in unusable["advice"]
    assert len(unusable["message"]) < 300


def test_strict_stores_nothing_where_one_line_cannot_be_used(
    data: Path, sqlite_catalog: Catalog, tmp_path: Path
) -> None:
    file = lines(tmp_path / "events.jsonl", [hired(), hired("nobody")])
    said = bring(data, file, "--strict")
    assert said.code == 1
    assert json.loads(said.out)["problems"] == {"unknown candidate": 1}
    assert "nothing was stored" in said.err
    assert stored(sqlite_catalog) == []
    with sqlite_catalog.reading() as reading:
        assert reading.outcomes.applications(reading.sequence) == []
    assert counts(bring(data, lines(tmp_path / "good.jsonl", [hired()]), "--strict"))[1] == 1


def test_text_that_is_not_utf8_is_refused_line_by_line(data: Path, tmp_path: Path) -> None:
    good = json.dumps(hired()).encode()
    chinese = json.dumps(hired("陈-3"), ensure_ascii=False).encode("gb18030")
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join((chinese, good)))
    assert counts(bring(data, file)) == (1, 1, 0, {"not UTF-8": 1})


def test_a_table_with_broken_rows_loses_only_those(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(
        b"candidate,job,kind,on\n"
        b"C1,J1,offered,2026-02-01\n"
        b"C1,J1,hired,2026-03-01,too,many\n"
        b'C1,J1,hi"red",2026-03-01\n'
        b"C\xff1,J1,hired,2026-03-01\n"
        b'C1,J1,"hi"red,2026-03-01\n'
        b"C1\n"
        b"C2,J1,hired,2026-03-01\n"
        b'C2,J1,"hired,2026-03-01\n'
    )
    said = bring(data, file)
    assert counts(said)[:3] == (2, 2, 0)
    assert [(each["line"], each["problem"]) for each in said.json["unusable"]] == [
        (3, "not CSV"),
        (4, "unknown kind"),
        (5, "not UTF-8"),
        (6, "not CSV"),
        (7, "unknown kind"),
        (9, "not CSV"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said_of_it"),
    [
        ("empty.jsonl", b"", "no line can be used"),
        ("blank.csv", b"\n \n", "no line can be used"),
        ("header.csv", b"candidate,job,kind,on\n", "no line can be used"),
        ("columns.csv", b"name,role\nAnn,Beekeeper\n", "names the columns"),
        ("excel.csv", "candidate,job".encode("utf-16"), "UTF-8"),
        ("events.xlsx", b"PK\x03\x04", "neither .jsonl nor .csv"),
        ("zeros.jsonl", bytes(100), "no line can be used"),
    ],
)
def test_a_file_that_holds_no_event_is_said_to(
    data: Path, tmp_path: Path, name: str, content: bytes, said_of_it: str
) -> None:
    (tmp_path / name).write_bytes(content)
    said = run_bole(data, "outcomes", "import", tmp_path / name)
    assert said.code == 1
    assert said_of_it in said.err
    assert "Traceback" not in said.err


def test_a_folder_and_a_file_that_is_not_there_are_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    assert "is a folder" in bring(data, tmp_path / "folder.jsonl").err
    assert "cannot be read" in bring(data, tmp_path / "absent.csv").err


def test_row_numbers_as_ids_of_two_files_lose_no_event_silently(data: Path, tmp_path: Path) -> None:
    bring(data, lines(tmp_path / "january.jsonl", [hired(id=1)]))
    later = bring(data, lines(tmp_path / "february.jsonl", [hired("C2", id=1), hired(id=1)]))
    assert counts(later) == (1, 0, 0, {"id used twice": 2})
    assert counts(bring(data, tmp_path / "january.jsonl")) == (0, 0, 1, {})


def test_one_id_for_two_events_of_a_file_is_a_mistake_but_the_same_line_twice_is_not(
    data: Path, tmp_path: Path
) -> None:
    twice = [hired(id="E1"), hired(id="E1"), hired(id="E1", on="2026-03-02")]
    said = bring(data, lines(tmp_path / "events.jsonl", twice))
    assert counts(said) == (1, 1, 1, {"id used twice": 1})
    assert said.json["unusable"][0]["line"] == 3


def test_an_application_that_is_somebody_elses_is_a_contradiction(
    data: Path, tmp_path: Path
) -> None:
    rows = [
        {"id": "A1", "candidate": "C1", "job": "J1"},
        {"id": "A1", "candidate": "C2", "job": "J1"},
        hired("C2", application="A1"),
        hired("C1", application="A1"),
    ]
    assert counts(bring(data, lines(tmp_path / "all.jsonl", rows))) == (
        1,
        1,
        0,
        {"contradiction": 2},
    )


def test_an_application_of_two_systems_needs_its_source(data: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "7", "candidate": "C1", "job": "J1", "source": "one"},
        {"id": "7", "candidate": "C2", "job": "J1", "source": "two"},
        {"application": "7", "kind": "hired", "on": "2026-03-01", "source": "two"},
        {"application": 7, "kind": "offered", "on": "2026-03-01"},
    ]
    assert counts(bring(data, lines(tmp_path / "all.jsonl", rows))) == (
        2,
        1,
        0,
        {"unclear application": 1},
    )


def test_more_than_one_lot_is_stored_whole(data: Path, tmp_path: Path) -> None:
    many = [hired(kind="viewed", id=f"E{number}") for number in range(1201)]
    assert counts(bring(data, lines(tmp_path / "many.jsonl", many))) == (1, 1201, 0, {})
    assert run_bole(data, "outcomes", "--json").json["events"] == {"viewed": 1201}


def test_what_was_stored_before_a_failure_stays_and_the_rest_follows_when_run_again(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.errors import StoreUnavailable
    from catalog.store.outcomes import Outcomes

    original, calls = Outcomes.record, iter(range(10_000))

    def fail_late(self: Outcomes, new: Any) -> bool:
        if next(calls) == 700:
            raise StoreUnavailable("the disk is full; nothing was stored")
        return original(self, new)

    many = lines(tmp_path / "many.jsonl", [hired(id=f"E{number}") for number in range(800)])
    monkeypatch.setattr(Outcomes, "record", fail_late)
    assert "disk is full" in bring(data, many).err
    monkeypatch.undo()
    assert counts(bring(data, many)) == (0, 300, 500, {})


def test_outcomes_are_counted_by_kind_by_grade_and_by_what_left_them_without(
    data: Path, tmp_path: Path
) -> None:
    rows = [
        hired(),
        {"candidate": "C2", "job": "J1", "kind": "screened", "on": "2026-02-01"},
        {"candidate": "C2", "job": "J1", "kind": "withdrew", "on": "2026-02-02"},
        {"candidate": "陈-3", "job": "J1", "kind": "rejected", "on": "2026-02-02"}
        | {"reason": "position_filled"},
        {"id": "A9", "candidate": "C1", "job": "岗位2"},
    ]
    bring(data, lines(tmp_path / "all.jsonl", rows))
    assert run_bole(data, "outcomes", "--json").json == {
        "applications": 4,
        "jobs": 2,
        "events": {"screened": 1, "hired": 1, "rejected": 1, "withdrew": 1},
        "grades": {"4": 1, "3": 0, "2": 0, "1": 1, "0": 0},
        "unlabelled": {"rejected: position_filled": 1, "no event": 1},
    }
    shown = " ".join(run_bole(data, "outcomes").out.split())
    assert "4 for 2 jobs" in shown
    assert "1 × rejected: position_filled" in shown


def test_many_problems_are_counted_on_the_screen_and_listed_in_json(
    data: Path, tmp_path: Path
) -> None:
    wrong = [hired(f"\x1b[31mnobody{number}") for number in range(30)]
    wrong += [hired(f"nobody{number}") for number in range(30)]
    file = lines(tmp_path / "wrong.jsonl", [*wrong, hired()])
    shown = run_bole(data, "outcomes", "import", file)
    assert shown.code == 0
    assert "60 in all: 30 × unusable id, 30 × unknown candidate" in shown.out
    assert "\x1b" not in shown.out
    assert len(bring(data, file).json["unusable"]) == 60


@pytest.mark.parametrize(
    "command",
    ["jobs", "jobs add", "outcomes", "outcomes import", "labels", "labels export", "labels import"],
)
def test_every_way_in_teaches_and_speaks_json(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path, *command.split(), "--help")
    assert said.code == 0
    assert "--json" in said.out


def test_the_help_of_import_names_every_kind_and_every_reason(tmp_path: Path) -> None:
    said = run_bole(tmp_path, "outcomes", "import", "--help").out
    for word in (*OutcomeKind, *ReasonClass):
        assert word in said


@pytest.mark.parametrize("command", ["jobs", "jobs add .", "outcomes", "labels"])
def test_before_init_every_way_in_says_to_run_init(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path / "nowhere", *command.split())
    assert said.code == 1
    assert "bole init" in said.err


def test_an_import_says_the_same_twice_on_either_database(catalog: Catalog, tmp_path: Path) -> None:
    from api.matching import Plan
    from api.recording import read_lines, store_plan

    with catalog.writing() as writing:
        claim = Claim(ClaimKind.EXTERNAL, "陈-3")
        writing.people.claim(writing.people.add("陈"), (claim,), None)
        writing.jobs.store(Job("招聘养蜂人", "zh", "养蜂人", ()), "J1")
    rows = [
        {"candidate": "陈-3", "job": "J1", "kind": "viewed", "at": "2026-02-01T09:30:00.123456Z"},
        hired("陈-3", id="E1"),
        {"id": "A1", "candidate": "陈-3", "job": "J1", "applied_at": "2026-01-31", "source": "ats"},
    ]
    said = read_lines([lines(tmp_path / "all.jsonl", rows)], lambda done: None)
    found = []
    for _ in range(2):
        with catalog.reading() as reading:
            plan = Plan(reading, said, "import")
        done = store_plan(catalog, plan, lambda steps: None)
        found.append((done.applications, done.events, done.known, done.problems))
    assert found == [(1, 3, 0, []), (0, 0, 3, [])]
