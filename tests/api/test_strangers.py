"""What strangers' files may do: be refused, be shown as text, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import run_bole

RESUME = "{name}\n\nExperience\n2018-01 - 2022-02 Thatcher at Reed Roofs, straw and heather\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    place = tmp_path / "data [bold] 数据"
    said = run_bole(place, "init", "--encoder", "packaged:english", "--dtype", "float32")
    assert "data [bold] 数据" in said.out
    return place


def test_a_file_whose_name_is_no_utf8_is_read_like_any_other(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    odd = os.fsencode(folder) + b"/caf\xe9.txt"
    with open(odd, "w", encoding="utf-8") as stream:
        stream.write(RESUME.format(name="Oda Lind"))
    with open(os.fsencode(folder) + b"/\xff.pdf", "wb") as stream:
        stream.write(b"no pdf")
    report = run_bole(data, "ingest", folder, "--json").json
    assert report["stored"] == 1
    assert [q["path"] for q in report["quarantined"]] == [f"{folder}/\\xff.pdf"]
    assert run_bole(data, "show", "1", "--json").json["documents"][0]["file"] == "caf\\xe9.txt"


def test_pipes_and_devices_are_refused_instead_of_read_for_ever(data: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    os.mkfifo(tmp_path / "pipe.txt")
    given = (tmp_path / "pipe.jsonl", tmp_path / "pipe.txt", "/dev/zero")
    report = run_bole(data, "ingest", *given, "--json").json
    assert [q["reason"] for q in report["quarantined"]] == ["unreadable"] * 3


def test_a_folder_that_cannot_be_opened_is_reported(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "in" / "closed"
    closed.mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(RESUME.format(name="Oda Lind"), encoding="utf-8")
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = run_bole(data, "ingest", tmp_path / "in", "--json").json
    assert report["stored"] == 1
    assert [(q["path"], q["reason"]) for q in report["quarantined"]] == [
        (str(closed), "unreadable")
    ]


def test_the_quarantine_shows_whole_paths_and_what_to_do(data: Path, tmp_path: Path) -> None:
    long = tmp_path / ("a-long-folder-name-" * 6)
    long.mkdir()
    (long / "resume [red].pdf").write_bytes(b"no pdf")
    run_bole(data, "ingest", long)
    said = run_bole(data, "quarantine").out
    assert str(long / "resume [red].pdf") in said
    assert "ask for a PDF or DOCX" in " ".join(said.split())


def test_nothing_from_a_resume_steers_the_terminal(data: Path, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[31mOda [blink]Lind\u009b2J"
    lines = [
        {"id": "A\u009b31m\u202e", "text": RESUME.format(name=evil)},
        {"id": "B", "text": 5},
    ]
    bulk = tmp_path / "\x1b[31mred\u009b.jsonl"
    bulk.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run_bole(data, "ingest", bulk)
    for command in (("show", "1"), ("show", "1", "--json"), ("quarantine",), ("status",)):
        said = run_bole(data, *command).out
        assert not {c for c in said if c in "\x1b\x07\u009b\u202e"}, command
    told = run_bole(data, "show", "1", "--json").json
    assert told["documents"][0]["file"].startswith("\x1b[31mred")  # escaped, not lost
    assert "\x1b" not in run_bole(data, "show", "\x1b[31mnobody").err


def test_a_number_that_means_two_people_is_asked_about(data: Path, tmp_path: Path) -> None:
    bulk = tmp_path / "all.jsonl"
    lines = [
        {"id": "2", "text": RESUME.format(name="Oda Lind")},
        {"id": "x", "text": RESUME.format(name="Pia Holm")},
    ]
    bulk.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run_bole(data, "ingest", bulk)
    assert "external:2" in run_bole(data, "show", "2").err
    assert run_bole(data, "show", "external:2", "--json").json["candidate_id"] == 1
    assert run_bole(data, "show", "candidate:2", "--json").json["candidate_id"] == 2
    assert run_bole(data, "show", "x", "--json").json["candidate_id"] == 2


def test_ctrl_c_is_answered_in_one_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import intake

    def stopped(*given: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "ingest", stopped)
    said = run_bole(data, "ingest", tmp_path)
    assert said.code == 130
    assert "bole: stopped" in said.err


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(data: Path) -> None:
    script = (
        "import sys; sys.argv = ['bole', '--data', sys.argv[1], 'status', '--json']\n"
        "from api.cli import main\n"
        "import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1)\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", script, data], capture_output=True, text=True)
    assert ended.stderr == ""
