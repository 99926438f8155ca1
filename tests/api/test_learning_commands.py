"""`bole models`, `promote`, `rollback` and `monitor`, as a recruiter's administrator meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.store import Catalog
from tests.api.conftest import Said, run_bole
from tests.trained import COMPARED, add_model, serve_generation, serving

COMMANDS = ("models", "promote", "rollback", "monitor")


@pytest.fixture
def data(sqlite_catalog: Catalog) -> Path:
    """A data folder with an index and one candidate that has earned its place."""
    serve_generation(sqlite_catalog)
    add_model(sqlite_catalog, "first")
    return sqlite_catalog.folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_and_speaks_json(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path, command, "--help")
    assert said.code == 0
    assert "--json" in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_before_init_every_command_says_to_run_init(command: str, tmp_path: Path) -> None:
    said = run_bole(tmp_path / "nowhere", command)
    assert said.code == 1
    assert "bole init" in said.err


def refusal(said: Said) -> str:
    assert said.code == 1
    assert said.err.startswith("bole: ")
    assert said.err.count("\n") == 1
    return said.err


def test_before_training_and_indexing_the_next_step_is_named(sqlite_catalog: Catalog) -> None:
    data = sqlite_catalog.folder
    assert "bole train" in run_bole(data, "models").out
    assert run_bole(data, "models", "--json").json == {"serving": None, "models": []}
    assert "bole train" in refusal(run_bole(data, "promote"))
    assert "bole reindex" in refusal(run_bole(data, "rollback"))
    assert run_bole(data, "monitor", "--json").json == {
        "model": None,
        "drift": None,
        "decision": None,
    }
    add_model(sqlite_catalog, "first")
    assert "bole reindex" in refusal(run_bole(data, "promote"))


def test_a_promotion_prints_its_evidence_and_the_way_back(data: Path) -> None:
    said = run_bole(data, "promote", "--by", "rosa")
    assert said.code == 0, said.err
    shown = " ".join(said.out.split())
    assert "first serves from now on" in shown
    assert "0.710" in shown
    assert "+0.110" in shown
    assert "bole rollback" in shown


def test_models_says_which_one_serves_and_what_it_gained(
    data: Path, sqlite_catalog: Catalog
) -> None:
    second = add_model(sqlite_catalog, "second", **{"gain over retrieval": None})
    run_bole(data, "promote", "first")
    listed = run_bole(data, "models", "--json").json
    first = listed["models"][0]
    assert listed["serving"] == first["fingerprint"] == serving(sqlite_catalog)
    assert (first["name"], first["state"], first["serves"]) == ("first", "serving", True)
    assert first["gain"] == {"mean": 0.11, "low": 0.04, "high": 0.17}
    assert first["ECE"] == 0.04
    assert listed["models"][1]["fingerprint"] == second.fingerprint
    assert listed["models"][1]["gain"] is None
    shown = run_bole(data, "models").out
    assert "first" in shown
    assert "second" in shown


def test_one_model_is_found_by_name_or_fingerprint(data: Path, sqlite_catalog: Catalog) -> None:
    run_bole(data, "promote", "--by", "rosa")
    one = run_bole(data, "models", "first", "--json").json
    assert one["metrics"]["jobs"]["test"] == 12
    assert one["against"] == []
    assert [(d["kind"], d["by"], d["serves"]) for d in one["decisions"]] == [
        ("promoted", "rosa", "first")
    ]
    assert run_bole(data, "models", one["fingerprint"][:10], "--json").json == one
    assert "rosa" in run_bole(data, "models", "first").out
    for unknown in ("nobody", "f", "\x1b[2J", "9" * 400):
        assert "there is no model" in refusal(run_bole(data, "models", unknown))


def test_the_newest_candidate_is_promoted_by_default_and_retires_the_champion(
    data: Path, sqlite_catalog: Catalog
) -> None:
    run_bole(data, "promote", "first")
    second = add_model(sqlite_catalog, "second", **COMPARED)
    decision = run_bole(data, "promote", "--json").json
    assert (decision["kind"], decision["serves"]) == ("promoted", "second")
    assert decision["after"] == second.fingerprint
    back = run_bole(data, "rollback", "--json").json
    assert (back["kind"], back["name"], back["serves"]) == ("rolled_back", "second", "first")
    said = run_bole(data, "rollback")
    assert "retrieval alone serves from now on, no longer first" in " ".join(said.out.split())
    assert "nothing to roll back" in refusal(run_bole(data, "rollback"))


def test_a_refusal_says_what_stands_against_it_and_is_kept(
    data: Path, sqlite_catalog: Catalog
) -> None:
    add_model(sqlite_catalog, "seeing", **{"name swap": {"candidates": 40, "changed": 3}})
    said = run_bole(data, "promote", "seeing")
    assert "3 of 40 people" in refusal(said)
    assert "Against it:" in said.out
    kept = run_bole(data, "models", "seeing", "--json").json
    assert kept["state"] == "rejected"
    assert kept["decisions"][0]["kind"] == "refused"
    assert serving(sqlite_catalog) is None


def test_a_model_with_no_metrics_at_all_is_shown_and_refused(
    data: Path, sqlite_catalog: Catalog
) -> None:
    with sqlite_catalog.writing() as writing:
        writing.models.add("bare", "reranker", "b" * 64, "models/bare", {})
    assert run_bole(data, "models", "bare").code == 0
    assert "gone" in refusal(run_bole(data, "promote", "bare"))


def test_a_damaged_checkpoint_is_refused_in_one_line(data: Path) -> None:
    (data / "models" / "first" / "config.json").write_text("{", encoding="utf-8")
    assert "not what was trained" in refusal(run_bole(data, "promote"))


def test_the_monitor_says_when_there_is_too_little_to_tell(data: Path) -> None:
    assert "nothing to watch" in run_bole(data, "monitor").out
    run_bole(data, "promote")
    assert "Too little to tell" in run_bole(data, "monitor").out
    found = run_bole(data, "monitor", "--json").json
    assert (found["model"], found["decision"]) == ("first", None)
    assert (found["drift"]["predictions"], found["drift"]["enough"]) == (0, False)
    assert run_bole(data, "monitor", "--settled-days", "-1").code == 2


def test_the_monitor_says_that_it_switched_the_reranker_off(
    data: Path, sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.learning.deciding import monitor

    run_bole(data, "promote")
    wrong = [monitor.Prediction(1, 0.9, False)] * 60
    monkeypatch.setattr(monitor, "_predictions", lambda *_: wrong)
    said = run_bole(data, "monitor")
    assert "It is off, and retrieval alone serves from now on" in said.out
    assert "0 of 60 reached an interview where 54.0 were predicted" in said.out
    assert serving(sqlite_catalog) is None
    assert "the monitor switched it off" in refusal(run_bole(data, "promote", "first"))
