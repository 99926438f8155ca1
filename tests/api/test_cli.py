"""What the command line says when something is not as it should be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import run_bole

COMMANDS = (
    "init", "ingest", "index", "job", "search", "replay", "evaluate", "show", "quarantine",
    "status",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_and_speaks_json(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path, command, "--help")
    assert said.code == 0
    assert "--json" in said.out


def test_help_loads_neither_a_model_nor_a_database() -> None:
    script = (
        "import sys; sys.argv = ['bole', '--help']\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'faiss', 'sqlalchemy', 'transformers', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.stdout.strip().endswith("[]"), ended.stdout[-200:]


@pytest.mark.parametrize(
    "command",
    [
        ("ingest", "."),
        ("index",),
        ("show", "1"),
        ("quarantine",),
        ("status",),
    ],
    ids=lambda command: command[0],
)
def test_before_init_every_command_says_to_run_init(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    said = run_bole(tmp_path / "nowhere", *command)
    assert said.code == 1
    assert "bole init" in said.err
    assert "Traceback" not in said.err


def test_before_ingest_and_index_the_next_step_is_named(tmp_path: Path) -> None:
    data, job = tmp_path / "data", tmp_path / "job.txt"
    job.write_text("Arborist", encoding="utf-8")
    run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32")
    assert "bole ingest" in run_bole(data, "index").err
    assert "bole reindex" in run_bole(data, "search", "--job", job).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--job", "{tmp}/absent.txt"),
        ("--job", "{tmp}/empty.txt"),
        ("--job", "{tmp}/binary.txt"),
        ("--job", "{tmp}/wrong.json"),
        ("--job", "{job}", "--blend", "2"),
        ("--job", "{job}", "--blend", "nan"),
        ("--job", "{job}", "--limit", "0"),
        ("--job", "{job}", "--where", "colour=blue"),
        ("--job", "{job}", "--text", "java AND ("),
        ("--job", "{job}", "--as-of", "yesterday"),
        ("--job", "{job}", "--as-of", "2026-13"),
    ],
    ids=lambda arguments: " ".join(arguments[-2:]),
)
def test_a_request_that_makes_no_sense_is_refused_in_one_line(
    pool: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\x80\x81")
    (tmp_path / "wrong.json").write_text(json.dumps([1, 2]), encoding="utf-8")
    given = [a.format(tmp=tmp_path, job=pool / "arborist.txt") for a in arguments]
    said = run_bole(pool / "data", "search", *given)
    assert said.code == 1
    assert said.err.startswith("bole: ")
    assert said.err.count("\n") == 1
    assert not said.out


@pytest.mark.parametrize(
    ("command", "argument"),
    [("show", "99999"), ("show", "nobody"), ("show", "9" * 40), ("replay", "no-such-search")],
)
def test_what_does_not_exist_is_said_not_to(pool: Path, command: str, argument: str) -> None:
    said = run_bole(pool / "data", command, argument)
    assert said.code == 1
    assert "there is no" in said.err


def test_another_encoder_than_the_chosen_one_is_refused(pool: Path) -> None:
    said = run_bole(pool / "data", "init", "--encoder", "packaged:multilingual")
    assert said.code == 1
    assert "chosen" in said.err


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    said = run_bole(tmp_path / "file", "init", "--encoder", "packaged:english")
    assert said.code == 1
    assert "Traceback" not in said.err


def test_a_database_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"this is not a database, but it is long enough" * 50)
    said = run_bole(tmp_path, "status")
    assert said.code == 1
    assert "Traceback" not in said.err


def test_a_damaged_index_is_refused_and_never_searched(pool: Path, tmp_path: Path) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(pool / "data", data)
    for array in data.glob("generations/*/vectors.npy"):
        array.write_bytes(array.read_bytes()[:-100])
    said = run_bole(data, "search", "--job", pool / "arborist.txt")
    assert said.code == 1
    assert "bole reindex" in said.err


def test_an_edited_job_is_searched_as_edited(pool: Path, tmp_path: Path) -> None:
    job = run_bole(pool / "data", "job", pool / "arborist.txt", "--json").json
    job["requirements"] = job["requirements"][:1]
    job["requirements"][0]["text"] = "said by a person"
    edited = tmp_path / "job.json"
    edited.write_text(json.dumps(job), encoding="utf-8")
    found = run_bole(pool / "data", "search", "--job", edited, "--json").json
    assert [r["text"] for r in found["hits"][0]["requirements"]] == ["said by a person"]


def test_facets_are_counted_on_the_filtered_people(pool: Path) -> None:
    arguments = ("--job", pool / "arborist.txt", "--facets", "--json")
    everybody = run_bole(pool / "data", "search", *arguments).json["facets"]
    assert sum(everybody["degree"].values()) == 6
    germans = run_bole(pool / "data", "search", *arguments, "--where", "language=German").json
    assert germans["facets"]["degree"] == {"bachelor": 1}


def test_the_id_on_the_screen_is_one_that_replay_takes(pool: Path) -> None:
    said = run_bole(pool / "data", "search", "--job", pool / "arborist.txt", "--limit", "1").out
    head, _, rest = " ".join(said.split()).partition(" search ")
    assert head
    again = run_bole(pool / "data", "replay", rest.split()[0], "--json")
    assert again.json["same"] is True


def test_the_help_of_search_shows_every_example_whole(tmp_path: Path) -> None:
    said = run_bole(tmp_path, "search", "--help").out
    assert "permission=permitted" in said
