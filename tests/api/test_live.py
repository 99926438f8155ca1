"""From a file to a search that finds it: no index run in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings
from api.workplace import Workplace
from indexer import embedding, intake
from tests import people
from tests.api.conftest import make_pool, run_bole
from tests.api.test_spine import search


def newcomer(folder: Path, name: str = "Tove Aldgate", **changes: str) -> Path:
    """A file; without changes its texts, and so their vectors, are known already."""
    file = folder / f"{name}.txt"
    text = people.resume_of("arborist", name=name, contact="tove@example.org")
    for old, new in changes.items():
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    return file


def test_who_is_ingested_is_found_and_who_changed_is_found_changed(tmp_path: Path) -> None:
    data, job = make_pool(tmp_path), tmp_path / "arborist.txt"
    said = run_bole(data, "ingest", newcomer(tmp_path))
    assert "can be found now" in said.out
    assert run_bole(data, "status", "--json").json["waiting"] == 0
    found = search(data, job)
    assert len(found["hits"]) == len(people.TEXTS) + 1
    assert "Tove Aldgate" in [hit["name"] for hit in found["hits"]]
    run_bole(data, "ingest", newcomer(tmp_path, "Tove Aldgate-Moss", Forestry="Mycology"))
    quoted = str(search(data, job)["hits"])
    assert "Mycology" in quoted
    before = {hit["candidate_id"]: hit["score"] for hit in search(data, job)["hits"]}
    assert run_bole(data, "index", "--json").json["people"] == len(people.TEXTS) + 1
    rebuilt = {hit["candidate_id"]: hit["score"] for hit in search(data, job)["hits"]}
    assert rebuilt == before, "to the bit"


def test_who_was_stored_before_a_kill_is_found_after_the_next_ingest(tmp_path: Path) -> None:
    data, job = make_pool(tmp_path), tmp_path / "arborist.txt"
    place = Workplace(Settings(data=data))
    file = newcomer(tmp_path, Forestry="Mycology")
    intake.ingest(place.catalog, [file], workers=1)  # and nothing after it
    place.catalog.close()
    status = run_bole(data, "status", "--json").json
    assert status["waiting"] == 1
    assert "1 résumés wait" in status["next"]
    assert len(search(data, job)["hits"]) == len(people.TEXTS)
    assert run_bole(data, "ingest", file, "--json").json["unchanged"] == 1
    assert run_bole(data, "status", "--json").json["waiting"] == 0
    assert len(search(data, job)["hits"]) == len(people.TEXTS) + 1


def test_an_ingest_that_brings_nothing_loads_no_model(
    pool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "keep_up", None)
    monkeypatch.setattr(Workplace, "encoder", None)
    again = run_bole(pool / "data", "ingest", "--id-from", "folder", pool / "files", "--json")
    assert again.json["unchanged"] == len(people.TEXTS)


def test_what_cannot_be_embedded_now_is_stored_and_said_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.errors import NotReady

    data = make_pool(tmp_path)

    def fail(*_: object) -> int:
        raise NotReady("the encoder is not there")

    monkeypatch.setattr(embedding, "keep_up", fail)
    said = run_bole(data, "ingest", newcomer(tmp_path, Forestry="Mycology"), "--json")
    assert said.json["stored"] == 1
    assert "the encoder is not there" in said.err
    assert run_bole(data, "status", "--json").json["waiting"] == 1
