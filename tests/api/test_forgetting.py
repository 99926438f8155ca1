"""`bole erase`, `bole erasures` and `bole hold`, as a recruiter calls them."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from api.forgotten import _WORDS
from catalog.personal_data import FOLDER
from catalog.store.forgetting.erasing import WHOSE
from tests import people
from tests.api.conftest import Said, run_bole


@pytest.fixture(scope="module")
def place(pool: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the pool that this module's tests erase from, each somebody else."""
    return Path(shutil.copytree(pool, tmp_path_factory.mktemp("forgetting") / "pool"))


def found(place: Path, job: str) -> list[str]:
    said = run_bole(place / "data", "search", "--job", place / job, "--json")
    return [hit["external_id"] for hit in said.json["hits"]]


def erase(place: Path, who: str, *more: str) -> Said:
    return run_bole(place / "data", "erase", who, *more)


def erasures(place: Path, *more: str) -> Any:
    return run_bole(place / "data", "erasures", *more, "--json").json


def test_who_is_erased_is_not_found_and_not_taken_in_again_and_gone_at_the_deadline(
    place: Path,
) -> None:
    assert "arborist" in found(place, "arborist.txt")
    told = erase(place, "arborist", "--yes", "--reason", "asked by letter", "--by", "jt", "--json")
    receipt = told.json
    assert receipt["by"] == "jt: asked by letter"
    assert receipt["done_at"] is None
    assert receipt["removed"]["document"] == receipt["removed"]["blobs"] == 1
    assert receipt["removed"]["impression"] >= 1
    assert "arborist" not in found(place, "arborist.txt")

    again = run_bole(
        place / "data", "ingest", "--id-from", "folder", place / "files", "--json"
    ).json
    assert (again["stored"], len(again["refused"])) == (0, 1)
    assert again["refused"][0]["reason"] == "erased"
    assert again["refused"][0]["path"].endswith("arborist/cv.txt")
    assert run_bole(place / "data", "quarantine", "--json").json == []

    (done,) = [e for e in erasures(place, "--finish")["erasures"] if e["by"].startswith("jt")]
    assert done["done_at"] is not None
    contact = people.resume_of("arborist").splitlines()[1].encode()
    for path in (place / "data").rglob("*"):
        assert not path.is_file() or contact not in path.read_bytes(), path
    assert {path.name for path in (place / "data").iterdir()} <= set(FOLDER)
    known = run_bole(place / "data", "erasures", str(done["erasure"]))
    assert "documents: 1" in known.out
    assert "gone since" in known.out


def test_it_asks_first_and_says_what_goes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asked = erase(place, "diver")
    assert asked.code == 1
    assert "documents: 1" in asked.out
    assert "diver" in asked.out
    assert "cannot be undone" in asked.out
    assert "diver" in found(place, "diver.txt")
    unasked = erase(place, "diver", "--json")
    assert unasked.code == 1
    assert "--yes" in unasked.err


def test_a_legal_hold_forbids_it_and_says_why(place: Path) -> None:
    data = place / "data"
    said = run_bole(data, "hold", "potter", "--reason", "a claim for damages", "--by", "legal")
    assert "a claim for damages" in said.out
    refused = erase(place, "potter", "--yes")
    assert refused.code == 1
    assert "a claim for damages" in refused.err
    assert "--lift" in refused.err
    (listed,) = run_bole(data, "hold", "--json").json
    assert (listed["by"], listed["lifted"]) == ("legal", None)
    assert erasures(place)["held"] == [listed["candidate_id"]]
    lifted = run_bole(data, "hold", "potter", "--lift", "--by", "jt", "--json").json
    assert lifted[0]["lifted"].endswith("by jt")
    assert run_bole(data, "hold", "--json").json == []
    assert run_bole(data, "hold", "potter", "--lift").code == 1
    assert erase(place, "potter", "--yes").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["erase", "nobody-999", "--yes"], "there is no candidate nobody-999"),
        (["erase", "", "--yes"], "there is no candidate"),
        (["erase", "-1", "--yes"], "No such option"),
        (["erase", "9" * 30, "--yes"], "there is no candidate"),
        (["erase", "diver", "--yes", "--reason", "puyang@example.org asked"], "leave that out"),
        (["hold", "diver", "--reason", "  "], "needs its reason"),
        (["hold", "--lift"], "say whose hold"),
        (["hold", "diver", "--lift", "--reason", "x"], "takes no reason"),
        (["erasures", "99"], "there is no erasure 99"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    place: Path, arguments: list[str], says: str
) -> None:
    said = run_bole(place / "data", *arguments)
    assert said.code != 0
    assert says in said.err
    assert "Traceback" not in said.err


def test_everything_that_an_erasure_counts_by_itself_has_a_word() -> None:
    parts = {"person", "person_status", "extraction", "position", "education", "passage"}
    parts |= {"resume_skill", "resume_language"}
    assert set(_WORDS) == {*WHOSE, "blobs", "vector", "pair_score", "generations"} - parts


def test_an_id_of_somebody_erased_still_says_when(place: Path) -> None:
    first = erase(place, "violin", "--yes", "--json").json
    again = erase(place, "violin", "--yes", "--json").json
    assert again["erasure"] == first["erasure"]
    number = str(first["candidate_id"])
    assert erase(place, number, "--yes", "--json").json["erasure"] == first["erasure"]
    shown = run_bole(place / "data", "show", number)
    assert (shown.code, "has been erased" in shown.err) == (1, True)


def test_outcomes_of_somebody_erased_are_refused_and_the_rest_goes_on(
    place: Path, tmp_path: Path
) -> None:
    data = place / "data"
    gone = sorted(people.TEXTS)[-1]
    erase(place, gone, "--yes")
    jobs = tmp_path / "J1.txt"
    jobs.write_text(people.DIVER_JOB, encoding="utf-8")
    run_bole(data, "jobs", "add", jobs)
    lines = [
        {"candidate": who, "job": "J1", "kind": "rejected", "on": "2026-11-20"}
        for who in (gone, "diver")
    ]
    events = tmp_path / "events.jsonl"
    events.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    told = run_bole(data, "outcomes", "import", events, "--json").json
    assert told["events"] == 1
    assert told["problems"] == {"erased candidate": 1}
    assert gone in told["unusable"][0]["message"]
