"""A company edits what an outcome teaches; a mistake in the file is named and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.labels import DEFAULT_RULES
from catalog.outcomes import NewOutcome, OutcomeKind, ReasonClass
from catalog.store import Catalog
from reading.job import Job
from tests.api.conftest import Said, run_bole


@pytest.fixture
def data(sqlite_catalog: Catalog, tmp_path: Path) -> Path:
    assert sqlite_catalog.folder.is_dir()
    return tmp_path / "data"


@pytest.fixture
def table(data: Path, tmp_path: Path) -> Path:
    """The table as it is exported."""
    file = tmp_path / "labels.csv"
    assert run_bole(data, "labels", "export", file).code == 0
    return file


def edit(table: Path, before: str, after: str) -> Path:
    text = table.read_text("utf-8")
    assert before in text
    table.write_text(text.replace(before, after, 1), "utf-8")
    return table


def bring(data: Path, table: Path, *more: str) -> Said:
    return run_bole(data, "labels", "import", table, "--author", "Ngozi 李", *more, "--json")


def rule(data: Path, kind: str, reason: str | None = None) -> tuple[str, int | None]:
    rules = run_bole(data, "labels", "--json").json
    (found,) = (r for r in rules if (r["kind"], r["reason"]) == (kind, reason))
    return found["effect"], found["grade"]


def test_what_is_exported_is_what_holds_and_importing_it_changes_nothing(
    data: Path, table: Path, sqlite_catalog: Catalog
) -> None:
    assert len(table.read_text("utf-8").splitlines()) == 1 + len(DEFAULT_RULES)
    assert bring(data, table).json == {
        "changed": False,
        "rules": len(DEFAULT_RULES),
        "graded": {"before": 0, "after": 0},
        "regraded": 0,
    }
    with sqlite_catalog.reading() as reading:
        assert reading.labels.rules() == DEFAULT_RULES


def test_an_edited_table_holds_from_now_on_and_says_what_it_changed(
    data: Path, table: Path, sqlite_catalog: Catalog
) -> None:
    with sqlite_catalog.writing() as writing:
        job_id = writing.jobs.store(Job("Beekeeper", "en", None, ()), "J1")
        for kind, reason in (
            (OutcomeKind.REJECTED, ReasonClass.LOCATION),
            (OutcomeKind.HIRED, None),
        ):
            applied = writing.outcomes.apply(writing.people.add(), job_id, "test")
            now = writing.unit.now
            writing.outcomes.record(NewOutcome(applied, kind, "test", at=now, reason=reason))
    edit(table, "rejected,location,keep,", "Rejected, location ,FINAL,0")
    done = bring(data, table).json
    assert (done["changed"], done["graded"], done["regraded"]) == (
        True,
        {"before": 1, "after": 2},
        1,
    )
    assert rule(data, "rejected", "location") == ("final", 0)
    assert rule(data, "hired") == ("stage", 4)
    assert run_bole(data, "outcomes", "--json").json["grades"]["0"] == 1


def test_a_table_that_a_spreadsheet_has_saved_is_read(data: Path, table: Path) -> None:
    text = edit(table, "offered,,stage,3", "offered,,stage,2.0").read_text("utf-8")
    saved = text.replace(",", ";").replace("\n", "\r\n") + ";;;\r\n"
    table.write_bytes(b"\xef\xbb\xbf" + saved.encode())
    assert bring(data, table).json["changed"] is True
    assert rule(data, "offered") == ("stage", 2)


@pytest.mark.parametrize(
    ("before", "after", "said_of_it"),
    [
        ("hired,,stage,4", "hired,,stage,5", ":7: "),
        ("hired,,stage,4", "hired,,stage,four", ":7: “four” is no grade"),
        ("hired,,stage,4", "hired,,stage,-1", ":7: "),
        ("hired,,stage,4", "hired,,stage,", ":7: "),
        ("hired,,stage,4", "hired,,best,4", ":7: “best” is no effect. Write one of stage, final"),
        ("hired,,stage,4", "promoted,,stage,4", ":7: “promoted” is no kind. Write one of applied"),
        ("hired,,stage,4", "hired,terms,stage,4", ":7: "),
        ("hired,,stage,4", "hired,bad vibes,stage,4", ":7: “bad_vibes” is no reason"),
        ("hired,,stage,4", "hired,,stage,4,4", ":7: There are 5 cells"),
        ("hired,,stage,4", 'hired,,"stage"x,4', ":7: This is not CSV"),
        ("hired,,stage,4", "offered,,stage,4", ":7: Line 6 says it too"),
        ("hired,,stage,4\n", "", "there is no rule for hired"),
        ("applied,,seen,", "applied,,reverses,", ":2: "),
        ("withdrew,,keep,", "withdrew,,keep,0", "never counts against them"),
        ("kind,reason,effect,grade", "kind,reason,grade", "no column effect"),
    ],
)
def test_a_mistake_in_the_table_is_named_and_changes_nothing(
    data: Path, table: Path, before: str, after: str, said_of_it: str
) -> None:
    edit(table, "offered,,stage,3", "offered,,stage,2")
    said = bring(data, edit(table, before, after))
    assert (said.code, said.out) == (1, "")
    assert said_of_it in said.err
    assert said.err.count("\n") == 1
    assert rule(data, "offered") == ("stage", 3)


@pytest.mark.parametrize(
    "content", [b"", bytes(50), b"\xff\xfek\x00", b"{}", b"kind,reason,effect,grade\n"]
)
def test_a_file_that_is_no_table_changes_nothing(
    data: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "labels.csv"
    file.write_bytes(content)
    said = bring(data, file)
    assert said.code == 1
    assert str(file) in said.err
    assert bring(data, tmp_path).code == 1
    assert bring(data, tmp_path / "absent.csv").code == 1
    assert len(run_bole(data, "labels", "--json").json) == len(DEFAULT_RULES)


def test_who_decided_must_be_said(data: Path, table: Path) -> None:
    edit(table, "hired,,stage,4", "hired,,stage,3")
    assert run_bole(data, "labels", "import", table).code == 2
    assert "--author" in run_bole(data, "labels", "import", table, "--author", " ").err
    assert rule(data, "hired") == ("stage", 4)


def test_an_export_never_overwrites_a_file(data: Path, table: Path, tmp_path: Path) -> None:
    before = edit(table, "hired,,stage,4", "hired,,stage,3").read_bytes()
    assert "is there already" in run_bole(data, "labels", "export", table).err
    assert table.read_bytes() == before
    assert "cannot be written" in run_bole(data, "labels", "export", tmp_path / "no" / "x.csv").err
