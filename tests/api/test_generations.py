"""The commands about the index, as an operator calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import people
from tests.api.conftest import make_pool, run_bole, write_people


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with two generations: one of everybody, one with a newer résumé of the arborist."""
    root = tmp_path_factory.mktemp("nights")
    data = make_pool(root)
    files = write_people(root / "files", arborist={"name": "Somebody Else"})
    (files / "arborist" / "cv.txt").write_text(
        people.resume_of("arborist") + "\nAlso fells with explosives.\n", encoding="utf-8"
    )
    assert run_bole(data, "ingest", "--id-from", "folder", files, "--json").json["stored"] == 1
    done = run_bole(data, "reindex", "--json").json
    assert (done["kind"], done["generation"], done["people"]) == ("delta", 2, len(people.TEXTS))
    assert done["reused"] > 0
    return data


def test_the_generations_are_listed_with_what_they_hold(data: Path) -> None:
    listed = run_bole(data, "generations", "--json").json
    assert [each["id"] for each in listed] == [1, 2]
    assert [each["people"] for each in listed] == [len(people.TEXTS)] * 2
    assert all(each["bytes"] > 1000 for each in listed)
    assert sum(each["serving"] for each in listed) == 1
    shown = run_bole(data, "generations")
    assert shown.code == 0
    assert "serving" in shown.out
    assert "published" in shown.out


def test_nothing_new_is_said(data: Path) -> None:
    assert run_bole(data, "index", "--json").json["nothing_new"] is True
    assert "Nothing new since generation" in run_bole(data, "reindex").out


def test_going_back_and_forth_is_told_and_listed(data: Path) -> None:
    said = run_bole(data, "generations", "rollback", "--by", "rosa")
    assert said.code == 0, said.err
    assert "Generation 1 serves again" in said.out
    assert "instead of 2" in said.out
    listed = run_bole(data, "generations", "--json").json
    assert [each["id"] for each in listed if each["serving"]] == [1]
    assert listed[0]["rolled_back_to"][0]["by"] == "rosa"
    assert "1 serves again since" in run_bole(data, "generations").out
    again = run_bole(data, "generations", "rollback", "2", "--json").json
    assert (again["id"], again["serving"], again["reranker_switched_off"]) == (2, True, False)


def test_a_generation_that_cannot_serve_is_refused_in_one_line(data: Path) -> None:
    said = run_bole(data, "generations", "rollback", "7")
    assert said.code == 1
    assert said.err == "bole: there is no generation 7\n"


def test_before_the_first_index_the_command_that_helps_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32")
    assert run_bole(data, "generations", "--json").json == []
    assert "bole reindex" in run_bole(data, "generations").out
    assert "bole ingest" in run_bole(data, "reindex").err


def test_how_many_are_kept_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOLE_KEPT_GENERATIONS", "1")
    data = make_pool(tmp_path)
    run_bole(data, "reindex", "--full")
    assert len(list((data / "generations").iterdir())) == 1
    states = [each["state"] for each in run_bole(data, "generations", "--json").json]
    assert states == ["retired", "published"]
    monkeypatch.setenv("BOLE_KEPT_GENERATIONS", "0")
    assert "BOLE_KEPT_GENERATIONS" in run_bole(data, "reindex").err
