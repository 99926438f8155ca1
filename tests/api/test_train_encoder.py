"""`bole train encoder` for real, on a small pool and with a very small base."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.store import open_catalog
from catalog.store.engine import default_url
from tests.api.conftest import Said, run_bole
from tests.api.test_training import company as company
from tests.api.test_training import write_outcomes
from tests.tiny_models import write_tiny_bert


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    root = tmp_path_factory.mktemp("encoder")
    network = Transformer(str(write_tiny_bert(root / "bert")), max_seq_length=128)
    model = SentenceTransformer(modules=[network, Pooling(32, "mean")], device="cpu")
    model.save_pretrained(str(root / "base"), create_model_card=False)
    return root / "base"


def train(company: Path, base: Path | str, *more: str) -> Said:
    return run_bole(company / "data", "train", "encoder", "--base", base, "--epochs", "1", *more)


def test_without_outcomes_training_an_encoder_says_what_is_missing(
    company: Path, base: Path
) -> None:
    said = train(company, base)
    assert said.code == 1
    assert "outcomes" in said.err
    assert "Traceback" not in said.err


def test_a_base_of_two_encoders_is_refused_before_anything_is_read(company: Path) -> None:
    said = train(company, "packaged:bilingual")
    assert said.code == 1
    assert "packaged:multilingual" in said.err
    assert not (company / "data" / "models").exists() or not list(
        (company / "data" / "models").glob(".run-*")
    )


def test_a_trained_encoder_is_recorded_and_what_serves_stays(company: Path, base: Path) -> None:
    data = company / "data"
    outcomes = write_outcomes(company / "outcomes.jsonl", 9, 54)
    assert run_bole(data, "outcomes", "import", outcomes, "--json").code == 0
    with open_catalog(default_url(data), data).reading() as reading:
        before = reading.generations.serving()
    found = train(company, base, "--json").json
    assert found["jobs"]["test"] >= 2
    assert set(found["gain over in service"]) == {"mean", "low", "high"}
    assert found["few labels"] is True
    with open_catalog(default_url(data), data).reading() as reading:
        model = reading.models.get(found["fingerprint"])
        assert reading.generations.serving() == before
        seen = [m.name for n in range(1, 55) for m in reading.models.trained_on(n)]
    assert (model.kind, model.name) == ("encoder", found["name"])
    assert model.name in seen
    assert not list((data / "models").glob(".run-*"))

    assert train(company, base, "--json").json["again"] is True
    said = train(company, base)  # for a person
    assert "this encoder" in said.out
    assert "was there already" in said.out
    listed = run_bole(data, "models", "--json").json["models"]
    assert [(m["name"], m["kind"]) for m in listed] == [(found["name"], "encoder")]

    refused = run_bole(data, "promote", found["name"])
    assert refused.code == 1
    assert "an index of its own" in " ".join(refused.err.split())

    assert f"bole reindex --encoder trained:{found['name']}" in " ".join(refused.err.split())

    # Its way into service. It has shown nothing on so few outcomes, so it has to be insisted upon.
    spec = f"trained:{found['name']}"
    refused = run_bole(data, "reindex", "--encoder", spec)
    assert refused.code == 1
    assert "has not earned its place" in " ".join(refused.err.split())
    assert run_bole(data, "generations", "--json").json[-1]["model"] == "packaged:english"
    done = run_bole(data, "reindex", "--encoder", spec, "--accept-drop", "--json").json
    assert (done["kind"], done["people"]) == ("full", 54)
    assert done["why"] == "the encoder changed"
    with open_catalog(default_url(data), data).reading() as reading:
        assert reading.generations.serving().encoder == found["encoder"]
        assert reading.models.get(found["fingerprint"]).state == "serving"

    late = company / "late.txt"  # whoever comes from now on is embedded by it
    late.write_text("Ines Quarrybrook\nCrane operator, Harbour Works, 2019 - 2024\n", "utf-8")
    assert run_bole(data, "ingest", late, "--json").json["stored"] == 1
    assert run_bole(data, "reindex", "--json").json["people"] == 55  # nobody has to name it again
    job = company / "crane.txt"
    job.write_text("Crane operator for the harbour", "utf-8")
    shown = run_bole(data, "search", "--job", job, "--json").json
    assert shown["models"]["encoder"] == found["encoder"]

    back = run_bole(data, "generations", "rollback", "1", "--json").json
    assert back["model"] == "packaged:english"
    with open_catalog(default_url(data), data).reading() as reading:
        assert reading.models.get(found["fingerprint"]).state == "retired"
    assert len(run_bole(data, "search", "--job", job, "--limit", "60", "--json").json["hits"]) == 55
    gone = run_bole(data, "reindex", "--encoder", "trained:../models")
    assert gone.code == 1
    assert "no trained encoder" in " ".join(gone.err.split())
