"""Jobs come in from files, once, under the ids by which outcomes name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.outcomes import NewOutcome, OutcomeKind
from catalog.store import Catalog
from tests.api.conftest import run_bole

BEEKEEPER = "Beekeeper\n\nRequirements\n- 3 years of experience with Excel\n- Driving licence\n"
养蜂 = "养蜂员\n\n任职要求\n1、三年以上养蜂经验\n2、熟练使用Excel\n"


@pytest.fixture
def data(sqlite_catalog: Catalog, tmp_path: Path) -> Path:
    assert sqlite_catalog.folder.is_dir()
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "jobs"
    (folder / "north").mkdir(parents=True)
    (folder / "B7-beekeeper.txt").write_text(BEEKEEPER, encoding="utf-8")
    (folder / "north" / "REQ-12_养蜂员.txt").write_text(养蜂, encoding="utf-8")
    return folder


def listed(data: Path) -> dict[str, tuple[str, str]]:
    jobs = run_bole(data, "jobs", "--json").json
    return {job["external_id"]: (job["title"], job["language"]) for job in jobs}


def test_a_folder_of_texts_is_stored_under_the_ids_their_names_begin_with(
    data: Path, folder: Path
) -> None:
    said = run_bole(data, "jobs", "add", folder, "--id-from", "prefix", "--json").json
    assert (said["added"], said["changed"], said["unchanged"], said["unusable"]) == (2, 0, 0, [])
    assert listed(data) == {"B7": ("Beekeeper", "en"), "REQ-12": ("养蜂员", "zh")}


def test_without_being_told_otherwise_the_files_name_is_the_id(data: Path, folder: Path) -> None:
    run_bole(data, "jobs", "add", folder)
    assert set(listed(data)) == {"B7-beekeeper", "REQ-12_养蜂员"}


def test_the_same_jobs_again_change_nothing_whatever_file_they_come_in(
    data: Path, folder: Path, tmp_path: Path
) -> None:
    run_bole(data, "jobs", "add", folder, "--id-from", "prefix")
    before = run_bole(data, "jobs", "--json").json
    bulk = tmp_path / "jobs.jsonl"
    rows = [{"id": "B7", "text": BEEKEEPER}, {"id": "REQ-12", "text": 养蜂.replace("\n", "\r\n")}]
    bulk.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    read = tmp_path / "B7.json"
    read.write_text(run_bole(data, "job", folder / "B7-beekeeper.txt", "--json").out, "utf-8")
    for again in (folder, bulk, read):
        said = run_bole(data, "jobs", "add", again, "--id-from", "prefix", "--json").json
        assert (said["added"], said["changed"], said["unusable"]) == (0, 0, [])
    assert run_bole(data, "jobs", "--json").json == before


def test_another_text_replaces_the_job_and_its_applications_are_still_counted(
    data: Path, folder: Path, sqlite_catalog: Catalog
) -> None:
    run_bole(data, "jobs", "add", folder, "--id-from", "prefix")
    with sqlite_catalog.writing() as writing:
        job_id = writing.jobs.find("B7")
        assert job_id is not None
        applied = writing.outcomes.apply(writing.people.add("Ada"), job_id, "test")
        told = NewOutcome(applied, OutcomeKind.HIRED, "test", at=writing.unit.now)
        writing.outcomes.record(told)
    (folder / "B7-beekeeper.txt").write_text(BEEKEEPER + "- A van\n", encoding="utf-8")
    said = run_bole(data, "jobs", "add", folder, "--id-from", "prefix", "--json").json
    assert (said["added"], said["changed"], said["unchanged"]) == (0, 1, 1)
    jobs = {job["external_id"]: job for job in run_bole(data, "jobs", "--json").json}
    assert len(jobs) == 2
    assert jobs["B7"]["job_id"] != job_id
    assert (jobs["B7"]["applications"], jobs["B7"]["graded"]) == (1, 1)
    assert (jobs["REQ-12"]["applications"], jobs["REQ-12"]["graded"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("beekeeper.txt", BEEKEEPER.encode(), "no id"),
        ("B8.txt", b"", "unreadable"),
        ("B8.txt", bytes(1000), "unreadable"),
        ("B8.txt", "招聘养蜂人".encode("gb18030"), "unreadable"),
        ("B8.pdf", b"%PDF-1.7\n\xff\xfe", "unreadable"),
        ("B8.txt", b"x" * 300_000, "unreadable"),
        ("B8.txt", b"x" * 3_000_000, "unreadable"),
        ("B8.json", b'{"text": ""}', "unreadable"),
        ("B8.json", b'{"text": 7, "requirements": []}', "unreadable"),
        ("B8.json", b"[" * 100_000, "unreadable"),
        ("B8.jsonl", b'{"id": "B8"}', "no job"),
        ("B8.jsonl", b'{"text": "Beekeeper"}', "no job"),
        ("B8.jsonl", b'{"id": "B8", "text": 8}', "no job"),
        ("B8.jsonl", b'{"id": "B8", "text": " "}', "unreadable"),
        ("B8.jsonl", b'{"id": "B8", "text": "Bee\\ud800keeper"}', "refused"),
        ("B8.jsonl", b'{"id": ["B8"], "text": "Beekeeper"}', "unusable id"),
        ("B8.jsonl", b'"Beekeeper"', "not JSON"),
        ("B8.jsonl", b'{"id": "B8", "text": "' + b"x" * 1_100_000 + b'"}', "too long"),
        ("B7-other.txt", b"Another job", "id used twice"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_job_is_named_and_costs_only_itself(
    data: Path, folder: Path, name: str, content: bytes, problem: str
) -> None:
    (folder / name).write_bytes(content)
    said = run_bole(data, "jobs", "add", folder, "--id-from", "prefix", "--json").json
    assert said["added"] == 2
    (unusable,) = said["unusable"]
    assert unusable["problem"] == problem
    assert unusable["file"] == str(folder / name)
    assert unusable["message"]
    assert unusable["advice"]
    assert set(listed(data)) == {"B7", "REQ-12"}


def test_where_there_is_no_job_at_all_the_command_says_so(data: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    said = run_bole(data, "jobs", "add", tmp_path / "nothing")
    assert (said.code, said.err.count("\n")) == (1, 2)  # the bar, and the message
    assert "no job was stored" in said.err
    assert "there is no file" in run_bole(data, "jobs", "add", tmp_path / "absent").err
    assert "--id-from is one of" in run_bole(data, "jobs", "add", tmp_path, "--id-from", "x").err


def test_before_any_job_is_stored_the_next_step_is_named(data: Path) -> None:
    assert "bole jobs add" in run_bole(data, "jobs").out
    assert "bole outcomes import" in run_bole(data, "outcomes").out
